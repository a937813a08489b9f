"""Rows that hold from a day until a day: half-open, [from, to). What ends today has no effect at the next request (domain.md)."""

import datetime as dt
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from federation_tasks.audit.bulk import WatchedQuerySet


def holding_on(day: dt.date, first: str, end: str) -> Q:
    """Return the condition that a fact holds on this day, by the names of its first day and of the day from which it no longer does."""
    return Q(**{f"{first}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day}))


class DatedQuerySet(WatchedQuerySet[Any]):
    """Ask dated rows about a day."""

    def on(self, day: dt.date) -> Self:
        """Return the rows that hold on this day."""
        return self.filter(self.model.holds_on(day))


class Dated(models.Model):
    """A fact that holds from a day on and, where it has an end, up to the day before it."""

    valid_from = models.DateField("起始日", help_text="从这一天起有效。")
    valid_to = models.DateField("终止日", null=True, blank=True, help_text="从这一天起不再有效；留空表示一直有效。")

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_message="终止日要晚于起始日。",
            )
        ]

    @staticmethod
    def holds_on(day: dt.date, prefix: str = "") -> Q:
        """Return the condition that a row, reached by `prefix`, holds on this day."""
        return holding_on(day, f"{prefix}valid_from", f"{prefix}valid_to")

    def holds(self, day: dt.date) -> bool:
        """Say whether this row holds on this day."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)

    def overlapping(self) -> Q:
        """Return the condition that another row's days meet this one's."""
        later_start = Q(valid_to__isnull=True) | Q(valid_to__gt=self.valid_from)
        return later_start if self.valid_to is None else later_start & Q(valid_from__lt=self.valid_to)

    def refuse_overlap(self, rows: "models.QuerySet[Any]", sentence: str) -> None:
        """Raise ValidationError with this sentence where another of these rows holds on one of the same days."""
        if self.valid_from and rows.exclude(pk=self.pk).filter(self.overlapping()).exists():
            raise ValidationError({"valid_from": sentence})
