"""May he, which ones may he, who may: the three questions give one answer, for every role and capability (domain.md)."""

import pytest

from departments.access import Access, Capability, who_may
from departments.models import Department, Leader, Membership
from departments.testing import TODAY, member

READERS_OF_ALL = {"principal", "office"}
KFB_OWN = {"head", "acting_head", "clerk", "staff"}
EXPECTED = {  # for 康复部
    Capability.READ_TASKS: KFB_OWN | {"deputy", "plan_admin"} | READERS_OF_ALL,
    Capability.UPDATE_TASKS: {"head", "acting_head", "clerk"},
    Capability.UPDATE_ASSIGNED_TASKS: KFB_OWN,
    Capability.DRAFT_REPORTS: {"head", "acting_head", "clerk"},
    Capability.ANSWER_FOR: {"head", "acting_head"},
    Capability.READ_SUBMITTED: {"head", "acting_head", "clerk", "deputy"} | READERS_OF_ALL,
    Capability.DECIDE: {"deputy", "principal"},
    Capability.SUPERVISE: {"office"},
    Capability.READ_DASHBOARD: KFB_OWN | {"deputy"} | READERS_OF_ALL,
    Capability.EDIT_PLAN: {"plan_admin"},
    Capability.MANAGE_ORGANISATION: {"system_admin"},
    Capability.GRANT_ROLES: {"security_admin"},
    Capability.READ_AUDIT: {"auditor"},
}


def answers(cast, capability, department):
    may = {part for part, user in cast.everyone().items() if Access(user, TODAY).may(capability, department)}
    which = {part for part, user in cast.everyone().items() if department in Access(user, TODAY).departments(capability)}
    who = set(who_may(capability, department, TODAY))
    return may, which, {part for part, user in cast.everyone().items() if user in who}


@pytest.mark.parametrize("capability", Capability)
def test_three_questions_agree_with_the_table(cast, capability):
    assert answers(cast, capability, cast.kfb) == (EXPECTED[capability],) * 3


@pytest.mark.parametrize("capability", Capability)
def test_three_questions_agree_everywhere(cast, capability):
    for department in Department.objects.all():
        may, which, who = answers(cast, capability, department)
        assert may == which == who, department


def test_nobody_decides_on_a_department_that_he_heads(cast):
    member(cast.deputy, cast.kfb, Membership.Role.HEAD)
    assert answers(cast, Capability.DECIDE, cast.kfb) == ({"principal"},) * 3


def test_on_the_principals_own_department_a_deputy_decides(cast):
    member(cast.principal, cast.kfb, Membership.Role.HEAD)
    assert answers(cast, Capability.DECIDE, cast.kfb) == ({"deputy", "other_deputy"},) * 3


def test_where_nobody_is_in_charge_the_principal_decides(cast):
    assert answers(cast, Capability.DECIDE, cast.ysa) == ({"principal"},) * 3


def test_what_ends_today_has_no_effect_today(cast):
    Membership.objects.filter(user=cast.head).update(valid_to=TODAY)
    Leader.objects.filter(user=cast.deputy).update(in_office_to=TODAY)
    assert not Access(cast.head, TODAY).may(Capability.ANSWER_FOR, cast.kfb)
    assert answers(cast, Capability.DECIDE, cast.kfb) == ({"principal"},) * 3


def test_a_disabled_account_may_nothing(cast):
    cast.head.is_active = False
    cast.head.save()
    assert not Access(cast.head, TODAY).may(Capability.READ_TASKS, cast.kfb)
    assert cast.head not in who_may(Capability.READ_TASKS, cast.kfb, TODAY)


def test_an_acting_heads_acts_show_both_names(cast):
    assert cast.access("acting_head").acts_as(cast.kfb) == "康复部代理负责人，代康复部主任"


def test_rights_cost_one_query_whatever_is_asked(cast, django_assert_num_queries):
    access = cast.access("deputy")
    with django_assert_num_queries(1):
        for department_id in (cast.kfb.pk, cast.jjb.pk, cast.ysa.pk):
            for capability in (Capability.READ_TASKS, Capability.ANSWER_FOR, Capability.READ_AUDIT):
                access.may(capability, department_id)
