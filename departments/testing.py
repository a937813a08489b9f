"""The cast: the same people in every test, each with a line on who it is (style.md, habit 17). pytest fixtures."""

import datetime as dt
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from departments.access import Access, Role
from departments.models import Department, Leader, Membership, Portfolio, User

TODAY = dt.date(2026, 10, 21)  # a Wednesday, a working day, in the running half-year 2026H2
LONG_AGO = dt.date(2020, 1, 1)


@dataclass
class Cast:
    """Two departments under one deputy, one under another, one under nobody, and everyone around them."""

    kfb: Department  # 康复部, led by the deputy
    kfyy: Department  # 康复医院, under the same deputy
    jjb: Department  # 教就部, under the other deputy
    ysa: Department  # 演示单位甲, under nobody (未分管)
    head: User  # head of kfb
    acting_head: User  # acting head of kfb
    clerk: User  # clerk of kfb
    staff: User  # staff of kfb
    other_head: User  # head of jjb
    kfyy_head: User  # head of kfyy
    ysa_head: User  # head of ysa
    deputy: User  # in charge of kfb and kfyy
    other_deputy: User  # in charge of jjb
    principal: User  # 理事长
    office: User  # 办公室（督查）
    plan_admin: User  # 计划管理员
    system_admin: User  # 系统管理员
    security_admin: User  # 安全管理员
    auditor: User  # 审计员
    stranger: User  # an account without any role

    def everyone(self) -> dict[str, User]:
        """Return all people by the name of their part."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}

    def access(self, part: str, on: dt.date = TODAY) -> Access:
        """Return what one of the cast may do on a day."""
        return Access(getattr(self, part), on)

    def client(self, part: str) -> Client:
        """Return a browser in which one of the cast is signed in."""
        client = Client()
        client.force_login(getattr(self, part))
        return client


def person(username: str, name: str = "", *groups: Role) -> User:
    """Make an account that cannot sign in by password, in these groups."""
    user = User.objects.create_user(username, name=name or username, email=f"{username}@example.test")
    # Made where they are missing: a test with real transactions empties every table when it ends.
    user.groups.set([Group.objects.get_or_create(name=group.value)[0] for group in groups])
    return user


def member(user: User, department: Department, role: Membership.Role, since: dt.date = LONG_AGO) -> Membership:
    """Give a person a place in a department."""
    return Membership.objects.create(user=user, department=department, role=role, valid_from=since)


def leader(user: User, rank: Leader.Rank, *departments: Department, order: int = 0) -> Leader:
    """Make a person a leader, in charge of these departments."""
    post = "理事长" if rank == Leader.Rank.PRINCIPAL else "副理事长"
    row = Leader.objects.create(name=user.name, federation_post=post, rank=rank, user=user, in_office_from=LONG_AGO, order=order)
    Portfolio.objects.bulk_create(Portfolio(leader=row, department=department, valid_from=LONG_AGO) for department in departments)
    return row


NAMES = {
    "head": "康复部主任", "acting_head": "康复部代主任", "clerk": "康复部联络员", "staff": "康复部工作人员", "other_head": "教就部主任",
    "kfyy_head": "康复医院院长", "ysa_head": "单位甲负责人", "deputy": "副理事长乙", "other_deputy": "副理事长丙", "principal": "理事长", "office": "办公室",
    "plan_admin": "计划管理员", "system_admin": "系统管理员", "security_admin": "安全管理员", "auditor": "审计员", "stranger": "无关人员",
}  # fmt: skip
ROLES = {"office": Role.OFFICE, "plan_admin": Role.PLAN, "system_admin": Role.SYSTEM, "security_admin": Role.SECURITY, "auditor": Role.AUDITOR}


def everybody() -> dict[str, User]:
    """Make the accounts of the cast at once: nearly every test begins with them. None can sign in by password."""
    people = [User(username=part.replace("_", "-"), name=name, email=f"{part.replace('_', '-')}@example.test") for part, name in NAMES.items()]
    for one in people:
        one.set_unusable_password()
    found = dict(zip(NAMES, User.objects.bulk_create(people), strict=True))
    # Made where they are missing: a test with real transactions empties every table when it ends.
    groups = {role: Group.objects.get_or_create(name=role.value)[0] for role in ROLES.values()}
    User.groups.through.objects.bulk_create(User.groups.through(user=found[part], group=groups[role]) for part, role in ROLES.items())
    return found


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the whole cast, in the database."""
    kinds, roles = Department.Kind, Membership.Role
    kfb, jjb, kfyy, ysa = Department.objects.bulk_create(
        [
            Department(code="kfb", name="康复部", kind=kinds.DIVISION, order=3),
            Department(code="jjb", name="教就部", kind=kinds.DIVISION, order=4),
            Department(code="kfyy", name="康复医院", kind=kinds.AFFILIATED, order=7),
            Department(code="ysa", name="演示单位甲", kind=kinds.AFFILIATED, order=9),
        ]
    )
    found = Cast(kfb=kfb, kfyy=kfyy, jjb=jjb, ysa=ysa, **everybody())
    places = [
        (found.head, kfb, roles.HEAD),
        (found.acting_head, kfb, roles.ACTING_HEAD),
        (found.clerk, kfb, roles.CLERK),
        (found.staff, kfb, roles.STAFF),
        (found.other_head, jjb, roles.HEAD),
        (found.kfyy_head, kfyy, roles.HEAD),
        (found.ysa_head, ysa, roles.HEAD),
    ]
    Membership.objects.bulk_create(Membership(user=user, department=department, role=role, valid_from=LONG_AGO) for user, department, role in places)
    leader(found.principal, Leader.Rank.PRINCIPAL, order=1)
    leader(found.deputy, Leader.Rank.DEPUTY, kfb, kfyy, order=2)
    leader(found.other_deputy, Leader.Rank.DEPUTY, jjb, order=3)
    return found


def filled(page: Any, **changes: Any) -> dict[str, Any]:
    """Return what a browser would send from an admin page just opened, with these fields changed. Rows are named prefix-0-field."""
    form = page.context["adminform"].form
    data = {field.html_name: _sent(field) for field in form} | form.carried
    for wrapped in page.context["inline_admin_formsets"]:
        formset = wrapped.formset
        for part in (formset.management_form, *formset.forms):
            data |= {field.html_name: _sent(field) for field in part} | getattr(part, "carried", {})
    return {name: value for name, value in (data | changes).items() if value is not None}


def confirmed(client: Client, address: str) -> Any:
    """Return the answer to a row's deletion, confirmed on the page just opened."""
    return client.post(address, {"post": "yes", "seen": client.get(address).context["seen"]})


def _sent(field: Any) -> Any:
    """Return what a browser sends for a field as it is shown: nothing for a box that is not ticked."""
    value = field.field.prepare_value(field.value())
    if isinstance(value, bool):
        return "on" if value else None
    if isinstance(value, (list, tuple)):
        return [str(getattr(item, "pk", item)) for item in value]
    return field.field.widget.format_value(value) if value is not None else ""


def server_url(name: str = "postgres") -> str:
    """Return the address of a database beside that of the tests, on the same PostgreSQL server."""
    base = settings.DATABASES["default"]
    password = f":{quote(base['PASSWORD'], safe='')}" if base["PASSWORD"] else ""
    return f"postgres://{quote(base['USER'] or 'postgres', safe='')}{password}@{base['HOST'] or '127.0.0.1'}:{base['PORT'] or 5432}/{name}"


def run_bench(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a measurement in its short form on the tests' PostgreSQL server; its output can be read, its times are not judged."""
    line = [sys.executable, str(Path(settings.BASE_DIR, "bench", script)), server_url(), *words]
    inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return subprocess.run(line, capture_output=True, text=True, env=inherited, check=False)


def said_by(command: str) -> str:
    """Return what a management command prints, and the sentence with which it fails where it does."""
    said = io.StringIO()
    try:
        call_command(command, stdout=said)
    except CommandError as error:
        return f"{said.getvalue()}{error}"
    return said.getvalue()
