"""The one place where a light becomes markup."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from federation_tasks.plan.lights import Lamp, Lamps, Light, Lit

register = template.Library()

BAR = (
    '<svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="track" x="0" y="3" width="100" height="10" vector-effect="non-scaling-stroke"/>'
    '<rect class="done" x="0" y="3" width="{}" height="10"/>{}</svg>'
)
MARK = '<rect class="halo" x="{}" y="0" width="3" height="16"/><rect class="mark" x="{}" y="0" width="1" height="16"/>'


@register.simple_tag
def light(lamps: Lamps, task: Lit) -> SafeString:
    """Print a task's light: shape, words, colour."""
    return markup(lamps.of(task))


@register.simple_tag
def light_count(lamps: Lamps, name: str, number: int) -> SafeString:
    """Print how many tasks stand in a light, for legends and filters."""
    lamp = lamps.counted(Light(name))
    return markup(Lamp(lamp.light, lamp.shape, f"{lamp.words} {number}"))


@register.simple_tag
def bar(progress: int, elapsed: int | None) -> SafeString:
    """Print progress with the mark of elapsed time, both in percent. The same numbers always stand beside it as text."""
    mark = "" if elapsed is None or elapsed >= 100 else format_html(MARK, elapsed - 1, elapsed)
    return format_html(BAR, progress, mark)


def markup(lamp: Lamp) -> SafeString:
    """Return a light as markup: shape, words, colour third."""
    return format_html('<span class="light {}"><svg aria-hidden="true"><use href="#{}"/></svg>{}</span>', lamp.colour, lamp.shape, lamp.words)
