"""The office's chasing desk (/urges/): what can be urged now, one table for each kind, narrowed down by four conditions."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from departments.access import Access
from departments.models import Department, Leader, Portfolio
from federation_tasks.supervision.candidates import Candidate, candidates, tell_apart
from federation_tasks.supervision.filters import select
from federation_tasks.supervision.listing import ON_A_PAGE, Chip, page_chips
from federation_tasks.supervision.urgeable import KINDS, Day, Kind

FILTERS = ("kind", "department", "leader", "stage")
NOBODY = "none"  # 未分管


class DeskFilter(forms.Form):
    """The conditions of the desk; all are optional. A value that is none of those offered is refused with a sentence."""

    kind = select(label="催什么")
    department = select(label="部室或单位")
    leader = select(label="分管领导")
    stage = select(label="可用的级别")

    def __init__(self, typed: QueryDict, day: Day) -> None:
        super().__init__(typed, use_required_attribute=False)
        self.day = day
        self.departments = {row.code: row for row in Department.objects.open_on(day.today)}
        self.leaders = {str(row.pk): row for row in Leader.objects.filter(Leader.in_office_on(day.today))}
        self.offered: dict[str, dict[str, str]] = {
            "kind": {kind.name: kind.title for kind in KINDS.values()},
            "department": {code: row.name for code, row in self.departments.items()},
            "leader": {key: row.name for key, row in self.leaders.items()} | {NOBODY: "未分管"},
            "stage": {stage: row.name for stage, row in day.stages.by_stage.items()},
        }
        for name, values in self.offered.items():
            widget = self.fields[name].widget
            assert isinstance(widget, forms.Select)
            widget.choices = [("", "全部"), *values.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse what is not offered."""
        for name in FILTERS:
            typed = self.cleaned_data.get(name, "").strip()
            if typed and typed not in self.offered[name]:
                self.add_error(name, f"{self.fields[name].label}没有“{typed[:16]}”这一项，请从列表里选一个。")
        return self.cleaned_data

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in FILTERS for sentence in self.errors.get(name, [])]

    def chosen(self, name: str) -> str:
        """Return what was chosen; empty for all and for what is not offered."""
        typed = self.data.get(name, "").strip()
        return typed if typed in self.offered[name] else ""

    def address(self, **changes: str) -> str:
        """Return the query of this desk with some conditions changed; the page falls away unless it is given."""
        query = QueryDict(mutable=True)
        for name in (*FILTERS, "page"):
            if value := changes.get(name, "" if name == "page" else self.chosen(name)):
                query[name] = value
        return f"?{query.urlencode()}" if query else ""


@dataclass(frozen=True)
class Table:
    """What of one kind can be urged: one page of it."""

    kind: Kind
    page: Page
    rows: list[Candidate]

    @property
    def total(self) -> int:
        """Return how many there are on all pages."""
        return int(self.page.paginator.count)

    @property
    def unlisted(self) -> int:
        """Return how many are not shown here."""
        return self.total - len(self.rows)


class Desk:
    """The tables of the desk. Each is three queries, whatever the number of departments and things."""

    def __init__(self, typed: QueryDict, access: Access) -> None:
        self.access, self.day = access, Day(access.on)
        self.form = DeskFilter(typed, self.day)
        self.page_typed = typed.get("page", "")

    @cached_property
    def tables(self) -> list[Table]:
        """Return a table for each kind; with a kind chosen that one alone, page by page. No two things of the page are called the same."""
        wanted = self.form.chosen("kind")
        found = [self._table(kind) for kind in KINDS.values() if wanted in {"", kind.name}]
        tell_apart([row for table in found for row in table.rows])
        return found

    def _table(self, kind: Kind) -> Table:
        page = Paginator(self._narrowed(kind), ON_A_PAGE).get_page(self.page_typed if self.form.chosen("kind") else 1)
        return Table(kind, page, candidates(kind.field, page.object_list, self.day))

    def _narrowed(self, kind: Kind) -> QuerySet[Any]:
        rows = kind.on(self.day).filter(self._of_departments)
        stage = self.form.chosen("stage")
        return rows.filter(self.day.stages.strongest_sql(stage, self.day.today, kind.due_by)) if stage else rows

    @property
    def _of_departments(self) -> Q:
        found = Q()
        if code := self.form.chosen("department"):
            found &= Q(department=self.form.departments[code])
        led = Portfolio.objects.on(self.day.today).filter(Leader.in_office_on(self.day.today, "leader__"))
        key = self.form.chosen("leader")
        if key == NOBODY:
            found &= ~Q(department__in=led.values("department"))
        elif key:
            found &= Q(department__in=led.filter(leader=self.form.leaders[key]).values("department"))
        return found

    @property
    def first(self) -> Candidate | None:
        """Return the first thing of the page."""
        return next((row for table in self.tables for row in table.rows), None)

    @property
    def total(self) -> int:
        """Return how many things can be urged."""
        return sum(table.total for table in self.tables)

    @property
    def conditions(self) -> list[Chip]:
        """Return the conditions in force, each with the link that takes it off."""
        here = reverse("supervision:urges")
        return [
            Chip(f"{self.form.fields[name].label}：{self.form.offered[name][value]}", here + self.form.address(**{name: ""}))
            for name in FILTERS
            if (value := self.form.chosen(name))
        ]

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages of the one kind that is chosen, with gaps; none where there is only one."""
        return page_chips(self.tables[0].page, self.form.address) if len(self.tables) == 1 else []
