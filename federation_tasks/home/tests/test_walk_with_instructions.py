"""From one pasted paragraph to the last closing: through a sending back, the end of a half-year and a handed-over portfolio (issue 4, 2)."""

import datetime as dt
import re
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Leader, Portfolio
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import PDF, FormBody
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import Instruction, InstructionDuty

PARAGRAPH = "会议要求：一是12月10日前补齐救助台账；二是把3.5万元尾款结清。三是拿出明年的安排。"
GIVEN, ANSWERED, DECIDED = dt.date(2026, 10, 21), dt.date(2026, 11, 4), dt.date(2026, 11, 6)
CLOSED, HANDED_OVER, ANSWERED_AGAIN = dt.date(2027, 1, 5), dt.date(2027, 1, 11), dt.date(2027, 1, 13)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"


@contextmanager
def person(cast, part, day):
    """Sign somebody of the cast in on a day."""
    with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
        yield cast.client(part)


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def to_do(client):
    """Return what a person's 待办 says of instructions: title, what to do, the word beside it, and the text."""
    sections = [section for part in client.get("/").context["worklist"].parts for section in part.sections if section.title == "明确要求"]
    return [(item.title.rpartition("：")[2], item.action, item.flag, item.text) for section in sections for item in section.items]


def left(client, query=""):
    """Return the open ones of a list: number, department, state."""
    rows = client.get(f"/instructions/?state=open{query}").context["list"].rows
    return [(row.duty.instruction.number, row.duty.department.code, row.duty.get_state_display()) for row in rows]


def move(client, duty, name, reason="", files=()):
    """Make a move as the form of the page sends it."""
    within = f"duty-{duty.pk}-{name}"
    form = FormBody({}, [(f"{within}-evidence", *file) for file in files], {f"{within}-reason": reason})
    return client.generic("POST", f"/instructions/duties/{duty.pk}/{name}/", form.body, form.content_type)


def duty(number, department):
    return InstructionDuty.objects.get(instruction__number=number, instruction__period__year=2026, department=department)


def give_three(cast):
    with person(cast, "deputy", GIVEN) as deputy:
        new = re.search(r'href="(/instructions/new/)"', page(deputy.get("/")))[1]
        form = deputy.get(new).context["form"]
        fields = {"batch": str(form["batch"].value()), "text": PARAGRAPH, "due": "2026-12-10", "departments": ["kfb", "kfyy"]}
        sheet = deputy.post(new, fields).context["sheet"]
        assert not Instruction.objects.exists()
        checked = {"batch": str(sheet.batch), "count": str(len(sheet.rows)), "step": "give"}
        for row in sheet.rows:
            checked |= {row.add_prefix(name): row[name].value() for name in ("text", "departments")} | {row.add_prefix("due"): "2026-12-10"}
            checked |= {row.add_prefix("drop"): "on"} if row.is_dropped else {}
        assert "第 1 至 3 号要求" in page(deputy.post(new, checked, follow=True))
        assert len(left(deputy)) == 6


def answer_some(cast):
    with person(cast, "head", ANSWERED) as head:
        assert [(title, action, flag) for title, action, flag, _ in to_do(head)] == [
            ("12月10日前补齐救助台账。", "签收", "待签收"), ("把3.5万元尾款结清。", "签收", "待签收"), ("拿出明年的安排。", "签收", "待签收"),
        ]  # fmt: skip
        for number in (1, 2, 3):
            assert move(head, duty(number, cast.kfb), "acknowledge").status_code == 302
        assert move(head, duty(1, cast.kfb), "answer", "台账已补齐", [("台账.pdf", PDF)]).status_code == 302
        assert move(head, duty(2, cast.kfb), "answer", "正在办", [("付款单.pdf", PDF)]).status_code == 302
        assert [(title, action) for title, action, _, _ in to_do(head)] == [("拿出明年的安排。", "答复")]
    with person(cast, "clerk", ANSWERED) as clerk:
        assert [action for _, action, _, _ in to_do(clerk)] == ["看要求"]
    with person(cast, "kfyy_head", ANSWERED) as head:
        for number in (1, 2, 3):
            move(head, duty(number, cast.kfyy), "acknowledge")
            move(head, duty(number, cast.kfyy), "answer", "都办了")


def close_one_and_send_one_back(cast):
    with person(cast, "deputy", DECIDED) as deputy:
        shown = page(deputy.get(duty(1, cast.kfb).get_absolute_url()))
        file = Attachment.objects.get(name="台账.pdf")
        assert shown.count(f'href="/attachments/{file.pk}/"') == 1
        assert b"".join(deputy.get(f"/attachments/{file.pk}/").streaming_content) == PDF
        assert move(deputy, duty(1, cast.kfb), "close", "同意").status_code == 302
        assert move(deputy, duty(2, cast.kfb), "send_back", "尾款没有付清，说清哪天付").status_code == 302
        for number in (1, 2, 3):
            move(deputy, duty(number, cast.kfyy), "close")
        assert left(deputy) == [(2, "kfb", "退回重办"), (3, "kfb", "办理中")]
    with person(cast, "head", DECIDED) as head:
        [first, second] = to_do(head)
        assert first[:3] == ("把3.5万元尾款结清。", "重新答复", "退回重办")
        assert "尾款没有付清，说清哪天付" in first[3]
        assert second[:3] == ("拿出明年的安排。", "答复", "办理中")


def end_the_half_year(cast, plan):
    with time_machine.travel(f"{CLOSED}T10:00:00+08:00", tick=False):
        closed = close_period(plan.period, cast.access("office", CLOSED))
        assert closed.numbers["转到下一期的明确要求（按单位计）"] == 2
        closed.following.state = Period.State.OPEN
        closed.following.save()
    with person(cast, "office", CLOSED) as office:
        assert left(office) == [(2, "kfb", "退回重办"), (3, "kfb", "办理中")]
        assert "2026年下半年第 2 号" in page(office.get("/instructions/"))
        assert left(office, "&period=2026H2") == left(office)  # and the closed one says where they went
        assert "已转到2027年上半年" in page(office.get("/instructions/?period=2026H2"))
    with person(cast, "head", CLOSED) as head:
        assert [flag for _, _, flag, _ in to_do(head)] == ["逾期 26 天", "逾期 26 天"]


def hand_the_portfolio_over(cast):
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=HANDED_OVER)
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.other_deputy), department=cast.kfb, valid_from=HANDED_OVER)


def the_successor_closes(cast):
    with person(cast, "head", ANSWERED_AGAIN) as head:
        assert move(head, duty(2, cast.kfb), "answer", "1月12日已付清").status_code == 302
        move(head, duty(3, cast.kfb), "answer", "安排已报送")
    with person(cast, "other_deputy", ANSWERED_AGAIN) as successor:
        assert left(successor) == [(2, "kfb", "已答复，待销号"), (3, "kfb", "已答复，待销号")]
        shown = page(successor.get(duty(2, cast.kfb).get_absolute_url()))
        assert "1月12日已付清" in shown
        assert "尾款没有付清，说清哪天付" in shown  # what was said before stands
        for number in (2, 3):
            assert move(successor, duty(number, cast.kfb), "close", "同意销号").status_code == 302
        assert left(successor) == []


def the_one_before_sees_nothing_new_and_his_acts_stand(cast):
    with person(cast, "other_deputy", ANSWERED_AGAIN) as successor:
        fields = {"text": "按月报进度。", "due": "2027-03-31", "departments": ["kfb"]}
        assert successor.post("/instructions/new/", fields).status_code == 302
    new = Instruction.objects.get(text="按月报进度。")
    assert (new.number, new.period.code) == (1, "2027H1")
    with person(cast, "deputy", ANSWERED_AGAIN) as before:
        assert before.get(new.get_absolute_url()).status_code == 404
        assert before.post(f"/instructions/duties/{new.duties.get().pk}/release/").status_code == 404
        assert left(before) == []
        refused = before.post("/instructions/new/", {"text": "再办。", "due": "2027-03-31", "departments": ["kfb"]})
        assert "不在您能提要求的单位里" in page(refused)
        shown = page(before.get(duty(2, cast.kfb).get_absolute_url()))  # what he required himself he still reads
        titles = [re.sub(r"\s+", " ", title) for title in re.findall(r'<h5 class="h3">(.+?)</h5>', shown)]
        assert titles[:6] == [
            "2027年1月13日 同意销号", "2027年1月13日 答复落实情况", "2027年1月5日 转到2027年上半年", "2026年11月6日 退回重办", "2026年11月4日 答复落实情况",
            "2026年11月4日 签收",
        ]  # fmt: skip
        assert "副理事长乙 · 副理事长" in shown
        assert "副理事长丙 · 副理事长" in shown


def test_from_the_paragraph_to_the_last_closing(plan, cast):
    give_three(cast)
    answer_some(cast)
    close_one_and_send_one_back(cast)
    end_the_half_year(cast, plan)
    hand_the_portfolio_over(cast)
    the_successor_closes(cast)
    the_one_before_sees_nothing_new_and_his_acts_stand(cast)
    assert set(InstructionDuty.objects.filter(instruction__period=plan.period).values_list("state", flat=True)) == {"closed"}


def test_what_is_owed_on_instructions_costs_the_same_however_much_it_is(plan, cast, django_assert_num_queries):
    def one_more():
        with person(cast, "deputy", GIVEN) as deputy:
            deputy.post("/instructions/new/", {"text": "办。", "due": "2026-12-10", "departments": ["kfb"]})
        with time_machine.travel(f"{GIVEN}T11:00:00+08:00", tick=False):
            found = InstructionDuty.objects.latest("pk")
            with person(cast, "head", GIVEN) as head:
                move(head, found, "acknowledge")
                move(head, found, "answer", "办了")
            with person(cast, "deputy", GIVEN) as deputy:
                move(deputy, found, "send_back", "再办")

    one_more()
    with person(cast, "head", GIVEN) as head:
        head.get("/")
        with CaptureQueriesContext(connection) as captured:
            head.get("/")
        few = len(captured)
    for _ in range(12):
        one_more()
    with person(cast, "head", GIVEN) as head:
        head.get("/")
        with django_assert_num_queries(few):
            shown = head.get("/")
    assert "明确要求：另有 3 件" in page(shown)
    assert page(shown).count("领导意见：“再办”") == 10
