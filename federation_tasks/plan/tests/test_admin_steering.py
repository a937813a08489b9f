"""Goals, initiatives, policies with clauses, themes, names of lights and working days are kept with a reason for every change."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from departments.testing import confirmed, filled
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import AchievementTheme, Goal, Initiative, LightName, PolicyClause, PolicyDocument, WorkdayOverride
from federation_tasks.plan.workdays import is_workday


@pytest.fixture
def rows(plan):
    goal = plan.goals[0]
    return {
        "goal": goal,
        "initiative": Initiative.objects.create(goal=goal, name="跳出残联小圈子"),
        "policydocument": PolicyDocument.objects.create(issuer="省委", number="5号"),
        "achievementtheme": AchievementTheme.objects.first(),
        "lightname": LightName.objects.get(light="red"),
        "workdayoverride": WorkdayOverride.objects.create(day=dt.date(2026, 12, 31), is_workday=True),
    }


CHANGES = {
    "goal": {"description": "改了"}, "initiative": {"name": "改了"}, "policydocument": {"title": "改了"}, "achievementtheme": {"name": "改了"},
    "lightname": {"name": "超期"}, "workdayoverride": {"note": "改了"},
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_asks_why_and_keeps_it(cast, rows, kind):
    client, row = cast.client("plan_admin"), rows[kind]
    address = reverse(f"admin:plan_{kind}_change", args=[row.pk])
    data = filled(client.get(address), **CHANGES[kind])
    assert "请写明变更原因" in client.post(address, data).content.decode()
    assert client.post(address, data | {"change_reason": "按新文件"}).status_code == 302
    newest = row.history.first()
    assert (newest.history_change_reason, newest.history_user) == ("按新文件", cast.plan_admin)
    assert "按新文件" in client.get(reverse(f"admin:plan_{kind}_history", args=[row.pk])).content.decode()


def test_a_clause_is_changed_with_the_documents_reason(cast, rows):
    client, document = cast.client("plan_admin"), rows["policydocument"]
    PolicyClause.objects.create(document=document, subject="补贴", text="原文")
    address = reverse("admin:plan_policydocument_change", args=[document.pk])
    data = filled(client.get(address), **{"clauses-0-text": "新文"})
    assert "请写明变更原因" in client.post(address, data).content.decode()
    assert client.post(address, data | {"change_reason": "更正引文"}).status_code == 302
    text = client.get(reverse("admin:plan_policydocument_history", args=[document.pk])).content.decode()
    for piece in ("条款“补贴”", "原文</del>", "新文</ins>", "更正引文"):
        assert piece in text


def test_a_light_takes_its_new_name_everywhere(cast, rows):
    client, row = cast.client("plan_admin"), rows["lightname"]
    address = reverse("admin:plan_lightname_change", args=[row.pk])
    client.post(address, filled(client.get(address), name="超期", change_reason="统一叫法"))
    assert Lamps(dt.date(2026, 10, 21)).counted(Light.RED).words == "超期"


def test_a_number_that_is_taken_is_refused(cast, rows):
    text = cast.client("plan_admin").post("/admin/plan/goal/add/", {"number": "1", "name": "新", "gap_name": "新"}).content.decode()
    assert text.count("这个序号已经有了，请核对。") == 2
    assert Goal.objects.count() == 5


def test_an_override_can_be_taken_back(cast, rows):
    row = rows["workdayoverride"]
    assert confirmed(cast.client("plan_admin"), reverse("admin:plan_workdayoverride_delete", args=[row.pk])).status_code == 302
    assert not WorkdayOverride.objects.exists()


def test_a_day_off_of_our_own_is_no_working_day(cast, rows):
    day = dt.date(2026, 11, 3)  # a Tuesday
    assert is_workday(day)
    cast.client("plan_admin").post("/admin/plan/workdayoverride/add/", {"day": "2026-11-03", "note": "运动会"})
    assert not is_workday(day)


@pytest.mark.parametrize(("day", "warned"), [("2026-10-21", False), ("2026-11-15", True)])
def test_a_year_that_the_state_calendar_does_not_know_is_spoken_of(cast, rows, day, warned):
    with time_machine.travel(dt.datetime.fromisoformat(day + "T09:00"), tick=False):
        assert ("系统还不知道 2027 年" in cast.client("plan_admin").get("/admin/plan/workdayoverride/").content.decode()) == warned
