"""What all tests share."""

import pytest
from django.conf import settings

pytest_plugins = ["departments.testing", "federation_tasks.plan.testing"]


@pytest.fixture(autouse=True)
def plain_static_and_fast_passwords(settings):
    """Do without collected static files, and without slow password hashes."""
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items):
    """Skip, with the reason, what the database of this run cannot show."""
    on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        if item.get_closest_marker("postgresql") and not on_postgresql:
            item.add_marker(pytest.mark.skip(reason="row locks mean something only on PostgreSQL: set TEST_DATABASE_URL"))
        if item.get_closest_marker("redis") and not settings.REDIS_URL:
            item.add_marker(pytest.mark.skip(reason="needs Redis: set TEST_REDIS_URL"))
