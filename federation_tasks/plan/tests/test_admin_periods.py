"""A half-year is planned, opened, reported on: by actions that ask first."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse

from departments.access import Role
from departments.testing import TODAY, filled
from federation_tasks.plan.models import Period, ReportDuty

LIST = "/admin/plan/period/"
DUTIES = "/admin/plan/reportduty/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9), tick=False):
        yield


@pytest.fixture
def client(cast):
    return cast.client("plan_admin")


@pytest.fixture
def following(plan):
    return Period.objects.create(year=2027, half=1, report_deadline=dt.datetime(2027, 6, 18, 9, tzinfo=dt.UTC))


def act(client, address, action, rows, **typed):
    return client.post(address, {"action": action, "_selected_action": [row.pk for row in rows]} | typed, follow=True).content.decode()


def test_a_period_is_planned_with_its_days(client, plan):
    data = {"year": "２０２７", "half": "1", "report_deadline": "2027-06-18 17:30", "meeting_on": "2027-06-28"}
    assert client.post(LIST + "add/", data).status_code == 302
    period = Period.objects.get(year=2027)
    assert (period.state, period.starts_on, period.ends_on) == ("planned", dt.date(2027, 1, 1), dt.date(2027, 6, 30))


def test_a_period_that_exists_is_refused(client, plan):
    assert "这个半年已经有了。" in client.post(LIST + "add/", {"year": "2026", "half": "2"}).content.decode()


def test_opening_asks_first_and_says_what_it_does(client, plan, following):
    asked = act(client, LIST, "open", [following])
    assert "本期的 0 项任务从今天起下达" in asked
    following.refresh_from_db()
    assert following.state == "planned"
    assert "请填写变更原因" in act(client, LIST, "open", [following], confirmed="1", change_reason="")
    assert "已经开始" in act(client, LIST, "open", [following], confirmed="1", change_reason="年度计划")
    following.refresh_from_db()
    assert following.state == "open"
    assert following.history.first().history_change_reason == "年度计划"


def test_opening_is_refused_in_sentences(client, plan, following):
    assert "只有筹划中的周期可以开始" in act(client, LIST, "open", [plan.period])
    Period.objects.filter(pk=following.pk).update(report_deadline=None)
    assert "还没有汇报报送截止时间" in act(client, LIST, "open", [following])
    Period.objects.filter(pk=following.pk).update(report_deadline=plan.period.report_deadline)
    Period.objects.create(year=2026, half=1, state="open")
    assert "已经有 2 个半年在进行" in act(client, LIST, "open", [following])
    assert "请只勾选一行" in act(client, LIST, "open", [following, plan.period])


def test_state_is_no_field(client, plan, following):
    address = reverse("admin:plan_period_change", args=[following.pk])
    client.post(address, filled(client.get(address), state="open", meeting_on="2027-06-29", change_reason="改期"))
    following.refresh_from_db()
    assert (following.state, following.meeting_on) == ("planned", dt.date(2027, 6, 29))


def test_duties_are_registered_for_all_departments_once(client, plan, following, cast):
    cast.ysa.closed_on = TODAY
    cast.ysa.save()
    ReportDuty.objects.create(period=following, department=cast.kfb, mode="oral", order=1)
    assert "新登记 2 个单位" in act(client, LIST, "register", [following])
    assert "新登记 0 个单位" in act(client, LIST, "register", [following])
    assert set(following.duties.values_list("department__code", "mode")) == {("kfb", "oral"), ("jjb", "written"), ("kfyy", "written")}


def test_the_mode_is_set_in_bulk_with_a_reason(client, plan):
    duties = list(plan.period.duties.filter(mode="oral"))
    assert "改为书面汇报" in act(client, DUTIES, "make_written", duties)
    assert f"{len(duties)} 个单位改为书面汇报。" in act(client, DUTIES, "make_written", duties, confirmed="1", change_reason="会期缩短")
    assert set(plan.period.duties.values_list("mode", flat=True)) == {"written"}
    assert ReportDuty.objects.get(pk=duties[0].pk).history.first().history_change_reason == "会期缩短"


def test_an_exception_needs_its_reason(client, plan):
    duty = plan.period.duties.first()
    address = reverse("admin:plan_reportduty_change", args=[duty.pk])
    text = client.post(address, filled(client.get(address), exception_until="2026-12-20 12:00", change_reason="申请")).content.decode()
    assert text.count("放宽报送时间要写明理由。") == 2


def test_a_closed_period_stays_closed(client, plan):
    Period.objects.update(state="closed")
    assert client.post(reverse("admin:plan_period_change", args=[plan.period.pk]), {"change_reason": "x"}).status_code == 403
    assert "已经关闭" in act(client, LIST, "register", [plan.period])


def test_closing_is_offered_to_whoever_supervises_as_well(client, plan, cast):
    assert "关闭所选周期" not in client.get(LIST).content.decode()
    cast.plan_admin.groups.add(Group.objects.get(name=Role.OFFICE.value))
    assert "关闭所选周期" in client.get(LIST).content.decode()
    assert "关闭以后不再打开" in act(client, LIST, "close", [plan.period])
    act(client, LIST, "close", [plan.period], confirmed="1")
    plan.period.refresh_from_db()
    assert plan.period.state == "closed"
