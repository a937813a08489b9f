"""The post-holders of the demo: invented, named by their post, with one password for all (contract.md, Demo accounts)."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from departments.access import Role
from departments.models import Department, Leader, Membership, Portfolio, User
from federation_tasks.home import article

WRITTEN_UNITS = {"ysa": "演示单位甲", "ysb": "演示单位乙"}
DEPUTIES = {"a": ("甲", ("jcb", "zlb", "jgdw", "ysa")), "b": ("乙", ("kfb", "kfyy", "xwb")), "c": ("丙", ("jjb", "csjjxx", "ysb"))}
GROUPED = {
    "office": ("演示·办公室", (Role.OFFICE,)),
    "admin": ("演示·系统和计划管理员", (Role.SYSTEM, Role.PLAN)),
    "security": ("演示·安全管理员", (Role.SECURITY,)),
    "auditor": ("演示·审计员", (Role.AUDITOR,)),
}


@dataclass
class People:
    """Who acts in the demo."""

    departments: dict[str, Department]
    heads: dict[str, User] = field(default_factory=dict)
    clerks: dict[str, User] = field(default_factory=dict)
    in_charge: dict[str, User] = field(default_factory=dict)
    office: User = field(default_factory=User)


def make_people(since: dt.date, password: str) -> People:
    """Make every account of the demo with its posts, holding from this day on."""
    hashed = make_password(password)  # once: a hash for each of the accounts would take a quarter of a minute
    people = People(_departments())
    _heads_and_clerks(people, since, hashed)
    _leaders(people, since, hashed)
    for username, (name, roles) in GROUPED.items():
        user = _account(username, name, hashed)
        user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    people.office = User.objects.get(username="office")
    return people


def _departments() -> dict[str, Department]:
    for order, (code, name) in enumerate(WRITTEN_UNITS.items(), len(article.DEPARTMENTS) + 1):
        values = {"name": name, "kind": Department.Kind.AFFILIATED, "order": order}
        Department.objects.get_or_create(code=code, defaults=values)
    codes = [fact.code for fact in article.DEPARTMENTS] + list(WRITTEN_UNITS)
    return {row.code: row for row in Department.objects.filter(code__in=codes)}


def _heads_and_clerks(people: People, since: dt.date, hashed: str) -> None:
    for code, department in people.departments.items():
        people.heads[code] = _account(f"head-{code}", f"演示·{department}负责人", hashed)
        people.clerks[code] = _account(f"clerk-{code}", f"演示·{department}联络员", hashed)
        for user, role in ((people.heads[code], Membership.Role.HEAD), (people.clerks[code], Membership.Role.CLERK)):
            Membership.objects.create(user=user, department=department, role=role, valid_from=since)


def _leaders(people: People, since: dt.date, hashed: str) -> None:
    principal = _account("principal", "演示·理事长", hashed)
    _leader(principal, "理事长", Leader.Rank.PRINCIPAL, since, 1)
    for order, (letter, (numeral, codes)) in enumerate(DEPUTIES.items(), 2):
        deputy = _account(f"deputy-{letter}", f"演示·副理事长{numeral}", hashed)
        leader = _leader(deputy, "副理事长", Leader.Rank.DEPUTY, since, order)
        for code in codes:
            Portfolio.objects.create(leader=leader, department=people.departments[code], valid_from=since)
            people.in_charge[code] = deputy


def _leader(user: User, post: str, rank: Leader.Rank, since: dt.date, order: int) -> Leader:
    return Leader.objects.create(name=user.name, federation_post=post, rank=rank, user=user, in_office_from=since, order=order)


def _account(username: str, name: str, hashed: str) -> User:
    user = User(username=username, name=name, email=f"{username}@example.test", is_demo=True, password=hashed)
    user.full_clean(exclude=["password"])
    user.save()
    return user
