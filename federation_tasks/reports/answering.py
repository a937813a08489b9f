"""What submitting a report does to the instructions that it answers: nobody types the same answer twice, and nothing is answered twice."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType

from federation_tasks.reports.instructions import answer_of
from federation_tasks.reports.models import InstructionAnswer, ReportVersion
from federation_tasks.supervision.models import DutyState, InstructionDuty
from federation_tasks.supervision.moves.instructions import NOT_ANSWERED
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import Act, perform

SAYING = ("answer", "supplement", "state")


@dataclass(frozen=True)
class Said:
    """What was said of one instruction before: the last move on it, the answer that stands, and the last word of a report."""

    last: HistoryRow | None = None
    answer: HistoryRow | None = None
    statement: HistoryRow | None = None

    @property
    def is_departments_turn(self) -> bool:
        """Say whether a leader's remark on the answer waits for more."""
        return self.last is not None and self.last.move == "remark"

    def answered_in(self, code: str) -> bool:
        """Say whether the answer that stands came from the report on this period."""
        return self.answer is not None and self.answer.facts.get("report") == code

    def is_stated(self, code: str, outcome: str, words: str) -> bool:
        """Say whether the report on this period has said the same already."""
        row = self.statement
        return row is not None and (row.facts.get("report"), row.facts.get("outcome"), row.reason) == (code, outcome, words)


def answer_duties(answers: list[InstructionAnswer], act: Act, version: ReportVersion) -> None:
    """Keep every answer with the report, and make the moves that follow from it on the duties, as they stand now.

    In the transaction of the submission: the duties are locked first, so that somebody who answers one on its own page at the same
    moment is either before or after this.
    """
    InstructionAnswer.objects.bulk_create([answer for answer in answers if answer.pk is None])
    ids = [answer.duty_id for answer in answers]
    owed = InstructionDuty.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("instruction", "department", "period")
    duties = {duty.pk: duty for duty in owed.order_by("pk")}
    said, period = said_before(ids), act.thing.period
    for answer in answers:
        facts = {"report": period.code, "half": str(period), "version": version.number, "outcome": answer.get_outcome_display()}
        for name in moves_for(duties[answer.duty_id], answer, said.get(answer.duty_id, Said()), period.code):
            reason = "" if name == "acknowledge" else words_of(name, answer)
            perform(duties[answer.duty_id], name, act.access, reason=reason, said_in=facts)


def said_before(ids: list[int]) -> dict[int, Said]:
    """Return what was said of each of these duties before: one query."""
    kind = ContentType.objects.get_for_model(InstructionDuty)
    found: dict[int, dict[str, HistoryRow]] = {}
    for row in HistoryRow.objects.filter(content_type=kind, object_id__in=ids).order_by("pk"):
        known = found.setdefault(row.object_id, {})
        known["last"] = row
        if row.move in {"answer", "supplement"}:
            known["answer"] = row
        if row.move in SAYING and "report" in row.facts:
            known["statement"] = row
    return {pk: Said(**rows) for pk, rows in found.items()}


def moves_for(duty: InstructionDuty, answer: InstructionAnswer, said: Said, code: str) -> list[str]:
    """Return which moves an answer makes on a duty.

    落实 answers a duty that nobody has answered yet; what the same report answered before, or a leader wants more of, is supplemented
    where the words differ; a fuller answer given on the instruction's own page is never replaced. 部分落实 and 未落实 leave the duty
    open, with a line that the leader reads there. What was said already is not said again, and what is closed stays as it is.
    """
    if duty.state == DutyState.CLOSED:
        return []
    first = ["acknowledge"] if duty.state == DutyState.ASSIGNED else []
    if answer.is_done and duty.state in NOT_ANSWERED:
        return [*first, "answer"]
    is_answered = duty.state == DutyState.ANSWERED
    if is_answered and words_of("supplement", answer) == answer_of(duty):
        return []
    if is_answered and (said.is_departments_turn or (answer.is_done and said.answered_in(code))):
        return ["supplement"]
    return [] if said.is_stated(code, answer.get_outcome_display(), answer.words) else [*first, "state"]


def words_of(move: str, answer: InstructionAnswer) -> str:
    """Return what a move says: the outcome stands before the text where it becomes the answer itself."""
    return f"{answer.get_outcome_display()}：{answer.words}" if move == "supplement" and not answer.is_done else answer.words
