"""The office urges (催办): what can be urged, how strongly, in one step, once; what the department has had already; and who may."""

import datetime as dt
import itertools
import threading

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from departments.models import Department, Leader
from departments.testing import TODAY
from federation_tasks.plan.models import ReportDuty, Task
from federation_tasks.plan.workdays import workdays_between
from federation_tasks.supervision.burden import burdens
from federation_tasks.supervision.candidates import candidates, chosen
from federation_tasks.supervision.models import DutyState, Instruction, InstructionDuty, SupervisionRule, Urge, UrgeNotice, UrgeStage, UrgeState
from federation_tasks.supervision.stages import Stages
from federation_tasks.supervision.urgeable import KINDS, Day
from federation_tasks.supervision.urging import Refused, Wanted, send
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

LATE = dt.date(2026, 10, 11)  # ten days late on the day
LONG_SINCE = timezone.make_aware(dt.datetime(2026, 9, 1, 9))


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


def require(plan, cast, department, due, **fields):
    """A leader requires something of a department."""
    leader = Leader.objects.get(user=cast.principal)
    number = Instruction.objects.count() + 1
    row = Instruction.objects.create(leader=leader, period=plan.period, number=number, text="补齐台账", due=due, made_by=cast.principal, made_on=LATE)
    return InstructionDuty.objects.create(instruction=row, department=department, period=plan.period, **{"state": DutyState.ACKNOWLEDGED} | fields)


def wanted(*keys, stage="blue", note="请本周内办完", **more):
    seen = {one.key: len(one.urges) for one in chosen(keys, Day(TODAY))}
    return Wanted(keys, note, dict.fromkeys(keys, stage), seen, **more)


def key(thing):
    return {Task: "task", ReportDuty: "duty", InstructionDuty: "instruction"}[type(thing)] + f"-{thing.pk}"


def urge(thing, cast, stage="blue", on=TODAY, **more):
    send(wanted(key(thing), stage=stage, **more), cast.access("office", on))


def desk(cast, query="", part="office"):
    answer = cast.client(part).get(f"/urges/{query}")
    assert answer.status_code == 200, answer.content.decode()
    return {table.kind.name: [row.title for row in table.rows] for table in answer.context["desk"].tables}


# --- How strongly ----------------------------------------------------------------------------------------------------

CONDITIONS = [
    {},  # as delivered: blue always, yellow 1 day late and urged once, red 7 days late and urged twice
    {"yellow": (None, 0), "red": (None, 0)},
    {"blue": (0, 0), "yellow": (0, 2), "red": (30, 2)},
    {"blue": (1, 1), "yellow": (3, 1), "red": (3, 4)},
]
EXPECTED = {  # as delivered: (days late, urged before) -> the strongest
    (-5, 0): "blue", (-5, 9): "blue", (0, 1): "blue", (1, 0): "blue", (1, 1): "yellow", (6, 9): "yellow", (7, 1): "yellow", (7, 2): "red", (60, 3): "red",
}  # fmt: skip


@pytest.mark.parametrize(("late", "earlier"), EXPECTED)
def test_the_strongest_stage_is_the_highest_whose_conditions_hold(db, late, earlier):
    found = [row.stage for row in Stages().open_to(late, earlier)]
    assert found[-1] == EXPECTED[late, earlier]
    assert found == ["blue", "yellow", "red"][: len(found)]  # every milder one may be used


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_both_faces_of_the_rule_agree(plan, cast, conditions):
    for stage, (days_late, earlier) in conditions.items():
        UrgeStage.objects.filter(stage=stage).update(days_late=days_late, earlier=earlier)
    tasks = [plan.task(cast.kfb, title=f"{late}-{n}", due=TODAY - dt.timedelta(days=late)) for late in (1, 2, 3, 6, 7, 29, 30) for n in range(4)]
    notice = UrgeNotice.objects.create(by=cast.office, note="催", on=LATE)
    for task in tasks:
        for _ in range(int(task.title.split("-")[1])):
            Urge.objects.create(notice=notice, task=task, department=cast.kfb, period=plan.period, stage="blue", days_late=0, state=UrgeState.ANSWERED)
        Urge.objects.create(notice=notice, task=task, department=cast.kfb, period=plan.period, stage="blue", days_late=0, state=UrgeState.WITHDRAWN)
    day, kind = Day(TODAY), KINDS["overdue"]
    objects = {one.thing.title: one.proposed.stage if one.proposed else "" for one in candidates("task", kind.on(day), day)}
    rows = {row.title: stage for stage in day.stages.by_stage for row in kind.on(day).filter(day.stages.strongest_sql(stage, TODAY, kind.due_by))}
    assert objects == dict.fromkeys(objects, "") | rows
    assert len(objects) == 28


@pytest.mark.parametrize(("kind", "late"), list(itertools.product(["reports", "instructions"], [0, 1, 2, 7, 8])))
def test_both_faces_agree_on_when_a_report_and_an_instruction_were_due(plan, cast, kind, late):
    due = TODAY - dt.timedelta(days=late)
    require(plan, cast, cast.kfb, due)
    ReportDuty.objects.filter(department=cast.kfb).update(exception_until=timezone.make_aware(dt.datetime.combine(due, dt.time(17, 30))))
    UrgeStage.objects.filter(stage="yellow").update(days_late=2, earlier=0)
    UrgeStage.objects.filter(stage="red").update(days_late=7, earlier=0)
    day, found = Day(TODAY), KINDS[kind]
    objects = [one.proposed.stage for one in candidates(found.field, found.on(day), day)]
    rows = [stage for stage in day.stages.by_stage for _ in found.on(day).filter(day.stages.strongest_sql(stage, TODAY, found.due_by))]
    assert objects == rows == ([] if kind == "instructions" and not late else [{0: "blue", 1: "blue", 2: "yellow", 7: "red", 8: "red"}[late]])


# --- What can be urged -----------------------------------------------------------------------------------------------


@pytest.fixture
def much(plan, cast):
    """Something of each kind that can be urged, and beside each something that cannot."""
    plan.task(cast.kfb, title="逾期", due=LATE, state="in_progress")
    plan.task(cast.jjb, title="逾期已申请", due=LATE, state="claimed", claimed_on=TODAY)
    for title, created in (("没签收", LONG_SINCE), ("刚下达", timezone.now())):
        Task.objects.filter(pk=plan.task(cast.jjb, title=title).pk).update(created_at=created)
    require(plan, cast, cast.kfb, LATE)
    require(plan, cast, cast.jjb, LATE, state=DutyState.ANSWERED, answered_on=TODAY)
    require(plan, cast, cast.kfyy, TODAY)
    for department, days in ((cast.kfb, -3), (cast.jjb, 7), (cast.kfyy, 8)):
        until = timezone.make_aware(dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(17, 30)))
        ReportDuty.objects.filter(department=department).update(exception_until=until)


def test_the_desk_shows_each_kind_in_a_table_of_its_own_and_nothing_that_waits_for_a_leader(much, cast):
    found = desk(cast)
    assert found["overdue"] == ["逾期"]
    assert found["unacknowledged"] == ["没签收"]
    assert found["reports"] == ["2026年下半年工作汇报"] * 2  # past its deadline, and due within the seven days of 临期
    assert found["instructions"] == ["第 1 号要求：补齐台账"]


@pytest.mark.parametrize(("query", "numbers"), [
    ("?kind=reports", [2]), ("?department=kfb", [1, 0, 1, 1]), ("?leader=none", [0, 0, 0, 0]), ("?stage=blue", [1, 1, 2, 1]), ("?stage=red", [0, 0, 0, 0]),
    ("?department=jjb&kind=unacknowledged", [1]),
])  # fmt: skip
def test_the_desk_is_narrowed_down(much, cast, query, numbers):
    assert [len(rows) for rows in desk(cast, query).values()] == numbers


def test_the_desk_is_narrowed_down_to_a_leaders_departments(much, cast):
    other = Leader.objects.get(user=cast.other_deputy)
    assert [len(rows) for rows in desk(cast, f"?leader={other.pk}").values()] == [0, 1, 1, 0]


def test_a_condition_that_does_not_exist_is_answered_with_a_sentence(cast, plan):
    answer = cast.client("office").get("/urges/?department=nowhere")
    assert answer.status_code == 404
    assert "没有“nowhere”这一项" in answer.content.decode()


@pytest.mark.parametrize("days", [0, 1, 3, 10, 40, 200])
def test_working_days_of_many_rows_are_counted_as_of_one(db, days):
    start = TODAY - dt.timedelta(days=days)
    assert Day(TODAY).workdays_since(start) == workdays_between(start, TODAY)


@pytest.mark.parametrize(("waited", "is_listed"), [(3, False), (4, True)])
def test_unacknowledged_is_counted_in_working_days(plan, cast, waited, is_listed):
    # From Monday the 12th: Tuesday is the first working day after it, the weekend does not count.
    Task.objects.filter(pk=plan.task(cast.kfb).pk).update(created_at=timezone.make_aware(dt.datetime(2026, 10, 12, 23)))
    day = {3: dt.date(2026, 10, 15), 4: dt.date(2026, 10, 16)}[waited]
    assert KINDS["unacknowledged"].on(Day(day)).exists() is is_listed


def test_the_rule_of_the_day_says_how_long_a_task_may_wait_to_be_acknowledged(plan, cast):
    Task.objects.filter(pk=plan.task(cast.kfb).pk).update(created_at=timezone.make_aware(dt.datetime(2026, 10, 12)))
    SupervisionRule.objects.create(valid_from=TODAY, acknowledge_within=10)
    assert not KINDS["unacknowledged"].on(Day(TODAY)).exists()
    assert KINDS["unacknowledged"].on(Day(TODAY - dt.timedelta(days=1))).exists()


def test_no_two_things_of_the_page_are_called_the_same(plan, cast):
    for _ in range(2):
        plan.task(cast.kfb, title="办证", due=LATE, state="in_progress")
    plan.task(cast.jjb, title="办证", due=LATE, state="in_progress")
    page = cast.client("office").get("/urges/")
    names = [row.name for table in page.context["desk"].tables for row in table.rows]
    assert len(set(names)) == len(names) == 3
    assert '选<span class="visually-hidden">：办证（教就部）</span>' in page.content.decode()


# --- In one step -----------------------------------------------------------------------------------------------------


def test_many_things_of_many_departments_are_urged_in_one_step(plan, cast, django_capture_on_commit_callbacks):
    tasks = [plan.task(department, due=LATE, state="in_progress") for department in (cast.kfb, cast.jjb)]
    duty, instruction = ReportDuty.objects.get(department=cast.kfyy), require(plan, cast, cast.kfb, LATE)
    keys = [key(thing) for thing in (*tasks, duty, instruction)]
    client = cast.client("office")
    check = client.post("/urges/new/", {"thing": keys})
    page = check.content.decode()
    assert check.status_code == 200
    assert not Urge.objects.exists()
    assert "这些部室本半年已经有多少负担" in page
    answer = client.post("/urges/new/", {"thing": keys, **{f"urged-{one}": "0" for one in keys}, "note": "请周五前办完", "send": "yes"}, follow=True)
    assert "已催办 4 件（康复部 2 件、教就部 1 件、康复医院 1 件）" in answer.content.decode()
    [notice] = UrgeNotice.objects.all()
    assert (notice.by, notice.acting_as, notice.note, notice.on) == (cast.office, "办公室（督查）", "请周五前办完", TODAY)
    assert {row.subject: (row.department.code, row.days_late) for row in notice.urges.all()} == {
        tasks[0]: ("kfb", 10), tasks[1]: ("jjb", 10), duty: ("kfyy", -58), instruction: ("kfb", 10),
    }  # fmt: skip
    assert {(row.stage, row.state) for row in notice.urges.all()} == {("blue", "sent")}
    assert HistoryRow.objects.filter(move="issue", reason="请周五前办完").count() == 4


def test_a_whole_table_is_picked_with_one_button(plan, cast):
    keys = [key(plan.task(cast.kfb, title=str(n), due=LATE, state="in_progress")) for n in range(3)]
    check = cast.client("office").post("/urges/new/", {"whole": "overdue", "shown-overdue": keys, "shown-reports": ["duty-1"]})
    assert [one.key for one in check.context["form"].left] == keys


@pytest.mark.parametrize("data", [{}, {"thing": "task-99999"}, {"thing": ["nonsense", "task-", "task-٣", "report-1"]}])
def test_without_a_thing_the_desk_says_what_to_do(plan, cast, data):
    plan.task(cast.kfb, due=LATE, state="in_progress")
    page = cast.client("office").post("/urges/new/?kind=overdue", data).content.decode()
    assert "<title>错误：" in page
    assert "请先勾选要催的事" in page


def test_without_words_nothing_is_sent_and_the_chosen_stages_stay(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    for _ in range(2):
        urge(task, cast)
    form = {"thing": key(task), f"urged-{key(task)}": "2", f"stage-{key(task)}": "yellow", "note": " ", "send": "yes"}
    page = cast.client("office").post("/urges/new/", form).content.decode()
    assert '<a href="#id_note">请写催办说明' in page
    assert '<option value="yellow" selected>黄色预警</option>' in page
    assert Urge.objects.count() == 2


def test_the_office_may_be_milder_and_never_stronger(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    urge(task, cast)
    one = key(task)
    client = cast.client("office")
    form = client.post("/urges/new/", {"thing": one}).context["form"]
    assert form.fields[f"stage-{one}"].choices == [("yellow", "黄色预警"), ("blue", "蓝色提示")]
    refused = client.post("/urges/new/", {"thing": one, f"urged-{one}": "1", f"stage-{one}": "red", "note": "催", "send": "yes"})
    assert f'<a href="#id_stage-{one}">' in refused.content.decode()
    with pytest.raises(Refused):
        send(wanted(one, stage="red"), cast.access("office"))
    assert Urge.objects.count() == 1
    client.post("/urges/new/", {"thing": one, f"urged-{one}": "1", f"stage-{one}": "blue", "note": "催", "send": "yes"})
    assert list(Urge.objects.order_by("pk").values_list("stage", flat=True)) == ["blue", "blue"]


def test_stages_go_up_with_days_and_with_urges_that_were_not_withdrawn(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    found = []
    for _ in range(4):
        [one] = chosen([key(task)], Day(TODAY))
        found.append(one.proposed.stage)
        urge(task, cast, one.proposed.stage)
        if len(found) == 2:
            perform(Urge.objects.latest("pk"), "withdraw", cast.access("office"), reason="催重了")
    assert found == ["blue", "yellow", "yellow", "red"]


# --- Once, and knowingly ---------------------------------------------------------------------------------------------


def test_a_form_sent_twice_urges_once(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    form = {"thing": key(task), f"urged-{key(task)}": "0", "note": "请抓紧", "send": "yes"}
    client = cast.client("office")
    answers = [client.post("/urges/new/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Urge.objects.count(), UrgeNotice.objects.count()) == (1, 1)


def test_with_everything_left_out_nothing_is_sent_and_nothing_is_said_to_be(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    form = {"thing": key(task), f"urged-{key(task)}": "0", "note": "请抓紧", "send": "yes"}
    perform(task, "claim", cast.access("head"), reason="差一点")
    urge(plan.task(cast.kfb, title="别的", due=LATE, state="in_progress"), cast, note="请抓紧")
    page = cast.client("office").post("/urges/new/", form | {"skip": "on", "named": key(task)}).content.decode()
    assert '<a href="#refused">选的事现在都不能催，没有发出' in page
    assert "<p>请抓紧</p>" in page  # what was typed is not lost
    assert Urge.objects.count() == 1


def test_what_somebody_else_urged_meanwhile_is_not_urged_again(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    urge(task, cast)
    form = {"thing": key(task), f"urged-{key(task)}": "0", "note": "另一句话", "send": "yes"}
    page = cast.client("office").post("/urges/new/", form).content.decode()
    assert "已经有人催过" in page
    assert "选的事现在都不能催，没有发出" in page
    assert Urge.objects.count() == 1


def test_what_cannot_be_urged_any_more_is_named_and_left_out_only_knowingly(plan, cast):
    tasks = [plan.task(cast.kfb, title=title, due=LATE, state="in_progress") for title in ("甲", "乙")]
    keys = [key(task) for task in tasks]
    form = {"thing": keys, **dict.fromkeys((f"urged-{one}" for one in keys), "0"), "note": "请抓紧", "send": "yes"}
    perform(tasks[0], "claim", cast.access("head"), reason="差一点")
    client = cast.client("office")
    first = client.post("/urges/new/", form)
    page = first.content.decode()
    assert "<title>错误：" in page
    assert '<a href="#id_skip">' in page
    assert "甲（康复部）：“甲”已经申请办结" in page
    assert "请抓紧</textarea>" in page
    assert not Urge.objects.exists()
    # A box that was ticked for other things than those named does not count.
    client.post("/urges/new/", form | {"skip": "on"})
    assert not Urge.objects.exists()
    client.post("/urges/new/", form | {"skip": "on", "named": keys[0]})
    assert [row.task for row in Urge.objects.all()] == [tasks[1]]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_urge_the_same_at_once_urge_it_once(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    both, order, refused = threading.Barrier(2), wanted(key(task)), []

    def go():
        both.wait()
        try:
            send(order, cast.access("office"))
        except Refused as found:
            refused.append(found.reasons)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Urge.objects.count() == UrgeNotice.objects.count() == len(refused) == 1


# --- One thing, from its own page ------------------------------------------------------------------------------------


def test_each_sort_of_thing_can_be_urged_from_a_link(plan, cast):
    task, instruction = plan.task(cast.kfb), require(plan, cast, cast.kfb, LATE)
    client = cast.client("office")
    assert '<a class="btn btn-outline-primary" href="/urges/new/?task=' in client.get(f"/tasks/{task.pk}/").content.decode()
    for query in (f"?task={task.pk}", f"?duty={ReportDuty.objects.get(department=cast.kfb).pk}", f"?instruction={instruction.pk}"):
        page = client.get(f"/urges/new/{query}")
        assert (page.status_code, len(page.context["form"].left)) == (200, 1)
    assert client.get("/urges/new/?task=99999").status_code == 404
    assert client.get("/urges/new/").status_code == 302


def test_what_waits_for_a_leader_or_is_done_is_not_urged(plan, cast):
    client = cast.client("office")
    claimed, done = plan.task(cast.kfb, state="claimed", claimed_on=TODAY), plan.task(cast.kfb, state="completed", completed_on=TODAY)
    ReportDuty.objects.filter(department=cast.kfb).update(submitted_at=timezone.now())
    answered = require(plan, cast, cast.kfb, LATE, state=DutyState.ANSWERED, answered_on=TODAY)
    duty = ReportDuty.objects.get(department=cast.kfb)
    for query, words in (
        (f"?task={claimed.pk}", "等领导审定"),
        (f"?task={done.pk}", "不用催"),
        (f"?duty={duty.pk}", "已经报送"),
        (f"?instruction={answered.pk}", "不用催部室"),
    ):
        answer = client.get(f"/urges/new/{query}")
        assert answer.status_code == 409
        assert words in answer.content.decode()
    assert "/urges/new/" not in client.get(f"/tasks/{done.pk}/").content.decode()


# --- Afterwards ------------------------------------------------------------------------------------------------------


def test_the_head_answers_on_the_tasks_own_page_and_the_office_reads_it(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    urge(task, cast)
    row = Urge.objects.get()
    page = cast.client("head").get(f"/tasks/{task.pk}/").content.decode()
    assert "请本周内办完" in page
    assert f'action="/urges/{row.pk}/answer/"' in page
    cast.client("acting_head").post(f"/urges/{row.pk}/answer/", {f"answer-{row.pk}-reason": "周四办完"})
    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by, row.answered_on) == ("answered", "周四办完", cast.acting_head, TODAY)
    assert "周四办完" in cast.client("office").get("/urges/sent/").content.decode()
    assert f'action="/urges/{row.pk}/answer/"' not in cast.client("head").get(f"/tasks/{task.pk}/").content.decode()


def test_an_answer_without_words_is_refused_at_its_field(plan, cast):
    urge(plan.task(cast.kfb, due=LATE, state="in_progress"), cast)
    row = Urge.objects.get()
    page = cast.client("head").post(f"/urges/{row.pk}/answer/", {}).content.decode()
    assert "<title>错误：" in page
    assert f'<a href="#id_answer-{row.pk}-reason">请写明' in page


def test_the_office_takes_an_urge_back_with_a_reason_and_nobody_answers_it_then(plan, cast):
    urge(plan.task(cast.kfb, due=LATE, state="in_progress"), cast)
    row = Urge.objects.get()
    client = cast.client("office")
    client.post(f"/urges/{row.pk}/withdraw/", {f"withdraw-{row.pk}-reason": "催错了"})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert cast.client("head").post(f"/urges/{row.pk}/answer/", {f"answer-{row.pk}-reason": "好"}).status_code == 409


MAY = {"answer": {"head", "acting_head"}, "withdraw": {"office"}}
READ = {"head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan_admin"}
FROM = {"answer": {"sent"}, "withdraw": {"sent"}}


def test_every_state_and_move_of_an_urge_by_everyone(plan, cast):
    urge(plan.task(cast.kfb, due=LATE, state="in_progress"), cast)
    row, checked = Urge.objects.get(), 0
    clients = {part: cast.client(part) for part in cast.everyone()}
    for part, move, state in itertools.product(clients, ["answer", "withdraw", "issue", "settle"], UrgeState):
        Urge.objects.filter(pk=row.pk).update(state=state)
        before = HistoryRow.objects.count()
        status = clients[part].post(f"/urges/{row.pk}/{move}/", {f"{move}-{row.pk}-reason": "理由"}).status_code
        right = 404 if part not in READ or move not in MAY else (403 if part not in MAY[move] else (302 if state in FROM[move] else 409))
        assert status == right, (part, move, state.value)
        assert HistoryRow.objects.count() == before + (status == 302)
        checked += 1
    assert checked == 16 * 4 * 4 == 256


def test_the_desk_is_the_offices_and_others_read_what_was_urged_of_their_departments(plan, cast):
    urge(plan.task(cast.kfb, title="康复的", due=LATE, state="in_progress"), cast)
    urge(plan.task(cast.jjb, title="教就的", due=LATE, state="in_progress"), cast)
    seen = {}
    for part in cast.everyone():
        client = cast.client(part)
        answer = client.get("/urges/")
        if part == "office":
            continue
        assert client.get("/urges/new/").status_code == client.post("/urges/new/", {}).status_code == 403
        seen[part] = answer.status_code if answer.status_code != 200 else [row.title for row in answer.context["list"].page]
    both, ours = ["教就的", "康复的"], ["康复的"]
    assert seen == {
        "head": ours, "acting_head": ours, "clerk": ours, "staff": ours, "deputy": ours, "other_head": ["教就的"], "other_deputy": ["教就的"],
        "kfyy_head": [], "ysa_head": [], "principal": both, "plan_admin": both,
        "system_admin": 403, "security_admin": 403, "auditor": 403, "stranger": 403,
    }  # fmt: skip


@pytest.mark.parametrize("part", ["head", "principal", "plan_admin", "stranger"])
def test_nobody_but_the_office_urges(plan, cast, part):
    from django.core.exceptions import PermissionDenied

    task = plan.task(cast.kfb, due=LATE, state="in_progress")
    with pytest.raises(PermissionDenied):
        send(wanted(key(task)), cast.access(part))
    assert not UrgeNotice.objects.exists()


# --- 减负 ------------------------------------------------------------------------------------------------------------


def test_the_burden_counts_forms_urges_and_returns_of_this_half_year(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress", progress=100)
    require(plan, cast, cast.kfb, LATE)
    require(plan, cast, cast.kfb, TODAY)
    urge(task, cast)
    urge(task, cast)
    perform(Urge.objects.latest("pk"), "withdraw", cast.access("office"), reason="催重了")
    for _ in range(2):
        perform(task, "claim", cast.access("head"))
        perform(task, "send_back", cast.access("deputy"), reason="不全")
    HistoryRow.objects.filter(move="send_back").order_by("pk").first()
    HistoryRow.objects.filter(pk=HistoryRow.objects.filter(move="send_back").latest("pk").pk).update(period="2026H1")
    found = {row.department.code: row for row in burdens([cast.kfb, cast.jjb, cast.kfb], plan.period, TODAY)}
    row = found["kfb"]
    assert (row.reports, row.instructions, row.forms, row.urges, row.returns) == (1, 2, 3, 1, 1)
    assert (found["jjb"].forms, found["jjb"].urges, found["jjb"].returns) == (1, 0, 0)


def test_the_check_says_where_nobody_gets_the_letter(plan, cast):
    empty = Department.objects.create(code="empty", name="空缺部", order=99)
    task = plan.task(empty, due=LATE, state="in_progress")
    assert "今天没有负责人，邮件没有人收" in cast.client("office").post("/urges/new/", {"thing": key(task)}).content.decode()


# --- Much ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(plan, cast):
    """Two hundred departments, each with overdue and unacknowledged tasks, a missing report and an overdue instruction."""
    departments = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=20 + n) for n in range(200))
    tasks = [
        Task(department=row, period=plan.period, goal=plan.goals[0], title=f"任务{n}", start=dt.date(2026, 7, 1), due=due, state=state)
        for row in departments
        for n, (due, state) in enumerate([(LATE, "in_progress")] * 3 + [(dt.date(2026, 12, 1), "assigned")] * 2)
    ]
    Task.objects.bulk_create(tasks)
    Task.objects.update(created_at=LONG_SINCE)
    deadline = timezone.make_aware(dt.datetime.combine(LATE, dt.time(17)))
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=row, exception_until=deadline) for row in departments)
    leader = Leader.objects.get(user=cast.principal)
    row = Instruction.objects.create(leader=leader, period=plan.period, number=1, text="要求", due=LATE, made_by=cast.principal, made_on=LATE)
    duties = [InstructionDuty(instruction=row, department=one, period=plan.period, state="assigned") for one in departments]
    InstructionDuty.objects.bulk_create(duties)


def test_the_desk_and_the_check_ask_as_little_for_two_hundred_departments(crowd, cast, django_assert_max_num_queries):
    client = cast.client("office")
    with django_assert_max_num_queries(36):
        page = client.get("/urges/")
    assert [(table.total, len(table.rows)) for table in page.context["desk"].tables] == [(600, 50), (400, 50), (200, 50), (200, 50)]
    with django_assert_max_num_queries(30):
        last = client.get("/urges/?kind=overdue&stage=blue&page=12")
    assert len(last.context["desk"].tables[0].rows) == 50
    keys = [row.key for table in page.context["desk"].tables for row in table.rows]
    with django_assert_max_num_queries(36):
        check = client.post("/urges/new/", {"thing": keys})
    assert len(check.context["form"].left) == 200
    cast.client("office").post("/urges/new/", {"thing": keys, **dict.fromkeys((f"urged-{one}" for one in keys), "0"), "note": "催", "send": "yes"})
    assert Urge.objects.count() == 200
    with django_assert_max_num_queries(22):
        assert len(client.get("/urges/sent/").context["list"].page) == 50
