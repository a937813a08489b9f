"""Read settings from the environment; a bad value stops the start with a sentence that names it (contract.md, Settings)."""

import os
import re
import sys
from collections.abc import Callable
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}
DATABASE_EXAMPLE = "postgres://user:password@host:5432/name or sqlite:////path/to/file"
EMAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
EMAIL_EXAMPLE = "smtp://user:password@host:25 (smtp+tls or smtp+ssl where it speaks TLS)"
REDIS_EXAMPLE = "redis://host:6379/0"
CLAMD_EXAMPLE = "127.0.0.1:3310 or /run/clamav/clamd.ctl"
HOST = re.compile(r"^(\*|\.?[A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])$")
SECRET_LENGTH = 32
LDAP_MODULES = ("django_auth_ldap", "ldap")


def one_sentence(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Report an uncaught error as Python does, but a bad setting as one sentence: for sys.excepthook."""
    if issubclass(kind, ImproperlyConfigured):
        sys.stderr.write(f"The site cannot start: {error}\n")
    else:
        sys.__excepthook__(kind, error, trace)


class Environment:
    """Hand out typed settings from a mapping of environment variables.

    Every method raises ImproperlyConfigured with one sentence that names the variable and says what would be accepted. A value that
    may hold a password is never repeated in it.
    """

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def given(self, name: str) -> str:
        """Return the value without the blanks round it; an empty text where it is not set."""
        return self.values.get(name, "").strip()

    def text(self, name: str, default: str) -> str:
        """Return the value, or the default."""
        return self.given(name) or default

    def secret(self, name: str, made: Path) -> str:
        """Return a secret: from the environment, or else the one that `make run` once made in the file `made`.

        One of fewer than 32 characters can be guessed and is refused; there is no default.
        """
        value = self.given(name) or _first_line(made)
        if not value:
            raise ImproperlyConfigured(
                f"{name} is not set. Give it {SECRET_LENGTH} random characters or more in the environment; `make run` makes one for a trial."
            )
        if len(value) < SECRET_LENGTH:
            raise ImproperlyConfigured(f"{name} has {len(value)} characters. Use at least {SECRET_LENGTH} random ones.")
        return value

    def former_secrets(self, name: str) -> list[str]:
        """Return the secrets that were used before, from a comma-separated list: what was sealed with them can still be read."""
        found = [part.strip() for part in self.given(name).split(",") if part.strip()]
        if any(len(secret) < SECRET_LENGTH for secret in found):
            raise ImproperlyConfigured(f"{name} holds one of fewer than {SECRET_LENGTH} characters. Write earlier values of SECRET_KEY, divided by commas.")
        return found

    def folder(self, name: str, default: Path) -> Path:
        """Return a folder that exists and can be written to; make it, for nobody else to read, where it is missing."""
        path = Path(self.text(name, str(default))).expanduser().resolve()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(f"{name} is {str(path)!r}, where no folder can be made ({error.strerror}).") from None
        return path

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self.values.get(name)
        if value is None:
            return default
        word = value.strip().lower()
        if word in TRUE or word in FALSE:
            return word in TRUE
        raise ImproperlyConfigured(f"{name} is {value!r}. Write true or false.")

    def choice(self, name: str, default: str, known: list[str]) -> str:
        """Return one of the words that are known."""
        value = self.text(name, default).lower()
        if value not in known:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write {' or '.join(known)}.")
        return value

    def choices(self, name: str, known: list[str]) -> list[str]:
        """Return some of the words that are known, from a comma-separated list; none where nothing is set."""
        words = [part.strip().lower() for part in self.given(name).split(",") if part.strip()]
        for word in words:
            if word not in known:
                raise ImproperlyConfigured(f"{name} holds {word!r}. Write one or more of {', '.join(known)}, divided by commas.")
        return words

    def number(self, name: str, default: int, *, least: int = 0, most: int = 65535) -> int:
        """Return a whole number within bounds."""
        value = self.given(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number from {least} to {most}.")
        return int(value)

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return host names from a comma-separated list, none of which may be a full address."""
        names = [part.strip().lower() for part in self.given(name).split(",") if part.strip()]
        for host in names:
            if not HOST.match(host):
                raise ImproperlyConfigured(f"{name} holds {host!r}. Write host names divided by commas, without http:// and without a port.")
        return names or default

    def site_url(self, name: str, default: str) -> str:
        """Return the site's own address, http or https, in small letters, without a path."""
        value = self.text(name, default).rstrip("/").lower()
        parts = _split(value)
        if parts is None or parts.scheme not in {"http", "https"} or "@" in value or value != f"{parts.scheme}://{parts.netloc}" or not _has_host(parts):
            shown = "" if "@" in value else f"is {value!r} and "
            raise ImproperlyConfigured(f"{name} {shown}cannot be used. Write the site's address like https://ledger.example.cn, without a path.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        """Return the name of a time zone that this machine knows."""
        value = self.text(name, default)
        if value not in available_timezones():
            raise ImproperlyConfigured(f"{name} is {value!r}. Write a time zone's name like Asia/Shanghai.")
        return value

    def sender(self, name: str, default: str) -> str:
        """Return the sender of letters: an address, with or without a name before it."""
        value = self.text(name, default)
        try:
            validate_email(parseaddr(value)[1])
        except ValidationError:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write an address like 半年工作台账 <ledger@example.cn>.") from None
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings for a database address; only SQLite and PostgreSQL are supported."""
        found = self._parsed(name, default, DATABASE_SCHEMES, environ.Env.db_url_config, DATABASE_EXAMPLE)
        if found.get("NAME") in {None, "", ":memory:"}:
            raise ImproperlyConfigured(f"{name} names no database that lasts. Write {DATABASE_EXAMPLE}.")
        return found

    def email(self, name: str) -> dict[str, Any]:
        """Return Django's settings for a mail server; nothing where none is set."""
        value = self.given(name)
        if not value:
            return {}
        found = self._parsed(name, "", set(EMAIL_PORTS), environ.Env.email_url_config, EMAIL_EXAMPLE)
        if not found.get("EMAIL_HOST") or "OPTIONS" in found:
            raise ImproperlyConfigured(f"{name} cannot be read. Write {EMAIL_EXAMPLE}.")
        return found | {"EMAIL_PORT": found["EMAIL_PORT"] or EMAIL_PORTS[urlsplit(value).scheme]}

    def redis(self, name: str) -> str:
        """Return a Redis address, or an empty text where none is set."""
        value = self.given(name)
        if not value:
            return ""
        parts = _split(value)
        if parts is None or parts.scheme not in {"redis", "rediss"} or not _has_host(parts) or not re.fullmatch(r"(/[0-9]{1,5})?", parts.path):
            raise ImproperlyConfigured(f"{name} is not a Redis address. Write {REDIS_EXAMPLE}, or leave it out for the embedded broker.")
        return value

    def scanner(self, name: str) -> str:
        """Return where clamd listens: host:port, or the path of its socket; an empty text where files are not scanned."""
        value = self.given(name)
        if not value or re.fullmatch(r"/[^\0]{1,100}", value):
            return value
        host, _, port = value.rpartition(":")
        if not (re.fullmatch(r"[A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\]", host) and re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) <= 65535):
            raise ImproperlyConfigured(f"{name} is {value!r}. Write {CLAMD_EXAMPLE}, or leave it out where files are not scanned.")
        return value

    def directory(self, encrypted: bool) -> dict[str, Any]:
        """Return how to ask the directory whether a password is right; nothing where LDAP_URL is not set.

        Where the site itself is `encrypted` (https), a directory that would be told passwords in plain text is refused.
        """
        url = self.given("LDAP_URL")
        if not url:
            return {}
        starts_tls = self.flag("LDAP_STARTTLS")
        self._check_directory_url(url, encrypted, starts_tls)
        if not all(find_spec(module) for module in LDAP_MODULES):
            raise ImproperlyConfigured(
                "LDAP_URL is set, but what speaks LDAP is not installed. Install it: pip install --require-hashes -r requirements-ldap.txt."
            )
        found = {
            "url": url,
            "starts_tls": starts_tls,
            "ca_file": self._readable_file("LDAP_CA_FILE"),
            "timeout": self.number("LDAP_TIMEOUT", 5, least=1, most=30),
        }
        return found | self._where_people_are()

    def _check_directory_url(self, url: str, encrypted: bool, starts_tls: bool) -> None:
        parts = _split(url)
        if parts is None or parts.scheme not in {"ldap", "ldaps"} or not _has_host(parts) or parts.username or parts.path not in {"", "/"} or parts.query:
            raise ImproperlyConfigured(
                "LDAP_URL cannot be read. Write ldaps://ldap.example.cn:636, or ldap://… with LDAP_STARTTLS=true; names and passwords stand in LDAP_BIND_…."
            )
        if starts_tls and parts.scheme == "ldaps":
            raise ImproperlyConfigured("LDAP_STARTTLS is for ldap://; LDAP_URL is ldaps://, which is encrypted from the start. Leave LDAP_STARTTLS out.")
        if encrypted and parts.scheme == "ldap" and not starts_tls:
            raise ImproperlyConfigured(
                "LDAP_URL is ldap:// without encryption, which a site on https does not tell passwords to. Write ldaps://, or set LDAP_STARTTLS=true."
            )

    def _where_people_are(self) -> dict[str, str]:
        """Return the template of people's names in the directory, or where and as whom to look for them."""
        template, base = self.given("LDAP_USER_DN_TEMPLATE"), self.given("LDAP_SEARCH_BASE")
        if bool(template) == bool(base):
            raise ImproperlyConfigured("LDAP_USER_DN_TEMPLATE or LDAP_SEARCH_BASE must be set beside LDAP_URL, and only one of them.")
        if template:
            return {"template": self._for_a_user("LDAP_USER_DN_TEMPLATE", template, "uid=%(user)s,ou=people,dc=example,dc=cn")}
        bind_dn, password = self.given("LDAP_BIND_DN"), self.given("LDAP_BIND_PASSWORD")
        if not bind_dn or not password:
            raise ImproperlyConfigured(
                "LDAP_BIND_DN and LDAP_BIND_PASSWORD must be set beside LDAP_SEARCH_BASE: an account that may look for people, and nothing else."
            )
        pattern = self._for_a_user("LDAP_FILTER", self.text("LDAP_FILTER", "(uid=%(user)s)"), "(uid=%(user)s)")
        if not (pattern.startswith("(") and pattern.endswith(")") and pattern.count("(") == pattern.count(")")):
            raise ImproperlyConfigured(f"LDAP_FILTER is {pattern!r}. Write it in brackets, like (&(objectClass=person)(uid=%(user)s)).")
        return {"base": base, "bind_dn": bind_dn, "bind_password": password, "filter": pattern}

    @staticmethod
    def _for_a_user(name: str, value: str, example: str) -> str:
        """Return a pattern in which %(user)s stands for the user name, and nothing else for anything."""
        if "%(user)s" not in value or "%" in value.replace("%(user)s", ""):
            raise ImproperlyConfigured(f"{name} is {value!r}. Write %(user)s where the user name belongs, like {example}.")
        return value

    def _readable_file(self, name: str) -> str:
        """Return the path of a file that can be read; an empty text where none is named."""
        value = self.given(name)
        if value and not os.access(value, os.R_OK):
            raise ImproperlyConfigured(f"{name} is {value!r}, which cannot be read. Write the path of the file with the directory's certificate authority.")
        return value

    def _parsed(self, name: str, default: str, schemes: set[str], parse: Callable[[str], dict[str, Any]], example: str) -> dict[str, Any]:
        value = self.text(name, default)
        refusal = ImproperlyConfigured(f"{name} cannot be read. Write {example}.")
        parts = _split(value)
        if parts is None or parts.scheme not in schemes or " " in parts.netloc:
            raise refusal
        try:
            return dict(parse(value))
        except (ValueError, KeyError, ImproperlyConfigured):
            raise refusal from None  # what the parser says may hold a piece of the password


def _split(value: str) -> SplitResult | None:
    """Return the parts of an address, or None where it is none or its port is no number."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _has_host(parts: SplitResult) -> bool:
    """Say whether an address names a host, and not a pattern of hosts."""
    host = parts.hostname or ""
    return bool(host) and (":" in host or re.fullmatch(r"[a-z0-9_.-]+", host) is not None)


def _first_line(path: Path) -> str:
    """Return what stands in a small file; an empty text where there is none or it is not ours to read."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""
