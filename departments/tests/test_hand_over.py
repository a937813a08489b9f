"""The system administrator hands departments over to another leader from a day on (分工调整)."""

import datetime as dt

import pytest
import time_machine

from departments.access import leader_in_charge
from departments.models import Leader, Portfolio
from departments.testing import LONG_AGO, TODAY, leader

LIST = "/admin/departments/portfolio/"
DAY = TODAY + dt.timedelta(days=11)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def other(cast):
    return Leader.objects.get(user=cast.other_deputy)


@pytest.fixture
def send(cast, other):
    """Return a function that ticks the deputy's two charges and sends the form, by default rightly filled."""

    def sent(rows=None, **typed):
        rows = Portfolio.objects.filter(leader__user=cast.deputy) if rows is None else rows
        filled = {"confirmed": "1", "leader": other.pk, "day": f"{DAY}", "change_reason": "党组会分工调整"} | typed
        ticked = {"action": "hand_over", "_selected_action": [row.pk for row in rows]}
        return cast.client("system_admin").post(LIST, ticked | {name: value for name, value in filled.items() if value is not None})

    return sent


def charges():
    return sorted((row.department.code, row.leader.name, row.valid_from, row.valid_to) for row in Portfolio.objects.select_related("department", "leader"))


def test_it_says_first_what_will_happen_and_changes_nothing(cast, send):
    before = charges()
    page = send(confirmed=None).content.decode()
    for words in ("副理事长乙 分管 康复部", "副理事长乙 分管 康复医院", "勾选的每一行在移交日终止", "副理事长 副理事长丙", "办理记录里，不会改动"):
        assert words in page, words
    assert charges() == before


def test_the_old_charges_end_on_the_day_and_the_new_ones_begin(cast, send, other):
    answer = send()
    assert answer.status_code == 302
    assert charges() == sorted(
        [
            ("jjb", "副理事长丙", LONG_AGO, None),
            ("kfb", "副理事长乙", LONG_AGO, DAY),
            ("kfb", "副理事长丙", DAY, None),
            ("kfyy", "副理事长乙", LONG_AGO, DAY),
            ("kfyy", "副理事长丙", DAY, None),
        ],
        key=lambda row: row[:3],
    )
    assert leader_in_charge(cast.kfb, DAY - dt.timedelta(days=1)).user == cast.deputy
    assert leader_in_charge(cast.kfb, DAY) == other
    assert {row.history_change_reason for row in Portfolio.history.filter(valid_from=DAY)} == {"党组会分工调整"}
    assert {row.history_change_reason for row in Portfolio.history.filter(valid_to=DAY)} == {"党组会分工调整"}


def test_from_today_on_it_has_effect_at_the_next_request(cast, send, plan):
    task = plan.task(cast.kfb)
    old, new = cast.client("deputy"), cast.client("other_deputy")
    assert (old.get(f"/tasks/{task.pk}/").status_code, new.get(f"/tasks/{task.pk}/").status_code) == (200, 404)
    send(day=f"{TODAY}")
    assert (old.get(f"/tasks/{task.pk}/").status_code, new.get(f"/tasks/{task.pk}/").status_code) == (404, 200)


def test_a_charge_that_was_to_end_keeps_its_end(cast, send):
    end = DAY + dt.timedelta(days=30)
    row = Portfolio.objects.get(department=cast.kfb)
    row.valid_to = end
    row.save()
    third = leader(cast.stranger, Leader.Rank.DEPUTY)
    Portfolio.objects.create(leader=third, department=cast.kfb, valid_from=end)
    send(rows=[row])
    assert [(leader_in_charge(cast.kfb, day) or third).name for day in (DAY, end)] == ["副理事长丙", "无关人员"]


@pytest.mark.parametrize(("typed", "field", "sentence"), [
    ({"day": f"{TODAY - dt.timedelta(days=1)}"}, "day", "移交日不能早于今天（2026-10-21）"), ({"day": ""}, "day", "请填写从哪一天起"),
    ({"day": "下月"}, "day", "看不懂"), ({"leader": ""}, "leader", "请选择移交给"), ({"change_reason": ""}, "change_reason", "请填写变更原因"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(cast, send, typed, field, sentence):
    before = charges()
    page = send(**typed).content.decode()
    assert "<title>错误：" in page
    assert f'href="#id_{field}"' in page
    assert page.count(sentence) >= 2
    assert charges() == before


def test_it_is_all_or_nothing(cast, send, other):
    later = Portfolio.objects.get(department=cast.kfb)
    later.valid_to = DAY + dt.timedelta(days=40)
    later.save()
    Portfolio.objects.create(leader=other, department=cast.ysa, valid_from=LONG_AGO)
    before = charges()
    page = send(rows=Portfolio.objects.all()).content.decode()
    assert "教就部、演示单位甲本来就是副理事长丙分管的" in page
    assert charges() == before


def test_a_leader_out_of_office_and_a_charge_out_of_force_are_refused(cast, send, other):
    other.in_office_to = DAY
    other.save()
    assert "在 2026-11-01 不在任" in send().content.decode()
    other.in_office_to = None
    other.save()
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=DAY)
    assert "已经终止，没有可移交的：副理事长乙 分管 康复部" in send().content.decode()
    Portfolio.objects.filter(department=cast.kfb).update(valid_from=DAY, valid_to=None)
    assert "还没有开始，或者当天才开始" in send().content.decode()


def test_nobody_hands_departments_over_to_himself_and_nobody_else_hands_over(cast, send, other):
    own = leader(cast.system_admin, Leader.Rank.DEPUTY)
    before = charges()
    assert "不能" in send(leader=own.pk).content.decode()
    for part in ("security_admin", "plan_admin", "auditor", "office", "principal"):
        rows = {"action": "hand_over", "_selected_action": [row.pk for row in Portfolio.objects.all()], "confirmed": "1"}
        answer = cast.client(part).post(LIST, rows | {"leader": other.pk, "day": f"{DAY}", "change_reason": "试"})
        assert answer.status_code in {403, 404}, part
    assert charges() == before
