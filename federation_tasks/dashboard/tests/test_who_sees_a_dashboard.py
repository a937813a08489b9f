"""Who sees a dashboard, and of which departments (domain.md, Who may do what)."""

import datetime as dt
import re

import pytest
from django.utils.html import strip_tags

SEES = {
    "head": {"kfb"},
    "acting_head": {"kfb"},
    "clerk": {"kfb"},
    "staff": {"kfb"},
    "other_head": {"jjb"},
    "kfyy_head": {"kfyy"},
    "ysa_head": {"ysa"},
    "deputy": {"kfb", "kfyy"},
    "other_deputy": {"jjb"},
    "principal": {"kfb", "kfyy", "jjb", "ysa"},
    "office": {"kfb", "kfyy", "jjb", "ysa"},
    "plan_admin": None,
    "system_admin": None,
    "security_admin": None,
    "auditor": None,
    "stranger": None,
}
ADDRESSES = ["/dashboard/", "/dashboard/summary.json", "/goals/3/"]


def test_each_sees_the_departments_that_are_his_and_the_others_are_not_told_that_there_is_a_page(plan, cast, today):
    for department in (cast.kfb, cast.kfyy, cast.jjb, cast.ysa):
        plan.task(department)
    assert set(SEES) == set(cast.everyone())
    for part, codes in SEES.items():
        client = cast.client(part)
        answers = [client.get(address) for address in ADDRESSES]
        if codes is None:
            assert [answer.status_code for answer in answers] == [404, 404, 404], part
            continue
        assert {row["code"] for row in answers[1].json()["departments"]} == codes, part
        assert answers[1].json()["total"] == len(codes), part
        for page in (answers[0].content.decode(), answers[2].content.decode()):
            for department in (cast.kfb, cast.kfyy, cast.jjb, cast.ysa):
                assert (f">{department}</a></th>" in page) == (department.code in codes), (part, department)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_unsigned_are_asked_to_sign_in_and_nothing_is_written_here(client, plan, cast, today, address):
    assert client.get(address).status_code == 302
    assert client.post(address).status_code == 302
    assert cast.client("principal").post(address).status_code == 405
    assert cast.client("stranger").post(address).status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_browser_or_proxy_keeps_a_copy(plan, cast, today, address):
    assert "no-store" in cast.client("principal").get(address)["Cache-Control"]


def test_what_ended_today_is_not_seen_today(plan, cast, today):
    cast.access("deputy").leader.portfolios.filter(department=cast.kfyy).update(valid_to=today)
    assert [row["code"] for row in cast.client("deputy").get(ADDRESSES[1]).json()["departments"]] == ["kfb"]


def test_a_leader_without_departments_has_no_dashboard(plan, cast, today):
    cast.access("deputy").leader.portfolios.update(valid_to=today)
    assert cast.client("deputy").get("/dashboard/").status_code == 404


BOTH, OWN = {"kfb", "kfyy"}, {"kfb"}
OF_THE_DEPUTY = {
    "principal": BOTH, "office": BOTH, "deputy": BOTH, "head": OWN, "acting_head": OWN, "clerk": OWN, "staff": OWN, "kfyy_head": {"kfyy"}
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_leaders_portfolio_is_narrowed_down_to_what_the_reader_sees_and_to_the_others_it_does_not_exist(plan, cast, today, address):
    leader = cast.access("deputy").leader
    for part in cast.everyone():
        assert cast.client(part).get(f"{address}?leader={leader.pk}").status_code == (200 if part in OF_THE_DEPUTY else 404), part


def test_the_portfolio_of_a_leader_has_his_departments_in_every_number_and_link(plan, cast, today):
    for department in (cast.kfb, cast.kfyy, cast.jjb, cast.ysa):
        plan.task(department, due=dt.date(2026, 10, 1))
    leader = cast.access("deputy").leader
    for part, codes in OF_THE_DEPUTY.items():
        answer = cast.client(part).get(f"/dashboard/?leader={leader.pk}")
        html = answer.content.decode()
        assert f"全部目标：逾期 {len(codes)} 项" in html, part
        assert f'name="leader" value="{leader.pk}"' in html
        others = [href for href in re.findall(r'href="(/(?:dashboard|goals)/[^"]*)"', html.split("<main")[1]) if f"leader={leader.pk}" not in href]
        assert [href for href in others if "leader=" not in href] == (["/dashboard/?period=2026H2"] if part in ("principal", "office") else []), part
        found = cast.client(part).get(f"/dashboard/summary.json?leader={leader.pk}").json()
        assert {row["code"] for row in found["departments"]} == codes
    assert "副理事长乙分管的 2 个单位2026年下半年共 2 项任务" in strip_tags(cast.client("principal").get(f"/dashboard/?leader={leader.pk}").content.decode())


@pytest.mark.parametrize("leader", ["0", "999999", "x", "１", "-1", "99999999999"])
def test_who_is_no_leader_does_not_exist(plan, cast, today, leader):
    for address in ADDRESSES:
        assert cast.client("principal").get(f"{address}?leader={leader}").status_code == 404


def test_the_portfolio_is_that_of_the_day(plan, cast, today):
    leader = cast.access("deputy").leader
    leader.portfolios.filter(department=cast.kfyy).update(valid_from=dt.date(2026, 10, 10))
    for day, codes in (("2026-10-09", ["kfb"]), ("2026-10-10", ["kfb", "kfyy"])):
        found = cast.client("office").get(f"/dashboard/summary.json?leader={leader.pk}&on={day}").json()
        assert [row["code"] for row in found["departments"]] == codes
    leader.in_office_from = dt.date(2026, 10, 10)
    leader.save()
    assert cast.client("office").get(f"/dashboard/?leader={leader.pk}&on=2026-10-09").status_code == 404
