"""Note in the demo's diary what leaders require, what units ask to put off, and what the office urges."""

import datetime as dt
import uuid
from typing import Any

from departments.models import User
from federation_tasks.home.demo.requirements import ANSWERED, NOTE, POSTPONEMENTS, REQUIREMENTS, URGED, URGED_ON, Deed, Postponement, Requirement
from federation_tasks.home.demo.tasks import Story, current
from federation_tasks.plan.models import Task
from federation_tasks.supervision.giving import Wanted, give
from federation_tasks.supervision.models import Extension, Instruction, InstructionDuty, Urge, UrgeStage
from federation_tasks.supervision.moves.extensions import not_askable
from federation_tasks.supervision.origins import Origin
from federation_tasks.supervision.urging import Wanted as Urging
from federation_tasks.supervision.urging import send
from federation_tasks.workflow.moves import Act, perform, table_of


def supervise(story: Story) -> None:
    """Note what belongs to the supervision loop, beside the lives of tasks and reports."""
    for requirement in REQUIREMENTS:
        story.diary.note(_day(story, requirement.day), _giving(story, requirement))
        for code, course in requirement.courses.items():
            for deed in course:
                story.diary.note(_day(story, deed.day), _on_duty(story, requirement, code, deed))
    for one in POSTPONEMENTS:
        story.diary.note(_day(story, one.asked), _asking(story, one))
        if one.decision:
            story.diary.note(_day(story, one.decision.day), _deciding(story, one, one.decision))
    story.diary.note(_day(story, URGED_ON), _urging(story))
    story.diary.note(_day(story, ANSWERED[1]), _answering(story))


def _day(story: Story, offset: int) -> dt.date:
    return story.running.anchor + dt.timedelta(days=offset)


def _maker(story: Story, requirement: Requirement) -> User:
    return story.people.in_charge[requirement.leader_of] if requirement.leader_of else User.objects.get(username="principal")


def _giving(story: Story, requirement: Requirement) -> Any:
    def act(day: dt.date) -> None:
        departments = [story.people.departments[code] for code in requirement.courses]
        wanted = Wanted(requirement.text, _day(story, requirement.due), departments)
        give([wanted], Origin(), uuid.uuid4(), story.diary.access(_maker(story, requirement), day))

    return act


def _on_duty(story: Story, requirement: Requirement, code: str, deed: Deed) -> Any:
    def act(day: dt.date) -> None:
        by = _maker(story, requirement) if deed.by == "leader" else story.actor(code, deed.by)
        given = Instruction.objects.get(text=requirement.text)
        duty = InstructionDuty.objects.get(instruction=given, department__code=code)
        # The report may have acknowledged or answered it already.
        if duty.state in table_of(duty)[deed.move].sources:
            perform(duty, deed.move, story.diary.access(by, day), reason=deed.reason)

    return act


def _task(title: str) -> Task:
    return current(Task.objects.filter(title=title, carried_from=None).latest("pk"))


def _asking(story: Story, one: Postponement) -> Any:
    def act(day: dt.date) -> None:
        task = _task(one.title)
        asked, head = Extension(task=task), story.diary.access(story.actor(task.department.code, "head"), day)
        until = min(task.due + dt.timedelta(days=one.days), task.period.ends_on)
        # Near the end of a half-year there is nothing to put off: what is not done then is carried over.
        if not not_askable(Act(asked, head)):
            perform(asked, "ask", head, reason=one.reason, asked_due=until, standing=one.standing)

    return act


def _deciding(story: Story, one: Postponement, decision: Deed) -> Any:
    def act(day: dt.date) -> None:
        task = _task(one.title)
        for asked in Extension.objects.waiting().filter(task=task):
            perform(asked, decision.move, story.diary.access(story.actor(task.department.code, "leader"), day), reason=decision.reason, new_due=asked.asked_due)

    return act


def _urging(story: Story) -> Any:
    def act(day: dt.date) -> None:
        keys = tuple(f"task-{_task(title).pk}" for title in URGED)
        send(Urging(keys, NOTE, dict.fromkeys(keys, UrgeStage.Stage.BLUE), {}), story.diary.access(story.people.office, day))

    return act


def _answering(story: Story) -> Any:
    def act(day: dt.date) -> None:
        title, _, words = ANSWERED
        task = _task(title)
        for urge in Urge.objects.unanswered().filter(task=task):
            perform(urge, "answer", story.diary.access(story.actor(task.department.code, "head"), day), reason=words)

    return act
