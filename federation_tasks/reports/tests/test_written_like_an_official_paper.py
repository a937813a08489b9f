"""Levels, days, paragraphs and addressees, as an official paper writes them (GB/T 9704-2012)."""

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.plan.models import AchievementTheme
from federation_tasks.reports.models import Achievement, ReportVersion
from federation_tasks.reports.numerals import chinese_number
from federation_tasks.reports.recipients import addressed
from federation_tasks.reports.templatetags.paper import full_day, level_two, lines
from federation_tasks.supervision.splitting import split
from federation_tasks.workflow.moves import perform

BASE = "/reports/2026H2/kfb/"
morning = pytest.mark.usefixtures("morning")


def test_numbers_are_written_as_they_are_read():
    known = {1: "一", 9: "九", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 40: "四十", 99: "九十九"}
    assert {number: chinese_number(number) for number in known} == known
    assert len({chinese_number(number) for number in range(1, 100)}) == 99


def test_what_is_pasted_apart_reads_the_same_numbers():
    pasted = "".join(f"（{chinese_number(number)}）办第{number}件事。" for number in range(1, 100))
    assert [part.text for part in split(pasted)] == [f"办第{number}件事。" for number in range(1, 100)]


@pytest.mark.parametrize("number", [0, -1, 100])
def test_what_no_paper_counts_to_is_refused(number):
    with pytest.raises(ValueError, match="from 1 to 99"):
        chinese_number(number)


def test_headings_of_the_second_level():
    assert [level_two(number) for number in (1, 12, 100)] == ["（一）", "（十二）", "（100）"]


def test_days_have_no_zeros():
    assert full_day("2026-07-01") == "2026年7月1日"


def test_each_line_that_says_something_is_a_paragraph():
    assert lines("\u3000\u3000一是抓。\r\n\n  二是管。 ") == ["一是抓。", "二是管。"]
    assert lines("") == []


@morning
def test_the_paper_names_its_levels_whom_it_goes_to_and_the_day(draft, cast):
    Achievement.objects.create(report=draft, theme=AchievementTheme.objects.get(number=4), text="走在前面。")
    perform(draft, "submit", cast.access("head"))
    page = cast.client("deputy").get(f"{BASE}versions/1/").content.decode()
    headings = [
        "<h2>一、2026年下半年工作任务完成情况</h2>",
        "（一）儿童康复救助</h3>",
        "（三）康复条例调研</h3>",
        "<h3>（四）取得的成绩</h3>",
        "<p>1. <b>任务推进更加有力：</b>走在前面。</p>",
    ]
    headings += ["<h2>二、当前面临的问题</h2>", "（一）政策落实</h3>", "三、明年上半年工作安排</h2>"]
    assert [page.count(words) for words in headings] == [1] * len(headings)
    assert [page.index(words) for words in headings] == sorted(page.index(words) for words in headings)
    assert '<p class="to">副理事长乙：</p>' in page
    assert '<p>康复部</p><p class="day">2026年10月21日</p>' in page
    assert '<ol class="steps"><li>立项：未完成</li>' in page
    assert "/static/css/paper.css" in page
    assert page.count("<h1>") == 1


@morning
def test_a_version_from_before_papers_named_whom_they_go_to_is_still_shown(submitted, cast):
    old = {name: value for name, value in submitted.standing.content.items() if name != "to"}
    with transaction.atomic():
        ReportVersion.objects.update(content=old)
    assert 'class="to"' not in cast.client("deputy").get(f"{BASE}versions/1/").content.decode()


def test_a_leader_is_addressed_with_his_post(cast):
    assert addressed(cast.kfb, TODAY) == "副理事长乙"
    with transaction.atomic():
        Leader.objects.filter(user=cast.deputy).update(name="朱峰")
    assert addressed(cast.kfb, TODAY) == "朱峰副理事长"
    with transaction.atomic():
        Leader.objects.update(in_office_to=TODAY)
    assert addressed(cast.kfb, TODAY) == "会领导"


@pytest.mark.parametrize(
    ("names", "list_of_them"),
    [
        ([], ""),
        (["救助台账"], '<p>附件：</p><ol class="single"><li>救助台账</li></ol>'),
        (["甲", "<乙>"], "<p>附件：</p><ol><li>甲</li><li>&lt;乙&gt;</li></ol>"),
    ],
)
def test_attachments_are_listed_after_the_text(names, list_of_them):
    made = render_to_string("reports/parts/document/attached.html", {"content": {"files": [{"name": name} for name in names]}})
    assert (list_of_them or "\n") in made
    assert ("附件" in made) is bool(names)
