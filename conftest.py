"""What all tests share."""

import os
from pathlib import Path

import pytest
from django.conf import settings

CHROMIUM = Path("/usr/bin/chromium")
pytest_plugins = ["federation_tasks.audit.testing", "departments.testing", "federation_tasks.plan.testing"]


@pytest.fixture(autouse=True)
def plain_static_and_fast_passwords(settings):
    """Do without collected static files, and without slow password hashes."""
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def missing_for(item):
    """Return what this run lacks for a test, and how to get it; an empty text where it lacks nothing."""
    on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    if item.get_closest_marker("postgresql") and not on_postgresql:
        return "means something on PostgreSQL only (row locks, its own SQL): set TEST_DATABASE_URL"
    if item.get_closest_marker("redis") and not settings.REDIS_URL:
        return "needs Redis: set TEST_REDIS_URL"
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        return f"needs Chromium at {CHROMIUM}: apt install chromium chromium-l10n fonts-noto-cjk"
    return ""


def pytest_collection_modifyitems(items):
    """Let what a browser did be tried once more on a machine that was too busy for it; the run counts and names each such test."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_runtest_setup(item):
    """Skip, with the reason, what this run cannot show; where everything must be there (CI=true), fail instead."""
    if reason := missing_for(item):
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
