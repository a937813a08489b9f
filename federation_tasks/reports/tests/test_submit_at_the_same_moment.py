"""Twenty people press the button at once: one submission."""

import threading
from functools import partial

import pytest
from django.db import connections

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.files.keeping import remove
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import PDF, stored
from federation_tasks.plan.models import ProgressUpdate
from federation_tasks.reports.models import InstructionAnswer, Report, ReportEvidence, ReportVersion
from federation_tasks.reports.withdrawing import mark_opened
from federation_tasks.supervision.models import Instruction, InstructionDuty
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, perform

TIMES = 20


def at_once(*acts):
    """Run these at the same moment, each on a connection of its own; return what each ended with, None or the exception."""
    barrier, ends = threading.Barrier(len(acts)), [None] * len(acts)

    def run(position, act):
        barrier.wait()
        try:
            act()
        except Exception as error:
            ends[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_simultaneous_submits_make_one_submission(draft, cast):
    def submit():
        perform(Report.objects.get(), "submit", cast.access("head"))

    ends = at_once(*[submit] * TIMES)
    assert ends.count(None) == 1
    assert sum(isinstance(end, WrongState) for end in ends) == TIMES - 1
    assert (ReportVersion.objects.count(), HistoryRow.objects.of(draft).count(), Report.objects.get().submissions) == (1, 1, 1)
    assert ProgressUpdate.objects.count() == draft.items.count()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_opening_and_withdrawing_at_the_same_moment_never_both_succeed(draft, cast):
    perform(draft, "submit", cast.access("head"))
    for _ in range(5):
        report = Report.objects.select_related("standing").get()
        withdraw = partial(perform, Report.objects.get(), "withdraw", cast.access("head"))
        withdrawn, _ = at_once(withdraw, partial(mark_opened, report, cast.access("deputy")))
        version = ReportVersion.objects.first()
        assert (version.opened_at is None) == (withdrawn is None)
        assert (version.withdrawn_at is not None) == (withdrawn is None)
        if withdrawn is not None:
            perform(Report.objects.get(), "return", cast.access("deputy"), reason="再来")
        perform(Report.objects.get(), "submit", cast.access("head"))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_instruction_answered_on_its_page_while_the_report_is_submitted_is_answered_once(draft, cast, plan):
    leader = Leader.objects.get(user=cast.deputy)
    given = Instruction.objects.create(leader=leader, period=plan.period, number=1, text="盯住不放", due=TODAY, made_by=cast.deputy, made_on=TODAY)
    duty = InstructionDuty(instruction=given, department=cast.kfb, period=plan.period)
    perform(duty, "issue", cast.access("deputy"))
    perform(duty, "acknowledge", cast.access("head"))
    InstructionAnswer.objects.create(report=draft, duty=duty, outcome="done", text="办完了。")
    answer = partial(perform, InstructionDuty.objects.get(), "answer", cast.access("head"), reason="在要求页上答复")
    submitted, _ = at_once(partial(perform, Report.objects.get(), "submit", cast.access("head")), answer)
    assert submitted is None
    assert HistoryRow.objects.of(duty).filter(move="answer").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_version_never_lists_a_file_that_is_removed_at_the_same_moment(draft, cast, settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    for n in range(5):
        file = stored(draft, cast.clerk, cast.kfb, PDF + b"\n" * n)
        file.owner = ReportEvidence.objects.create(report=draft, attachment=file)
        file.save()
        submit = partial(perform, Report.objects.get(), "submit", cast.access("head"))
        submitted, removed = at_once(submit, partial(remove, Attachment.objects.get(pk=file.pk), cast.access("clerk")))
        listed = [row["id"] for row in ReportVersion.objects.order_by("number").last().content["files"]]
        assert submitted is None
        assert removed is None or isinstance(removed, WrongState)
        assert (file.pk in listed) == Attachment.objects.filter(pk=file.pk).exists() == (removed is not None)
        perform(Report.objects.get(), "return", cast.access("deputy"), reason="再来")
