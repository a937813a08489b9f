"""Who has reported: each duty of a period, and where its report stands (domain.md, A report's life).

For a day that is over everything is as it stood at its end: the duty and the deadline by their saved states, so that a report that was
withdrawn later counts as submitted, and the report by the rows of its moves.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, Count, DateTimeField, F, FilteredRelation, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.plan.past import end_of, states_as_of
from federation_tasks.plan.tally import within
from federation_tasks.reports.models import Report, ReportState
from federation_tasks.supervision.urgeable import midnight
from federation_tasks.workflow.past import state_as_of

NAMES = 12  # departments named in one cell of the page's table; the list of reports has them all


class Standing(enum.StrEnum):
    """Where a duty stands. The four exclude each other."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    OPEN = "open"


WORDS = {Standing.ON_TIME: "按时报送", Standing.LATE: "迟报", Standing.MISSING: "逾期未报", Standing.OPEN: "尚未到期"}
SUBMITTED = (Standing.ON_TIME, Standing.LATE)
SPEAKING = ("mode", "order", "department__order", "id")  # the order of speaking, written reports last
READ = ("mode", "order", "submitted_at", "exception_until", "department_id", "department__code", "department__name")
FOUND = ("standing", "state", "withdrawn", "report__approved_on", "report__standing_id")


@dataclass(frozen=True)
class Owed:
    """One duty: its standing on a day, and of the report that has been begun its state. Of a draft no more is told."""

    duty: ReportDuty
    standing: Standing
    state: ReportState | None
    is_withdrawn: bool  # a draft that had been submitted
    is_unreviewed: bool  # archived before any leader decided
    is_readable: bool  # by the person who asks, today

    @property
    def words(self) -> str:
        """Return what to say beyond the standing; nothing where there is nothing to add."""
        late = f"迟 {self.days_late} 天" if self.standing is Standing.LATE and self.days_late else ""
        return "，".join(part for part in (late, self._state_words) if part)

    @property
    def days_late(self) -> int:
        """Return by how many calendar days the first submission missed the deadline; 0 on the day itself."""
        deadline, submitted = self.duty.deadline, self.duty.submitted_at
        return (timezone.localdate(submitted) - timezone.localdate(deadline)).days if deadline and submitted else 0

    @property
    def _state_words(self) -> str:
        if self.state is None:
            return ""
        if self.is_withdrawn:
            return "已撤回，正在修改"
        return f"{self.state.label}（未审）" if self.is_unreviewed else str(self.state.label)


def standing_of(duty: ReportDuty, day: dt.date) -> Standing:
    """Return where a duty stands on a day."""
    if duty.submitted_at is not None:
        return Standing.LATE if duty.is_late else Standing.ON_TIME
    return Standing.MISSING if duty.is_missing_on(day) else Standing.OPEN


def standing_sql(day: dt.date, deadline: dt.datetime | None) -> Case:
    """Return the same rule as an expression over duties; `deadline` is the period's."""
    due = Coalesce("exception_until", Value(deadline, DateTimeField())) if deadline else F("exception_until")
    return Case(
        When(submitted_at__isnull=False, submitted_at__gt=due, then=Value(Standing.LATE.value)),
        When(submitted_at__isnull=False, then=Value(Standing.ON_TIME.value)),
        When(_missed(day, deadline), then=Value(Standing.MISSING.value)),
        default=Value(Standing.OPEN.value),
        output_field=CharField(),
    )


def _missed(day: dt.date, deadline: dt.datetime | None) -> Q:
    """Return the condition that the deadline lay on a day before."""
    own = Q(exception_until__lt=midnight(day))
    return own | Q(exception_until=None) if deadline and deadline < midnight(day) else own


class Reporting:
    """The duties of a period that one person sees on a day. The numbers are one query, the names that a page shows another.

    `scope` says whose duties; None is the whole federation.
    """

    def __init__(self, access: Access, period: Period, day: dt.date, scope: QuerySet[Department] | None) -> None:
        self.access, self.period, self.day = access, period, day
        self.scope = within(scope)

    # --- Numbers -----------------------------------------------------------------------------------------------------

    @cached_property
    def counts(self) -> dict[tuple[str, Standing, ReportState | None], int]:
        """Return how many duties there are by mode, standing and state of the report."""
        rows = self._duties.values_list("mode", "standing", "state").annotate(number=Count("id"))
        return {(mode, Standing(standing), ReportState(state) if state else None): number for mode, standing, state, number in rows}

    @property
    def total(self) -> int:
        """Return how many reports are owed."""
        return sum(self.counts.values())

    @property
    def submitted(self) -> int:
        """Return how many have been submitted, in time or late."""
        return sum(self.number(standing) for standing in SUBMITTED)

    def number(self, standing: Standing, mode: str | None = None) -> int:
        """Return how many duties have one standing, of one mode where it is given."""
        return sum(n for (how, where, _), n in self.counts.items() if where is standing and mode in (None, how))

    def in_state(self, state: ReportState) -> int:
        """Return how many reports are in a state."""
        return sum(n for (_, _, found), n in self.counts.items() if found is state)

    @property
    def words(self) -> str:
        """Return who has reported and who has not, in a sentence."""
        until = f"截止{timezone.localtime(self.deadline):%Y-%m-%d %H:%M}，" if self.deadline else "还没有定报送截止时间，"
        numbers = [("其中迟报", self.number(Standing.LATE)), (WORDS[Standing.MISSING], self.number(Standing.MISSING))]
        numbers += [(str(state.label), self.in_state(state)) for state in (ReportState.DRAFT, ReportState.RETURNED)]
        told = "".join(f"，{word} {n} 个" for word, n in numbers if n)
        return f"{until}应报 {self.total} 个单位，已报 {self.submitted} 个{told}。"

    # --- Names -------------------------------------------------------------------------------------------------------

    @property
    def head(self) -> list[str]:
        """Return the heads of the table: the four standings."""
        return [WORDS[standing] for standing in Standing]

    @property
    def table(self) -> list[tuple[str, int, list[tuple[str, list[Owed], int]]]]:
        """Return for each mode its label, how many owe a report so, and per standing the head, whom to name, and how many there are."""
        found = []
        for mode in ReportDuty.Mode:
            cells = [(WORDS[standing], self.named.get((mode.value, standing), []), self.number(standing, mode)) for standing in Standing]
            if owing := sum(number for _, _, number in cells):
                found.append((str(mode.label), owing, cells))
        return found

    @cached_property
    def named(self) -> dict[tuple[str, Standing], list[Owed]]:
        """Return the first of each cell of the table, as many as a page names, in the order of speaking: one query."""
        found: dict[tuple[str, Standing], list[Owed]] = {}
        place = Window(RowNumber(), partition_by=[F("mode"), F("standing")], order_by=[F(name).asc() for name in SPEAKING])
        for row in self._read(self._duties.annotate(place=place).filter(place__lte=NAMES)):
            found.setdefault((row.duty.mode, row.standing), []).append(row)
        return found

    def first(self, standing: Standing, limit: int) -> list[Owed]:
        """Return the first duties of one standing, in the order of speaking: one query, none where the numbers are known and there is none."""
        return list(self._read(self._duties.filter(standing=standing.value)[:limit])) if self.number(standing) else []

    @cached_property
    def rows(self) -> list[Owed]:
        """Return every duty in the order of speaking: for exports and machines, never for a page."""
        return list(self._read(self._duties))

    @property
    def owing(self) -> QuerySet[Any]:
        """Return the ids of the departments that owe a report, as a query."""
        return self._rows.values_list("department_id", flat=True)

    def _read(self, duties: QuerySet[Any]) -> Iterable[Owed]:
        rows = duties.order_by(*SPEAKING) if not duties.query.is_sliced else duties
        return map(self._owed, rows.values(*READ, *FOUND))

    def _owed(self, row: dict[str, Any]) -> Owed:
        department = Department(pk=row["department_id"], code=row["department__code"], name=row["department__name"])
        duty = ReportDuty(**{name: row[name] for name in READ[:4]})
        duty.period, duty.department = self._then, department
        state = ReportState(row["state"]) if row["state"] else None
        return Owed(
            duty,
            Standing(row["standing"]),
            state,
            is_withdrawn=state is ReportState.DRAFT and bool(row["withdrawn"]),
            is_unreviewed=state is ReportState.ARCHIVED and row["report__approved_on"] is None,
            is_readable=state is not None and self._may_read(department.pk, row["report__standing_id"]),
        )

    def _may_read(self, department: int, standing: int | None) -> bool:
        if self.access.may(Capability.DRAFT_REPORTS, department):
            return True
        return standing is not None and self.access.may(Capability.READ_SUBMITTED, department)

    # --- What stood on the day ---------------------------------------------------------------------------------------

    @property
    def is_past(self) -> bool:
        """Say whether the day is over: everything is then told as it stood at its end."""
        return self.day < self.access.on

    @cached_property
    def deadline(self) -> dt.datetime | None:
        """Return the period's deadline, as it was set by the end of the day."""
        if not self.is_past:
            return self.period.report_deadline
        saved = states_as_of(Period, self.day, id=self.period.pk).values_list("report_deadline", flat=True)
        return next(iter(saved), self.period.report_deadline)

    @cached_property
    def _then(self) -> Period:
        """Return the period with the deadline of the day, to put to duties."""
        return Period(pk=self.period.pk, year=self.period.year, half=self.period.half, state=self.period.state, report_deadline=self.deadline)

    @property
    def _rows(self) -> QuerySet[Any]:
        if self.is_past:
            return states_as_of(ReportDuty, self.day, self.scope, period=self.period)
        return ReportDuty.objects.filter(self.scope, period=self.period).order_by()

    @property
    def _duties(self) -> QuerySet[Any]:
        """Return the duties with their `standing`, the `state` of the report that was begun, and whether it had been submitted before."""
        report = FilteredRelation("department__reports", condition=Q(department__reports__period=self.period))
        duties = self._rows.annotate(report=report, standing=standing_sql(self.day, self.deadline))
        return self._as_it_was(duties) if self.is_past else self._as_it_is(duties)

    def _as_it_is(self, duties: QuerySet[Any]) -> QuerySet[Any]:
        begun = Q(report__revision__gt=0) | Q(report__standing__isnull=False)
        state = Case(When(begun, then=F("report__state")), default=None, output_field=CharField())
        return duties.annotate(state=state, withdrawn=F("report__submissions"))

    def _as_it_was(self, duties: QuerySet[Any]) -> QuerySet[Any]:
        end = end_of(self.day)
        moved = state_as_of(Report, end, "report__pk")
        drafted = Case(When(report__begun_at__lt=end, then=Value(ReportState.DRAFT.value)), default=None, output_field=CharField())
        return duties.annotate(state=Coalesce(moved, drafted, output_field=CharField()), withdrawn=moved)
