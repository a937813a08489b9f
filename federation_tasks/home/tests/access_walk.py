"""Asks for every address as everyone and compares with who_gets_what.py: what the walk in the tests and the probe from outside share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from federation_tasks.home.tests.who_gets_what import ADMIN, ADMIN_BESIDE, NAMELESS, OPEN, SITE, AdminRow, Row, admin_rows

METHODS = ("GET", "HEAD", "OPTIONS", "POST")


@dataclass
class Thing:
    """An object that is asked for: what the address needs to name it, and whose it is."""

    about: str
    label: str
    department: str = ""
    supporting: tuple[str, ...] = ()
    assignee: str = ""
    addressee: str = ""
    maker: str = ""
    exists: bool = True
    args: dict[str, object] = field(default_factory=dict)


@dataclass
class Person:
    """Somebody who asks: his places by department, and what he is for the whole federation."""

    name: str
    own: dict[str, str] = field(default_factory=dict)  # department's code -> head, clerk, staff
    leads: frozenset[str] = frozenset()  # departments' codes
    groups: frozenset[str] = frozenset()  # principal, office, plan, system, security, auditor

    def relations(self, thing: Thing | None) -> set[str]:
        """Return what this person is to an object; with none, everything that he is to anything."""
        found = set(self.groups) | ({"deputy"} if self.leads else set())
        if thing is None:
            return found | set(self.own.values()) | ({"leader"} if self.leads else set())
        if thing.department in self.own:
            found.add(self.own[thing.department])
        if thing.department in self.leads:
            found.add("leader")
        found |= {f"supporting {self.own[code]}" for code in thing.supporting if code in self.own}
        found |= {"supporting leader" for code in thing.supporting if code in self.leads}
        return found | {word for word, name in (("assignee", thing.assignee), ("addressee", thing.addressee), ("maker", thing.maker)) if name == self.name}


def rows() -> list[Row]:
    """Return every row of the table."""
    return [*OPEN, *SITE, *ADMIN_BESIDE, *admin_rows()]


def address(row: Row, thing: Thing | None) -> str:
    """Return the address of a row for an object, with the arguments that its pattern takes."""
    name = row.route.split()[0]
    known = (thing.args if thing else {}) | row.fixed
    for arguments in (known, {key: value for key, value in known.items() if key in _parameters(name)}):
        try:
            return reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
    raise NoReverseMatch(f"{name} with {known}")


def _parameters(name: str) -> set[str]:
    return next(set(re.findall(r"<(?:\w+:)?(\w+)>", pattern)) for route, pattern in routes() if route == name)


def routes() -> Iterator[tuple[str, str]]:
    """Yield (name, pattern) of every address in the URL configuration, the admin's included; one without a name by its pattern."""

    def walk(patterns: list, prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path, f"{pattern.namespace}:" if pattern.namespace else space)
            elif isinstance(pattern, URLPattern):
                yield (f"{space}{pattern.name}" if pattern.name else path), path

    yield from walk(get_resolver().url_patterns, "/", "")


def unnamed() -> set[str]:
    """Return the addresses that no row names."""
    named = {row.route.split()[0] for row in rows()} | NAMELESS
    return {name for name, _ in routes()} - named


def stale() -> set[str]:
    """Return the rows that name no address."""
    return {row.route.split()[0] for row in rows()} - {name for name, _ in routes()}


def asked_for(row: Row, things: list[Thing]) -> list[Thing | None]:
    """Return the objects that a row is asked for; None where its address names none."""
    return [thing for thing in things if thing.about == row.about] if row.about and row.about != "anything" else [None]


def right_answers(row: Row, method: str, person: Person | None, thing: Thing | None) -> frozenset[int]:
    """Return the statuses that the table allows."""
    if person is None:
        return row.answers(method, None)
    right = row.answers(method, person.relations(thing))
    if thing is None or thing.exists or right == frozenset({405}):
        return right
    # What does not exist is not found by anyone, whatever he may do elsewhere. The admin closes a page before it looks for the row.
    return frozenset({403, 404}) if isinstance(row, AdminRow) and right != frozenset({404}) else frozenset({404})


__all__ = ["ADMIN", "METHODS", "Person", "Thing", "address", "asked_for", "right_answers", "routes", "rows", "stale", "unnamed"]
