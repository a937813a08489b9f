"""The one place where a light becomes markup."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from federation_tasks.plan.lights import Lamp, Lamps, Light, Lit

register = template.Library()


@register.simple_tag
def light(lamps: Lamps, task: Lit) -> SafeString:
    """Print a task's light: shape, words, colour."""
    return markup(lamps.of(task))


@register.simple_tag
def light_count(lamps: Lamps, name: str, number: int) -> SafeString:
    """Print how many tasks stand in a light, for legends and filters."""
    lamp = lamps.counted(Light(name))
    return markup(Lamp(lamp.light, lamp.shape, f"{lamp.words} {number}"))


def markup(lamp: Lamp) -> SafeString:
    """Return a light as markup: shape, words, colour third."""
    return format_html('<span class="light {}"><svg aria-hidden="true"><use href="#{}"/></svg>{}</span>', lamp.colour, lamp.shape, lamp.words)
