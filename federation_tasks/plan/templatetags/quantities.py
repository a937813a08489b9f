"""Quantities as people write them."""

from decimal import Decimal

from django import template

from federation_tasks.plan.progress import number_words

register = template.Library()


@register.filter
def quantity(number: Decimal | None) -> str:
    """Print 1,200 for 1200.00; nothing for no quantity."""
    return "" if number is None else number_words(number)
