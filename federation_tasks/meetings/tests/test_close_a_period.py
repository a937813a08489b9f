"""The office closes a half-year on its own page: everything that is open is named, what cannot be undone is said, and it is done once."""

import datetime as dt
import re

import pytest

from departments.testing import TODAY
from federation_tasks.audit.models import Entry
from federation_tasks.meetings.tests.test_read_a_circular import task
from federation_tasks.plan.models import Period, Task
from federation_tasks.supervision.models import Extension, Urge, UrgeNotice

HERE = "/periods/2026H1/close/"
SAID = {"seen": "on", "reason": "汇报会已经开完"}


def text(answer):
    return answer.content.decode()


def test_everything_that_is_open_is_named_with_a_link(plan, cast, first_half):
    one = task(plan, cast.kfb, first_half, state="claimed", claimed_on=dt.date(2026, 6, 19), title="等领导确认的")
    Extension.objects.create(task=one, state="asked", old_due=one.due, asked_due=dt.date(2026, 6, 29), reason="汛期")
    urge = {"notice": UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=TODAY), "stage": "blue", "department": cast.kfb, "days_late": 1}
    Urge.objects.create(task=one, period=first_half, state="sent", **urge)
    Urge.objects.create(report_duty=first_half.duties.get(department=cast.ysa), period=first_half, state="sent", **urge | {"department": cast.ysa})
    task(plan, cast.jjb, first_half, state="suspended", title="缓办的")
    page = text(cast.client("office").get(HERE))
    rows = dict(re.findall(r'<th scope="row" role="rowheader">([^<]+)</th>\s*<td role="cell" class="num" data-label="数量">(\d+)</td>', page))
    assert rows == {
        "未办结的任务": "1", "其中待核的办结申请": "1", "等领导审定的延期申请": "1", "中止的任务": "1", "没有回应的任务催办": "1", "没有回应的汇报催办": "1",
        "未销号的明确要求（按单位计）": "0", "其中已答复、待销号的": "0",
        "已报送、领导未审的汇报": "0", "退回后没有再报送的汇报": "0", "未报送的汇报": "1",
    }  # fmt: skip
    assert 'href="/tasks/?period=2026H1&amp;department=kfb"' in page
    assert page.count(f'href="{one.get_absolute_url()}"') == 3
    assert "缓办的" in page
    assert "关闭以后不能撤销" in page
    assert "随任务结转" in page


def test_a_closing_needs_the_box_and_the_reason(plan, cast, first_half):
    task(plan, cast.kfb, first_half)
    page = text(cast.client("office").post(HERE, {"reason": "会开完了"}))
    assert "<title>错误：" in page
    assert page.count("请看过上面的清单") == 2
    assert "会开完了</textarea>" in page
    assert "请写明关闭的理由" in text(cast.client("office").post(HERE, {"seen": "on", "reason": " "}))
    first_half.refresh_from_db()
    assert first_half.state == "open"


def test_it_closes_and_says_what_was_done(plan, cast, first_half):
    task(plan, cast.kfb, first_half)
    answer = cast.client("office").post(HERE, SAID, follow=True)
    assert answer.redirect_chain == [(HERE, 302)]
    page = text(answer)
    assert "2026年上半年已经关闭。结转的任务 1" in page
    assert "下一期是2026年下半年，进行中。" in page
    assert 'href="/circulars/2026H1/"' in page
    first_half.refresh_from_db()
    assert (first_half.state, first_half.history.first().history_change_reason) == ("closed", "汇报会已经开完")
    assert Entry.objects.filter(kind="plan.period", reason="汇报会已经开完").count() == 1
    assert Task.objects.get(period=plan.period).carried_from.period == first_half


def test_the_next_half_year_is_made_as_a_planned_one(plan, cast):
    answer = cast.client("office").post("/periods/2026H2/close/", SAID, follow=True)
    assert "下一期是2027年上半年，筹划中。" in text(answer)
    assert Period.objects.get(year=2027, half=1).state == "planned"


def test_a_second_closing_is_told_that_it_is_closed(plan, cast, first_half):
    client = cast.client("office")
    client.post(HERE, SAID)
    answer = client.post(HERE, SAID)
    assert answer.status_code == 409
    assert "2026年上半年已关闭，不能关闭" in text(answer)
    page = text(client.get(HERE))
    assert "<h1>2026年上半年已关闭</h1>" in page
    assert '<button type="submit" class="btn btn-primary">关闭' not in page


def test_to_everyone_else_there_is_no_such_page(plan, cast, first_half):
    for part in sorted(set(cast.everyone()) - {"office"}):
        for answer in (cast.client(part).get(HERE), cast.client(part).post(HERE, SAID)):
            assert answer.status_code == 404, part
    assert cast.client("office").get("/periods/2031H1/close/").status_code == 404
    assert cast.client("office").get("/periods/nonsense/close/").status_code == 404


def test_the_office_finds_the_way_in_its_list_once_a_half_year_is_over_or_its_meeting(plan, cast, first_half):
    page = text(cast.client("office").get("/"))
    assert "可以关闭的半年（1）" in page
    assert f'href="{HERE}"' in page
    Period.objects.filter(pk=first_half.pk).update(state="closed")
    assert "可以关闭的半年" not in text(cast.client("office").get("/"))
    Period.objects.filter(pk=plan.period.pk).update(meeting_on=TODAY - dt.timedelta(days=1))
    assert "汇报会已经开过，还没有关闭" in text(cast.client("office").get("/"))


@pytest.mark.parametrize("number", [3, 60])
def test_the_page_asks_the_same_number_of_questions_whatever_is_open(plan, cast, first_half, number, django_assert_max_num_queries):
    for n in range(number):
        task(plan, cast.kfb, first_half, state="claimed", claimed_on=dt.date(2026, 6, 1), title=f"第{n}件")
    client = cast.client("office")
    with django_assert_max_num_queries(32):
        page = text(client.get(HERE))
    assert ("另有 40 项没有列出" in page) is (number == 60)
