"""The security administrator grants and withdraws roles and memberships: never two that 三员分立 keeps apart, never to himself."""

import datetime as dt
import itertools

import pytest
from django.urls import reverse

from departments.access import ADMINISTRATORS, GROUPS, NEVER_TOGETHER, Role
from departments.models import Leader, Membership, Portfolio
from departments.roles import refusal_together, roles_of
from departments.testing import filled

ADD_MEMBERSHIP = "/admin/departments/membership/add/"


def role_page(user):
    return reverse("admin:departments_roleholder_change", args=[user.pk])


def grant(cast, user, *roles, reason="任命文件", by="security_admin"):
    client, sent = cast.client(by), {"roles": [role.value for role in roles], "change_reason": reason}
    page = client.get(role_page(user))
    return client.post(role_page(user), filled(page, **sent) if page.status_code == 200 else sent)


@pytest.mark.parametrize("roles", [c for n in range(len(GROUPS) + 1) for c in itertools.combinations(GROUPS, n)], ids="+".join)
def test_every_combination_is_judged_by_the_rule(roles):
    kept_apart = any(pair <= set(roles) for pair in NEVER_TOGETHER)
    assert bool(refusal_together(roles)) == kept_apart
    assert kept_apart == (({Role.SYSTEM, Role.SECURITY} <= set(roles)) or (Role.AUDITOR in roles and len(roles) > 1))


def test_a_role_is_granted_and_withdrawn_with_its_reason(cast):
    assert grant(cast, cast.stranger, Role.PLAN, Role.OFFICE).status_code == 302
    assert roles_of(cast.stranger) == {Role.PLAN, Role.OFFICE}
    assert cast.stranger.history.first().history_change_reason == "任命文件"
    grant(cast, cast.stranger, Role.OFFICE, reason="岗位调整")
    assert roles_of(cast.stranger) == {Role.OFFICE}
    text = cast.client("security_admin").get(reverse("admin:departments_roleholder_history", args=[cast.stranger.pk])).content.decode()
    assert "岗位调整" in text


def test_a_reason_is_asked(cast):
    answer = grant(cast, cast.stranger, Role.PLAN, reason=" ")
    assert "请写明变更原因" in answer.content.decode()
    assert roles_of(cast.stranger) == set()


def test_what_must_not_meet_is_refused_in_a_sentence(cast):
    answer = grant(cast, cast.system_admin, Role.SYSTEM, Role.SECURITY)
    assert "“系统管理员”和“安全管理员”不能由同一个人担任（三员分立）" in answer.content.decode()
    assert roles_of(cast.system_admin) == {Role.SYSTEM}


@pytest.mark.parametrize("part", ["head", "deputy"])
def test_an_auditor_has_no_place_in_a_department_or_among_the_leaders(cast, part):
    answer = grant(cast, getattr(cast, part), Role.AUDITOR)
    assert "不能担任审计员" in answer.content.decode()
    assert roles_of(getattr(cast, part)) == set()


@pytest.mark.parametrize("role", [Role.PLAN, Role.OFFICE])
def test_nobody_grants_himself_a_role(cast, role):
    answer = grant(cast, cast.security_admin, Role.SECURITY, role)
    assert "不能给自己授权" in answer.content.decode()
    assert roles_of(cast.security_admin) == {Role.SECURITY}


def test_nobody_else_grants_anything(cast):
    for part in ADMINISTRATORS - {Role.SECURITY}:
        name = {Role.PLAN: "plan_admin", Role.SYSTEM: "system_admin", Role.AUDITOR: "auditor"}[part]
        assert grant(cast, cast.stranger, Role.OFFICE, by=name).status_code == 403
    assert roles_of(cast.stranger) == set()


def membership(user, cast, **changes):
    return {"user": user, "department": cast.jjb.pk, "role": "clerk", "valid_from": "2026-10-01", "valid_to": ""} | changes


def test_a_membership_is_granted_to_a_person_named_by_name(cast):
    assert cast.client("security_admin").post(ADD_MEMBERSHIP, membership("无关人员", cast)).status_code == 302
    assert Membership.objects.get(user=cast.stranger).valid_from == dt.date(2026, 10, 1)


@pytest.mark.parametrize(
    ("user", "changes", "sentence"),
    [
        ("security-admin", {}, "不能给自己授权"),
        ("auditor", {}, "这个人是审计员"),
        ("没有这个人", {}, "没有找到“没有这个人”"),
        ("stranger", {"valid_to": "2026-09-30"}, "终止日要晚于起始日"),
        ("stranger", {"valid_from": "下周一"}, "起始日看不懂，请写成 2026-03-01 这样。"),
        ("stranger", {"department": ""}, "请选择部室或单位。"),
    ],
)
def test_a_membership_is_refused_in_a_sentence(cast, user, changes, sentence):
    answer = cast.client("security_admin").post(ADD_MEMBERSHIP, membership(user, cast, **changes))
    assert sentence in answer.content.decode()
    assert not Membership.objects.filter(department=cast.jjb, role="clerk").exists()


def test_of_several_people_of_one_name_the_user_name_is_asked(cast):
    cast.stranger.name = cast.head.name
    cast.stranger.save()
    answer = cast.client("security_admin").post(ADD_MEMBERSHIP, membership(cast.head.name, cast))
    assert "不止一个人" in answer.content.decode()


def test_a_membership_ends_with_a_reason(cast):
    row = Membership.objects.get(user=cast.clerk)
    address = reverse("admin:departments_membership_change", args=[row.pk])
    client = cast.client("security_admin")
    data = filled(client.get(address), valid_to="2026-10-21")
    assert "请写明变更原因" in client.post(address, data).content.decode()
    assert client.post(address, data | {"change_reason": "借调结束"}).status_code == 302
    row.refresh_from_db()
    assert row.valid_to == dt.date(2026, 10, 21)


def test_the_system_administrator_makes_neither_himself_nor_an_auditor_a_leader(cast):
    client = cast.client("system_admin")
    leader = {"name": "某人", "federation_post": "副理事长", "rank": "deputy", "order": "9", "in_office_from": "2026-01-01"}
    assert "不能给自己授权" in client.post("/admin/departments/leader/add/", leader | {"user": "system-admin"}).content.decode()
    assert "这个人是审计员" in client.post("/admin/departments/leader/add/", leader | {"user": "auditor"}).content.decode()
    assert not Leader.objects.filter(name="某人").exists()


def test_a_second_leader_in_charge_is_refused_beside_the_field(cast):
    other = Leader.objects.get(user=cast.other_deputy)
    answer = cast.client("system_admin").post(
        "/admin/departments/portfolio/add/", {"leader": other.pk, "department": cast.kfb.pk, "valid_from": "2026-10-01", "valid_to": ""}
    )
    assert "已经有分管领导了" in answer.content.decode()
    assert not Portfolio.objects.filter(leader=other, department=cast.kfb).exists()
