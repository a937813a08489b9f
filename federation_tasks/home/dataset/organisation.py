"""The people and departments of a generated organisation."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from departments.models import Department, Leader, Membership, Portfolio, User
from federation_tasks.home.dataset.folder import Folder

SINCE = dt.date(2000, 1, 1)
AT_A_TIME = 2000  # rows of one insert
ROLES = {"head": Membership.Role.HEAD, "clerk": Membership.Role.CLERK, "staff": Membership.Role.STAFF}


@dataclass
class Organisation:
    """Which row of the database stands for which row of the files."""

    users: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)


def load_organisation(folder: Folder) -> Organisation:
    """Load accounts that nobody can sign in with, departments, their people, and the leaders in charge."""
    made = Organisation()
    users, departments = list(folder.rows("users.csv")), list(folder.rows("departments.csv"))
    accounts = User.objects.bulk_create(
        (User(username=row["username"], name=row["name"], email=row["email"], password=make_password(None)) for row in users), AT_A_TIME
    )
    made.users = {row["id"]: user.pk for row, user in zip(users, accounts, strict=True)}
    units = Department.objects.bulk_create((Department(code=row["code"], name=row["name"], order=order) for order, row in enumerate(departments, 1)), AT_A_TIME)
    made.departments = {row["id"]: unit.pk for row, unit in zip(departments, units, strict=True)}
    made.heads = {row["id"]: made.users[row["head_id"]] for row in departments}
    places = (row for row in users if row["role"] in ROLES)
    Membership.objects.bulk_create(
        (
            Membership(user_id=made.users[row["id"]], department_id=made.departments[row["department_id"]], role=ROLES[row["role"]], valid_from=SINCE)
            for row in places
        ),
        AT_A_TIME,
    )
    _leaders(made, [row for row in users if row["role"] == "leader"], departments)
    return made


def _leaders(made: Organisation, users: list[dict[str, str]], departments: list[dict[str, str]]) -> None:
    rows = (
        Leader(name=row["name"], federation_post="副理事长", rank=Leader.Rank.DEPUTY, user_id=made.users[row["id"]], order=order, in_office_from=SINCE)
        for order, row in enumerate(users, 1)
    )
    by_row = {row["id"]: leader.pk for row, leader in zip(users, Leader.objects.bulk_create(rows, AT_A_TIME), strict=True)}
    Portfolio.objects.bulk_create(
        (Portfolio(leader_id=by_row[row["leader_id"]], department_id=made.departments[row["id"]], valid_from=SINCE) for row in departments), AT_A_TIME
    )
