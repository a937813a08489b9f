"""The form comes ready: the plan, what was registered, what was promised, and a first wording that is the system's until somebody takes it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.testing import TODAY
from federation_tasks.plan.models import Period, ProgressUpdate, Target
from federation_tasks.reports.completeness import missing, odd
from federation_tasks.reports.drafting import LONGEST, narrative_of
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.models import Problem, Report, ReportItem
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.moves import perform

from .conftest import fields_of, fill

pytestmark = pytest.mark.usefixtures("morning")


def say(task, cast, on, text, **more):
    return ProgressUpdate.objects.create(task=task, department=task.department, author=cast.clerk, on=on, text=text, progress=70, **more)


def text_of(task):
    item = ReportItem.objects.get(task=task)
    return item.narrative, item.is_drafted


def words(*said):
    return narrative_of([ProgressUpdate(pk=n, on=dt.date(2026, *day), text=text) for n, (day, text) in enumerate(said)])


@pytest.mark.parametrize(
    ("said", "narrative"),
    [
        ([((8, 12), "完成招标"), ((7, 20), "方案通过。")], "7月20日，方案通过。8月12日，完成招标。"),
        ([((8, 12), " 完成\n招标 ，"), ((8, 13), "  ")], "8月12日，完成 招标。"),
        ([((8, 12), "按计划推进"), ((8, 20), "完成招标！"), ((9, 1), "按计划推进。")], "8月20日，完成招标！9月1日，按计划推进。"),
        ([((8, 12), "8月10日验收完毕")], "8月10日验收完毕。"),
        ([((8, 12), "2026年8月10日验收完毕")], "2026年8月10日验收完毕。"),
        ([], ""),
    ],
)
def test_updates_become_dated_sentences_the_newest_last(said, narrative):
    assert words(*said) == narrative


def test_a_long_half_year_keeps_its_newest_sentences():
    many = [((7 + n // 28, n % 28 + 1), f"{n}{'字' * 90}") for n in range(100)]
    found = words(*many)
    assert len(found) <= LONGEST
    assert found.endswith(f"99{'字' * 90}。")
    assert "，0字" not in found
    assert words(((8, 1), "长" * 6000)).endswith("…")
    assert len(words(((8, 1), "长" * 6000))) == LONGEST


def test_a_new_item_comes_with_what_was_registered_in_the_half_year(plan, cast, tasks):
    say(tasks[2], cast, dt.date(2026, 6, 20), "上半年的事")
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    say(tasks[2], cast, dt.date(2026, 9, 1), "上一稿的话", is_from_report=True)
    start_report(plan.period, cast.kfb, cast.clerk)
    assert text_of(tasks[2]) == ("8月12日，完成调研。", True)
    assert text_of(tasks[0]) == ("", False)
    assert not ReportItem.objects.get(task=tasks[2]).is_filled


def test_it_follows_what_is_registered_until_somebody_changes_it(walk, cast, tasks):
    clerk, name = walk("clerk"), f"items-{tasks[2].pk}-narrative"
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    assert clerk.form()[name] == "8月12日，完成调研。"
    record_update(tasks[2], cast.access("clerk"), text="形成初稿", progress=75)
    fields = clerk.form()
    assert fields[name] == "8月12日，完成调研。10月21日，形成初稿。"
    assert Report.objects.get().revision == 0  # nobody has typed anything
    clerk.send(fields | {name: "8月完成调研，10月形成初稿。"})
    record_update(tasks[2], cast.access("clerk"), text="送审", progress=80)
    assert clerk.form()[name] == "8月完成调研，10月形成初稿。"
    assert text_of(tasks[2]) == ("8月完成调研，10月形成初稿。", False)


def test_an_empty_item_gets_its_wording_when_something_is_registered(walk, cast, tasks):
    clerk, name = walk("clerk"), f"items-{tasks[2].pk}-narrative"
    assert clerk.form()[name] == ""
    record_update(tasks[2], cast.access("clerk"), text="形成初稿", progress=75)
    assert clerk.form()[name] == "10月21日，形成初稿。"


def test_what_somebody_has_said_otherwise_is_not_written_over(walk, cast, tasks):
    clerk = walk("clerk")
    clerk.write(**{f"items-{tasks[2].pk}-is_no_progress": "on", f"items-{tasks[2].pk}-reason": "等排期。"})
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    assert clerk.form()[f"items-{tasks[2].pk}-narrative"] == ""


def test_saving_other_fields_leaves_the_wording_the_systems(walk, cast, tasks):
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    clerk = walk("clerk")
    stale = clerk.form()
    say(tasks[2], cast, dt.date(2026, 9, 12), "形成初稿")
    clerk.form()  # put together anew
    clerk.send(stale | {f"items-{tasks[2].pk}-next_step": "送审。"})
    assert text_of(tasks[2]) == ("8月12日，完成调研。9月12日，形成初稿。", True)
    assert ReportItem.objects.get(task=tasks[2]).next_step == "送审。"


def test_saving_an_untouched_form_is_no_revision(walk, cast, tasks):
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    walk("clerk").write()
    assert Report.objects.get().revision == 0


def test_it_can_be_taken_as_it_stands(walk, cast, tasks):
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    clerk = walk("clerk")
    page = clerk.get("edit/").content.decode()
    for said in ("拟稿待核", "按登记的进展拟写，请核对修改。", "已填 0 / 3，拟稿待核 1"):
        assert said in page
    page = clerk.write(**{f"items-{tasks[2].pk}-is_checked": "on"}).content.decode()
    assert text_of(tasks[2]) == ("8月12日，完成调研。", False)
    assert "按登记的进展拟写" not in page
    assert "已填 1 / 3" in page


def test_it_can_be_submitted_and_is_listed_once_as_worth_a_look(plan, cast, tasks):
    other = plan.task(cast.kfb, title="政策汇编", state="in_progress")
    for task in (tasks[2], other):
        say(task, cast, dt.date(2026, 8, 12), "完成调研")
    report = start_report(plan.period, cast.kfb, cast.clerk)
    report.items.filter(narrative="").update(narrative="写了。")
    report.arrangements = "安排"
    report.save()
    filing = Filing(Report.objects.get(), TODAY)
    assert missing(filing) == []
    [first] = [remark for remark in odd(filing) if "拟写" in remark.sentence]
    assert first == (f"items-{tasks[2].pk}-narrative", "有 2 项任务的完成情况还是系统拟写的，请核对。")
    perform(report, "submit", cast.access("head"))
    assert not ReportItem.objects.filter(is_drafted=True).exists()  # the head's words from now on
    perform(Report.objects.get(), "return", cast.access("deputy"), reason="写细些")
    say(tasks[2], cast, dt.date(2026, 9, 12), "形成初稿")
    cast.client("clerk").get("/reports/2026H2/kfb/edit/")
    assert text_of(tasks[2]) == ("8月12日，完成调研。", False)


def test_a_suspended_task_of_which_only_the_system_wrote_is_left_out(plan, cast, tasks):
    say(tasks[2], cast, dt.date(2026, 8, 12), "完成调研")
    report = start_report(plan.period, cast.kfb, cast.clerk)
    tasks[2].state = "suspended"
    tasks[2].save()
    assert tasks[2] not in [item.task for item in Filing(report, TODAY).items]


def test_markup_in_updates_is_text(walk, cast, tasks):
    say(tasks[2], cast, dt.date(2026, 8, 12), "</textarea><script>alert(1)</script>")
    page = walk("clerk").get("edit/").content.decode()
    assert "<script>alert" not in page
    assert "</textarea><script" not in page


def test_the_target_stands_beside_its_task(walk, cast, tasks, plan):
    target = Target.objects.create(
        department=cast.kfb, goal=plan.goals[2], year=2026, indicator="儿童康复救助人数", quantity=2400, unit="名", standard="建档并完成一个疗程"
    )
    tasks[0].target = target
    tasks[0].save()
    page = walk("clerk").get("edit/").content.decode()
    for said in ("儿童康复救助人数：2,400 名", "完成标准：建档并完成一个疗程"):
        assert said in page


def test_older_statements_are_folded(walk, cast, tasks):
    for n in range(8):
        say(tasks[2], cast, dt.date(2026, 8, n + 1), f"第{n}步")
    assert "更早的 3 条" in walk("clerk").get("edit/").content.decode()


def test_the_problems_of_the_last_report_are_offered(walk, cast, plan, tasks):
    period = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    period.duties.create(department=cast.kfb)
    last = fill(start_report(period, cast.kfb, cast.clerk))
    for text, due in (("口径不一", dt.date(2026, 12, 1)), ("人手不足", dt.date(2026, 9, 1))):
        Problem.objects.create(report=last, goal=plan.goals[1], text=text, measure="逐市比对", owner="张三", due=due)
    perform(last, "submit", cast.access("head", dt.date(2026, 7, 10)))
    Problem.objects.all().update(text="后来改的")  # what was submitted counts
    page = walk("clerk").get("edit/").content.decode()
    assert "上期提出的问题（2 个）" in page
    assert page.index("2026-09-01 前解决，时限已过") < page.index("2026-12-01 前解决")
    assert "口径不一" in page
    assert "后来改的" not in page


def test_opening_the_form_asks_no_more_for_many_tasks(plan, cast, walk):
    seen, clerk = [], walk("clerk")
    for number in (3, 12):
        for n in range(cast.kfb.tasks.count(), number):
            say(plan.task(cast.kfb, title=f"任务{n}", state="in_progress"), cast, dt.date(2026, 8, 1), f"做了{n}")
        counts = []
        for _ in range(2):  # new items, then nothing new
            with CaptureQueriesContext(connection) as captured:
                fields = fields_of(clerk.get("edit/"))
            counts.append(len(captured))
        for task in cast.kfb.tasks.all():
            say(task, cast, dt.date(2026, 9, number), f"又做了{number}")
        with CaptureQueriesContext(connection) as captured:
            clerk.get("edit/")
        seen.append([*counts[1:], len(captured)])
        assert sum(name.endswith("-drafted") and bool(value) for name, value in fields.items()) == number
    assert seen[0] == seen[1]
