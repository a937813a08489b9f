"""Closing a half-year, with what other rooms do at it (domain.md, A task's life and A report's life).

A room to the right registers a step when the site starts. All steps run in one transaction, in the order in which their rooms stand:
a closing that is killed half-way has closed nothing, and of two at once one closes and the other is told so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from departments.access import Access, Capability
from departments.changes import because
from departments.models import Department
from federation_tasks.plan.models import Period
from federation_tasks.workflow.moves import WrongState

Numbers = dict[str, int]  # what it is, in Chinese -> how many


@dataclass(frozen=True)
class Closing:
    """One closing being made: what the steps may look at. `period` is still open and locked."""

    period: Period
    following: Period
    access: Access


SHOWN = 20  # things that a line names one by one; of parts of the federation it names all


@dataclass(frozen=True)
class Piece:
    """Something that a line stands for: one thing, or `number` of them in one department."""

    label: str
    href: str
    number: int = 1


def by_department(rows: "models.QuerySet[Any]", address: Callable[[str], str]) -> list[Piece]:
    """Return how many of these rows each department has, with the address for its code: two queries."""
    numbers = dict(rows.order_by().values_list("department").annotate(models.Count("pk")))
    return [Piece(row.name, address(row.code), numbers[row.pk]) for row in Department.objects.filter(pk__in=numbers)]


@dataclass(frozen=True)
class Line:
    """One kind of what is still open in a period: how many there are, what a closing makes of them, and which they are."""

    label: str
    number: int
    becomes: str
    href: str = ""
    pieces: Sequence[Piece] = ()

    @property
    def words(self) -> str:
        """Return what it is and what becomes of it."""
        return f"{self.label}（{self.becomes}）" if self.becomes else self.label

    @property
    def unlisted(self) -> int:
        """Return how many are not among the pieces."""
        return self.number - sum(piece.number for piece in self.pieces)


@dataclass(frozen=True)
class Step:
    """What one room does at a closing: `preview` lists what is open, `run` does the work and counts what it did."""

    name: str
    preview: Callable[[Period], Sequence[Line]]
    run: Callable[[Closing], Numbers]


@dataclass(frozen=True)
class Closed:
    """What a closing did. Tasks carried into a period that is not open yet are counted from its opening on."""

    period: Period
    following: Period
    numbers: Numbers


STEPS: dict[str, Step] = {}


def register_step(step: Step) -> None:
    """Add a room's step to every closing. Called once, when the site starts."""
    STEPS[step.name] = step


def open_lines(period: Period) -> list[Line]:
    """Return what is still open in a period, so that whoever closes it knows what he does: a few queries whatever the number of things."""
    return [line for step in STEPS.values() for line in step.preview(period)]


def preview(period: Period) -> Numbers:
    """Return the same as numbers."""
    return {line.words: line.number for line in open_lines(period)}


def close_period(period: Period, access: Access, reason: str = "") -> Closed:
    """Close an open period and return what that did; `period` then carries the new state. A closed one does not reopen.

    Raises PermissionDenied for anyone but the supervision office, and WrongState where the period is not open.
    """
    if not access.may(Capability.SUPERVISE):
        raise PermissionDenied("只有办公室（督查）可以关闭周期。")
    with transaction.atomic():
        locked = Period.objects.select_for_update().get(pk=period.pk)
        if sentence := refusal_to_close(locked):
            raise WrongState(sentence)
        closing = Closing(locked, following(locked), access)
        numbers = {what: number for step in STEPS.values() for what, number in step.run(closing).items()}
        locked.state = Period.State.CLOSED
        because(locked, reason)
        locked.save()
    period.refresh_from_db()
    return Closed(period, closing.following, numbers)


def refusal_to_close(period: Period) -> str:
    """Return why this period cannot be closed now; empty where it can."""
    if period.state == Period.State.OPEN:
        return ""
    return f"{period}{period.get_state_display()}，不能关闭；只有进行中的周期才可以关闭。可能有人刚刚办过，请刷新页面看最新情况。"


def following(period: Period) -> Period:
    """Return the half-year after this one, made as a planned one where it does not exist yet."""
    halves = Period.Half
    year, half = (period.year, halves.SECOND) if period.half == halves.FIRST else (period.year + 1, halves.FIRST)
    found, _ = Period.objects.get_or_create(year=year, half=half)
    if found.state == Period.State.CLOSED:
        raise WrongState(f"{found}已经关闭，未办结的任务没有地方结转；请先核对各周期的状态。")
    return found
