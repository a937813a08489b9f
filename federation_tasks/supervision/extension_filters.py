"""What a list of extensions is narrowed down by: the parameters of /extensions/, read as a form."""

from typing import Any

from django.http import QueryDict

from departments.access import Access
from federation_tasks.supervision.filters import HalfYearConditions, select
from federation_tasks.supervision.models import ExtensionState


class ExtensionFilter(HalfYearConditions):
    """The conditions of a list of extensions; all are optional. Only what this person may read is offered."""

    names = ("period", "state", "department")
    period = select(label="半年")
    state = select(label="状态")
    department = select(label="部室或单位")

    def __init__(self, typed: QueryDict, access: Access) -> None:
        super().__init__(typed, access)
        self._offer("state", [("", "全部"), *((state.value, str(state.label)) for state in ExtensionState)])

    def clean_state(self) -> Any:
        """Return the state, or an empty text for all."""
        return self._one("state", {state.value: state.value for state in ExtensionState}, "这种状态") or ""
