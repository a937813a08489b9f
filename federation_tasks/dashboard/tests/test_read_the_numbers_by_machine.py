"""summary.json says what the page says (docs/summary-json.md)."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.reports.models import Report

LIGHTS = ["red", "yellow", "blue", "green", "done", "grey"]


@pytest.fixture
def busy(plan, cast, today):
    """A task in every light, in two departments."""
    plan.task(cast.kfb, due=dt.date(2026, 10, 1))
    plan.task(cast.kfb, progress=0)
    plan.task(cast.kfb, due=TODAY, progress=95)
    plan.task(cast.kfb, goal=plan.goals[0], state="claimed", claimed_on=TODAY)
    plan.task(cast.jjb, state="completed", claimed_on=TODAY, completed_on=TODAY, progress=100)
    plan.task(cast.jjb, state="suspended")
    plan.period.duties.filter(department=cast.kfb).update(submitted_at=timezone.now())
    Report.objects.create(period=plan.period, department=cast.kfb, state="submitted", revision=1)
    Report.objects.create(period=plan.period, department=cast.jjb, revision=1)
    Report.objects.create(period=plan.period, department=cast.ysa)  # only opened: no draft yet


def test_it_names_its_version_period_and_days(busy, cast):
    answer = cast.client("principal").get("/dashboard/summary.json?on=2026-10-20")
    found = answer.json()
    assert answer["Content-Type"] == "application/json"
    assert "康复部" in answer.content.decode()
    assert {name: found[name] for name in ("version", "period", "on", "facts_of", "previous_workday", "elapsed")} == {
        "version": 1, "period": "2026H2", "on": "2026-10-20", "facts_of": "2026-10-20", "previous_workday": "2026-10-19", "elapsed": 60,
    }  # fmt: skip


def test_every_light_is_there_even_at_zero(busy, cast):
    found = cast.client("principal").get("/dashboard/summary.json").json()
    assert found["lights"] == dict.fromkeys(LIGHTS, 1)
    assert (found["total"], found["claims"], found["progress"]) == (6, 1, (70 * 2 + 95 + 100) // 5)
    kfb = next(row for row in found["departments"] if row["code"] == "kfb")
    assert list(kfb["goals"]["3"]["lights"]) == LIGHTS
    assert kfb["goals"]["3"]["lights"] == {"red": 1, "yellow": 1, "blue": 1, "green": 0, "done": 0, "grey": 0}


def test_it_says_who_has_reported(busy, cast):
    found = cast.client("principal").get("/dashboard/summary.json").json()["reporting"]
    assert {name: found[name] for name in ("duties", "on_time", "late", "missing", "open")} == {"duties": 4, "on_time": 1, "late": 0, "missing": 0, "open": 3}
    assert found["states"] == {"draft": 1, "submitted": 1, "returned": 0, "approved": 0, "archived": 0}
    assert found["deadline"] == "2026-12-18T17:30:00+08:00"


@pytest.mark.parametrize("part", ["principal", "deputy", "other_deputy", "head", "office"])
@pytest.mark.parametrize("query", ["", "?on=2026-12-31", "?on=2026-09-01"])
def test_page_and_machine_agree(busy, cast, part, query):
    client = cast.client(part)
    found, html = client.get(f"/dashboard/summary.json{query}").json(), client.get(f"/dashboard/{query}").content.decode()
    legend = html.split('<ul class="legend">')[1].split("</ul>")[0]
    assert [int(n) for n in re.findall(r"(\d+)</span>", legend)] == list(found["lights"].values())
    read = dict(re.findall(r'<span class="visually-hidden">([^：<]+，[^：<]+)：([^<]+)</span>', html))
    for department in found["departments"]:
        if department["total"]:
            shown = [int(n) for n in re.findall(r" (\d+)", read[f"{department['name']}，合计"])]
            assert shown == [n for n in department["lights"].values() if n]


@pytest.mark.parametrize(("on", "facts"), [("2026-10-20", "2026-10-20"), ("2026-10-21", "2026-10-21"), ("2026-11-01", "2026-10-21")])
def test_it_says_of_which_day_the_facts_are(busy, cast, on, facts):
    assert cast.client("principal").get(f"/dashboard/summary.json?on={on}").json()["facts_of"] == facts


def test_a_day_that_is_over_shows_what_stood_at_its_end(plan, cast):
    with time_machine.travel("2026-10-15T10:00:00+08:00", tick=False):
        task = plan.task(cast.kfb, due=dt.date(2026, 10, 10), progress=30)
        then = cast.client("principal").get("/dashboard/summary.json").json()
    with time_machine.travel("2026-10-17T10:00:00+08:00", tick=False):
        task.state, task.claimed_on, task.completed_on, task.progress = "completed", dt.date(2026, 10, 17), dt.date(2026, 10, 17), 100
        task.save()
    with time_machine.travel("2026-10-21T10:00:00+08:00", tick=False):
        client = cast.client("principal")
        found = client.get("/dashboard/summary.json?on=2026-10-15").json()
        assert (found["lights"]["red"], found["progress"], found["departments"]) == (1, 30, then["departments"])
        assert client.get("/dashboard/summary.json").json()["lights"]["done"] == 1


def test_departments_are_written_one_by_one_and_the_whole_is_still_json(plan, cast, today):
    Department.objects.filter(pk=cast.kfb.pk).update(name='康"复\\部')
    plan.task(cast.kfb)
    found = cast.client("principal").get("/dashboard/summary.json").json()
    assert [row["name"] for row in found["departments"]] == ['康"复\\部', "教就部", "康复医院", "演示单位甲"]
    assert cast.client("stranger").get("/dashboard/summary.json").status_code == 404
