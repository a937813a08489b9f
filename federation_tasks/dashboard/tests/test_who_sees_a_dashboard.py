"""Who sees a dashboard, and of which departments (domain.md, Who may do what)."""

import pytest

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
ADDRESSES = ["/dashboard/", "/dashboard/summary.json"]


def test_each_sees_the_departments_that_are_his_and_the_others_are_not_told_that_there_is_a_page(plan, cast, today):
    for department in (cast.kfb, cast.kfyy, cast.jjb, cast.ysa):
        plan.task(department)
    assert set(SEES) == set(cast.everyone())
    for part, codes in SEES.items():
        client = cast.client(part)
        answers = [client.get(address) for address in ADDRESSES]
        if codes is None:
            assert [answer.status_code for answer in answers] == [404, 404], part
            continue
        assert {row["code"] for row in answers[1].json()["departments"]} == codes, part
        assert answers[1].json()["total"] == len(codes), part
        page = answers[0].content.decode()
        for department in (cast.kfb, cast.kfyy, cast.jjb, cast.ysa):
            assert (f">{department}</th>" in page) == (department.code in codes), (part, department)


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
