"""Each instruction since the last report is answered in this one (上次要求回头看; domain.md, A report's life)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from federation_tasks.reports.background import standing_of
from federation_tasks.reports.findings import Finding
from federation_tasks.reports.models import InstructionAnswer, Outcome, Report
from federation_tasks.supervision.models import DutyState, InstructionDuty
from federation_tasks.workflow.models import last_move

BESIDE = ("department", "period", "instruction__leader", "instruction__period")


def asked(report: Report, last: Report | None) -> Any:
    """Return what the department must answer in its report: the one rule (domain.md, A report's life; An instruction's life).

    What no leader has closed, whenever it was given; and what was given since the last report, even if it is closed by now. `last` is
    the department's report before this one that stands submitted; without one, the first day of the period counts. What came on the
    day of the last report and was not answered in it belongs to this one. What this report has answered already stays in it. What a
    leader requires no more (不再要求) is never asked.
    """
    since = timezone.localdate(standing_of(last).submitted_at) if last else report.period.starts_on
    is_new = Q(instruction__made_on__gte=since)
    if last:
        is_new &= ~Q(pk__in=InstructionAnswer.objects.filter(report=last).values("duty"))
    is_here = Q(pk__in=InstructionAnswer.objects.filter(report=report).values("duty"))
    duties = InstructionDuty.objects.filter(department=report.department_id).annotate(last_move=last_move(InstructionDuty))
    duties = duties.filter(~Q(state=DutyState.CLOSED) | is_new | is_here).exclude(state=DutyState.CLOSED, last_move="release")
    return duties.order_by("instruction__made_on", "instruction__period", "instruction__number", "pk")


def answers_in(report: Report, last: Report | None) -> list[InstructionAnswer]:
    """Return an answer for each instruction that is asked, stored or offered: two queries, however many there are."""
    said = {answer.duty_id: answer for answer in InstructionAnswer.objects.filter(report=report)}
    return [_answer(report, duty, said.get(duty.pk)) for duty in asked(report, last).select_related(*BESIDE)]


def _answer(report: Report, duty: InstructionDuty, said: InstructionAnswer | None) -> InstructionAnswer:
    """Return what is stored; else what was answered on the instruction's own page, so that nobody types it twice.

    What a leader has agreed to close is 落实; what waits for him is his to judge, and the department says itself how far it is.
    """
    closed = duty.state == DutyState.CLOSED
    answer = said or InstructionAnswer(report=report, outcome=Outcome.DONE if closed else "", text=answer_of(duty))
    answer.duty = duty
    return answer


def answer_of(duty: InstructionDuty) -> str:
    """Return what was answered at the instruction, with plain line ends, as a report's form would send it back."""
    return str(duty.answer).replace("\r\n", "\n").strip()


def missing_answers(answers: list[InstructionAnswer]) -> Iterator[Finding]:
    """Return a sentence for each instruction that is not answered, or not said why."""
    for answer in answers:
        which = answer.duty.instruction
        if not answer.outcome:
            yield Finding(f"{answer.prefix}-outcome", f"请回答{which}落实了没有。")
        elif not answer.is_done and not answer.text.strip():
            yield Finding(f"{answer.prefix}-text", f"{which}选了“{answer.get_outcome_display()}”，请写明为什么、接着怎么办。")
        elif answer.is_done and was_refused(answer):
            yield Finding(f"{answer.prefix}-text", f"{which}的这段答复被退回过，请按退回理由重写；还没有落实的，请改选“部分落实”或“未落实”。")


def was_refused(answer: InstructionAnswer) -> bool:
    """Say whether a leader has sent back these very words."""
    duty = answer.duty
    return duty.state == DutyState.SENT_BACK and answer.words == answer_of(duty)
