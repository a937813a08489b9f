"""Each instruction since the last report is answered in it, and once (上次要求回头看): what is asked, what must be said, what submitting does."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.completeness import missing
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.instructions import asked
from federation_tasks.reports.models import InstructionAnswer, Report, ReportVersion
from federation_tasks.supervision.models import Instruction, InstructionDuty
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

from .conftest import fields_of, fill

pytestmark = pytest.mark.usefixtures("morning")

WORK = "每周调度一次，月底前补齐台账。"


@pytest.fixture
def require(plan, cast):
    """The deputy requires something of a department on a day; it comes as far as a state."""

    def make(department=None, on=TODAY, text=WORK, due=dt.date(2026, 11, 20), number=None):
        number = number or Instruction.objects.count() + 1
        leader = Leader.objects.get(user=cast.deputy)
        given = Instruction.objects.create(leader=leader, period=plan.period, number=number, text=text, due=due, made_by=cast.deputy, made_on=on)
        duty = InstructionDuty(instruction=given, department=department or cast.kfb, period=plan.period)
        perform(duty, "issue", cast.access("deputy", on))
        return duty

    return make


def bring(cast, duty, *moves, reason="已经调度三次。"):
    for name in moves:
        part = "deputy" if name in {"close", "send_back", "release"} else "head"
        perform(duty, name, cast.access(part), reason={"close": "同意"}.get(name, reason))
    return duty


def answer(report, duty, outcome, text=""):
    found, _ = InstructionAnswer.objects.update_or_create(report=report, duty=duty, defaults={"outcome": outcome, "text": text})
    return found


def sentences(report):
    return [remark.sentence for remark in missing(Filing(Report.objects.get(pk=report.pk), TODAY))]


def submit(report, cast):
    perform(Report.objects.get(pk=report.pk), "submit", cast.access("head"))


def said_of(duty):
    """Return what the department said of it, oldest first: the move, its words, and which version said it."""
    rows = HistoryRow.objects.of(duty).filter(move__in=["answer", "supplement", "state"]).order_by("pk")
    return [(row.move, row.reason, row.facts.get("version")) for row in rows]


def asked_of(report):
    return [duty.instruction.number for duty in asked(report, Filing(report, TODAY).last)]


# --- Which are asked -------------------------------------------------------------------------------------------------


def test_open_ones_and_ones_given_in_the_half_year_are_asked(draft, require, cast):
    require(on=dt.date(2025, 3, 1))
    bring(cast, require(on=TODAY), "acknowledge", "answer", "close")
    bring(cast, require(on=dt.date(2026, 6, 30)), "acknowledge", "answer", "close")  # over before the half-year began
    require(cast.kfyy)
    assert asked_of(draft) == [1, 2]


def test_what_is_required_no_more_is_not_asked(draft, require, cast):
    bring(cast, require(), "acknowledge", "release")
    assert asked_of(draft) == []


def before(plan, cast, day):
    """Return the department's report on the half-year before, submitted on a day."""
    period = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    ReportDuty.objects.create(period=period, department=cast.kfb)
    report = fill(start_report(period, cast.kfb, cast.clerk))
    perform(report, "submit", cast.access("head", day))
    Period.objects.filter(pk=period.pk).update(state=Period.State.CLOSED)
    return report


def test_what_came_after_the_last_report_is_asked_even_where_it_is_closed(draft, require, cast, plan):
    earlier = require(on=dt.date(2026, 7, 2))
    same_day_answered, same_day_after = require(on=dt.date(2026, 7, 10)), require(on=dt.date(2026, 7, 10))
    later = require(on=dt.date(2026, 7, 11))
    for duty in (earlier, same_day_answered, same_day_after, later):
        bring(cast, duty, "acknowledge", "answer", "close")
    last = before(plan, cast, dt.date(2026, 7, 10))
    InstructionAnswer.objects.filter(report=last).delete()
    answer(last, same_day_answered, "done", "已调度。")
    assert asked_of(draft) == [same_day_after.instruction.number, later.instruction.number]


def test_what_this_report_answered_stays_in_it_when_the_leader_closes_it(draft, require, cast):
    old = bring(cast, require(on=dt.date(2026, 3, 1)), "acknowledge", "answer")
    answer(draft, old, "done", "办完了。")
    bring(cast, old, "close")
    assert asked_of(draft) == [1]


# --- What must be said -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "text", "sentence"),
    [
        ("", "", "请回答2026年下半年第 1 号要求落实了没有。"),
        ("", "写了一半", "请回答2026年下半年第 1 号要求落实了没有。"),
        ("partly", " ", "2026年下半年第 1 号要求选了“部分落实”，请写明为什么、接着怎么办。"),
        ("not_done", "", "2026年下半年第 1 号要求选了“未落实”，请写明为什么、接着怎么办。"),
        ("done", "", None),
        ("partly", "台账还差两个县。", None),
    ],
)
def test_each_must_be_answered_before_submitting(draft, require, cast, outcome, text, sentence):
    answer(draft, require(), outcome, text)
    assert sentences(draft) == ([sentence] if sentence else [])


def test_an_unanswered_one_keeps_the_report_back(draft, require, cast, walk):
    duty = require()
    with pytest.raises(ValidationError) as refused:
        submit(draft, cast)
    assert list(refused.value.message_dict) == [f"instructions-{duty.pk}-outcome"]
    page = walk("head").write("submit").content.decode()
    assert f'href="#id_instructions-{duty.pk}-outcome_0"' in page
    assert f'id="id_instructions-{duty.pk}-outcome_0"' in page
    assert "请回答2026年下半年第 1 号要求落实了没有。" in walk("head").get("preview/").content.decode()


def test_what_a_leader_agreed_to_close_is_answered_already(draft, require, cast):
    bring(cast, require(), "acknowledge", "answer", "close")
    assert sentences(draft) == []
    submit(draft, cast)
    [kept] = ReportVersion.objects.get().content["instructions"]
    assert (kept["outcome"], kept["said"]) == ("done", "已经调度三次。")
    assert InstructionAnswer.objects.get().outcome == "done"


def test_the_same_words_are_not_sent_again_after_a_sending_back(draft, require, cast):
    duty = bring(cast, require(), "acknowledge", "answer", "send_back")
    answer(draft, duty, "done", "已经调度三次。")
    assert "被退回过" in sentences(draft)[0]
    answer(draft, duty, "done", "十月调度三次，台账补齐 12 个县。")
    submit(draft, cast)
    assert said_of(duty)[-1] == ("answer", "十月调度三次，台账补齐 12 个县。", 1)


# --- The form --------------------------------------------------------------------------------------------------------


def test_the_form_shows_what_was_required_and_keeps_what_is_typed(draft, require, cast, walk):
    duty = bring(cast, require(due=TODAY - dt.timedelta(days=3), on=TODAY - dt.timedelta(days=9)), "acknowledge", "answer")
    clerk = walk("clerk")
    page = clerk.get("edit/")
    text = page.content.decode()
    for words in ("上次要求回头看", WORK, "副理事长 副理事长乙", "逾期 3 天", "已答复，待销号", f'name="instructions-{duty.pk}-outcome"'):
        assert words in text, words
    assert fields_of(page)[f"instructions-{duty.pk}-text"] == "已经调度三次。"  # answered at the instruction, offered here
    clerk.write(**{f"instructions-{duty.pk}-outcome": "partly", f"instructions-{duty.pk}-text": "还差两个县。"})
    stored = InstructionAnswer.objects.get()
    assert (stored.outcome, stored.text, Report.objects.get().revision) == ("partly", "还差两个县。", draft.revision + 1)
    again = fields_of(clerk.get("edit/"))
    assert (again[f"instructions-{duty.pk}-outcome"], again[f"instructions-{duty.pk}-text"]) == ("partly", "还差两个县。")


def test_what_did_not_arrive_stays_and_a_bad_choice_is_told(draft, require, walk):
    duty = require()
    answer(draft, duty, "partly", "还差两个县。")
    clerk = walk("clerk")
    fields = {name: value for name, value in clerk.form().items() if not name.startswith("instructions-")}
    clerk.send(fields | {f"instructions-{duty.pk}-text": "还差一个县。"})
    assert (InstructionAnswer.objects.get().outcome, InstructionAnswer.objects.get().text) == ("partly", "还差一个县。")
    page = clerk.send(clerk.form() | {f"instructions-{duty.pk}-outcome": "fine", f"instructions-{duty.pk}-text": "都好了。"}).content.decode()
    assert "请从落实、部分落实、未落实里选一个。" in page
    assert InstructionAnswer.objects.get().text == "都好了。"


def test_somebody_elses_answer_is_shown_beside_mine(draft, require, walk):
    duty = require()
    clerk, head = walk("clerk"), walk("head")
    stale = clerk.form()
    head.write(**{f"instructions-{duty.pk}-outcome": "not_done", f"instructions-{duty.pk}-text": "没有经费。"})
    page = clerk.send(stale | {f"instructions-{duty.pk}-outcome": "done", f"instructions-{duty.pk}-text": "办完了。"}).content.decode()
    for words in (
        "别人同时也改了这几处",
        "<blockquote data-theirs>未落实</blockquote>",
        "<blockquote data-theirs>没有经费。</blockquote>",
        "<blockquote data-mine>落实</blockquote>",
    ):
        assert words in page
    assert InstructionAnswer.objects.get().outcome == "not_done"


def test_an_instruction_given_while_somebody_writes_shifts_nothing(draft, require, walk):
    first = require(on=TODAY)
    clerk = walk("clerk")
    fields = clerk.form()
    second = require(on=TODAY - dt.timedelta(days=30))  # sorts first
    clerk.send(fields | {f"instructions-{first.pk}-outcome": "done"})
    assert [(row.duty_id, row.outcome) for row in InstructionAnswer.objects.all()] == [(first.pk, "done")]
    assert f"instructions-{second.pk}-text" in clerk.form()


# --- Submitting ------------------------------------------------------------------------------------------------------


def test_done_answers_the_instruction_so_that_nobody_types_it_twice(draft, require, cast):
    new, begun, silent = require(), bring(cast, require(), "acknowledge"), require()
    answer(draft, new, "done", "已经调度三次。")
    answer(draft, begun, "done", "台账补齐。")
    answer(draft, silent, "done")
    submit(draft, cast)
    assert set(InstructionDuty.objects.values_list("state", "answered_by", "answered_on")) == {("answered", cast.head.pk, TODAY)}
    assert [said_of(duty) for duty in (new, begun, silent)] == [
        [("answer", "已经调度三次。", 1)],
        [("answer", "台账补齐。", 1)],
        [("answer", "已落实。", 1)],
    ]
    assert InstructionDuty.objects.get(pk=new.pk).acknowledged_on == TODAY


@pytest.mark.parametrize(("outcome", "words"), [("partly", "部分落实"), ("not_done", "未落实")])
def test_what_is_not_done_stays_open_and_the_leader_reads_why_at_the_instruction(draft, require, cast, outcome, words):
    duty = require()
    answer(draft, duty, outcome, "还差两个县，十二月补齐。")
    submit(draft, cast)
    duty.refresh_from_db()
    assert (duty.state, duty.answer) == ("acknowledged", "")
    page = cast.client("deputy").get(duty.get_absolute_url()).content.decode()
    assert f"2026年下半年汇报第 1 稿：{words}" in page
    assert "还差两个县，十二月补齐。" in page
    assert f"2026年下半年汇报第 1 稿：{words}" in cast.client("office").get("/departments/kfb/timeline/").content.decode()


def test_an_answer_given_at_the_instruction_is_not_given_again(draft, require, cast):
    duty = bring(cast, require(), "acknowledge", "answer", reason="十月调度三次，台账、名册和照片都在附件里。")
    answer(draft, duty, "done", "十月调度三次，台账、名册和照片都在附件里。")
    submit(draft, cast)
    assert said_of(duty) == [("answer", "十月调度三次，台账、名册和照片都在附件里。", None)]


def test_a_fuller_answer_is_not_replaced_by_a_shorter_one_of_the_report(draft, require, cast):
    duty = bring(cast, require(), "acknowledge", "answer", reason="长的答复")
    answer(draft, duty, "done", "短的说法")
    submit(draft, cast)
    duty.refresh_from_db()
    assert duty.answer == "长的答复"
    assert said_of(duty)[-1] == ("state", "短的说法", 1)


def test_submitting_again_answers_nothing_twice(draft, require, cast):
    done, partly = require(), require()
    answer(draft, done, "done", "办完了。")
    answer(draft, partly, "partly", "还差两个县。")
    submit(draft, cast)
    perform(Report.objects.get(), "withdraw", cast.access("head"))
    submit(draft, cast)
    perform(Report.objects.get(), "return", cast.access("deputy"), reason="写细些")
    submit(draft, cast)
    assert said_of(done) == [("answer", "办完了。", 1)]
    assert said_of(partly) == [("state", "还差两个县。", 1)]


def test_a_corrected_answer_of_the_report_supplements_its_own(draft, require, cast):
    duty = require()
    answer(draft, duty, "done", "办完了。")
    submit(draft, cast)
    perform(Report.objects.get(), "return", cast.access("deputy"), reason="写细些")
    answer(draft, duty, "done", "十月二十日办完，台账补齐 12 个县。")
    submit(draft, cast)
    assert said_of(duty) == [("answer", "办完了。", 1), ("supplement", "十月二十日办完，台账补齐 12 个县。", 2)]
    assert InstructionDuty.objects.get().answer == "十月二十日办完，台账补齐 12 个县。"


def test_what_turns_out_not_to_be_done_is_said_at_the_instruction(draft, require, cast):
    duty = require()
    answer(draft, duty, "done", "办完了。")
    submit(draft, cast)
    perform(Report.objects.get(), "withdraw", cast.access("head"))
    answer(draft, duty, "partly", "还差一个县。")
    submit(draft, cast)
    assert said_of(duty)[-1] == ("state", "还差一个县。", 2)
    assert InstructionDuty.objects.get().state == "answered"


def test_a_leaders_remark_is_answered_by_the_report(draft, require, cast):
    duty = bring(cast, require(), "acknowledge", "answer")
    perform(duty, "close", cast.access("deputy"), reason="哪几个县没有补？")  # becomes a remark
    answer(draft, duty, "partly", "还差甲县、乙县。")
    submit(draft, cast)
    assert said_of(duty)[-1] == ("supplement", "部分落实：还差甲县、乙县。", 1)


def test_what_the_leader_closed_meanwhile_is_left_alone(draft, require, cast):
    duty = bring(cast, require(), "acknowledge", "answer", "close")
    answer(draft, duty, "partly", "其实还差一个县。")
    submit(draft, cast)
    assert InstructionDuty.objects.get().state == "closed"
    assert len(said_of(duty)) == 1


def test_the_version_keeps_what_was_required_and_said(draft, require, cast, walk):
    duty = require()
    answer(draft, duty, "partly", "还差<两>个县。")
    submit(draft, cast)
    [kept] = ReportVersion.objects.get().content["instructions"]
    assert kept == {
        "duty": duty.pk,
        "number": "2026年下半年第 1 号要求",
        "text": WORK,
        "leader": "副理事长 副理事长乙",
        "due": "2026-11-20",
        "outcome": "partly",
        "outcome_words": "部分落实",
        "said": "还差<两>个县。",
    }
    bring(cast, InstructionDuty.objects.get(), "answer", reason="后来办完了。")
    page = walk("deputy").get("versions/1/").content.decode()
    for words in ("上次要求回头看", "2026年下半年第 1 号要求：部分落实", "还差&lt;两&gt;个县。"):
        assert words in page
    assert "后来办完了" not in page


def test_what_is_open_when_the_half_year_closes_is_asked_in_the_next(draft, require, cast, plan):
    open_one, done = require(), require()
    answer(draft, open_one, "partly", "还差两个县。")
    answer(draft, done, "done", "办完了。")
    submit(draft, cast)
    bring(cast, InstructionDuty.objects.get(pk=done.pk), "close")
    following = close_period(plan.period, cast.access("office")).following
    Period.objects.filter(pk=following.pk).update(state=Period.State.OPEN)
    ReportDuty.objects.create(period=following, department=cast.kfb)
    report = start_report(Period.objects.get(pk=following.pk), cast.kfb, cast.clerk)
    assert asked_of(report) == [1]
    report = fill(report)
    answer(report, open_one, "partly", "还差两个县。")
    submit(report, cast)
    assert said_of(open_one) == [("state", "还差两个县。", 1), ("state", "还差两个县。", 1)]  # once in each half-year


# --- Queries ---------------------------------------------------------------------------------------------------------


def test_the_pages_ask_no_more_with_many_instructions(draft, require, cast, walk):
    head = walk("head")
    seen = []
    for number in (2, 20):
        for _ in range(Instruction.objects.count(), number):
            require()
        fields = {f"instructions-{pk}-outcome": "partly" for pk in InstructionDuty.objects.values_list("pk", flat=True)}
        fields |= {f"instructions-{pk}-text": f"还差{number}个县。" for pk in InstructionDuty.objects.values_list("pk", flat=True)}
        form = head.form() | fields
        counts = []
        for act in (lambda: head.get("edit/"), lambda form=form: head.send(form, follow=False), lambda: head.get("preview/"), head.get):
            with CaptureQueriesContext(connection) as captured:
                act()
            counts.append(len(captured))
        seen.append(counts)
        assert InstructionAnswer.objects.filter(text=f"还差{number}个县。").count() == number
        InstructionAnswer.objects.all().delete()
    assert seen[0] == seen[1]
