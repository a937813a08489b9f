"""Handing departments over to another leader from a day on (分工调整)."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from departments.changes import because
from departments.models import Leader, Portfolio


def hand_over(ids: Iterable[int], leader: Leader, day: dt.date, reason: str, today: dt.date) -> list[Portfolio]:
    """End these charges on a day and begin the new leader's on the same, all of them or none; return the new ones.

    A charge that was to end later keeps its end: what follows it stays as it was arranged. Raises ValidationError keyed by field
    (`leader`, `day`) with the sentence for the person.
    """
    with transaction.atomic():
        rows = list(Portfolio.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).select_related("leader", "department").order_by("pk"))
        refuse(rows, leader, day, today)
        return [_hand_over_one(row, leader, day, reason) for row in rows]


def refuse(rows: list[Portfolio], leader: Leader, day: dt.date, today: dt.date) -> None:
    """Raise ValidationError where these charges cannot go to this leader on this day."""
    if day < today:
        raise ValidationError({"day": f"移交日不能早于今天（{today:%Y-%m-%d}）：以前是谁分管的，已经写进了办理记录。"})
    if not leader.in_office(day):
        raise ValidationError({"leader": f"{leader}在 {day:%Y-%m-%d} 不在任，不能分管。"})
    if his := [str(row.department) for row in rows if row.leader_id == leader.pk]:
        raise ValidationError({"leader": f"{'、'.join(his)}本来就是{leader}分管的，请不要勾选，或者选另一位领导。"})
    if over := [str(row) for row in rows if row.valid_to is not None and row.valid_to <= day]:
        raise ValidationError({"day": f"到 {day:%Y-%m-%d} 已经终止，没有可移交的：{'、'.join(over)}。"})
    if early := [str(row) for row in rows if row.valid_from >= day]:
        raise ValidationError({"day": f"到 {day:%Y-%m-%d} 还没有开始，或者当天才开始，请直接改那一行：{'、'.join(early)}。"})


def _hand_over_one(row: Portfolio, leader: Leader, day: dt.date, reason: str) -> Portfolio:
    new = Portfolio(leader=leader, department=row.department, valid_from=day, valid_to=row.valid_to)
    row.valid_to = day
    because(row, reason)
    row.save()
    try:
        new.full_clean()
    except ValidationError as error:
        raise ValidationError({"day": f"{row.department}：{'；'.join(error.messages)}"}) from error
    because(new, reason)
    new.save()
    return new
