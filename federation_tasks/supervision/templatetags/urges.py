"""Stages of urging as markup, in the one way in which lights are printed."""

from django import template
from django.utils.safestring import SafeString

from federation_tasks.plan.templatetags.lights import markup
from federation_tasks.supervision.stages import Stages

register = template.Library()


@register.simple_tag
def stage(stages: Stages, name: str) -> SafeString:
    """Print a stage: shape, word, colour."""
    return markup(stages.lamp(name))
