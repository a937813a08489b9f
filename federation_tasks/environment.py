"""Read settings from the environment; a bad value stops the start with a sentence that names it (contract.md, Settings)."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}
EMAIL_SCHEMES = {"smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail"}
HOST = re.compile(r"^(\*|\.?[A-Za-z0-9_.-]+|\[[0-9a-fA-F:]+\])$")


class Environment:
    """Hand out typed settings from a mapping of environment variables.

    Every method raises ImproperlyConfigured with one sentence that names the variable and says what would be accepted.
    """

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """Return the value, or the default; raise where there is neither."""
        value = self.values.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set. Give it a value in the environment; `make run` makes one for a trial.")
        return default

    def secret(self, name: str) -> str:
        """Return a secret of at least 32 characters; a shorter one can be guessed and is refused."""
        value = self.text(name)
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} has {len(value)} characters. Use at least 32 random ones.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self.values.get(name)
        if value is None:
            return default
        word = value.strip().lower()
        if word in TRUE or word in FALSE:
            return word in TRUE
        raise ImproperlyConfigured(f"{name} is {value!r}. Write true or false.")

    def number(self, name: str, default: int, *, least: int = 0, most: int = 65535) -> int:
        """Return a whole number within bounds."""
        value = self.values.get(name, "").strip()
        if not value:
            return default
        if not re.fullmatch(r"[0-9]+", value) or not least <= int(value) <= most:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number from {least} to {most}.")
        return int(value)

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return host names from a comma-separated list, none of which may be a full address."""
        value = self.values.get(name, "").strip()
        if not value:
            return default
        names = [part.strip() for part in value.split(",") if part.strip()]
        for host in names:
            if not HOST.match(host):
                raise ImproperlyConfigured(f"{name} holds {host!r}. Write host names divided by commas, without http:// and without a port.")
        return names

    def site_url(self, name: str, default: str) -> str:
        """Return the site's own address, http or https, without a path."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.path and not parts.query
            _ = parts.port
        except ValueError:
            valid = False
        if not valid:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write the site's address like https://ledger.example.cn, without a path.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        """Return the name of a time zone that this machine knows."""
        value = self.text(name, default)
        if value not in available_timezones():
            raise ImproperlyConfigured(f"{name} is {value!r}. Write a time zone's name like Asia/Shanghai.")
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings for a database address; only SQLite and PostgreSQL are supported."""
        found = self._parsed(name, default, DATABASE_SCHEMES, environ.Env.db_url_config, "postgres://user:password@host:5432/name or sqlite:////path/to/file")
        if not found.get("NAME"):
            raise ImproperlyConfigured(f"{name} names no database. Write postgres://user:password@host:5432/name or sqlite:////path/to/file.")
        return found

    def email(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings for an address of a mail server."""
        return self._parsed(
            name, default, EMAIL_SCHEMES, environ.Env.email_url_config, "smtp://user:password@host:25 (smtp+tls or smtp+ssl where it speaks TLS)"
        )

    def redis(self, name: str) -> str:
        """Return a Redis address, or an empty text where none is set."""
        value = self.values.get(name, "").strip()
        if value and urlsplit(value).scheme not in {"redis", "rediss"}:
            raise ImproperlyConfigured(f"{name} is not a Redis address. Write redis://host:6379/0, or leave it out for the embedded broker.")
        return value

    def _parsed(self, name: str, default: str, schemes: set[str], parse: Callable[[str], dict[str, Any]], example: str) -> dict[str, Any]:
        # The value itself is not repeated: it holds a password.
        refusal = ImproperlyConfigured(f"{name} cannot be read. Write {example}.")
        value = self.text(name, default)
        try:
            if urlsplit(value).scheme not in schemes:
                raise refusal
            _ = urlsplit(value).port
            return dict(parse(value))
        except (ValueError, KeyError, ImproperlyConfigured) as error:
            raise refusal from error
