"""A report as a document: texts, figures and the plan as it stood. What is previewed, what is frozen and what is read are one thing."""

from collections.abc import Iterable
from typing import Any

from federation_tasks.plan.lights import Lamp, Light
from federation_tasks.plan.models import Task
from federation_tasks.plan.progress import number_words
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.models import Achievement, InstructionAnswer, Problem, ReportEvidence, ReportItem
from federation_tasks.reports.recipients import addressed

Content = dict[str, Any]


def compose(filing: Filing) -> Content:
    """Return the report as it stands now, in plain values that a version keeps as JSON."""
    report = filing.report
    return {
        "department": str(report.department),
        "period": str(report.period),
        "next_half": report.period.next_half,
        "to": addressed(report.department, filing.day),
        "mode": filing.duty.get_mode_display() if filing.duty else "",
        "on": filing.day.isoformat(),
        "instructions": [_instruction(answer) for answer in filing.answers],
        "items": [_item(filing, item) for item in filing.items],
        "problems": [_problem(problem) for problem in filing.problems],
        "achievements": [_achievement(row) for row in filing.achievements if row.text],
        "arrangements": report.arrangements,
        "files": _files(filing.evidence_of_whole),
    }


def _instruction(answer: InstructionAnswer) -> Content:
    """Return what was required, by whom, and what the report says of it."""
    duty, instruction = answer.duty, answer.duty.instruction
    return {
        "duty": duty.pk,
        "number": str(instruction),
        "text": instruction.text,
        "leader": f"{instruction.leader.federation_post} {instruction.leader.name}".strip(),
        "due": instruction.due.isoformat(),
        "outcome": answer.outcome,
        "outcome_words": answer.get_outcome_display(),
        "said": answer.text,
    }


def _item(filing: Filing, item: ReportItem) -> Content:
    return _plan(item.task) | _said(item) | {"elapsed": filing.elapsed(item), "light": _light(filing, item)}


def _plan(task: Task) -> Content:
    """Return the task as it was promised, on the day."""
    return {
        "task": task.pk,
        "title": task.title,
        "goal": {"number": task.goal.number, "name": task.goal.name},
        "measure": task.measure,
        "planned": None if task.quantity is None else number_words(task.quantity),
        "unit": task.unit,
        "start": task.start.isoformat(),
        "due": task.due.isoformat(),
        "original_due": task.original_due.isoformat(),
        "state": task.get_state_display(),
    }


def _said(item: ReportItem) -> Content:
    """Return what the report says of the task."""
    done = item.stated_milestones
    return {
        "quantity_done": number_words(item.stated_quantity) if item.task.measure == Task.Measure.QUANTITY else None,
        "milestones": [{"id": row.pk, "name": row.name, "done": row.pk in done} for row in item.task.milestones.all()],
        "progress": item.stated_progress,
        "narrative": item.narrative,
        "next_step": item.next_step,
        "coordination": item.coordination,
        "is_no_progress": item.is_no_progress,
        "reason": item.reason,
        "files": _files(item.evidence),
    }


def _files(rows: Iterable[ReportEvidence]) -> list[Content]:
    """Return the files that stand, so that a version names them for ever: which they were, and what was in them."""
    return [{"id": row.attachment_id, "name": row.row.name, "size": row.row.size, "sha256": row.row.sha256} for row in rows if row.stands]


def _light(filing: Filing, item: ReportItem) -> Content:
    lamp = filing.lamp(item)
    return {"light": lamp.light.value, "shape": lamp.shape, "words": lamp.words}


def _problem(problem: Problem) -> Content:
    goal = problem.goal and {"number": problem.goal.number, "gap": problem.goal.gap_name}
    due = problem.due and problem.due.isoformat()
    return {"id": problem.key, "goal": goal, "text": problem.text, "measure": problem.measure, "owner": problem.owner, "due": due}


def _achievement(row: Achievement) -> Content:
    return {"theme": {"number": row.theme.number, "name": row.theme.name}, "text": row.text}


class FrozenLamps:
    """Lights as they stood when a document was made: `{% light lamps item %}` prints them like those of today."""

    def of(self, item: Content) -> Lamp:
        """Return the light that an item of a document was frozen with."""
        said = item["light"]
        return Lamp(Light(said["light"]), said["shape"], said["words"])
