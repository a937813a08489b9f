"""By what the rows of the matrix are grouped: kind of department, leader in charge, or region. Each says it to the database and in words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from departments.models import Department, Leader, id_of
from federation_tasks.dashboard.leaders import COLUMN, holding, in_charge, portfolio_of, without_leader
from federation_tasks.dashboard.places import Places
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.tally import EVERY, Tally

NONE = "none"  # in addresses, for those in no group
Key = Any
KINDS = list(Department.Kind)


class Grouping:
    """One way to group. `column` is what counts are summed by, `own` the same column of a department; a key of None or "" is no group."""

    label: str
    column: str
    own: str
    nameless: str

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def where(self, prefix: str) -> Q:
        """Return the condition under which the column counts; `prefix` reaches a department."""
        return EVERY

    def numbers(self, places: Places) -> dict[Key, int]:
        """Return how many departments each group has, in the order of the groups."""
        rows = places.concerned.order_by().filter(self.where("")).values_list(self.own)
        return self.ordered(dict(rows.annotate(n=Count("pk"))))

    def ordered(self, numbers: dict[Key, int]) -> dict[Key, int]:
        """Return the same in the order of the groups; those in none come last."""
        return dict(sorted(numbers.items(), key=lambda row: (not row[0], row[0] or "")))

    def sums(self, tally: Tally, keys: Iterable[Key], *columns: str) -> dict[Key, Counts]:
        """Return the counts of these groups by key and, where more columns are named, by them."""
        return tally.by(self.column, *columns, where=self.where("department__") & Q(**{f"{self.column}__in": list(keys)}))

    def departments(self, key: Key) -> QuerySet[Department]:
        """Return the departments of a group."""
        return Department.objects.filter(**{self.own: key})

    def read(self, typed: str) -> Key:
        """Return the key that an address means."""
        return "" if typed == NONE else typed

    def typed(self, key: Key) -> str:
        """Return how an address names a group."""
        return str(key) if key else NONE

    def names(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return what these groups are called."""
        return {key: str(key) or self.nameless for key in keys}

    def keys_of(self, departments: list[Department]) -> dict[int, Key]:
        """Return the group of each of these departments, by its id."""
        return {row.pk: getattr(row, self.own) for row in departments}


class ByKind(Grouping):
    """By kind of department, in the order of the kinds."""

    label, column, own, nameless = "类别", "department__kind", "kind", ""

    def numbers(self, places: Places) -> dict[Key, int]:
        """Return how many departments of each kind there are."""
        return self.ordered(places.by_kind)

    def ordered(self, numbers: dict[Key, int]) -> dict[Key, int]:
        """Return the same in the order of the kinds."""
        return {kind.value: numbers[kind.value] for kind in KINDS if kind.value in numbers}

    def names(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return the labels of the kinds."""
        return {key: str(Department.Kind(key).label) for key in keys}


class ByRegion(Grouping):
    """By region, in the order of their names."""

    label, column, own, nameless = "地区", "department__region", "region", "未填地区"


class ByLeader(Grouping):
    """By the leader in charge on the day, in the leaders' order; under nobody comes last."""

    label, column, own, nameless = "分管领导", COLUMN, "portfolios__leader_id", "未分管"

    def where(self, prefix: str) -> Q:
        """Return the condition that the charge holds on the day."""
        return holding(self.day, f"{prefix}portfolios__")

    def numbers(self, places: Places) -> dict[Key, int]:
        """Return how many departments each leader has; what is left is under nobody."""
        found = super().numbers(places)
        nobody = places.number - sum(found.values())
        return found | ({None: nobody} if nobody else {})

    def ordered(self, numbers: dict[Key, int]) -> dict[Key, int]:
        """Return the same in the leaders' order."""
        return {pk: numbers[pk] for pk in Leader.objects.filter(pk__in=list(numbers)).values_list("pk", flat=True)}

    def sums(self, tally: Tally, keys: Iterable[Key], *columns: str) -> dict[Key, Counts]:
        """Return the counts of these leaders' departments, and of those under nobody."""
        found = super().sums(tally, [key for key in keys if key], *columns)
        if None in set(keys):
            nobody = tally.by(*columns, where=Q(department__in=self.departments(None).order_by().values("pk")))
            found |= {(None, *(key if columns else ())): counts for key, counts in nobody.items()}
        return found

    def departments(self, key: Key) -> QuerySet[Department]:
        """Return the departments of a leader, or those under nobody."""
        if key is None:
            return without_leader(self.day)
        return Department.objects.filter(pk__in=portfolio_of(Leader(pk=key), self.day))

    def read(self, typed: str) -> Key:
        """Return the leader's id; for what is none, one that no leader has."""
        return None if typed == NONE else id_of(typed)

    def names(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return the leaders' names."""
        found = Leader.objects.in_bulk([key for key in keys if key])
        return {key: str(found[key]) if key else self.nameless for key in keys}

    def keys_of(self, departments: list[Department]) -> dict[int, Key]:
        """Return the leader in charge of each of these departments."""
        charges = in_charge(self.day, [row.pk for row in departments])
        return {row.pk: charges[row.pk].pk if row.pk in charges else None for row in departments}


GROUPINGS: dict[str, type[Grouping]] = {"kind": ByKind, "leader": ByLeader, "region": ByRegion}


def places_have_regions() -> bool:
    """Say whether a region is registered for any department at all."""
    return Department.objects.exclude(region="").exists()
