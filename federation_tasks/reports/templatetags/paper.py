"""Numbers, days and texts as an official paper writes them (GB/T 9704-2012)."""

import datetime as dt

from django import template

from federation_tasks.reports.numerals import chinese_number

register = template.Library()


@register.filter
def level_two(number: int) -> str:
    """Print （二十三） for 23; from a hundred on, which the standard knows no numerals for, （100）."""
    return f"（{chinese_number(number) if 1 <= number <= 99 else number}）"


@register.filter
def full_day(day: str) -> str:
    """Print 2026年7月1日 for 2026-07-01, as versions keep it: no zeros before month and day."""
    found = dt.date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


@register.filter
def lines(text: str) -> list[str]:
    """Return the lines that say something, each a paragraph of the paper: it indents them, so blanks typed for that are left out."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
