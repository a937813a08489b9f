"""The auditor looks through the log: a range of days, narrowed down, page by page, and one entry in full. To everyone else it is not there."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation_tasks.audit import chain, listing
from federation_tasks.audit.acting import Acting, Person, acting
from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.audit.trail import record

HOSTILE = ["<zq>", "</td><script>zq()</script>", '"><img src=x onerror=zq>', "{{ 7|add:42 }}", "{% debug %}", "' OR 1=1 --"]
NOW = dt.datetime(2026, 10, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def auditor(cast):
    return cast.client("auditor")


def happened(name, *, ago=dt.timedelta(), who="", actor="", role="康复部联络员", address="10.0.0.8", request="", path="/tasks/1/", **more):
    """Write a row that tells of something that happened some time ago."""
    now = Acting(who=lambda: Person(1, actor or who or "康复部联络员", who or "clerk"), role=lambda: role, address=address, path=path, method="POST")
    now.request = request or now.request
    with acting(now):
        row = record(more.pop("action", Action.CHANGE), name=name, **more)
    if ago:
        lifted_at(row, NOW - ago)
    return row


def lifted_at(row, at):
    from federation_tasks.audit.protection import lifted

    with lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET at = %s WHERE id = %s", [at.astimezone(dt.UTC), row.pk])


def listed(client, **conditions):
    """Return what the list shows, newest first."""
    answer = client.get("/audit/", conditions)
    assert answer.status_code == 200
    assert answer.context["errors"] == [], answer.context["errors"]
    return [row.thing for row in answer.context["list"].rows]


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_the_log_exists_for_the_auditor_alone(cast):
    row = happened("任务")
    for part in cast.everyone():
        client = cast.client(part)
        expected = 200 if part == "auditor" else 404
        assert [client.get(address).status_code for address in ("/audit/", f"/audit/{row.pk}/")] == [expected, expected], part
        assert ('href="/audit/"' in client.get("/").content.decode()) == (part == "auditor"), part


def test_the_answers_come_in_one_order_signed_in_then_method_then_right(cast):
    assert Client().post("/audit/").status_code == 302
    assert cast.client("head").post("/audit/").status_code == 405
    assert cast.client("head").get("/audit/export/").status_code == 405
    assert cast.client("head").get("/audit/").status_code == 404


def test_an_entry_that_does_not_exist_is_not_found(auditor):
    assert auditor.get("/audit/999999999/").status_code == 404
    assert auditor.get(f"/audit/{10**30}/").status_code == 404


# --- What is shown ---------------------------------------------------------------------------------------------------


def test_without_conditions_the_last_thirty_days_are_shown_newest_first_and_the_page_says_so(auditor):
    happened("三十天前", ago=dt.timedelta(days=30))
    happened("二十九天前", ago=dt.timedelta(days=29))
    happened("今天")
    names = listed(auditor)
    assert names.index("今天") < names.index("二十九天前")
    assert "三十天前" not in names
    page = text_of(auditor.get("/audit/"))
    assert "2026年9月22日至2026年10月21日，首尾两天都算（没有选日期，就看最近 30 天）" in page


def test_a_line_says_when_with_the_zone_who_in_what_capacity_what_and_how_it_ended(auditor):
    row = happened("盲人按摩基地", action=Action.REFUSAL, result=Result.REFUSED)
    html = auditor.get("/audit/").content.decode()
    line = re.search(rf'<tr role="row">\s*<th[^>]*><a class="pad" href="/audit/{row.pk}/">.*?</tr>', html, re.DOTALL)[0]
    for words in ("2026-10-21 09:00:00 +08:00", "康复部联络员", "clerk", "拒绝", "盲人按摩基地", '<span class="flag">被拒绝</span>'):
        assert words in line
    links = re.findall(r'href="(/audit/\d+/)">(.*?)</a>', html)
    assert len({words for _, words in links}) == len(links)


CASES = {
    "who": ("head", {"who": "head", "actor": "康复部主任"}),
    "who by name": ("康复部主任", {"who": "head", "actor": "康复部主任"}),
    "who in other letters": ("ＨＥＡＤ", {"who": "head", "actor": "康复部主任"}),
    "action": ("move", {"action": Action.MOVE}),
    "result": ("failed", {"result": Result.FAILED}),
    "kind": ("plan.task", {"kind": "plan.task"}),
    "department": ("kfb", {"department": "kfb"}),
    "department by name": ("康复部", {"department": "kfb"}),
    "address": ("10.0.0.9", {"address": "10.0.0.9"}),
    "request": ("00ff00ff00ff00ff", {"request": "00ff00ff00ff00ff"}),
    "q": ("按摩", {"name": "盲人按摩基地"}),
    "q in the reason": ("补充材料", {"reason": "请补充材料"}),
    "q in the path": ("/reports/2026H2", {"path": "/reports/2026H2/kfb/"}),
}


@pytest.mark.parametrize("case", CASES)
def test_each_condition_finds_its_rows_and_no_others(auditor, case):
    value, fields = CASES[case]
    happened("别的")
    wanted = happened(**{"name": "要找的"} | fields)
    found = listed(auditor, **{case.split()[0]: value})
    assert wanted.thing in found
    assert "别的" not in found


def test_conditions_hold_together_and_each_can_be_taken_off(auditor):
    happened("甲", who="head", department="zzz")
    happened("乙", who="head", department="yyy")
    assert listed(auditor, who="head", department="zzz") == ["甲"]
    html = auditor.get("/audit/", {"who": "head", "department": "zzz"}).content.decode()
    assert "人员：head" in html
    without = re.search(r'<a href="([^"]+)">人员：head', html)[1].replace("&amp;", "&")
    assert [row.thing for row in auditor.get(f"/audit/{without}").context["list"].rows] == ["甲"]
    assert "who=" not in without


def test_an_object_is_found_by_kind_and_number(auditor):
    happened("甲", kind="plan.task", key=7)
    happened("乙", kind="plan.target", key=7)
    assert listed(auditor, kind="plan.task", key="7") == ["甲"]


def test_kinds_are_offered_in_chinese_those_that_are_watched_and_those_that_stand_in_the_log(auditor):
    happened("某事", kind="gone.model")
    auditor.get("/audit/999999999/")
    offered = dict(auditor.get("/audit/").context["form"].fields["kind"].choices)
    assert offered["departments.user"] == "账号"
    assert offered["plan.task"] == "半年任务"
    assert offered["request"] == "请求"
    assert offered["gone.model"] == "gone.model"


def test_two_people_of_one_name_are_both_found_by_it(auditor):
    happened("甲", who="zhang-1", actor="张三")
    happened("乙", who="zhang-2", actor="张三")
    happened("丙", who="张三", actor="别的名字")
    assert set(listed(auditor, who="张三")) == {"甲", "乙", "丙"}


def test_nothing_found_says_what_to_do(auditor):
    page = text_of(auditor.get("/audit/", {"who": "nobody"}))
    assert "没有符合条件的记录" in page
    assert "放宽起止日期" in page


# --- What cannot be read ---------------------------------------------------------------------------------------------

WRONG = {
    "since": ("去年", "“去年”不是日期"),
    "until": ("2026-13-01", "“2026-13-01”不是日期"),
    "since too early": ("0001-01-01", "只能看 2000 年到 2099 年"),
    "since after until": ("2026-10-22", "起始日期 2026-10-22 晚于截止日期 2026-10-21"),
    "action": ("fly", "没有“fly”这种动作"),
    "result": ("perhaps", "没有“perhaps”这种结果"),
    "kind": ("no.such", "没有“no.such”这种对象"),
    "key": ("7", "就要选对象种类"),
    "department": ("kfx", "没有代码或全称是“kfx”的部室或单位"),
    "address": ("10.0.0", "“10.0.0”不是网络地址"),
    "request": ("xyz", "“xyz”不是请求编号"),
    "q": ("长" * 101, "关键词太长"),
    "who": ("a\x00b", "控制字符"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_said_at_the_field_and_nothing_typed_is_lost(auditor, case):
    typed, sentence = WRONG[case]
    answer = auditor.get("/audit/", {case.split()[0]: typed, "path": "x"} | ({} if case.startswith("q") else {"q": "写好的词"}))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>错误：" in html
    field = "kind" if case == "key" else case.split()[0]
    assert f'<a href="#id_{field}">' in html
    assert html.count(sentence) == 2, html.count(sentence)  # in the summary and at the field
    assert "list" not in answer.context
    if not case.startswith("q"):
        assert 'value="写好的词"' in html
    if field not in ("kind", "action", "result", "who"):
        assert f'value="{typed}"' in html


def test_a_code_that_only_the_log_still_knows_is_searched_for(auditor):
    happened("旧单位的事", department="gone")
    assert listed(auditor, department="gone") == ["旧单位的事"]


# --- Page by page ----------------------------------------------------------------------------------------------------


def query(html, words):
    found = re.search(rf'<a (?:class="pad" )?href="([^"]+)">{words}</a>', html)
    return found and found[1].replace("&amp;", "&")


def test_pages_hold_every_row_once_keep_the_conditions_and_lead_back(auditor, monkeypatch):
    monkeypatch.setattr(listing, "ON_A_PAGE", 10)
    for n in range(35):
        happened(f"第{n:02}件", who="head")  # all of one moment: only their numbers tell them apart
    happened("别人的", who="clerk")
    seen, where, pages = [], "?who=head", []
    while where:
        assert "who=head" in where
        answer = auditor.get(f"/audit/{where}")
        pages.append([row.thing for row in answer.context["list"].rows])
        seen += pages[-1]
        where = query(answer.content.decode(), "较早的一页")
    assert seen == [f"第{n:02}件" for n in reversed(range(35))]
    assert [len(page) for page in pages] == [10, 10, 10, 5]
    back = []
    while where := query(answer.content.decode(), "较新的一页"):
        answer = auditor.get(f"/audit/{where}")
        back.append([row.thing for row in answer.context["list"].rows])
    assert back == [pages[2], pages[1], pages[0]]
    assert query(answer.content.decode(), "最新的一页") is None


def test_a_place_in_the_list_that_makes_no_sense_is_the_first_page(auditor):
    happened("甲")
    for nonsense in ("x", "-1", "999999999", "9" * 40, "１"):
        assert "甲" in listed(auditor, older=nonsense)
        assert "甲" in listed(auditor, newer=nonsense)


def test_words_are_looked_for_in_a_bounded_number_of_rows_and_the_next_page_goes_on(auditor, monkeypatch):
    monkeypatch.setattr(listing, "READ_THROUGH", 10)
    first = happened("最早的一件要找")
    for n in range(25):
        happened(f"别的{n}", who="head")
    answer, steps = auditor.get("/audit/", {"q": "要找"}), 1
    while first.thing not in [row.thing for row in answer.context["list"].rows]:
        page = answer.content.decode()
        assert "只查到 2026-10-21" in page
        assert "这一段里没有找到" in page
        answer, steps = auditor.get(f"/audit/{query(page, '接着往前查')}"), steps + 1
        assert steps < 20
    assert steps > 1


def test_rows_are_counted_up_to_a_bound(auditor, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 3)
    for n in range(5):
        happened(f"第{n}件", department="zzz")
    assert "超过 3 条" in text_of(auditor.get("/audit/", {"department": "zzz"}))


@pytest.mark.parametrize("address", ["/audit/", "/audit/?q=件&department=zzz&who=clerk"])
def test_the_number_of_queries_does_not_grow_with_the_rows(cast, address, monkeypatch):
    monkeypatch.setattr(listing, "ON_A_PAGE", 200)
    auditor = cast.client("auditor")
    seen = []
    written = 0
    for upto in (20, 200):
        for n in range(written, upto):
            happened(f"第{n}件", department="zzz")
        written = upto
        auditor.get(address)
        with CaptureQueriesContext(connection) as queries:
            auditor.get(address)
        seen.append(len(queries))
    assert seen[0] == seen[1] <= 25, seen


# --- One entry -------------------------------------------------------------------------------------------------------


def test_an_entry_shows_every_column_and_before_beside_after(auditor):
    row = happened(
        "任务", kind="plan.task", key=7, department="kfb", before={"progress": 10, "ended": None}, after={"progress": 20, "done": True}, reason="按月"
    )
    answer = auditor.get(f"/audit/{row.pk}/")
    page = text_of(answer)
    for field in Entry._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and value and field.name not in ("action", "result", "kind"):
            assert value in page, field.name
    assert "2026-10-21 09:00:00 +08:00" in page
    rows = {change.field: (change.before, change.after) for change in answer.context["page"].changes}
    assert rows["done"] == ("", "是")
    assert ("10", "20") in rows.values()
    assert "康复部（kfb）" in page


def test_an_entry_waits_for_its_seal_and_then_shows_it(auditor):
    row = happened("任务")
    assert "待封存" in text_of(auditor.get(f"/audit/{row.pk}/"))
    chain.seal_all(timezone.now())
    head = chain.head()
    seal = row.__class__.objects.get(pk=row.pk).seal
    page = text_of(auditor.get(f"/audit/{row.pk}/"))
    assert f"顺序号{seal.number}" in page
    assert seal.hash in page
    assert head.number >= seal.number


def test_an_entry_leads_to_what_belongs_to_it(auditor):
    old = happened("任务", ago=dt.timedelta(days=100), kind="plan.task", key=7)
    row = happened("任务又", kind="plan.task", key=7, who="head", request="00ff00ff00ff00ff")
    beside = happened("同一次", who="head", request="00ff00ff00ff00ff")
    happened("别的", who="clerk")
    html = auditor.get(f"/audit/{row.pk}/").content.decode()

    def behind(words):
        answer = auditor.get(query(html, words))
        return {found.pk for found in answer.context["list"].rows}

    assert behind("同一次请求的其他记录") == {row.pk, beside.pk}
    assert behind("这个对象的全部记录") == {row.pk, old.pk}
    assert {row.pk, beside.pk} == behind("这个人的记录")


def test_what_a_loading_counted_is_said_in_chinese(auditor):
    row = happened("数据", after={"plan.task create": 3, "rows": 3, "from a file": "x"})
    assert [change.field for change in auditor.get(f"/audit/{row.pk}/").context["page"].changes] == ["from a file", "半年任务 新建", "条数"]


def test_who_was_not_signed_in_has_rows_too(auditor):
    answer = Client().get("/tasks/")
    assert answer.status_code == 302
    row = Entry.objects.get(request=answer["X-Request-ID"])
    html = auditor.get(f"/audit/{row.pk}/").content.decode()
    assert row.pk in {found.pk for found in auditor.get(query(html, "这个人的记录")).context["list"].rows}


# --- The seals, in words ---------------------------------------------------------------------------------------------


def test_the_page_says_how_far_the_log_is_sealed_and_how_to_verify(auditor, cast):
    chain.seal_all(timezone.now())
    happened("等着")
    page = text_of(auditor.get("/audit/"))
    assert f"已封存到第 {chain.head().number} 号" in page
    assert "1 条待封存" in page
    assert "manage.py verify_audit" in page
    assert "超过十分钟没有封存" not in page


def test_rows_that_wait_too_long_are_a_note(auditor, time_machine):
    chain.seal_all(timezone.now())
    happened("等着")
    time_machine.move_to(NOW + dt.timedelta(minutes=11), tick=False)
    html = auditor.get("/audit/").content.decode()
    assert '<div class="note bad"><h3>有记录超过十分钟没有封存</h3>' in html
    assert "2026-10-21 09:00:00 +08:00" in html


# --- Nothing comes alive, nothing personal is shown in full -------------------------------------------------------------


@pytest.mark.parametrize("string", HOSTILE)
def test_hostile_texts_are_shown_as_texts(auditor, string):
    row = happened(string, actor=string, role=string, path=string, reason=string, before={string: string}, after={string: [string]}, verb=string)
    for address in ("/audit/", f"/audit/{row.pk}/", reverse("audit:log") + "?q=zq"):
        html = auditor.get(address).content.decode()
        assert not re.search(r"<(zq|script>zq|img src=x)", html), address
        assert "49" not in re.findall(r"7\|add", html)
    typed = auditor.get("/audit/", {"q": string, "who": string, "since": string}).content.decode()
    assert not re.search(r"<(zq|script>zq|img src=x)", typed)


def test_e_mail_addresses_are_shown_in_part(auditor, cast):
    cast.head.email = "wang.xiaoming@example.test"
    cast.head.save()
    row = Entry.objects.filter(kind="departments.user").latest("pk")
    assert "wang.xiaoming@example.test" in str(row.after)
    happened("改邮箱 wang.xiaoming@example.test")
    pages = [auditor.get("/audit/").content.decode(), auditor.get(f"/audit/{row.pk}/").content.decode()]
    assert not any("wang.xiaoming@" in page for page in pages)
    assert all("wa***@example.test" in page for page in pages)
