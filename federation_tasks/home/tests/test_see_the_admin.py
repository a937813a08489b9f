"""What an administrator finds on the first page of the admin: the pages that are his, in Chinese. Who gets which is in who_gets_what.py."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from federation_tasks.home.tests.who_gets_what import ADMIN

PARTS = {"plan_admin": "plan", "system_admin": "system", "security_admin": "security", "auditor": "auditor"}


def test_the_table_knows_every_kind_of_row_in_the_admin():
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN)


@pytest.mark.parametrize("part", PARTS)
def test_a_page_is_listed_for_those_who_may_see_it(cast, part):
    text = cast.client(part).get("/admin/").content.decode()
    for label, (view, *_rest) in ADMIN.items():
        link = reverse(f"admin:{label.replace('.', '_')}_changelist")
        assert (f'href="{link}"' in text) == (PARTS[part] in view), (part, label)


def test_rows_are_closed_by_date_or_state_and_not_deleted(cast):
    deletable = {label for label, (*_rest, delete) in ADMIN.items() if delete}
    assert deletable == {"plan.workdayoverride"}  # and a light rule that is not in force yet
    assert all(apps.get_model(label) in admin.site._registry for label in deletable)


@pytest.mark.parametrize("part", PARTS)
def test_no_page_says_anything_in_english(cast, part):
    leftovers = ["Django", "Add ", "Change", "Delete", "Select", "History", "View site", "Log out", "Home", "Save"]
    text = cast.client(part).get("/admin/").content.decode()
    assert not [word for word in leftovers if word in text], part
