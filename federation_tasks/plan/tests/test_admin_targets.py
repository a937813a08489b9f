"""The plan administrator changes a target: with a reason, and with what it was before kept for ever."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from departments.testing import TODAY, filled
from federation_tasks.plan.models import Target, Task

LIST = "/admin/plan/target/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9), tick=False):
        yield


@pytest.fixture
def target(plan, cast):
    return Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="白内障复明手术", quantity=300, unit="例")


@pytest.fixture
def client(cast):
    return cast.client("plan_admin")


def change(client, target, **changes):
    address = reverse("admin:plan_target_change", args=[target.pk])
    return client.post(address, filled(client.get(address), **changes))


def test_a_change_without_a_reason_is_refused_and_nothing_typed_is_lost(client, target):
    answer = change(client, target, quantity="320")
    text = answer.content.decode()
    assert "请写明变更原因，再保存。" in text
    assert 'href="#id_change_reason"' in text
    assert 'value="320"' in text
    assert "<title>错误：" in text
    target.refresh_from_db()
    assert target.quantity == 300


def test_a_change_keeps_the_old_value_the_reason_and_the_approval(client, target):
    answer = change(client, target, quantity="1,200", change_reason="省里追加任务", approver="理事长", document_number="残联〔2026〕5号")
    assert answer.status_code == 302
    target.refresh_from_db()
    assert target.quantity == 1200
    new, old = target.history.all()
    assert (old.quantity, new.quantity) == (Decimal(300), Decimal(1200))
    assert (new.history_change_reason, new.approver, new.document_number) == ("省里追加任务", "理事长", "残联〔2026〕5号")


def test_the_history_reads_old_new_why_and_who(client, target, plan):
    change(client, target, quantity="320", goal=plan.goals[0].pk, change_reason="省里追加任务", approver="理事长", document_number="残联〔2026〕5号")
    text = client.get(reverse("admin:plan_target_history", args=[target.pk])).content.decode()
    for piece in ("300</del>", "320</ins>", "落实任务</del>", "落实思路</ins>", "省里追加任务", "批准人：理事长", "批准文号：残联〔2026〕5号", "计划管理员"):
        assert piece in text


def test_an_approval_belongs_to_one_change_only(client, target):
    change(client, target, quantity="320", change_reason="追加", approver="理事长")
    change(client, target, quantity="330", change_reason="再追加")
    assert [row.approver for row in target.history.all()] == ["", "理事长", ""]


def test_saving_without_a_change_writes_nothing_and_asks_nothing(client, target):
    assert change(client, target).status_code == 302
    assert target.history.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quantity": "约三百"}, "数量只填数字，例如 300；没有数量请留空。"),
        ({"quantity": "N/A"}, "数量只填数字，例如 300；没有数量请留空。"),
        ({"quantity": "0"}, "数量要大于 0；没有数量请留空。"),
        ({"unit": ""}, "填了数量就要填单位，例如：名、例、所。"),
        ({"indicator": ""}, "请填写指标。"),
        ({"goal": ""}, "请选择目标。"),
        ({"year": "今年"}, "年度只填 2000 到 2100 的整数。"),
        ({"year": "26"}, "年度只填 2000 到 2100 的整数。"),
    ],
)
def test_bad_input_gets_a_sentence_at_the_field_and_in_the_summary(client, target, changes, sentence):
    text = change(client, target, change_reason="试试", **changes).content.decode()
    assert text.count(sentence) == 2, "once in the summary, once at the field"
    target.refresh_from_db()
    assert target.quantity == 300


@pytest.mark.parametrize("typed", ["1,200", "１２００", "1，200"])
def test_a_quantity_may_be_typed_as_people_do(client, target, typed):
    assert change(client, target, quantity=typed, change_reason="追加").status_code == 302
    target.refresh_from_db()
    assert target.quantity == 1200


def new_task(**changes):
    row = {
        "title": "上半年手术 150 例", "period": "", "start": "2026-07-01", "due": "2026-11-30", "measure": "quantity", "quantity": "150", "unit": "例",
        "source": "meeting",
    }  # fmt: skip
    return {f"tasks-0-{name}": value for name, value in (row | changes).items()}


def test_a_task_is_added_under_its_target_and_needs_no_reason(client, target, plan):
    assert change(client, target, **new_task(period=plan.period.pk)).status_code == 302
    task = Task.objects.get(target=target)
    assert (task.department, task.goal, task.state, task.due) == (target.department, target.goal, "assigned", dt.date(2026, 11, 30))
    assert task.red_from == dt.date(2026, 12, 1)
    assert target.history.count() == 1


def test_a_task_is_added_together_with_a_new_target(client, plan, cast):
    page = client.get(LIST + "add/")
    data = filled(page, year="2026", department=cast.jjb.pk, goal=plan.goals[1].pk, indicator="新目标", **new_task(period=plan.period.pk))
    assert client.post(LIST + "add/", data).status_code == 302
    assert Task.objects.get().department == cast.jjb


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"due": "2027-01-15"}, "到期日不能晚于本期最后一天（2026-12-31）"),
        ({"due": "2026-06-30"}, "开始日不能晚于到期日，请改其中一个。"),
        ({"quantity": ""}, "按数量计量的任务要填计划数量（大于 0）"),
        ({"unit": ""}, "按数量计量的任务要填单位"),
        ({"quantity": "约三百"}, "数量只填数字"),
        ({"due": "年底"}, "到期日看不懂，请写成 2026-03-01 这样。"),
    ],
)
def test_a_new_task_is_refused_beside_its_field(client, target, plan, changes, sentence):
    text = change(client, target, **(new_task(period=plan.period.pk) | new_task(**{"period": plan.period.pk} | changes))).content.decode()
    assert text.count(sentence) == 2
    assert 'href="#id_tasks-0-' in text
    assert not Task.objects.exists()


def test_a_task_in_a_year_that_is_not_the_targets_is_refused(client, target, plan):
    Target.objects.update(year=2025)
    text = change(client, target, **new_task(period=plan.period.pk)).content.decode()
    assert "这是 2025 年的目标，请选 2025 年的周期。" in text


def test_a_task_that_stands_is_shown_and_not_edited_under_its_target(client, target, plan, cast):
    task = plan.task(cast.kfb, target=target)
    sent = {"tasks-0-due": "2027-12-31", "tasks-0-title": "别的", "tasks-0-id": task.pk}
    change(client, target, quantity="320", change_reason="追加", **sent)
    task.refresh_from_db()
    assert (task.title, task.due) == ("康复部的任务", dt.date(2026, 11, 30))


def test_department_and_year_stand_once_there_are_tasks(client, target, plan, cast):
    plan.task(cast.kfb, target=target)
    change(client, target, department=cast.jjb.pk, year="2025", quantity="310", change_reason="试试")
    target.refresh_from_db()
    assert (target.department, target.year, target.quantity) == (cast.kfb, 2026, 310)


def test_the_list_is_filtered_and_searched(client, target, plan, cast):
    Target.objects.create(department=cast.jjb, goal=plan.goals[0], year=2026, indicator="就业培训")
    Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2025, indicator="去年的")

    def shown(**query):
        return {row.indicator for row in client.get(LIST, query).context["cl"].result_list}

    assert shown() == {"白内障复明手术", "就业培训"}
    assert shown(year="2025") == {"去年的"}
    assert shown(department=cast.jjb.pk) == {"就业培训"}
    assert shown(goal=plan.goals[2].pk) == {"白内障复明手术"}
    assert shown(q="复明") == {"白内障复明手术"}
    assert shown(department="x") == {"白内障复明手术", "就业培训"}


def test_a_target_is_not_deleted(client, target):
    assert client.post(f"{LIST}{target.pk}/delete/", {"post": "yes"}).status_code == 403
