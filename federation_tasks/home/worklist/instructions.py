"""What leaders require of a department (明确要求): what it has to acknowledge and answer, and what a leader has to look at."""

from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.home.worklist.pieces import SHOWN, Item, Section
from federation_tasks.supervision.models import DutyState, InstructionDuty
from federation_tasks.workflow.models import HistoryRow, last_move

# An answer waits for the leader; one on which he made a remark waits for the department.
ANSWERED = Q(state=DutyState.ANSWERED) & ~Q(last_move="remark")
TO_DO = ~Q(state=DutyState.CLOSED) & ~ANSWERED
LONGEST = 40  # characters of an instruction in a list


class OwnInstructions:
    """The open instructions of the departments that this person heads or is clerk of."""

    def __init__(self, access: Access) -> None:
        self.access = access
        places = {row.department_id for row in access.places}
        self.heading = {pk for pk in places if access.may(Capability.ANSWER_FOR, pk)}
        self.departments = [pk for pk in places if access.may(Capability.UPDATE_TASKS, pk)]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return how many are to be done, and how many wait for a leader: one query."""
        if not self.departments:
            return {"to_do": 0, "answered": 0}
        duties = InstructionDuty.objects.filter(department__in=self.departments).annotate(last_move=last_move(InstructionDuty)).order_by()
        return dict(duties.aggregate(to_do=Count("pk", filter=TO_DO), answered=Count("pk", filter=ANSWERED)))

    def sections(self) -> list[Section]:
        """Return what is to be acknowledged and answered, overdue ones first, then what was sent back: at most two queries."""
        return [self._section("明确要求", "to_do", TO_DO)] if self.numbers["to_do"] else []

    def waiting(self) -> list[Section]:
        """Return the answers that a leader has to look at: at most two queries."""
        return [self._section("已答复要求，等领导销号", "answered", ANSWERED)] if self.numbers["answered"] else []

    def _section(self, title: str, name: str, condition: Q) -> Section:
        overdue, sent_back = Q(instruction__due__lt=self.access.on), Q(state=DutyState.SENT_BACK)
        rank = Case(When(overdue, then=Value(0)), When(sent_back, then=Value(1)), default=Value(2), output_field=IntegerField())
        duties: Any = (
            InstructionDuty.objects.annotate(last_move=last_move(InstructionDuty)).filter(condition, department__in=self.departments).annotate(rank=rank)
        )
        duties = duties.select_related("instruction__leader", "instruction__period", "department").order_by("rank", "instruction__due", "pk")[:SHOWN]
        words = _words_of_leaders(duties)
        return Section(title, [self._item(duty, words.get(duty.pk, "")) for duty in duties], self.numbers[name], reverse("supervision:instructions"))

    def _item(self, duty: InstructionDuty, words: str) -> Item:
        instruction, days = duty.instruction, duty.days_overdue_on(self.access.on)
        text = f"{duty.department}，{instruction.leader}提出，{instruction.due.month}月{instruction.due.day}日前办。"
        text += f"领导意见：“{words}”" if words else ""
        flag = f"逾期 {days} 天" if days else str(duty.get_state_display())
        return Item(f"{instruction}：{_shortened(instruction.text)}", duty.get_absolute_url(), text, self._action(duty), flag=flag)

    def _action(self, duty: InstructionDuty) -> str:
        if duty.department_id not in self.heading:
            return "看要求"
        if duty.state == DutyState.ANSWERED:
            return "补充答复" if duty.last_move == "remark" else "看要求"  # type: ignore[attr-defined]
        return "签收" if duty.state == DutyState.ASSIGNED else "重新答复" if duty.state == DutyState.SENT_BACK else "答复"


def _words_of_leaders(duties: Any) -> dict[int, str]:
    """Return what a leader said last of each of these answers: one query, none where there was no answer."""
    ids = [duty.pk for duty in duties if duty.answer]
    if not ids:
        return {}
    kind = ContentType.objects.get_for_model(InstructionDuty)
    said: dict[int, str] = {}
    for row in HistoryRow.objects.filter(content_type=kind, object_id__in=ids, move__in=["answer", "supplement", "send_back", "remark"]).order_by("on", "pk"):
        said[row.object_id] = "" if row.move in {"answer", "supplement"} else row.reason
    return said


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
