"""Where a department's events come from: rows of four kinds that know their day, which the database puts in one order.

A page reads the fifty rows that it shows and no others: the order is made of (day, moment) over all four, then each kind is read once.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value

from departments.access import Access
from departments.models import Department, Portfolio
from federation_tasks.plan.models import Period, ProgressUpdate, Task
from federation_tasks.supervision.events import STORIES, Event, Kind, day_words, kinds_of, of_escalation, of_move, of_update, read_things
from federation_tasks.supervision.models import Escalation
from federation_tasks.workflow.models import HistoryRow, Moving
from federation_tasks.workflow.moves import TABLES

# A charge begins with its day, before everything else that happened on it.
FIRST_MOMENT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
MOVE, UPDATE, ESCALATION, BEGINS, ENDS = "move", "update", "escalation", "begins", "ends"
Key = tuple[str, int]


@dataclass(frozen=True)
class Sources:
    """All that happened to one department in one half-year and that one person may hear of; `words` narrow it down."""

    department: Department
    period: Period
    access: Access
    words: str = ""

    @cached_property
    def told(self) -> dict[int, type[Moving]]:
        """Return the kinds of things whose moves this person may hear of, by their content type."""
        allowed = [model for model, story in STORIES.items() if self.access.may(story.needs, self.department)]
        return {ContentType.objects.get_for_model(model).pk: model for model in allowed}

    # --- The rows ---

    @property
    def moves(self) -> QuerySet[HistoryRow]:
        """Return the moves."""
        rows = HistoryRow.objects.filter(department=self.department, period=self.period.code, content_type__in=self.told)
        return rows.filter(self._named()) if self.words else rows

    def _named(self) -> Q:
        found = Q(reason__icontains=self.words) | Q(actor__name__icontains=self.words)
        for content_type, model in self.told.items():
            story = STORIES[model]
            if story.searched:
                things = model._base_manager.filter(_contains(self.words, *story.searched), **{story.department: self.department})
                found |= Q(content_type=content_type, object_id__in=things.values("pk"))
        return found

    @property
    def updates(self) -> QuerySet[ProgressUpdate]:
        """Return what was said about the department's tasks, and what it said itself about others' that it supports."""
        led = Task.objects.filter(department=self.department, period=self.period).order_by().values("pk")
        rows: QuerySet[ProgressUpdate] = ProgressUpdate.objects.filter(Q(task__in=led) | Q(department=self.department, task__period=self.period))
        return rows.filter(_contains(self.words, "text", "reason", "task__title", "author__name")) if self.words else rows

    @property
    def escalations(self) -> QuerySet[Escalation]:
        """Return the steps by which something overdue went up."""
        rows: QuerySet[Escalation] = Escalation.objects.filter(department=self.department, period=self.period)
        return rows.filter(_contains(self.words, "task__title", "instruction_duty__instruction__text", "leader__name")) if self.words else rows

    @property
    def begun(self) -> QuerySet[Portfolio]:
        """Return the charges that began in the half-year, up to today."""
        return self._charges("valid_from")

    @property
    def ended(self) -> QuerySet[Portfolio]:
        """Return the charges that ended in it and that nobody took over on that day."""
        taken_over = Portfolio.objects.filter(department=self.department, valid_from=OuterRef("valid_to"))
        return self._charges("valid_to").filter(~Exists(taken_over))

    def _charges(self, day: str) -> QuerySet[Portfolio]:
        days = (self.period.starts_on, min(self.period.ends_on, self.access.on))
        rows: QuerySet[Portfolio] = Portfolio.objects.filter(**{"department": self.department, f"{day}__range": days})
        return rows.filter(_contains(self.words, "leader__name")) if self.words else rows

    # --- How many ---

    @cached_property
    def numbers(self) -> dict[Kind | None, int]:
        """Return how many events there are of each kind, and of all: five queries, whatever their number."""
        found: dict[Kind | None, int] = dict.fromkeys([None, *Kind], 0)
        counted = [(kinds_of(self.told[content_type], move), n) for content_type, move, n in self._by_move()]
        counted += [(frozenset({Kind.PROGRESS}), self.updates.count()), (frozenset({Kind.CHASING}), self.escalations.count())]
        counted.append((frozenset({Kind.CHARGE}), self.begun.count() + self.ended.count()))
        for kinds, n in counted:
            for kind in (None, *kinds):
                found[kind] += n
        return found

    def _by_move(self) -> list[tuple[int, str, int]]:
        return list(self.moves.order_by().values_list("content_type", "move").annotate(n=Count("pk")))

    # --- In one order ---

    def newest(self, kind: Kind | None, first: int, end: int) -> list[Event]:
        """Return the events from the `first` newest to before the `end`-th of one kind or of all: a bounded number of queries."""
        keys = [(source, key) for source, key, _day, _moment in self._ordered(kind)[first:end]]
        found = self._read(keys)
        return [found[key] for key in keys if key in found]

    def _ordered(self, kind: Kind | None) -> QuerySet[Any]:
        parts: list[tuple[str, QuerySet[Any], str, Any]] = [(MOVE, self._moves_of(kind), "on", F("at"))]
        start = Value(FIRST_MOMENT, DateTimeField())
        if kind in {None, Kind.PROGRESS}:
            parts.append((UPDATE, self.updates, "on", F("created_at")))
        if kind in {None, Kind.CHASING}:
            parts.append((ESCALATION, self.escalations, "on", F("at")))
        if kind in {None, Kind.CHARGE}:
            parts += [(BEGINS, self.begun, "valid_from", start), (ENDS, self.ended, "valid_to", start)]
        rows = [
            part.order_by().annotate(source=Value(name), key=F("pk"), day=F(day), moment=moment).values_list("source", "key", "day", "moment")
            for name, part, day, moment in parts
        ]
        return rows[0].union(*rows[1:], all=True).order_by("-day", "-moment", "source", "-key")

    def _moves_of(self, kind: Kind | None) -> QuerySet[HistoryRow]:
        if kind is None:
            return self.moves
        wanted = Q(pk__in=[])
        for content_type, model in self.told.items():
            names = [move.name for move in TABLES[model] if kind in kinds_of(model, move.name)]
            wanted |= Q(content_type=content_type, move__in=names) if names else Q(pk__in=[])
        return self.moves.filter(wanted)

    # --- Read ---

    def _read(self, keys: list[Key]) -> dict[Key, Event]:
        ids = {source: [key for name, key in keys if name == source] for source in (MOVE, UPDATE, ESCALATION, BEGINS, ENDS)}
        found = {(MOVE, pk): event for pk, event in self._read_moves(ids[MOVE])}
        said = ProgressUpdate.objects.filter(pk__in=ids[UPDATE]).select_related("author", "task")
        found |= {(UPDATE, row.pk): of_update(row, row.task, self.access) for row in said}
        steps = Escalation.objects.filter(pk__in=ids[ESCALATION])
        steps = steps.select_related("leader", "task", "instruction_duty__department", "instruction_duty__instruction__period")
        found |= {(ESCALATION, row.pk): of_escalation(row, self.access) for row in steps}
        return found | self._read_charges(ids)

    def _read_moves(self, ids: list[int]) -> Iterator[tuple[int, Event]]:
        rows = list(HistoryRow.objects.filter(pk__in=ids).select_related("actor"))
        things = read_things(rows)
        for row in rows:
            if row.pk in things:
                yield row.pk, of_move(row, things[row.pk], self.access)

    def _read_charges(self, ids: dict[str, list[int]]) -> dict[Key, Event]:
        if not ids[BEGINS] and not ids[ENDS]:
            return {}
        rows = {row.pk: row for row in Portfolio.objects.filter(department=self.department).select_related("leader")}
        before = {row.valid_to: row for row in rows.values()}
        found = {(BEGINS, pk): begins(rows[pk], before.get(rows[pk].valid_from)) for pk in ids[BEGINS]}
        return found | {(ENDS, pk): ends(rows[pk]) for pk in ids[ENDS]}


def _contains(words: str, *fields: str) -> Q:
    found = Q(pk__in=[])
    for name in fields:
        found |= Q(**{f"{name}__icontains": words})
    return found


def begins(row: Portfolio, before: Portfolio | None) -> Event:
    """Return the beginning of a charge as an event; with who had it before."""
    taken = before and before.leader_id != row.leader_id
    title = f"分管由{before.leader}移交给{row.leader}" if before and taken else f"由{row.leader}分管"
    return _of_charge(row.valid_from, title, f"{row.leader.federation_post}，{day_words(row.valid_from, row.valid_from)}起。")


def ends(row: Portfolio) -> Event:
    """Return the end of a charge that nobody took over as an event."""
    assert row.valid_to is not None  # it is among those that ended
    return _of_charge(row.valid_to, f"{row.leader}不再分管", "这一天起未分管，由主要领导审定。")


def _of_charge(day: dt.date, title: str, text: str) -> Event:
    return Event(day, FIRST_MOMENT, title, text, kinds=frozenset({Kind.CHARGE}))
