"""SITE_URL with https switches Secure and __Host- cookies, HSTS and the redirect on together; with http none of them (contract.md)."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

ASKED = [
    "SITE_URL", "ALLOWED_HOSTS", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "CSRF_TRUSTED_ORIGINS", "SECURE_PROXY_SSL_HEADER", "DEBUG", "EMAIL_BACKEND", "BROKER_DIR",
    "CELERY_BROKER_URL", "CELERY_BEAT_SCHEDULE_FILENAME", "MAIL_DIR", "STATIC_ROOT",
]  # fmt: skip
SCRIPT = f"import json; from django.conf import settings; print(json.dumps({{n: getattr(settings, n) for n in {ASKED!r}}}, default=str))"


@pytest.fixture
def settings_with(tmp_path):
    """Return a function that starts the settings with these variables and returns what they then are."""

    def read(**variables):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        known = {"DJANGO_SETTINGS_MODULE": "federation_tasks.settings", "SECRET_KEY": "x" * 50, "VAR_DIR": str(tmp_path)}
        command = [sys.executable, "-c", SCRIPT]
        ended = subprocess.run(command, cwd=settings.BASE_DIR, env=kept | known | variables, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(ended.stdout)

    return read


def test_https_switches_all_on_together(settings_with):
    found = settings_with(SITE_URL="https://ledger.example.cn")
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert all(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS"))
    assert found["SECURE_HSTS_SECONDS"] >= 31536000
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://ledger.example.cn"]


def test_http_switches_none_on(settings_with):
    found = settings_with(SITE_URL="http://ledger.intranet")
    assert not found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert not any(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"))


def test_a_capital_https_is_https(settings_with):
    assert settings_with(SITE_URL="HTTPS://Ledger.example.cn")["SESSION_COOKIE_SECURE"]


def test_the_address_follows_the_port(settings_with):
    assert settings_with()["SITE_URL"] == "http://127.0.0.1:8000"
    assert settings_with(PORT="8123")["SITE_URL"] == "http://127.0.0.1:8123"


def test_the_sites_own_host_is_allowed_without_being_named_twice(settings_with):
    assert settings_with(SITE_URL="https://ledger.example.cn")["ALLOWED_HOSTS"][0] == "ledger.example.cn"
    assert settings_with(ALLOWED_HOSTS="a.example.cn")["ALLOWED_HOSTS"] == ["a.example.cn"]


def test_what_a_proxy_says_counts_only_where_one_is_trusted(settings_with):
    assert settings_with()["SECURE_PROXY_SSL_HEADER"] is None
    assert settings_with(TRUSTED_PROXY_COUNT="1")["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_debug_is_off_unless_asked_for(settings_with):
    assert settings_with()["DEBUG"] is False


def test_everything_that_is_written_lies_under_one_folder(settings_with, tmp_path):
    found = settings_with()
    for name in ("BROKER_DIR", "MAIL_DIR", "STATIC_ROOT", "CELERY_BEAT_SCHEDULE_FILENAME"):
        assert found[name].startswith(str(tmp_path)), name
    assert found["CELERY_BROKER_URL"].startswith("filesystem://")


def test_a_redis_address_replaces_the_embedded_broker(settings_with):
    assert settings_with(REDIS_URL="redis://127.0.0.1:6379/5")["CELERY_BROKER_URL"] == "redis://127.0.0.1:6379/5"


def test_a_mail_server_replaces_the_folder_of_letters(settings_with):
    assert settings_with()["EMAIL_BACKEND"].endswith("EmlFolderBackend")
    assert settings_with(EMAIL_URL="smtp://127.0.0.1:2525")["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
