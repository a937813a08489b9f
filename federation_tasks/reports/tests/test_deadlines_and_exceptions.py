"""Until when a report may come, why later for one department, and why a half-year takes none."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.deadlines import countdown
from federation_tasks.workflow.moves import perform

pytestmark = pytest.mark.usefixtures("morning")

WHERE = "/reports/2026H2/kfb/deadline/"
LATER = {"until": "2026-12-21 12:00", "reason": "机关搬迁，网络中断三天。", "do": "put_off"}


def duty(cast):
    return ReportDuty.objects.get(department=cast.kfb)


def page(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_the_office_puts_one_deadline_off_with_a_reason(plan, cast):
    office = cast.client("office")
    assert f'href="{WHERE}"' in page(office.get("/reports/"))
    text = page(office.post(WHERE, LATER, follow=True))
    assert "康复部的报送时间已放宽到 12月21日（周一）12:00。" in text
    assert "个别放宽：机关搬迁，网络中断三天。" in text
    assert timezone.localtime(duty(cast).exception_until) == dt.datetime(2026, 12, 21, 12, tzinfo=timezone.get_current_timezone())
    assert duty(cast).history.first().history_change_reason == "机关搬迁，网络中断三天。"
    assert ReportDuty.objects.filter(exception_until__isnull=False).count() == 1


def test_the_authors_read_the_new_deadline_and_why(plan, cast, tasks):
    cast.client("office").post(WHERE, LATER)
    for part in ("head", "clerk"):
        text = page(cast.client(part).get("/reports/2026H2/kfb/edit/"))
        assert "12月21日（周一）12:00截止（已个别放宽：机关搬迁，网络中断三天；原定 12月18日（周五）17:30），还有" in text
    text = page(cast.client("head").get(WHERE))
    assert "机关搬迁，网络中断三天。" in text
    assert "<form" not in text.split("<h1>")[1].split("</main>")[0]


def test_it_is_taken_back_with_a_reason(plan, cast):
    office = cast.client("office")
    office.post(WHERE, LATER)
    assert "请写明理由：为什么取消放宽。" in page(office.post(WHERE, {"do": "take_back", "until": "", "reason": " "}))
    assert "放宽已取消" in page(office.post(WHERE, {"do": "take_back", "until": "写什么都行", "reason": "网络恢复。"}, follow=True))
    assert (duty(cast).exception_until, duty(cast).exception_reason) == (None, "")
    assert duty(cast).history.first().history_change_reason == "网络恢复。"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until": ""}, "请填写放宽到什么时间。"),
        ({"until": "下周一"}, "看不懂这个时间，请写成 2026-12-21 17:30 这样，日期和几点都要写。"),
        ({"until": "2026-12-21"}, "看不懂这个时间"),
        ({"until": "2026-10-20 12:00"}, "放宽到的时间已经过去了，请填一个以后的时间。"),
        ({"until": "2026-12-18 17:30"}, "放宽到的时间不能早于大家的截止时间（2026-12-18 17:30）。"),
        ({"reason": "  "}, "请写明理由：为什么给这个单位放宽。"),
        ({"reason": "长" * 1001}, "最多 1000 字，现在有 1001 字，请精简。"),
    ],
)
def test_bad_input_gets_its_sentence_and_keeps_what_was_typed(plan, cast, typed, sentence):
    text = page(cast.client("office").post(WHERE, LATER | typed))
    assert "<title>错误：" in text
    assert f">{sentence}" in text
    for value in (LATER | typed).values():
        assert value in text
    assert duty(cast).exception_until is None


def test_full_width_figures_are_understood(plan, cast):
    cast.client("office").post(WHERE, LATER | {"until": "２０２６-12-21 １２:００"})
    assert duty(cast).exception_until is not None


def test_who_has_reported_needs_no_later_deadline(submitted, cast):
    office = cast.client("office")
    assert "不用再放宽" in page(office.get(WHERE))
    assert "不用再放宽" in page(office.post(WHERE, LATER), 409)
    assert f'href="{WHERE}"' not in page(office.get("/reports/"))


def test_a_closed_half_year_has_no_later_deadlines(plan, cast):
    Period.objects.update(state=Period.State.CLOSED)
    assert "关闭的半年谁也不能再打开" in page(cast.client("office").post(WHERE, LATER), 409)


def test_only_the_office_puts_off(plan, cast):
    for part in ("head", "deputy", "principal"):
        assert cast.client(part).post(WHERE, LATER).status_code == 403
        assert f'href="{WHERE}"' not in page(cast.client(part).get("/reports/"))
    for part in ("other_head", "staff", "stranger", "auditor"):
        assert cast.client(part).post(WHERE, LATER).status_code == 404
    assert cast.client("office").post("/reports/2026H2/nowhere/deadline/", LATER).status_code == 404
    assert duty(cast).exception_until is None


def test_what_comes_within_the_later_deadline_is_not_late(draft, cast):
    cast.client("office").post(WHERE, LATER)
    draft.items.all().update(reason="都已逾期，月底办结。")
    with time_machine.travel("2026-12-21T11:59:00+08:00", tick=False):
        perform(draft, "submit", cast.access("head", dt.date(2026, 12, 21)))
    assert not duty(cast).is_late


def test_after_the_later_deadline_the_form_says_late(plan, cast, tasks):
    cast.client("office").post(WHERE, LATER)
    assert "已经过了；现在报送记为迟报" in countdown(duty(cast), timezone.make_aware(dt.datetime(2026, 12, 21, 12, 1)))


# --- A half-year that takes no reports -------------------------------------------------------------------------------


def test_a_half_year_that_has_not_begun_says_who_begins_it(plan, cast):
    following = Period.objects.create(year=2027, half=1)
    following.duties.create(department=cast.kfb)
    text = page(cast.client("head").get("/reports/2027H1/kfb/edit/"), 404)
    assert "2027年上半年还没有开始（第一天是 2027年1月1日），现在不能写汇报。由计划管理员在管理页里开始这个半年；要早些开始，请联系办公室。" in text


def test_a_closed_half_year_says_since_when_and_what_can_still_be_done(plan, cast, tasks):
    head = cast.client("head")
    head.get("/reports/2026H2/kfb/edit/")  # a draft
    close_period(plan.period, cast.access("office"))
    sentence = "2026年下半年已于 2026年10月21日由办公室关闭，汇报不能再写、也不能再改。关闭的半年谁也不能再打开；要更正或者补充，请写进下一期的汇报"
    assert sentence in page(head.get("/reports/2026H2/kfb/edit/", follow=True))
    assert sentence in page(cast.client("other_head").get("/reports/2026H2/jjb/edit/"), 404)


def test_a_submitted_report_says_how_it_can_be_changed(submitted, cast):
    text = page(cast.client("clerk").get("/reports/2026H2/kfb/edit/", follow=True))
    assert "这份汇报现在是“已报送”，不能修改。要改请由负责人先撤回（领导打开以前可以），或者请领导退回。" in text
