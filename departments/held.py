"""What one person holds on a day, his places, posts, portfolio and groups: read with one question, since every page asks it first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from departments.models import Leader, Membership

# The first part gives the columns their types; each part fills those that it has. `%(on)s` is the day: what ends on it no longer holds.
QUESTION = """SELECT 'leader' AS what, l.id, l.name, l.party_post, l.federation_post, l.rank, l."order", l.in_office_from, l.in_office_to
  FROM departments_leader l WHERE l.user_id = %(user)s AND l.in_office_from <= %(on)s AND (l.in_office_to IS NULL OR l.in_office_to > %(on)s)
UNION ALL
SELECT 'charge', c.department_id, '', '', '', '', 0, NULL, NULL
  FROM departments_portfolio c JOIN departments_leader l ON l.id = c.leader_id
 WHERE l.user_id = %(user)s AND l.in_office_from <= %(on)s AND (l.in_office_to IS NULL OR l.in_office_to > %(on)s)
   AND c.valid_from <= %(on)s AND (c.valid_to IS NULL OR c.valid_to > %(on)s)
UNION ALL
SELECT 'place', m.department_id, m.role, d.name, '', '', d."order", NULL, NULL
  FROM departments_membership m JOIN departments_department d ON d.id = m.department_id
 WHERE m.user_id = %(user)s AND m.valid_from <= %(on)s AND (m.valid_to IS NULL OR m.valid_to > %(on)s)
UNION ALL
SELECT 'group', g.id, g.name, '', '', '', 0, NULL, NULL
  FROM departments_user_groups u JOIN auth_group g ON g.id = u.group_id WHERE u.user_id = %(user)s
"""


@dataclass(frozen=True)
class Place:
    """One place of a person in a department on the day."""

    role: str
    department_id: int
    department: str  # its name
    order: int

    @property
    def words(self) -> str:
        """Return department and place in Chinese: 康复部负责人."""
        return f"{self.department}{Membership.Role(self.role).label}"


@dataclass(frozen=True)
class Held:
    """What one person holds: nothing where there is no account, or a blocked one."""

    leader: Leader | None = None
    portfolio: frozenset[int] = frozenset()
    places: tuple[Place, ...] = ()
    groups: frozenset[str] = frozenset()


def held_by(user_id: int, on: dt.date) -> Held:
    """Return what a person holds on a day: one query. Places stand in the order of the departments."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, {"user": user_id, "on": on})
        rows = cursor.fetchall()
    leaders = [_leader(user_id, row) for row in rows if row[0] == "leader"]
    places = [Place(row[2], row[1], row[3], row[6]) for row in rows if row[0] == "place"]
    return Held(
        leader=leaders[0] if leaders else None,
        portfolio=frozenset(row[1] for row in rows if row[0] == "charge"),
        places=tuple(sorted(places, key=lambda place: (place.order, place.department_id, place.role))),
        groups=frozenset(row[2] for row in rows if row[0] == "group"),
    )


def _leader(user_id: int, row: tuple[Any, ...]) -> Leader:
    """Return the leader of a row as if it had been read by itself."""
    _, pk, name, party_post, federation_post, rank, order, begun, end = row
    values = (pk, name, party_post, federation_post, rank, order, user_id, _day(begun), _day(end))
    names = ["id", "name", "party_post", "federation_post", "rank", "order", "user_id", "in_office_from", "in_office_to"]
    return Leader.from_db(connection.alias, names, values)


def _day(found: Any) -> dt.date | None:
    """Return a date as such; SQLite gives those of a question in several parts as text."""
    return dt.date.fromisoformat(found) if isinstance(found, str) else found
