"""A bad value stops the start with one sentence that names it, whatever is started, and never repeats a password (contract.md, Settings)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from federation_tasks.environment import Environment

PASSWORD = "Geheim-4711"
NOWHERE = Path("/nowhere/secret-key")


def refusal(method, value, *args, **kwargs):
    with pytest.raises(ImproperlyConfigured) as caught:
        getattr(Environment({"NAME": value}), method)("NAME", *args, **kwargs)
    sentence = str(caught.value)
    assert sentence.startswith("NAME ")
    assert "\n" not in sentence
    assert PASSWORD not in sentence
    assert caught.value.__cause__ is None  # a chained error could carry a piece of the password
    return sentence


def read(method, value, *args, **kwargs):
    return getattr(Environment({"NAME": value}), method)("NAME", *args, **kwargs)


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "mysql://u@h/d",
        "postgres://h",
        "postgres://u:p@h:54x2/d",
        "postgres://u:p@h:99999/d",
        "postgres://[::1/d",
        "postgres:// h/d",
        f"postgres://u:{PASSWORD}#@h/d",
        f"postgres://u:{PASSWORD}@h:x{PASSWORD}/d",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_a_database_address_that_cannot_be_used(value):
    assert "postgres://user:password@host:5432/name" in refusal("database", value, "")


@pytest.mark.parametrize(
    ("value", "name"),
    [("postgres://u:p%40@h:5432/d?sslmode=require", "d"), ("postgresql:///d", "d"), ("postgres://[::1]:5432/d", "d"), ("sqlite:////srv/x.db", "/srv/x.db")],
)
def test_a_database_address_that_can_be_used(value, name):
    assert read("database", value, "")["NAME"] == name


@pytest.mark.parametrize(
    "value", ["http://h", "smtp://", "smtp://h:abc", "smtp+ssl://h?timeout=3", f"smtp://u:{PASSWORD}#@h", "filemail:///tmp/x", "mail.example.cn"]
)
def test_a_mail_server_that_cannot_be_used(value):
    assert "smtp://user:password@host:25" in refusal("email", value)


@pytest.mark.parametrize(("value", "port"), [("smtp://h", 25), ("smtp+tls://u:p@h", 587), ("smtp+ssl://h", 465), ("smtp://h:2525", 2525)])
def test_a_mail_server_has_its_usual_port_where_none_is_given(value, port):
    assert read("email", value)["EMAIL_PORT"] == port


def test_without_a_mail_server_nothing_is_set():
    assert Environment({}).email("NAME") == {}


@pytest.mark.parametrize("value", ["http://h", "redis://", "redis://h:abc/0", "redis://h:6379/x", f"redis://:{PASSWORD}@h:6379x/0", "127.0.0.1:6379"])
def test_a_redis_address_that_cannot_be_used(value):
    assert "redis://host:6379/0" in refusal("redis", value)


@pytest.mark.parametrize("value", ["redis://h", "redis://h:6379/3", "rediss://:pw@h:6379/1", ""])
def test_a_redis_address_that_can_be_used(value):
    assert read("redis", value) == value


@pytest.mark.parametrize(
    "value",
    ["ledger.example.cn", "ftp://h", "https://h/path", "https://h?x", "https://h#x", "https:// h", "https://h:abc", "https://*", f"http://u:{PASSWORD}@h"],
)
def test_a_site_address_that_cannot_be_used(value):
    assert "https://ledger.example.cn" in refusal("site_url", value, "")


@pytest.mark.parametrize(
    ("value", "url"),
    [("https://h/", "https://h"), ("HTTPS://Ledger.Example.CN", "https://ledger.example.cn"), ("http://127.0.0.1:8001", "http://127.0.0.1:8001")],
)
def test_a_site_address_that_can_be_used(value, url):
    assert read("site_url", value, "") == url


@pytest.mark.parametrize("value", ["http://h", "h:80", "a b", "a,b/c"])
def test_a_host_name_that_is_none(value):
    assert "host names divided by commas" in refusal("hosts", value, [])


def test_host_names_come_as_a_list_in_small_letters():
    assert read("hosts", "Ledger.Example.cn, .example.cn,[::1] ,", []) == ["ledger.example.cn", ".example.cn", "[::1]"]


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8000.0", "eight", "٨"])
def test_a_port_that_is_none(value):
    assert "a whole number from 1 to 65535" in refusal("number", value, 8000, least=1)


@pytest.mark.parametrize("value", ["maybe", "2", "ja", "flase"])
def test_a_yes_or_no_that_is_neither(value):
    assert "true or false" in refusal("flag", value)


@pytest.mark.parametrize(
    ("value", "flag"), [("true", True), ("1", True), ("ON", True), ("yes", True), ("false", False), ("0", False), ("off", False), ("", False)]
)
def test_a_yes_or_no(value, flag):
    assert read("flag", value) is flag


@pytest.mark.parametrize("value", ["Mars/Phobos", "UTC+8", "../etc"])
def test_a_time_zone_that_is_unknown(value):
    assert "Asia/Shanghai" in refusal("time_zone", value, "UTC")


@pytest.mark.parametrize("value", ["ledger", "半年工作台账", "<ledger@>", "a@b c"])
def test_a_sender_without_an_address(value):
    assert "ledger@example.cn" in refusal("sender", value, "")


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert "no folder can be made" in refusal("folder", str(tmp_path / "file" / "var"), tmp_path)


def test_a_short_secret_is_refused_and_not_repeated():
    sentence = refusal("secret", PASSWORD, NOWHERE)
    assert "at least 32" in sentence


def test_there_is_no_default_secret():
    assert "is not set" in refusal("secret", " ", NOWHERE)


def test_the_secret_that_make_run_made_serves_where_none_is_given(tmp_path):
    (tmp_path / "key").write_text("x" * 50 + "\n")
    assert Environment({}).secret("NAME", tmp_path / "key") == "x" * 50
    assert read("secret", "y" * 40, tmp_path / "key") == "y" * 40


def test_roles_come_as_a_list_and_an_unknown_one_is_named():
    assert read("choices", " Head, security ,", ["head", "security"]) == ["head", "security"]
    assert read("choices", "", ["head"]) == []
    assert "holds 'boss'. Write one or more of head, security" in refusal("choices", "head,boss", ["head", "security"])


def test_former_secrets_are_as_long_as_a_secret():
    assert read("former_secrets", f"{'x' * 40}, {'y' * 40}") == ["x" * 40, "y" * 40]
    assert "fewer than 32" in refusal("former_secrets", f"{'x' * 40},{PASSWORD}")


BY_TEMPLATE = {"LDAP_URL": "ldaps://ldap.example.cn", "LDAP_USER_DN_TEMPLATE": "uid=%(user)s,ou=people,dc=example,dc=cn"}
BY_SEARCH = {
    "LDAP_URL": "ldap://ldap.example.cn",
    "LDAP_STARTTLS": "true",
    "LDAP_SEARCH_BASE": "dc=example,dc=cn",
    "LDAP_BIND_DN": "cn=reader,dc=example,dc=cn",
    "LDAP_BIND_PASSWORD": PASSWORD,
}


@pytest.fixture
def speaks_ldap(monkeypatch):
    """What requirements-ldap.txt names is there, as far as the settings can see."""
    monkeypatch.setattr("federation_tasks.environment.find_spec", lambda _name: True)


@pytest.mark.parametrize("given", [BY_TEMPLATE, BY_SEARCH, BY_SEARCH | {"LDAP_FILTER": "(&(objectClass=person)(sAMAccountName=%(user)s))"}])
def test_a_directory_that_can_be_asked(speaks_ldap, given):
    found = Environment(given).directory(encrypted=True)
    assert (found["url"], found["timeout"]) == (given["LDAP_URL"], 5)
    assert found.get("template", found.get("filter")) == given.get("LDAP_USER_DN_TEMPLATE", given.get("LDAP_FILTER", "(uid=%(user)s)"))


def test_without_a_directory_nothing_is_set():
    assert Environment({"LDAP_FILTER": "nonsense"}).directory(encrypted=True) == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (BY_TEMPLATE | {"LDAP_URL": "ldap.example.cn"}, "LDAP_URL cannot be read. Write ldaps://"),
        (BY_TEMPLATE | {"LDAP_URL": "http://ldap.example.cn"}, "LDAP_URL cannot be read."),
        (BY_TEMPLATE | {"LDAP_URL": f"ldaps://reader:{PASSWORD}@ldap.example.cn"}, "LDAP_URL cannot be read."),
        (BY_TEMPLATE | {"LDAP_URL": "ldaps://ldap.example.cn:port"}, "LDAP_URL cannot be read."),
        (BY_TEMPLATE | {"LDAP_URL": "ldap://ldap.example.cn"}, "LDAP_URL is ldap:// without encryption"),
        (BY_TEMPLATE | {"LDAP_STARTTLS": "true"}, "LDAP_STARTTLS is for ldap://"),
        (BY_TEMPLATE | {"LDAP_STARTTLS": "maybe"}, "LDAP_STARTTLS is 'maybe'"),
        (BY_TEMPLATE | {"LDAP_TIMEOUT": "0"}, "LDAP_TIMEOUT is '0'"),
        (BY_TEMPLATE | {"LDAP_CA_FILE": "/nowhere/ca.pem"}, "LDAP_CA_FILE is '/nowhere/ca.pem'"),
        (BY_TEMPLATE | {"LDAP_USER_DN_TEMPLATE": "uid=%s,ou=people"}, "LDAP_USER_DN_TEMPLATE is 'uid=%s,ou=people'"),
        (BY_TEMPLATE | {"LDAP_USER_DN_TEMPLATE": ""}, "LDAP_USER_DN_TEMPLATE or LDAP_SEARCH_BASE must be set"),
        (BY_TEMPLATE | {"LDAP_SEARCH_BASE": "dc=example"}, "LDAP_USER_DN_TEMPLATE or LDAP_SEARCH_BASE must be set"),
        (BY_SEARCH | {"LDAP_BIND_DN": ""}, "LDAP_BIND_DN and LDAP_BIND_PASSWORD must be set"),
        (BY_SEARCH | {"LDAP_BIND_PASSWORD": ""}, "LDAP_BIND_DN and LDAP_BIND_PASSWORD must be set"),
        (BY_SEARCH | {"LDAP_FILTER": "(uid=user)"}, "LDAP_FILTER is '(uid=user)'"),
        (BY_SEARCH | {"LDAP_FILTER": "uid=%(user)s"}, "LDAP_FILTER is 'uid=%(user)s'"),
        (BY_SEARCH | {"LDAP_FILTER": "(|(uid=%(user)s)"}, "LDAP_FILTER is "),
    ],
)
def test_a_directory_that_cannot_be_asked(speaks_ldap, given, sentence):
    with pytest.raises(ImproperlyConfigured) as caught:
        Environment(given).directory(encrypted=True)
    assert str(caught.value).startswith(sentence)
    assert PASSWORD not in str(caught.value)


def test_a_site_without_tls_may_ask_a_directory_without_tls(speaks_ldap):
    assert Environment(BY_TEMPLATE | {"LDAP_URL": "ldap://127.0.0.1:389"}).directory(encrypted=False)["url"] == "ldap://127.0.0.1:389"


def test_without_the_package_the_start_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("federation_tasks.environment.find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"LDAP_URL is set, .* -r requirements-ldap\.txt"):
        Environment(BY_TEMPLATE).directory(encrypted=True)


COMMANDS = {
    "manage.py": [sys.executable, "manage.py", "check"],
    "gunicorn": [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:0", "federation_tasks.wsgi"],
    "gunicorn as we run it": [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "federation_tasks.wsgi"],
    "worker": [sys.executable, "-m", "celery", "-A", "federation_tasks", "worker", "-P", "threads"],
    "scheduler": [sys.executable, "-m", "celery", "-A", "federation_tasks", "beat"],
}


def start(command, tmp_path, **bad):
    environment = os.environ | {"SECRET_KEY": "x" * 50, "VAR_DIR": str(tmp_path)} | bad
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_whatever_is_started_says_it_in_one_sentence(command, tmp_path):
    ended = start(command, tmp_path, DATABASE_URL=f"postgres://u:{PASSWORD}#@h/d")
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert "The site cannot start: DATABASE_URL cannot be read." in said
    assert "Traceback" not in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DEBUG", "maybe"),
        ("PORT", "http"),
        ("SITE_URL", "ledger"),
        ("ALLOWED_HOSTS", "http://h"),
        ("DATABASE_OWNER_URL", "nonsense"),
        ("REDIS_URL", "localhost"),
        ("EMAIL_URL", "localhost"),
        ("DEFAULT_FROM_EMAIL", "ledger"),
        ("TIME_ZONE", "Mars/Phobos"),
        ("TRUSTED_PROXY_COUNT", "one"),
        ("DIGESTS_PAUSED", "maybe"),
        ("SECOND_FACTOR_ROLES", "head,boss"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("LDAP_URL", "ldap.example.cn"),
    ],
)
def test_every_setting_of_the_contract_is_named_when_it_is_bad(name, value, tmp_path):
    ended = start(COMMANDS["manage.py"], tmp_path, **{name: value})
    assert ended.returncode != 0
    assert ended.stderr.startswith(f"The site cannot start: {name} ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_missing_secret_is_named(tmp_path):
    ended = start(COMMANDS["manage.py"], tmp_path, SECRET_KEY="")
    assert ended.stderr.startswith("The site cannot start: SECRET_KEY is not set.")
