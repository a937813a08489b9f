"""Who has reported, what waits for review, the gaps by department and the supervision loop, as each person sees them on the page."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.dashboard.gaps import GapBoard
from federation_tasks.dashboard.reporting import Reporting, Standing
from federation_tasks.dashboard.review import ReviewQueue
from federation_tasks.dashboard.supervising import Supervising
from federation_tasks.dashboard.waits import Waits
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.reports.models import Report, ReportState, ReportVersion
from federation_tasks.supervision.models import Extension, Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

pytestmark = pytest.mark.usefixtures("today")
AGES = {"kfb": 1, "kfyy": 9, "jjb": 5, "ysa": 0}  # days since each department submitted


def days_ago(n):
    return timezone.now() - dt.timedelta(days=n)


def submitted(period, department, by, gaps, *, at, state="submitted"):
    report = Report.objects.create(period=period, department=department, state=state, revision=1, submissions=1, submitted_at=at, submitted_by=by, begun_at=at)
    report.standing = ReportVersion.objects.create(report=report, number=1, content={}, gaps=gaps, submitted_by=by, submitted_at=at)
    report.save()
    with time_machine.travel(at, tick=False):
        for duty in period.duties.filter(department=department):
            duty.submitted_at = at
            duty.save()
    return report


@pytest.fixture
def reported(plan, cast):
    """All four have reported, longest ago 康复医院; two named gaps in the half-year before."""
    heads = {"kfb": cast.head, "kfyy": cast.kfyy_head, "jjb": cast.other_head, "ysa": cast.ysa_head}
    gaps = {"kfb": {"3": [2, 1], "1": [1, 0]}, "kfyy": {}, "jjb": {"3": [1, 1]}, "ysa": {"5": [1, 0]}}
    before = Period.objects.create(year=2026, half=1, state="closed")
    for code, days in AGES.items():
        department = getattr(cast, code)
        submitted(plan.period, department, heads[code], gaps[code], at=days_ago(days))
    submitted(before, cast.kfb, cast.head, {"3": [1, 0]}, at=days_ago(120), state="archived")
    submitted(before, cast.jjb, cast.other_head, {"1": [1, 0]}, at=days_ago(120), state="archived")


@pytest.fixture
def chased(plan, cast):
    """One thing of every sort in 康复部, all of them late, and one of each in 教就部 that is not."""
    for department, head, days in ((cast.kfb, cast.head, 9), (cast.jjb, cast.other_head, 0)):
        day = TODAY - dt.timedelta(days=days)
        with time_machine.travel(days_ago(days), tick=False):
            task = plan.task(department, title="没签收")
            plan.task(department, title="待核", state="claimed", claimed_on=day, claimed_by=head)
            asked = plan.task(department, title="延期", state="in_progress")
            Extension.objects.create(task=asked, state="asked", old_due=asked.due, asked_due=asked.due + dt.timedelta(days=9), asked_by=head, asked_on=day)
            notice = UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=day)
            Urge.objects.create(notice=notice, stage="blue", task=task, department=department, period=plan.period, state="sent", days_late=0)
            number = Instruction.objects.count() + 1
            about = {"leader": Leader.objects.get(rank="principal"), "made_by": cast.principal, "made_on": day, "due": day + dt.timedelta(days=3)}
            instruction = Instruction.objects.create(period=plan.period, number=number, text="办好", **about)
            InstructionDuty.objects.create(instruction=instruction, department=department, period=plan.period, state="acknowledged")


def section(cast, part, name, query=""):
    html = cast.client(part).get(f"/dashboard/{query}").content.decode()
    return html.split(f'id="{name}"')[1].split("</section>")[0] if f'id="{name}"' in html else ""


def rows_of(html):
    """Return the cells of each row of a section's first table, as they are read."""
    table = html.split("<tbody")[1].split("</table>")[0] if "<tbody" in html else ""
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("<tr")[1:]]
    return [[re.sub(r"\s+", " ", strip_tags(cell)).strip() for cell in row] for row in rows]


# --- What waits for review --------------------------------------------------------------------------------------------

QUEUE = {
    "康复医院": ["等待 7 个工作日 超过 3 个工作日", "2026-10-12", "副理事长乙"],
    "教就部": ["等待 3 个工作日", "2026-10-16", "副理事长丙"],
    "康复部": ["等待 1 个工作日", "2026-10-20", "副理事长乙"],
    "演示单位甲": ["当天报送", "2026-10-21", "理事长"],
}


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("principal", list(QUEUE)), ("office", list(QUEUE)), ("deputy", ["康复医院", "康复部"]), ("other_deputy", ["教就部"]),
        ("head", None), ("clerk", None), ("staff", None), ("ysa_head", None),
    ],
)  # fmt: skip
def test_leaders_and_the_office_see_what_waits_for_review_the_longest_first(reported, cast, part, seen):
    html = section(cast, part, "rq")
    assert (html == "") is (seen is None)
    found = {name.removesuffix("的汇报"): cells for name, *cells in rows_of(html)}
    assert list(found) == (seen or [])
    for name, cells in found.items():
        assert [*cells[:2], cells[2].split("（")[0]] == QUEUE[name]


def test_the_queue_says_in_a_sentence_how_many_wait_and_for_how_long(reported, cast):
    assert "有 4 份汇报等着审阅，其中 1 份超过 3 个工作日，最久的已等 7 个工作日。" in section(cast, "principal", "rq")
    Report.objects.update(state="approved")
    assert "没有汇报等着审阅" in section(cast, "principal", "rq")


def test_what_the_leader_in_charge_submitted_himself_waits_for_the_principal_and_the_principals_own_for_a_deputy(reported, cast):
    Report.objects.filter(department=cast.kfb).update(submitted_by=cast.deputy)
    Report.objects.filter(department=cast.ysa).update(submitted_by=cast.principal)
    found = {row.department: row.whom.split("（")[0] for row in ReviewQueue(cast.access("office"), Period.objects.get(half=2), TODAY, None).rows}
    assert found == {"康复部": "理事长", "演示单位甲": "任一位副职领导", "康复医院": "副理事长乙", "教就部": "副理事长丙"}


def test_of_a_long_queue_ten_are_listed_and_the_rest_is_a_link_away(reported, plan, cast):
    for n in range(9):
        submitted(plan.period, Department.objects.create(code=f"d{n}", name=f"单位{n}", order=50 + n), cast.head, {}, at=days_ago(2))
    html = section(cast, "office", "rq")
    assert len(rows_of(html)) == 10
    assert '另有 3 份，在<a class="pad" href="/reports/?period=2026H2">汇报清单</a>里' in html


# --- The gaps ---------------------------------------------------------------------------------------------------------


def test_the_gaps_stand_by_department_with_what_has_no_measure_and_what_came_back(reported, cast):
    html = section(cast, "principal", "gp")
    assert "共提出 5 个问题，任务落实上的最多（3 个）；其中 2 个还没有写改进措施；有 1 处差距上一个半年也提过。" in html
    by_department = html.split('id="gp-by"')[1]
    assert [row[0].removesuffix("的汇报") for row in rows_of(by_department)] == ["康复部", "教就部", "演示单位甲"]
    assert rows_of(by_department)[0][1:] == ["1", "0", "2 又提", "0", "0", "3"]
    bare, back = html.split("有差距无措施</h3>")[1].split("又提的</h3>")
    assert re.findall(r'href="([^"]+)"', bare) == ["/reports/2026H2/kfb/", "/reports/2026H2/jjb/"]
    assert "任务落实 1 个" in bare
    assert re.findall(r'href="([^"]+)"', back) == ["/reports/2026H2/kfb/", "/reports/2026H1/kfb/"]


@pytest.mark.parametrize(
    ("part", "problems", "linked"),
    [("principal", 5, 3), ("office", 5, 3), ("deputy", 3, 1), ("other_deputy", 1, 1), ("head", 3, 1), ("clerk", 3, 1), ("staff", 3, 0), ("ysa_head", 1, 1)],
)
def test_everybody_sees_the_gaps_of_what_he_sees_and_links_only_to_what_he_may_open(reported, plan, cast, part, problems, linked):
    access, whole = cast.access(part), part in ("principal", "office")
    found = GapBoard(access, plan.period, TODAY, None if whole else access.departments("read_dashboard"))
    assert (found.problems, sum(bool(href) for _, href, *_ in found.by_department)) == (problems, linked)
    readable = {row.get_absolute_url() for row in Report.objects.visible_to(access)}
    assert {href for _, href, *_ in found.by_department if href} <= readable


# --- Who is chased ----------------------------------------------------------------------------------------------------

SORTS = ("没有签收的任务", "没有回应的催办", "未销号的要求", "待审定的延期", "待核的办结申请")


@pytest.mark.parametrize(
    ("part", "open_", "late"),
    [
        ("principal", 2, 1),
        ("office", 2, 1),
        ("deputy", 1, 1),
        ("other_deputy", 1, 0),
        ("head", 1, 1),
        ("staff", 1, 1),
        ("other_head", 1, 0),
        ("ysa_head", 0, 0),
    ],
)
def test_everybody_sees_what_is_chased_in_what_he_sees_and_can_go_there(chased, cast, part, open_, late):
    html, client = section(cast, part, "sv"), cast.client(part)
    found = {name: (int(number.split()[0]), int(behind.split()[0])) for name, number, behind, _ in rows_of(html)}
    assert found == {**dict.fromkeys(SORTS, (open_, late)), "逾期升级": (0, 0)}
    links = [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', html)]
    assert len(links) == (5 if open_ else 0)
    for href in links:
        answer = client.get(href)
        assert (answer.status_code, answer.context["list"].number) == (200, open_), href


def test_one_sentence_says_what_is_open_and_what_is_late(chased, cast):
    html = section(cast, "head", "sv")
    assert "没有签收的任务 1 项（超过 3 个工作日 1 项），没有回应的催办 1 件（超过 3 个工作日 1 件），未销号的要求 1 项（过了办理期限 1 项）" in html
    assert "没有挂着的催办、延期、办结申请和要求，任务都已签收。" in section(cast, "ysa_head", "sv")


def test_of_a_past_day_only_the_list_of_tasks_is_linked_for_the_others_are_of_today(chased, cast):
    hrefs = re.findall(r'href="([^"]+)"', section(cast, "head", "sv", "?on=2026-10-20"))
    assert {href.split("?")[0] for href in hrefs} == {"/tasks/"}
    assert all("on=2026-10-20" in href for href in hrefs)


# --- As many queries for 200 departments as for 20 --------------------------------------------------------------------


def federation(plan, cast, numbers):
    """Make departments that reported, with history, versions naming gaps, and things of every sort that is chased."""
    leaders = Leader.objects.bulk_create(Leader(name=f"副{n}", federation_post="副理事长", rank="deputy", in_office_from=LONG_AGO) for n in numbers[::10])
    rows = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", kind="county", order=20 + n) for n in numbers)
    Portfolio.objects.bulk_create(Portfolio(leader=leaders[n // 10], department=row, valid_from=LONG_AGO) for n, row in enumerate(rows))
    for n, department in enumerate(rows):
        with time_machine.travel(days_ago(20), tick=False):
            ReportDuty.objects.create(period=plan.period, department=department)
        gaps, at = {str(n % 5 + 1): [n % 3 + 1, n % 2]}, days_ago(n % 12 + 1)
        for period in (plan.period, Period.objects.get(half=1)):
            submitted(period, department, cast.head, gaps, at=at)
        facts = {"department": department, "period": "2026H2", "actor": cast.head, "on": at.date()}
        perform_like(Report.objects.get(period=plan.period, department=department), at, facts)
    claimed = {"claimed_on": TODAY - dt.timedelta(days=8)}
    states = {"assigned": {}, "claimed": claimed, "in_progress": {}, "acknowledged": {}, "completed": claimed | {"completed_on": TODAY}}
    Task.objects.bulk_create(
        Task(period=plan.period, department=row, goal=goal, title="任务", state=state, start=dt.date(2026, 7, 1), due=TODAY - dt.timedelta(days=3), **dates)
        for row in rows for goal, (state, dates) in zip(plan.goals, states.items(), strict=True)
    )  # fmt: skip


def perform_like(report, at, facts):
    with time_machine.travel(at, tick=False):
        kind = ContentType.objects.get_for_model(Report)
        HistoryRow.objects.create(content_type=kind, object_id=report.pk, move="submit", from_state="draft", to_state="submitted", **facts)


PAST = TODAY - dt.timedelta(days=1)


def asked(access, period, day):
    """Return how many queries each section asks for all that a page shows of it."""
    waits = Waits(day)
    assert (waits.decide_since, waits.days(TODAY)) is not None
    reporting, queue, gaps, loop = (kind(access, period, day, None) for kind in (Reporting, ReviewQueue, GapBoard, Supervising))
    queue.waits = loop.waits = waits
    parts = {
        "reporting": lambda: (reporting.words, reporting.table),
        "missing": lambda: reporting.first(Standing.MISSING, 10),
        "queue": lambda: (queue.words, queue.rows),
        "gaps": lambda: (gaps.words, gaps.table, gaps.by_department, gaps.unmeasured, gaps.returned),
        "loop": lambda: (loop.words, loop.lines),
    }
    found = {}
    for name, part in parts.items():
        with CaptureQueriesContext(connection) as queries:
            part()
        found[name] = len(queries)
    return found, reporting, queue, gaps


@pytest.mark.parametrize(
    ("day", "most"),
    [
        (TODAY, {"reporting": 2, "missing": 1, "queue": 2, "gaps": 6, "loop": 5}),
        (PAST, {"reporting": 3, "missing": 1, "queue": 2, "gaps": 6, "loop": 5}),
    ],
)
def test_each_section_asks_as_many_queries_at_200_departments_as_at_20(plan, cast, day, most):
    Period.objects.create(year=2026, half=1, state="closed")
    access = cast.access("principal")
    assert (access.is_principal, access.places, access.groups) == (True, (), frozenset())
    with time_machine.travel(days_ago(20), tick=False):
        federation(plan, cast, range(20))
    assert asked(access, plan.period, day)[0].keys() == most.keys()  # and what Django itself remembers is read
    small, *_ = asked(access, plan.period, day)
    federation(plan, cast, range(20, 200))
    large, reporting, queue, gaps = asked(access, plan.period, day)
    assert large == small
    assert all(small[name] <= most[name] for name in most), small
    assert max(len(rows) for rows in reporting.named.values()) == 12
    assert reporting.in_state(ReportState.SUBMITTED) == reporting.submitted == 200
    assert (len(queue.rows), queue.total, queue.unlisted) == (10, 200, 190)
    assert (len(gaps.by_department), gaps.naming, len(gaps.returned), gaps.more_returned) == (10, 200, 10, 190)


def test_a_report_withdrawn_later_counts_as_submitted_on_the_days_between(plan, cast):
    with time_machine.travel(days_ago(5), tick=False):
        report = Report.objects.create(period=plan.period, department=cast.kfb, arrangements="安排", revision=1, begun_at=timezone.now())
        day = timezone.localdate()
        perform(report, "submit", cast.access("head", day))
    with time_machine.travel(days_ago(3), tick=False):
        perform(report, "withdraw", cast.access("head", timezone.localdate()))
    access = cast.access("principal")
    told = [Reporting(access, plan.period, TODAY - dt.timedelta(days=n), None) for n in (6, 5, 4, 3, 0)]
    assert [(found.submitted, found.in_state(ReportState.SUBMITTED), found.in_state(ReportState.DRAFT)) for found in told] == [
        (0, 0, 0), (1, 1, 0), (1, 1, 0), (0, 0, 1), (0, 0, 1),
    ]  # fmt: skip
    assert next(row.words for row in told[3].rows) == "已撤回，正在修改"
