"""Who acts just now, and from where: set for each request by the middleware, for each task of the worker, else the process itself.

The audit knows nobody. Who somebody is and in what capacity is handed in as functions, so that nothing is read from the database until
a row is written.
"""

import getpass
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

NOBODY = "未登录"
SYSTEM = "系统"
NO_USERNAME = "-"
NO_ROLE = "无职务"
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Person:
    """Somebody as values: the account's id, the name, the user name."""

    id: int | None
    name: str
    username: str


def person(user: Any) -> Person:
    """Return an account as values; nobody is somebody too."""
    if user is None or not user.is_authenticated:
        return Person(None, NOBODY, NO_USERNAME)
    return Person(user.pk, str(user), user.get_username())


@dataclass
class Acting:
    """One request, one task or one process: who, in what capacity, from where, by what."""

    who: Callable[[], Person]
    role: Callable[[], str]
    address: str
    path: str
    method: str = ""
    request: str = field(default_factory=lambda: secrets.token_hex(8))
    sentence: str = ""  # of the refusal, where there was one
    is_request: bool = False
    is_arranging: bool = False  # a test that puts its rows in place, which no user does


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def current() -> Acting:
    """Return who acts now."""
    return _acting.get() or _process()


def request_id() -> str:
    """Return the number of the request that is being answered; an empty text outside of one."""
    found = _acting.get()
    return found.request if found else ""


@contextmanager
def acting(who: Acting) -> Iterator[Acting]:
    """Let this be who acts, for a while."""
    token = _acting.set(who)
    try:
        yield who
    finally:
        _acting.reset(token)


def begin(who: Acting) -> object:
    """Let this be who acts, until `end`: for signals, which cannot hold a `with`."""
    return _acting.set(who)


def end(token: Any) -> None:
    """Return to who acted before."""
    _acting.reset(token)


@contextmanager
def as_person(user: Any) -> Iterator[None]:
    """Let the one who acts be this account, where the request does not know it yet, or no more: at signing in and out."""
    with acting(replace(current(), who=lambda: person(user))):
        yield


def system(path: str, method: str) -> Acting:
    """Return the system as who acts: a command or a task, by the account of the machine that runs it."""
    name = machine_account()
    return Acting(who=lambda: Person(None, SYSTEM, name), role=lambda: f"{SYSTEM}（{name}@{socket.gethostname()}）", address=HERE, path=path, method=method)


@lru_cache(maxsize=1)
def _process() -> Acting:
    """Return this process as who acts: `manage.py load_article`."""
    words = [Path(sys.argv[0] or "python").name, *(word for word in sys.argv[1:2] if not word.startswith("-"))]
    return system(" ".join(words), "command")


@lru_cache(maxsize=1)
def machine_account() -> str:
    """Return the account of the machine under which this process runs; its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"
