"""The plan administrator keeps the tasks of a half-year: what is assigned moves by the table of moves, not by a field."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from departments.models import Department
from departments.testing import TODAY, filled
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Milestone, Period, Target, Task

LIST = "/admin/plan/task/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9), tick=False):
        yield


@pytest.fixture
def client(cast):
    return cast.client("plan_admin")


def page_of(task):
    return reverse("admin:plan_task_change", args=[task.pk])


def change(client, task, **changes):
    return client.post(page_of(task), filled(client.get(page_of(task)), **changes))


def bulk(client, action, tasks, **typed):
    return client.post(LIST, {"action": action, "_selected_action": [task.pk for task in tasks]} | typed)


def planned(cast, plan):
    period = Period.objects.create(year=2027, half=1)
    return plan.task(cast.kfb, period=period, start=dt.date(2027, 1, 1), due=dt.date(2027, 5, 31))


def test_what_is_owed_keeps_its_dates_its_state_and_its_department(client, cast, plan):
    task = plan.task(cast.kfb)
    sent = {"due": "2026-12-31", "start": "2026-08-01", "state": "completed", "progress": "100", "department": cast.jjb.pk}
    assert change(client, task, title="改了名", change_reason="用词", **sent).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.due, task.start, task.state, task.progress, task.department) == (
        "改了名", dt.date(2026, 11, 30), dt.date(2026, 7, 1), "assigned", 70, cast.kfb,
    )  # fmt: skip


def test_of_a_planned_period_the_dates_are_changed_and_the_turning_days_follow(client, cast, plan):
    task = planned(cast, plan)
    assert change(client, task, due="2027-04-30", change_reason="提前").status_code == 302
    task.refresh_from_db()
    assert (task.due, task.red_from) == (dt.date(2027, 4, 30), dt.date(2027, 5, 1))


def test_the_first_due_date_of_a_planned_task_is_the_last_one_planned(client, cast, plan):
    task = planned(cast, plan)
    change(client, task, due="2027-04-30", change_reason="提前")
    task.refresh_from_db()
    assert not task.was_extended


def test_what_was_carried_into_a_planned_period_keeps_its_dates(client, cast, plan):
    task = planned(cast, plan)
    Task.objects.filter(pk=task.pk).update(carried_from=plan.task(cast.kfb, state="carried_over"))
    change(client, task, due="2027-04-30", title="改了名", change_reason="用词")
    task.refresh_from_db()
    assert (task.title, task.due) == ("改了名", dt.date(2027, 5, 31))


def test_due_before_start_is_refused_beside_the_field(client, cast, plan):
    text = change(client, planned(cast, plan), due="2026-12-01", change_reason="试试").content.decode()
    assert text.count("开始日不能晚于到期日，请改其中一个。") == 2
    assert 'href="#id_start"' in text


def test_a_task_of_a_closed_period_is_only_read(client, cast, plan):
    task = plan.task(cast.kfb)
    Period.objects.update(state=Period.State.CLOSED)
    assert client.get(page_of(task)).status_code == 200
    assert client.post(page_of(task), {"title": "改", "change_reason": "试试"}).status_code == 403


def test_an_instruction_task_is_made_without_a_target(client, cast, plan):
    data = {
        "title": "批示件", "source": "instruction", "period": plan.period.pk, "department": cast.kfb.pk, "goal": plan.goals[0].pk, "start": "2026-10-21",
        "due": "2026-11-20", "measure": "percent", "supporting": [cast.jjb.pk],
    }  # fmt: skip
    assert client.post(LIST + "add/", filled(client.get(LIST + "add/"), **data)).status_code == 302
    task = Task.objects.get()
    assert list(task.supporting.all()) == [cast.jjb]
    assert task.original_due == task.due


def test_more_planned_is_less_progress(client, cast, plan):
    task = plan.task(cast.kfb, measure="quantity", quantity=100, quantity_done=50, unit="名", progress=50)
    change(client, task, quantity="200", change_reason="加任务")
    task.refresh_from_db()
    assert task.progress == 25
    assert task.history.first().history_change_reason == "加任务"


def test_a_milestone_is_added_and_a_done_one_is_not_deleted(client, cast, plan):
    task = plan.task(cast.kfb, measure="milestones", progress=100)
    done = Milestone.objects.create(task=task, name="筛选", done_on=TODAY)
    sent = {"milestones-1-name": "建立", "milestones-1-weight": "１", "milestones-1-order": "2"}
    assert change(client, task, change_reason="补里程碑", **sent).status_code == 302
    task.refresh_from_db()
    assert task.progress == 50
    assert Milestone.objects.get(name="建立").history.first().history_change_reason == "补里程碑"
    text = change(client, task, change_reason="试试", **{"milestones-0-DELETE": "on"}).content.decode()
    assert "已经完成，不能删除" in text
    assert Milestone.objects.filter(pk=done.pk).exists()


def test_who_carries_it_out_is_of_the_leading_department(client, cast, plan):
    task = plan.task(cast.kfb)
    assert "现在不是康复部的人员" in change(client, task, assignee="other-head", change_reason="分工").content.decode()
    assert change(client, task, assignee="康复部工作人员", change_reason="分工").status_code == 302
    task.refresh_from_db()
    assert task.assignee == cast.staff


def test_the_history_names_the_supporting_departments(client, cast, plan):
    task = plan.task(cast.kfb)
    change(client, task, supporting=[cast.jjb.pk, cast.ysa.pk], change_reason="加配合单位")
    text = client.get(reverse("admin:plan_task_history", args=[task.pk])).content.decode()
    assert "加配合单位" in text
    assert "教就部、演示单位甲</ins>" in text


def test_an_assignee_is_named_in_bulk_after_asking(client, cast, plan):
    tasks = [plan.task(cast.kfb), plan.task(cast.kfb)]
    asked = bulk(client, "assign", tasks)
    assert "勾选了 2 行" in asked.content.decode()
    refused = bulk(client, "assign", tasks, confirmed="1", assignee="other-head", change_reason="分工")
    assert "不能担任那里任务的经办人" in refused.content.decode()
    assert bulk(client, "assign", tasks, confirmed="1", assignee="staff", change_reason="分工").status_code == 302
    assert set(Task.objects.values_list("assignee", flat=True)) == {cast.staff.pk}
    assert tasks[0].history.first().history_change_reason == "分工"


def test_tasks_are_put_under_another_target_and_follow_its_goal(client, cast, plan):
    target = Target.objects.create(department=cast.kfb, goal=plan.goals[4], year=2026, indicator="新目标")
    elsewhere = Target.objects.create(department=cast.jjb, goal=plan.goals[4], year=2026, indicator="别家的")
    task = plan.task(cast.kfb)
    assert "请选择" in bulk(client, "retarget", [task], confirmed="1", target=elsewhere.pk, change_reason="归口").content.decode()
    assert bulk(client, "retarget", [task], confirmed="1", target=target.pk, change_reason="归口").status_code == 302
    task.refresh_from_db()
    assert (task.target, task.goal) == (target, plan.goals[4])


def test_tasks_of_two_departments_are_not_put_under_one_target(client, cast, plan):
    answer = client.post(LIST, {"action": "retarget", "_selected_action": [plan.task(cast.kfb).pk, plan.task(cast.jjb).pk]}, follow=True)
    assert "请只勾选同一个单位" in answer.content.decode()


def test_the_list_shows_and_filters_by_the_light_of_the_rule(client, cast, plan):
    red = plan.task(cast.kfb, title="红的", due=dt.date(2026, 10, 1))
    plan.task(cast.kfb, title="绿的")

    def shown(**query):
        return {row.title for row in client.get(LIST, query).context["cl"].result_list}

    assert shown() == {"红的", "绿的"}
    assert shown(light=Light.RED.value) == {"红的"} == {task.title for task in Task.objects.with_light(TODAY).filter(light=Light.RED)}
    assert shown(department=cast.jjb.pk) == set()
    assert shown(q="绿") == {"绿的"}
    assert "逾期 20 天" in client.get(LIST).content.decode()
    assert red.due == dt.date(2026, 10, 1)


def test_the_list_stays_inside_a_period(client, cast, plan):
    plan.task(cast.kfb, title="本期")
    task = planned(cast, plan)
    assert {row.title for row in client.get(LIST).context["cl"].result_list} == {"本期"}
    assert [row.pk for row in client.get(LIST, {"period": "2027H1"}).context["cl"].result_list] == [task.pk]


def more_departments(plan, first, last):
    made = [Department(code=f"d{n}", name=f"单位{n}", order=100 + n) for n in range(first, last)]
    Department.objects.bulk_create(made)
    goal = plan.goals[0]
    Target.objects.bulk_create([Target(department=d, goal=goal, year=2026, indicator=f"{d}的目标", quantity=3, unit="名") for d in made])
    for department in made:
        plan.task(department)


@pytest.mark.parametrize("address", [LIST, "/admin/plan/target/", "/admin/plan/reportduty/"])
def test_lists_cost_the_same_at_20_and_at_200_departments(client, cast, plan, address, django_assert_max_num_queries):
    counts = []
    client.get(address)
    for first, last in ((0, 20), (20, 200)):
        more_departments(plan, first, last)
        with django_assert_max_num_queries(20) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_number_of_rows_is_counted_up_to_a_bound(client, cast, plan, monkeypatch):
    monkeypatch.setattr("departments.administration.BoundedPaginator.most", 2)
    for _ in range(4):
        plan.task(cast.kfb)
    assert "2 条以上，请加条件缩小范围" in client.get(LIST).content.decode()
