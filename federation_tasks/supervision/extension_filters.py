"""What a list of extensions is narrowed down by: the parameters of /extensions/, read as a form."""

from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.plan.models import Period
from federation_tasks.plan.periods import chosen_period, offered_periods
from federation_tasks.supervision.filters import Conditions, select
from federation_tasks.supervision.models import ExtensionState


class ExtensionFilter(Conditions):
    """The conditions of a list of extensions; all are optional. Only what this person may read is offered."""

    names = ("period", "state", "department")
    period = select(label="半年")
    state = select(label="状态")
    department = select(label="部室或单位")

    def __init__(self, typed: QueryDict, access: Access) -> None:
        super().__init__(typed)
        self.access = access
        self._offer("period", [(row.code, str(row)) for row in self.periods])
        self._offer("state", [("", "全部"), *((state.value, str(state.label)) for state in ExtensionState)])
        self._offer("department", [("", "全部")] + [(row.code, row.name) for row in self.departments])

    @cached_property
    def periods(self) -> list[Period]:
        """Return the periods that can be looked at."""
        return offered_periods()

    @cached_property
    def departments(self) -> list[Department]:
        """Return the departments whose extensions this person may read."""
        return list(self.access.departments(Capability.READ_TASKS))

    def clean_period(self) -> Period | None:
        """Return the period, by default the one that holds the day; None where there is none yet."""
        found = chosen_period(self.cleaned_data["period"], self.access.on, self.periods)
        if found:
            self.typed["period"] = found.code  # so that the field shows what the page shows
        return found

    def clean_state(self) -> Any:
        """Return the state, or an empty text for all."""
        return self._one("state", {state.value: state.value for state in ExtensionState}, "这种状态") or ""

    def clean_department(self) -> Any:
        """Return the department, or None for all."""
        return self._one("department", {row.code: row for row in self.departments}, "这个部室或单位")
