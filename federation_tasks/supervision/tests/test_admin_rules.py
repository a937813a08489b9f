"""The plan administrator sets the days and the stages: what is in force stays, and a stronger stage never asks for less than a milder one."""

import datetime as dt

import pytest
import time_machine

from departments.testing import TODAY, confirmed, filled
from federation_tasks.supervision.models import SupervisionRule, UrgeStage

RULES, STAGES = "/admin/supervision/supervisionrule/", "/admin/supervision/urgestage/"
TOMORROW = TODAY + dt.timedelta(days=1)
DAYS = {"acknowledge_within": "2", "decide_within": "4", "head_after": "0", "deputy_after": "5", "principal_after": "10"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9), tick=False):
        yield


def test_new_days_hold_from_their_day_on(cast):
    assert cast.client("plan_admin").post(RULES + "add/", {"valid_from": TOMORROW.isoformat(), **DAYS}).status_code == 302
    assert SupervisionRule.objects.on(TODAY).deputy_after == 7
    rule = SupervisionRule.objects.on(TOMORROW)
    assert (rule.acknowledge_within, rule.decide_within, rule.head_after, rule.deputy_after, rule.principal_after) == (2, 4, 0, 5, 10)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"valid_from": (TODAY - dt.timedelta(days=1)).isoformat()}, "不能早于今天（2026-10-21）"),
    ({"deputy_after": "10"}, "三级升级的天数要一级比一级大"),
    ({"acknowledge_within": "0"}, "签收期限（工作日）"),
    ({"decide_within": "很多"}, "审定期限（工作日）"),
])  # fmt: skip
def test_days_that_make_no_sense_are_refused_at_their_field(cast, changes, sentence):
    page = cast.client("plan_admin").post(RULES + "add/", {"valid_from": TOMORROW.isoformat(), **DAYS} | changes).content.decode()
    assert "<title>错误：" in page
    assert sentence in page
    assert SupervisionRule.objects.count() == 1


def test_what_is_in_force_stays_and_what_is_to_come_can_be_changed_and_taken_back(cast):
    client = cast.client("plan_admin")
    in_force, to_come = SupervisionRule.objects.get(), SupervisionRule.objects.create(valid_from=TOMORROW)
    page = f"{RULES}{in_force.pk}/change/"
    assert client.post(page, {"valid_from": TODAY.isoformat(), **DAYS}).status_code == 403
    assert client.post(f"{RULES}{in_force.pk}/delete/", {"post": "yes"}).status_code == 403
    page = f"{RULES}{to_come.pk}/change/"
    assert client.post(page, filled(client.get(page), deputy_after="9", change_reason="党组会议定的")).status_code == 302
    assert SupervisionRule.objects.get(pk=to_come.pk).deputy_after == 9
    assert confirmed(client, f"{RULES}{to_come.pk}/delete/").status_code == 302
    assert list(SupervisionRule.objects.all()) == [in_force]


def change(client, stage, **changes):
    page = f"{STAGES}{UrgeStage.objects.get(stage=stage).pk}/change/"
    return client.post(page, filled(client.get(page), **changes))


def test_a_stage_is_renamed_and_its_conditions_are_set_with_a_reason(cast):
    client = cast.client("plan_admin")
    assert "请写明变更原因" in change(client, "yellow", name="黄牌").content.decode()
    assert change(client, "yellow", name="黄牌", days_late="3", earlier="1", change_reason="改叫法").status_code == 302
    row = UrgeStage.objects.get(stage="yellow")
    assert (row.name, row.days_late, row.earlier) == ("黄牌", 3, 1)
    assert client.get(STAGES + "add/").status_code == 403
    assert client.post(f"{STAGES}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("stage", "changes", "field"), [
    ("yellow", {"days_late": "8"}, "days_late"),  # red asks for 7
    ("yellow", {"earlier": "3"}, "earlier"),  # red asks for 2
    ("red", {"days_late": ""}, "days_late"), ("red", {"earlier": "0"}, "earlier"),
    ("blue", {"days_late": "2"}, "days_late"), ("blue", {"earlier": "2"}, "earlier"),
])  # fmt: skip
def test_a_stronger_stage_never_asks_for_less(cast, stage, changes, field):
    page = change(cast.client("plan_admin"), stage, change_reason="试", **changes)
    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) == {field}
    assert "三级的条件要一级比一级严" in page.content.decode()


def test_both_stand_in_a_room_of_their_own(cast):
    page = cast.client("plan_admin").get("/admin/").content.decode()
    assert ">督查规则</h2>" in page
    assert RULES in page
    assert STAGES in page
