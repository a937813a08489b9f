"""Who may do what: one table, and the three questions asked of it (domain.md, Who may do what).

1. May he?           `Access.may(capability, department)`: the button.
2. Which ones may he? `Access.departments(capability)`: the list.
3. Who may?          `who_may(capability, department, day)`: the letter.

All three read GRANTS, so that they cannot disagree; a test walks every role and capability and compares them.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from departments.held import Held, Place, held_by
from departments.models import Department, Leader, Membership, Portfolio, User


class Role(enum.StrEnum):
    """What a person can be. The first four follow from Membership, the next two from Leader and Portfolio, the rest from groups."""

    HEAD = "head"
    ACTING_HEAD = "acting_head"
    CLERK = "clerk"
    STAFF = "staff"
    DEPUTY = "deputy"
    PRINCIPAL = "principal"
    OFFICE = "office"
    PLAN = "plan"
    SYSTEM = "system"
    SECURITY = "security"
    AUDITOR = "audit"


OWN = frozenset({Role.HEAD, Role.ACTING_HEAD, Role.CLERK, Role.STAFF})
GROUPS = {
    Role.OFFICE: "办公室（督查）",
    Role.PLAN: "计划管理员",
    Role.SYSTEM: "系统管理员",
    Role.SECURITY: "安全管理员",
    Role.AUDITOR: "审计员",
}
ADMINISTRATORS = frozenset({Role.PLAN, Role.SYSTEM, Role.SECURITY, Role.AUDITOR})
# 三员分立: the auditor holds nothing else, and nobody is system and security administrator at once.
NEVER_TOGETHER = [frozenset({Role.SYSTEM, Role.SECURITY}), *(frozenset({Role.AUDITOR, other}) for other in GROUPS if other != Role.AUDITOR)]


class Capability(enum.StrEnum):
    """What can be allowed. Each is asked about a department, except those of the administrators."""

    READ_TASKS = "read_tasks"
    UPDATE_TASKS = "update_tasks"
    UPDATE_ASSIGNED_TASKS = "update_assigned_tasks"
    DRAFT_REPORTS = "draft_reports"
    ANSWER_FOR = "answer_for"
    READ_SUBMITTED = "read_submitted"
    DECIDE = "decide"
    SUPERVISE = "supervise"
    READ_DASHBOARD = "read_dashboard"
    EDIT_PLAN = "edit_plan"
    MANAGE_ORGANISATION = "manage_organisation"
    GRANT_ROLES = "grant_roles"
    READ_AUDIT = "read_audit"


HEADS = frozenset({Role.HEAD, Role.ACTING_HEAD})
DRAFTERS = HEADS | {Role.CLERK}
LEADERS = frozenset({Role.DEPUTY, Role.PRINCIPAL})

GRANTS: dict[Capability, frozenset[Role]] = {
    Capability.READ_TASKS: OWN | LEADERS | {Role.OFFICE, Role.PLAN},
    Capability.UPDATE_TASKS: DRAFTERS,
    Capability.UPDATE_ASSIGNED_TASKS: OWN,
    Capability.DRAFT_REPORTS: DRAFTERS,
    Capability.ANSWER_FOR: HEADS,
    Capability.READ_SUBMITTED: DRAFTERS | LEADERS | {Role.OFFICE},
    Capability.DECIDE: LEADERS,
    Capability.SUPERVISE: frozenset({Role.OFFICE}),
    Capability.READ_DASHBOARD: OWN | LEADERS | {Role.OFFICE},
    Capability.EDIT_PLAN: frozenset({Role.PLAN}),
    Capability.MANAGE_ORGANISATION: frozenset({Role.SYSTEM}),
    Capability.GRANT_ROLES: frozenset({Role.SECURITY}),
    Capability.READ_AUDIT: frozenset({Role.AUDITOR}),
}


def in_groups(user: User | AnonymousUser, roles: Iterable[Role]) -> bool:
    """Say whether a person is in one of these roles' groups."""
    return user.groups.filter(name__in=[role.value for role in roles]).exists()


class Access:
    """What one person may do on one day. Made once for a request; one query, whatever is then asked of it."""

    def __init__(self, user: User | AnonymousUser, on: dt.date) -> None:
        self.user = user
        self.on = on

    @cached_property
    def _all(self) -> Held:
        return held_by(self.user.pk, self.on) if self._counts and self.user.pk else Held()

    @cached_property
    def groups(self) -> frozenset[Role]:
        """Return the roles that this person's groups give, for every department."""
        return frozenset(role for role in GROUPS if role.value in self._all.groups)

    @property
    def places(self) -> tuple[Place, ...]:
        """Return this person's places in departments on the day."""
        return self._all.places

    @property
    def leader(self) -> Leader | None:
        """Return this person as a leader in office on the day, or None."""
        return self._all.leader

    @property
    def portfolio(self) -> frozenset[int]:
        """Return the ids of the departments that this person is in charge of on the day."""
        return self._all.portfolio

    @property
    def is_principal(self) -> bool:
        """Say whether this person is the principal (理事长) on the day."""
        return self.leader is not None and self.leader.rank == Leader.Rank.PRINCIPAL

    @cached_property
    def held(self) -> frozenset[Role]:
        """Return everything that this person is on the day, towards whichever department."""
        found = self.groups | {Role(row.role) for row in self.places}
        if self.leader is not None:
            found |= {Role.PRINCIPAL if self.is_principal else Role.DEPUTY}
        return found

    def own_roles(self, department_id: int) -> frozenset[Role]:
        """Return this person's places in one department."""
        return frozenset(Role(row.role) for row in self.places if row.department_id == department_id)

    def roles(self, department_id: int) -> frozenset[Role]:
        """Return everything this person is towards one department."""
        found = self.groups | self.own_roles(department_id)
        if self.is_principal:
            found |= {Role.PRINCIPAL}
        elif department_id in self.portfolio:
            found |= {Role.DEPUTY}
        return found

    def may(self, capability: Capability, department: Department | int | None = None) -> bool:
        """Say whether this person may do this, for a department or, where none is named, for some part of the federation."""
        if department is None:
            return self.everywhere(capability) or bool(self._some(capability)) or (capability is Capability.DECIDE and self.is_principal)
        department_id = department if isinstance(department, int) else department.pk
        if capability is Capability.DECIDE:
            return self._may_decide(department_id)
        return bool(self.roles(department_id) & GRANTS[capability])

    def everywhere(self, capability: Capability) -> bool:
        """Say whether this person may do this for every department."""
        if self.groups & GRANTS[capability]:
            return True
        return self.is_principal and Role.PRINCIPAL in GRANTS[capability] and capability is not Capability.DECIDE

    def departments(self, capability: Capability) -> QuerySet[Department]:
        """Return the departments for which this person may do this."""
        if self.everywhere(capability):
            return Department.objects.all()
        if capability is Capability.DECIDE and self.is_principal:
            return Department.objects.exclude(pk__in=self._headed)
        return Department.objects.filter(pk__in=self._some(capability))

    def _some(self, capability: Capability) -> frozenset[int]:
        """Return the ids of the departments for which this person may do this by his places and portfolio."""
        if capability is Capability.DECIDE:
            return (self.portfolio | self._principals_own) - self._headed if self.leader else frozenset()
        granted = GRANTS[capability]
        ids = frozenset(row.department_id for row in self.places if Role(row.role) in granted)
        return ids | self.portfolio if Role.DEPUTY in granted else ids

    @property
    def _counts(self) -> bool:
        return bool(self.user.is_authenticated and self.user.is_active)

    @cached_property
    def _headed(self) -> frozenset[int]:
        return frozenset(row.department_id for row in self.places if Role(row.role) in HEADS)

    def _may_decide(self, department_id: int) -> bool:
        # Nobody decides on a department that he heads: the principal does, and of the principal's own, a deputy.
        if self.leader is None or department_id in self._headed:
            return False
        return self.is_principal or department_id in self.portfolio or department_id in self._principals_own

    @cached_property
    def _principals_own(self) -> frozenset[int]:
        return frozenset(_headed_by_principal(self.on))

    @property
    def capacity(self) -> str:
        """Return in Chinese everything that this person is on the day, for the audit."""
        if not self._counts:
            return ""
        places = [row.words for row in self.places]
        posts = [self.leader.federation_post] if self.leader else []
        return "、".join([*posts, *places, *(words for role, words in GROUPS.items() if role in self.groups)])

    def acts_as(self, department: Department) -> str:
        """Return in Chinese in what capacity this person acts for a department, for history and letters.

        An acting head's acts show both names (domain.md): his own, and whom he stands in for.
        """
        roles = self.roles(department.pk)
        if Role.HEAD in roles:
            return f"{department}负责人"
        if Role.ACTING_HEAD in roles:
            heads = [str(user) for user in heads_of(department, self.on)]
            return f"{department}代理负责人" + (f"，代{'、'.join(heads)}" if heads else "")
        if self.leader is not None:
            return self.leader.federation_post
        for role, words in ((Role.CLERK, "联络员"), (Role.STAFF, "工作人员")):
            if role in roles:
                return f"{department}{words}"
        return "、".join(words for role, words in GROUPS.items() if role in roles)


def _headed_by_principal(day: dt.date) -> QuerySet[Membership, int]:
    rows = Membership.objects.on(day).filter(Leader.in_office_on(day, "user__leader__"), role__in=HEADS, user__leader__rank=Leader.Rank.PRINCIPAL)
    return rows.values_list("department_id", flat=True)


def heads_of(department: Department, day: dt.date) -> QuerySet[User]:
    """Return the heads of a department on a day, without acting ones."""
    return User.objects.filter(
        Membership.holds_on(day, "memberships__"), memberships__department=department, memberships__role=Membership.Role.HEAD, is_active=True
    ).distinct()


def who_may(capability: Capability, department: Department, day: dt.date) -> QuerySet[User]:
    """Return the people who may do this for a department on a day."""
    granted = GRANTS[capability]
    places = [role.value for role in granted & OWN]
    found = Q(groups__name__in=[role.value for role in granted if role in GROUPS])
    found |= Q(pk__in=Membership.objects.on(day).filter(department=department, role__in=places).values("user"))
    if Role.DEPUTY in granted:
        in_charge = Portfolio.objects.on(day).filter(Leader.in_office_on(day, "leader__"), department=department, leader__user__isnull=False)
        found |= Q(pk__in=in_charge.values("leader__user"))
    if Role.PRINCIPAL in granted:
        found |= Q(pk__in=Leader.objects.filter(Leader.in_office_on(day), rank=Leader.Rank.PRINCIPAL, user__isnull=False).values("user"))
    people = User.objects.filter(found, is_active=True).distinct()
    return _deciders(people, department, day) if capability is Capability.DECIDE else people


def _deciders(people: QuerySet[User], department: Department, day: dt.date) -> QuerySet[User]:
    if department.pk in set(_headed_by_principal(day)):
        deputies = Leader.objects.filter(Leader.in_office_on(day), rank=Leader.Rank.DEPUTY, user__isnull=False)
        people = User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk__in=deputies.values("user")), is_active=True)
    heading = Membership.objects.on(day).filter(department=department, role__in=HEADS)
    return people.exclude(pk__in=heading.values("user"))


def leader_in_charge(department: Department, day: dt.date) -> Leader | None:
    """Return the leader in charge of a department on a day; None is 未分管, and then the principal decides."""
    row = Portfolio.objects.on(day).filter(department=department).select_related("leader").first()
    return row.leader if row else None
