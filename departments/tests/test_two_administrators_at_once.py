"""Two administrators save one row: where only one has changed a field that stands, where both have a person decides, and nothing is lost."""

import itertools
import json
import threading
from html import unescape

import pytest
from django.db import connections
from django.urls import reverse

from departments.access import Role
from departments.merging import Choice, decide
from departments.models import Department, User
from departments.testing import filled, person

VALUES = ["", "旧", "新"]


@pytest.fixture
def other(cast):
    return person("second", "管理员乙", Role.SYSTEM)


@pytest.fixture
def page(cast, other, client):
    """The page of a department in two administrators' browsers: mine, and the other one's."""
    client.force_login(other)
    return Page(cast.client("system_admin"), client, cast.kfb)


class Page:
    def __init__(self, mine, theirs, row):
        self.mine, self.theirs, self.row = mine, theirs, row
        self.address = reverse("admin:departments_department_change", args=[row.pk])

    def opened(self):
        return filled(self.mine.get(self.address))

    def other_saves(self, **changes):
        answer = self.theirs.post(self.address, filled(self.theirs.get(self.address), **{"change_reason": "乙改的"} | changes))
        assert answer.status_code == 302

    def send(self, data):
        return self.mine.post(self.address, data)

    def now(self):
        return Department.objects.get(pk=self.row.pk)


def said(answer):
    return unescape(answer.content.decode())


def again(answer, **changes):
    """What the browser sends from the page that came back, where conflicts are shown."""
    form = answer.context["adminform"].form
    undecided = {one.undecided: [other.name for other in form.conflicts.values()] for one in form.conflicts.values()}
    return filled(answer) | undecided | changes


@pytest.mark.parametrize(("seen", "mine", "now"), list(itertools.product([None, *VALUES], VALUES, VALUES)))
def test_nobody_wins_silently_whatever_stood_there(seen, mine, now):
    decision = decide(seen, mine, now)
    if mine == now:
        assert decision == Choice.MINE
    elif seen == now:
        assert decision == Choice.MINE  # only I have changed it
    elif seen == mine:
        assert decision == Choice.THEIRS  # only the other has
    else:
        assert not decision


@pytest.mark.parametrize("choice", ["", *Choice.values])
def test_a_choice_counts_only_for_the_text_it_was_made_on(choice):
    assert decide("对方的", "我的", "对方的", was_shown=True, choice=choice) == choice
    assert not decide("对方的", "我的", "对方又改的", was_shown=True, choice=choice)


def test_each_in_his_own_fields_both_are_saved_and_it_is_said(page):
    data = page.opened()
    page.other_saves(region="乙填的地区")
    answer = page.mine.post(page.address, data | {"name": "甲改的名", "change_reason": "甲改的"}, follow=True)
    assert "别人同时改了这几处，您没有动过，已经按对方的：" in said(answer)
    assert (page.now().name, page.now().region) == ("甲改的名", "乙填的地区")
    assert [row.history_change_reason for row in page.row.history.all()[:2]] == ["甲改的", "乙改的"]


def test_into_the_same_field_both_texts_are_shown_and_nothing_is_saved(page):
    data = page.opened()
    page.other_saves(name="乙<b>改</b>的名", region="乙填的地区")
    answer = page.send(data | {"name": "甲<i>改的名", "order": "77", "change_reason": "甲的理由"})
    text = answer.content.decode()
    assert answer.status_code == 200
    for piece in ("甲&lt;i&gt;改的名</blockquote>", "乙&lt;b&gt;改&lt;/b&gt;的名</blockquote>", "管理员乙 20", "甲的理由", 'value="77"', "错误："):
        assert piece in text
    assert 'href="#id_choose-name_0"' in text
    assert 'id="id_choose-name_0"' in text
    assert "checked" not in text.split("choose-name")[1].split("</fieldset>")[0]
    assert "两段都留" not in text  # a name is no text of several lines
    assert (page.now().name, page.now().order) == ("乙<b>改</b>的名", 3)
    assert answer.context["adminform"].form["name"].value() == "甲<i>改的名"
    assert answer.context["adminform"].form["region"].value() == "乙填的地区"


@pytest.mark.parametrize(("choice", "stands"), [("mine", "甲改的名，再改"), ("theirs", "乙改的名")])
def test_a_person_decides_whose_words_stay(page, choice, stands):
    data = page.opened()
    page.other_saves(name="乙改的名")
    answer = page.send(data | {"name": "甲改的名", "order": "77", "change_reason": "甲的理由"})
    data = again(answer, **{"name": "甲改的名，再改", "choose-name": choice})
    assert page.send(data).status_code == 302
    assert (page.now().name, page.now().order) == (stands, 77)


@pytest.mark.parametrize("choice", [{}, {"choose-name": "both"}, {"choose-name": "nonsense"}])
def test_without_a_choice_it_is_asked_again(page, choice):
    data = page.opened()
    page.other_saves(name="乙改的名")
    answer = page.send(data | {"name": "甲改的名", "change_reason": "甲的理由"})
    for _ in range(2):
        answer = page.send(again(answer, **choice))
        assert "还没有选定以谁的为准" in said(answer)
    assert page.now().name == "乙改的名"


def test_a_choice_on_an_even_older_text_is_asked_again(page):
    data = page.opened()
    page.other_saves(name="乙改的名")
    answer = page.send(data | {"name": "甲改的名", "change_reason": "甲的理由"})
    page.other_saves(name="乙又改的名")
    answer = page.send(again(answer, **{"choose-name": "mine"}))
    assert "又改了这一处" in said(answer)
    assert "乙又改的名</blockquote>" in said(answer)
    assert page.now().name == "乙又改的名"
    assert page.send(again(answer, **{"choose-name": "mine"})).status_code == 302
    assert page.now().name == "甲改的名"


def test_both_having_written_the_same_is_no_conflict(page):
    data = page.opened()
    page.other_saves(name="同一个名")
    assert page.send(data | {"name": "同一个名", "change_reason": "一样"}).status_code == 302


@pytest.mark.parametrize("seen", [None, "", "[]", "{", "null", "[" * 20_000, json.dumps({"name": ["康复部"], "order": 3})])
def test_a_page_that_says_nothing_readable_of_what_it_saw_is_asked_about(page, seen):
    data = page.opened() | {"name": "甲改的名", "change_reason": "甲的理由"}
    data = {name: value for name, value in data.items() if name != "seen"} | ({} if seen is None else {"seen": seen})
    answer = page.send(data)
    assert "请选定以谁的为准" in said(answer)
    assert page.now().name == "康复部"
    assert page.send(again(answer, **{"choose-name": "mine"})).status_code == 302


def test_what_only_others_changed_still_stands_when_the_form_comes_back(page):
    data = page.opened()
    page.other_saves(region="乙填的地区")
    answer = page.send(data | {"name": "甲改的名"})  # without a reason
    assert "请写明变更原因" in said(answer)
    assert "已经按对方的" in said(answer)
    assert page.send(filled(answer, change_reason="补上")).status_code == 302
    assert (page.now().name, page.now().region) == ("甲改的名", "乙填的地区")


def test_roles_that_two_give_at_once_are_asked_about(cast):
    address, mine = reverse("admin:departments_roleholder_change", args=[cast.stranger.pk]), cast.client("security_admin")
    data = filled(mine.get(address))
    assert mine.post(address, data | {"roles": ["plan"], "change_reason": "甲"}).status_code == 302
    answer = mine.post(address, data | {"roles": ["office"], "change_reason": "乙"})
    assert "请选定以谁的为准" in said(answer)
    assert [group.name for group in User.objects.get(pk=cast.stranger.pk).groups.all()] == ["plan"]


def test_a_conflict_costs_a_few_queries_more_however_long_the_history(page, django_assert_max_num_queries, client):
    data = page.opened()
    for n in range(30):
        page.other_saves(name=f"第 {n} 个名")
    with django_assert_max_num_queries(20):
        assert "第 29 个名" in said(page.send(data | {"name": "甲改的名", "change_reason": "甲"}))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_is_asked(cast):
    row, barrier, answers = cast.kfb, threading.Barrier(2), []
    address = reverse("admin:departments_department_change", args=[row.pk])
    second = person("second", "管理员乙", Role.SYSTEM)
    clients = [cast.client("system_admin"), cast.client("system_admin")]
    clients[1].force_login(second)

    def save(client, name):
        data = filled(client.get(address), name=name, change_reason=name)
        barrier.wait()
        try:
            answers.append(client.post(address, data).status_code)
        finally:
            connections.close_all()

    for turn in range(5):
        answers.clear()
        threads = [threading.Thread(target=save, args=(client, f"{turn} {who}")) for client, who in zip(clients, "甲乙", strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200, 302]
