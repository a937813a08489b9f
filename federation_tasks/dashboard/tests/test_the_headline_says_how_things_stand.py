"""The page opens with what is the case, in words, whatever the case is."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils.html import strip_tags

from departments.testing import TODAY
from federation_tasks.dashboard import words
from federation_tasks.dashboard.summary import summarise
from federation_tasks.plan.models import Period


def said(access, period, day=TODAY):
    return strip_tags(words.headline(summarise(access, period, day)))


def overdue(plan, department, days, **fields):
    return plan.task(department, due=TODAY - dt.timedelta(days=days), **fields)


def test_nothing_assigned_yet(plan, cast):
    assert said(cast.access("principal"), plan.period) == "2026年下半年还没有下达任务。"


def test_all_as_it_should_be(plan, cast):
    plan.task(cast.kfb)
    assert said(cast.access("principal"), plan.period) == "2026年下半年共 1 项任务：都在办理中；时间已过 60%，任务平均完成 70%。没有逾期任务。"


def test_one_overdue_is_named_with_its_link(plan, cast):
    task = overdue(plan, cast.kfb, 3, title="白内障<复明>手术")
    plan.task(cast.jjb, progress=0)
    sentence = words.headline(summarise(cast.access("principal"), plan.period, TODAY))
    assert f'<a href="/tasks/{task.pk}/">白内障&lt;复明&gt;手术</a>（康复部，3 天）' in sentence
    assert "滞后 1" in sentence


def test_several_overdue_are_counted_with_the_new_ones(plan, cast):
    for days in (1, 1, 9):
        overdue(plan, cast.kfb, days)
    plan.task(cast.kfb, state="completed", completed_on=TODAY, claimed_on=TODAY, progress=100)
    sentence = said(cast.access("deputy"), plan.period)
    assert sentence.startswith("您负责的 2 个单位2026年下半年共 4 项任务：已办结 1，逾期 3；")
    assert sentence.endswith("比10月20日新增逾期 2 项。")
    assert said(cast.access("deputy"), plan.period, TODAY + dt.timedelta(days=1)).endswith("比10月21日没有新增逾期。")


def test_a_head_reads_of_his_own_department(plan, cast):
    plan.task(cast.kfb)
    plan.task(cast.jjb)
    assert said(cast.access("head"), plan.period).startswith("康复部2026年下半年共 1 项任务")


def test_before_the_period_begins(plan, cast):
    with time_machine.travel("2026-05-20T10:00:00+08:00"):
        plan.task(cast.kfb)
    assert said(cast.access("principal"), plan.period, dt.date(2026, 6, 1)) == "2026年下半年从7月1日开始，到6月1日还没有开始；已下达 1 项任务。"


def test_of_a_closed_period(plan, cast):
    plan.task(cast.kfb, state="carried_over")
    plan.task(cast.kfb, state="completed", completed_on=TODAY, claimed_on=TODAY, progress=100)
    plan.period.state = Period.State.CLOSED
    sentence = said(cast.access("principal"), plan.period, dt.date(2027, 3, 1))
    assert sentence == "2026年下半年（已关闭）共 2 项任务：已办结 1，中止或已结转 1；任务平均完成 100%。没有逾期任务。"


def test_when_everything_was_suspended_no_progress_is_spoken_of(plan, cast):
    plan.task(cast.kfb, state="suspended")
    assert said(cast.access("principal"), plan.period) == "2026年下半年共 1 项任务：中止或已结转 1。没有逾期任务。"


@pytest.mark.parametrize(
    ("progress", "sentence"),
    [
        (70, "色块：任务完成 70%；竖线：时间已过 60%。快于时间 10 个百分点。"),
        (60, "色块：任务完成 60%；竖线：时间已过 60%。与时间同步。"),
        (50, "色块：任务完成 50%；竖线：时间已过 60%。落后 10 个百分点，在 10 个百分点的界线之内。"),
        (49, "色块：任务完成 49%；竖线：时间已过 60%。落后 11 个百分点，超过 10 个百分点的界线。"),
    ],
)
def test_the_bar_has_its_sentence(plan, cast, progress, sentence):
    plan.task(cast.kfb, progress=progress)
    assert words.pace(summarise(cast.access("principal"), plan.period, TODAY)) == sentence


def test_the_lights_are_called_as_they_are_named_here(plan, cast):
    from federation_tasks.plan.models import LightName

    LightName.objects.filter(light="red").update(name="超期")
    overdue(plan, cast.kfb, 1)
    assert re.search("超期 1.*超期的是", said(cast.access("principal"), plan.period))
