"""A frozen version that was altered in the database is found: by its own hash, or by the one that the audit kept (control 44)."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from departments.testing import said_by
from federation_tasks.reports.models import ReportVersion
from federation_tasks.workflow.moves import perform


@pytest.fixture
def version(draft, cast):
    perform(draft, "submit", cast.access("head"))
    return ReportVersion.objects.get()


def verify():
    return said_by("verify_versions")


def by_sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_was_submitted_verifies_whatever_happens_to_it_afterwards(version, draft, cast):
    perform(draft, "return", cast.access("deputy"), reason="补齐")
    perform(draft, "submit", cast.access("head"))
    cast.client("deputy").get(draft.get_absolute_url())  # notes who opened it
    assert verify() == "2 versions, all as they were submitted\n"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("content", '{"items": []}'), ("gaps", '{"2": [0, 0]}'), ("number", 7), ("submitted_at", "2026-01-01 00:00:00+00:00"),
        ("acting_as", "理事长"), ("is_late", True),
    ],
)  # fmt: skip
def test_a_value_changed_in_any_frozen_column_is_named(version, column, value):
    by_sql(f"UPDATE reports_reportversion SET {column} = %s WHERE id = %s", value, version.pk)
    assert f"altered: version {version.pk}," in verify()
    assert "1 versions are not what was submitted" in verify()


def test_one_character_changed_in_a_text_is_named(version):
    said = version.content["arrangements"]
    ReportVersion.objects.filter(pk=version.pk).update(content=version.content | {"arrangements": said[:-1] + "！"})
    assert f"altered: version {version.pk}," in verify()


def test_a_hash_that_was_written_anew_with_the_content_is_not_the_one_that_the_audit_kept(version):
    by_sql("UPDATE reports_reportversion SET content = %s, sha256 = %s WHERE id = %s", '{"items": []}', "0" * 64, version.pk)
    forged = ReportVersion.objects.get()
    by_sql("UPDATE reports_reportversion SET sha256 = %s WHERE id = %s", forged.hashed(), version.pk)
    assert f"hash: version {version.pk}," in verify()


def test_versions_that_stood_before_are_hashed_as_they_stand(version):
    by_sql("UPDATE reports_reportversion SET sha256 = ''")
    importlib.import_module("federation_tasks.reports.migrations.0003_hashed_versions").hash_all(apps, None)
    assert ReportVersion.objects.get().sha256 == version.sha256
    assert verify() == "1 versions, all as they were submitted\n"
