"""What a list of tasks is narrowed down by: the parameters of /tasks/ (contract.md), read as a form."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import cached_property

from departments.access import Access, Capability
from departments.models import Department, Leader, Portfolio
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Goal, Period
from federation_tasks.plan.periods import chosen_day, chosen_period, offered_periods

# What is no light, but is listed beside them: 待核 and 待签收.
CLAIMED, ASSIGNED = "claimed", "assigned"
STATES = {CLAIMED: "待核", ASSIGNED: "待签收"}
LED, SUPPORTED = "", "supporting"
MOST_OFFERED = 100  # departments to choose from in a list; with more of them, one types the name
NAMED = 5  # departments that a refusal names
FILTERS = ("period", "on", "department", "leader", "goal", "role", "light", "q")


def select(*, label: str) -> forms.CharField:
    """Return an optional field whose choices the form knows and whose value it checks itself, so that the refusal is a useful sentence."""
    return forms.CharField(label=label, required=False, widget=forms.Select)


class Conditions(forms.Form):
    """What a list is narrowed down by. `names` are the parameters in the order of the page."""

    names: tuple[str, ...] = ()

    def __init__(self, typed: QueryDict) -> None:
        self.typed = typed.copy()
        super().__init__(self.typed, use_required_attribute=False)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        widget.choices = choices

    def _one(self, name: str, offered: dict[str, Any], what: str) -> Any:
        typed = self.cleaned_data[name].strip()
        if typed and typed not in offered:
            raise ValidationError(f"没有“{typed[:16]}”{what}，或者不在您的权限范围内。请从列表里选一个。")
        return offered.get(typed)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in self.names for sentence in self.errors.get(name, [])]

    def address(self, **changes: str) -> str:
        """Return the query of this list with some conditions changed; an empty one falls away, and so does the page."""
        query = QueryDict(mutable=True)
        for name in (*self.names, "page"):
            value = changes.get(name, "" if name == "page" else self.typed.get(name, ""))
            if value:
                query[name] = value
        return "?" + query.urlencode()


class HalfYearConditions(Conditions):
    """What a list of one half-year is narrowed down by, and by department where it asks for one. Only what this person may read is offered.

    A list that does not ask for a day is of today.
    """

    def __init__(self, typed: QueryDict, access: Access) -> None:
        super().__init__(typed)
        self.access = access
        self._offer("period", [(row.code, str(row)) for row in self.periods])
        if "department" in self.fields:
            self._ask_for_department()

    def _ask_for_department(self) -> None:
        """Offer the departments to choose from; where they are too many to look through, one types the name."""
        if len(self.departments) <= MOST_OFFERED:
            self._offer("department", [("", "全部")] + [(row.code, row.name) for row in self.departments])
            return
        field = self.fields["department"]
        field.label, field.help_text = f"{field.label}（选填）", "填名称或代码，例如“康复部”；名称只填一部分也可以。"
        field.widget = forms.TextInput(attrs={"autocomplete": "off"})

    @cached_property
    def periods(self) -> list[Period]:
        """Return the periods that can be looked at."""
        return offered_periods()

    @cached_property
    def departments(self) -> list[Department]:
        """Return the departments whose tasks, and what belongs to them, this person may read: all, or some where they are too many to offer."""
        return list(self.access.departments(Capability.READ_TASKS)[: MOST_OFFERED + 1])

    def clean_period(self) -> Period | None:
        """Return the period, by default the one that holds the day; None where there is none yet."""
        found = chosen_period(self.cleaned_data["period"], self.cleaned_data.get("on", self.access.on), self.periods)
        if found:
            self.typed["period"] = found.code  # so that the field shows what the page shows
        return found

    def clean_department(self) -> Department | None:
        """Return the department, or None for all."""
        typed = self.cleaned_data["department"].strip()
        if not typed or len(self.departments) <= MOST_OFFERED:
            return self._one("department", {row.code: row for row in self.departments}, "这个部室或单位")
        found = self._called(typed)
        self.typed["department"] = found.code
        return found

    def _called(self, typed: str) -> Department:
        """Return the one department that is called so, or whose name has it in it."""
        readable = self.access.departments(Capability.READ_TASKS)
        found = list(readable.filter(Q(code=typed) | Q(name=typed))[:1]) or list(readable.filter(name__icontains=typed)[: NAMED + 1])
        if not found:
            raise ValidationError(f"没有“{typed[:16]}”这个部室或单位，或者不在您的权限范围内。请核对名称或代码。")
        if len(found) > 1:
            names = "、".join(row.name for row in found[:NAMED]) + ("等" if len(found) > NAMED else "")
            raise ValidationError(f"名称里有“{typed[:16]}”的不止一个：{names}。请把名称填全。")
        return found[0]


class TaskFilter(HalfYearConditions):
    """The conditions of a list of tasks; all are optional. Only what this person may read is offered."""

    names = FILTERS
    on = forms.CharField(label="亮灯日期（选填）", required=False, help_text="例如 2026-10-21；留空就是今天。")
    period = select(label="半年")
    department = select(label="部室或单位")
    leader = select(label="分管领导")
    goal = select(label="目标")
    role = select(label="承担")
    light = select(label="亮灯")
    q = forms.CharField(label="关键词（选填）", required=False, max_length=100, help_text="在任务名称和要求里查找，只查这个半年的。")

    def __init__(self, typed: QueryDict, access: Access) -> None:
        super().__init__(typed, access)
        self._offer("leader", [("", "全部")] + [(str(row.pk), f"{row.federation_post} {row.name}") for row in self.leaders])
        self._offer("goal", [("", "全部")] + [(str(row.number), row.name) for row in self.goals])
        self._offer("role", [(LED, "牵头"), (SUPPORTED, "配合")])

    @cached_property
    def goals(self) -> list[Goal]:
        """Return the goals."""
        return list(Goal.objects.all())

    def clean_on(self) -> dt.date:
        """Return the day on which the lights are judged."""
        return chosen_day(self.cleaned_data["on"], self.access.on)

    @cached_property
    def leaders(self) -> list[Leader]:
        """Return the leaders who are in charge of something today."""
        in_charge = Portfolio.objects.on(self.access.on).values("leader")
        return list(Leader.objects.filter(Leader.in_office_on(self.access.on), pk__in=in_charge))

    def clean_leader(self) -> Leader | None:
        """Return the leader whose portfolio is meant, as it was on the day that is looked at; None for all."""
        typed = self.cleaned_data["leader"].strip()
        if not typed:
            return None
        found = Leader.typed(typed, self.cleaned_data.get("on", self.access.on)).first()
        if found is None:
            raise ValidationError(f"没有“{typed[:16]}”这位领导，或者那天不在任。请从列表里选一位。")
        return found

    def clean_goal(self) -> Goal | None:
        """Return the goal, or None for all."""
        return self._one("goal", {str(row.number): row for row in self.goals}, "这个目标")

    def clean_role(self) -> str:
        """Return whether the departments lead the tasks or support them."""
        return self._one("role", {SUPPORTED: SUPPORTED}, "这种承担方式") or LED

    def clean_light(self) -> str:
        """Return the light, or 待核 or 待签收, or an empty text for all."""
        return self._one("light", {value: value for value in (*Light, *STATES)}, "这种灯") or ""

    def offer_lights(self, lamps: Lamps) -> None:
        """Offer the lights by the names that are in use."""
        self._offer("light", [("", "全部"), *((light.value, lamps.counted(light).words) for light in Light), *STATES.items()])
