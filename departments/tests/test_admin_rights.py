"""Who sees, adds, changes and deletes what in the admin: one table for every role and every page (domain.md, Who may do what)."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from departments.access import Access
from departments.testing import TODAY

NOBODY = set()
PLAN, SYSTEM, SECURITY, AUDITOR = {"plan_admin"}, {"system_admin"}, {"security_admin"}, {"auditor"}
# page: view, add, change, delete; of a row that stands, where the right depends on the row (see its own tests)
TABLE = {
    "departments.user": (SYSTEM, SYSTEM, SYSTEM, NOBODY),
    "departments.department": (SYSTEM, SYSTEM, SYSTEM, NOBODY),
    "departments.leader": (SYSTEM, SYSTEM, SYSTEM, NOBODY),
    "departments.portfolio": (SYSTEM, SYSTEM, SYSTEM, NOBODY),
    "django_celery_beat.periodictask": (SYSTEM, NOBODY, SYSTEM, NOBODY),
    "departments.roleholder": (SECURITY, NOBODY, SECURITY, NOBODY),
    "departments.membership": (SECURITY, SECURITY, SECURITY, NOBODY),
    "plan.goal": (PLAN, PLAN, PLAN, NOBODY),
    "plan.initiative": (PLAN, PLAN, PLAN, NOBODY),
    "plan.policydocument": (PLAN, PLAN, PLAN, NOBODY),
    "plan.achievementtheme": (PLAN, PLAN, PLAN, NOBODY),
    "plan.period": (PLAN, PLAN, PLAN, NOBODY),
    "plan.reportduty": (PLAN, PLAN, PLAN, NOBODY),
    "plan.target": (PLAN, PLAN, PLAN, NOBODY),
    "plan.task": (PLAN, PLAN, PLAN, NOBODY),
    "plan.lightrule": (PLAN, PLAN, PLAN, NOBODY),
    "plan.lightname": (PLAN, NOBODY, PLAN, NOBODY),
    "plan.workdayoverride": (PLAN, PLAN, PLAN, PLAN),
    "workflow.historyrow": (PLAN | AUDITOR, NOBODY, NOBODY, NOBODY),
}
ROOMS = {"auth", "departments", "plan", "workflow", "django_celery_beat"}
ADMINISTRATORS = {"plan_admin", "system_admin", "security_admin", "auditor"}


def registered():
    return {model._meta.label_lower: page for model, page in admin.site._registry.items() if model._meta.app_label in ROOMS}


def test_the_table_knows_every_page():
    assert set(registered()) == set(TABLE)


@pytest.mark.parametrize("label", TABLE)
def test_rights_are_those_of_the_table(cast, rf, label):
    page = admin.site._registry[apps.get_model(label)]
    found = []
    for right in ("view", "add", "change", "delete"):
        allowed = set()
        for part, user in cast.everyone().items():
            request = rf.get("/admin/")
            request.user, request.access = user, Access(user, TODAY)
            if getattr(page, f"has_{right}_permission")(request):
                allowed.add(part)
        found.append(allowed)
    assert tuple(found) == TABLE[label]


def addresses():
    """Every address of the admin, with 1 for every part that varies."""

    def walk(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                yield path

    resolver = next(p for p in get_resolver().url_patterns if isinstance(p, URLResolver) and p.namespace == "admin")
    for path in walk(resolver.url_patterns, "/admin/"):
        yield re.sub(r"<\w+:\w+>", "1", path)


ADDRESSES = [path for path in addresses() if "(" not in path]


def test_the_walk_finds_the_pages():
    assert {"/admin/", "/admin/plan/target/", "/admin/plan/target/add/", "/admin/plan/target/1/change/", "/admin/departments/user/1/new-password/"} <= set(
        ADDRESSES
    )


def test_the_unsigned_go_to_sign_in_from_every_address(client, db):
    for path in ADDRESSES:
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith(reverse("home:login")), path


def test_whoever_is_no_administrator_is_told_nothing_at_every_address(cast):
    stranger = cast.client("stranger")
    for path in ADDRESSES:
        assert stranger.get(path).status_code == 404, path
    for part in set(cast.everyone()) - ADMINISTRATORS:
        assert cast.client(part).get("/admin/plan/target/").status_code == 404, part


@pytest.mark.parametrize("part", sorted(ADMINISTRATORS))
def test_an_administrator_gets_nothing_of_another_kind(cast, part):
    client = cast.client(part)
    for label, (view, *_rest) in TABLE.items():
        name = label.replace(".", "_")
        expected = 200 if part in view else 403
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == expected, label


def test_a_page_is_listed_for_those_who_may_see_it(cast):
    for part in sorted(ADMINISTRATORS):
        text = cast.client(part).get("/admin/").content.decode()
        for label, (view, *_rest) in TABLE.items():
            link = reverse(f"admin:{label.replace('.', '_')}_changelist")
            assert (f'href="{link}"' in text) == (part in view), (part, label)


def test_no_page_says_anything_in_english(cast):
    leftovers = ["Django", "Add ", "Change", "Delete", "Select", "History", "View site", "Log out", "Home", "Save"]
    for part in sorted(ADMINISTRATORS):
        text = cast.client(part).get("/admin/").content.decode()
        assert not [word for word in leftovers if word in text], part
