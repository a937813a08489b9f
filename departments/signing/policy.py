"""What a password must be: one setting, PASSWORD_POLICY, with two sides (docs/security.md, Passwords).

`dengbao` is GB/T 22239-2019 (等保): composition, history, a change every 90 days. `nist` is the side of NIST SP 800-63B and OWASP ASVS: longer,
without composition and without expiry. Both refuse what everybody guesses. The rules that are shown before typing are the rules that
are checked: each one holds its words and its refusal.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db.models import Q

from departments.models import Department, User
from departments.signing.models import PastPassword

MOST = 128  # characters; more would only make the hasher work
FEWEST_DIFFERENT = 5  # different characters
SHORTEST_WORD = 3  # letters of a word that is looked for; two for Chinese ones
SHORTEST_PART = 4  # letters of a part of a user name

# What everybody tries first at a federation's site, besides the list of common passwords.
GUESSED = [
    "admin", "root", "guest", "password", "passwd", "passw", "welcome", "letmein", "iloveyou", "qwert", "asdfg", "zxcvb", "1q2w3e", "1qaz2wsx",
    "abcde", "abc123", "12345", "23456", "54321", "00000", "11111", "66666", "88888", "woaini", "5201314", "mima", "canlian", "canjiren", "bannian",
    "taizhang", "ledger", "federation", "密码", "口令", "残联", "台账", "管理员", "系统",
]  # fmt: skip
# How people disguise a word.
DISGUISES = str.maketrans("@4831!05$7", "aaeeiiosst")
A_WORD_AND_A_YEAR = re.compile(r"[^\W\d_]+[\W_]*(19|20)\d\d[\W_]*")
KINDS = {"大写字母": str.isupper, "小写字母": str.islower, "数字": str.isdecimal}
OTHERS = "符号"


@dataclass(frozen=True)
class Policy:
    """One side: characters at least, kinds of character, passwords remembered, days until a change (None: never)."""

    least: int
    kinds: int
    remembered: int
    days: int | None


POLICIES = {"dengbao": Policy(least=10, kinds=3, remembered=5, days=90), "nist": Policy(least=12, kinds=0, remembered=0, days=None)}


def policy() -> Policy:
    """Return the side that this site is on."""
    return POLICIES[settings.PASSWORD_POLICY]


# --- The rules -----------------------------------------------------------------------------------------------------
Refusals = Iterator[str]


@dataclass(frozen=True)
class Rule:
    """What is shown before typing, and what is said where a password does not keep it."""

    words: str
    refusals: Callable[[str, User | None], Refusals]


def rules() -> list[Rule]:
    """Return the rules of this site, in the order in which they are shown."""
    on = policy()
    found = [Rule(f"至少 {on.least} 个字符，最多 {MOST} 个。汉字和空格都可以用，一个汉字算一个字符。", _length)]
    if on.kinds:
        found.append(Rule(f"大写字母、小写字母、数字、符号四类，至少用其中 {on.kinds} 类。汉字和空格算符号。", _kinds))
    found += [
        Rule("不能含有用户名、姓名、所在部室或单位的名称和代码、本会和本系统的名称，也不能含有 admin、12345 这样人人先试的词。", _words),
        Rule("不能是常见密码，不能是一个词加年份（例如 Admin@2026），不能只是几个字符重复。", _common),
    ]
    if on.remembered:
        found.append(Rule(f"不能和现在的密码、最近用过的 {on.remembered} 个密码相同。", _used_before))
    return found


def in_words() -> list[str]:
    """Return the rules as they are shown before typing, the change of passwords included."""
    days = policy().days
    return [rule.words for rule in rules()] + ([f"每 {days} 天换一次，到期前 {NOTICE_DAYS} 天会在待办里提醒。"] if days else [])


def refusals(password: str, user: User | None, with_past: bool = True) -> list[str]:
    """Return every sentence that applies to a new password.

    Without its past, to whoever has not shown that he knows the present password: the answer would tell which one it is.
    """
    return [sentence for rule in rules() if with_past or rule.refusals is not _used_before for sentence in rule.refusals(password, user)]


class PolicyValidator:
    """Django's way to the rules: all refusals at once."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with every sentence that applies."""
        if found := refusals(password, user if isinstance(user, User) else None):
            raise ValidationError(found)

    def get_help_text(self) -> str:
        """Return the rules as one text, for where no list can be shown."""
        return "".join(in_words())


def _length(password: str, _user: User | None) -> Refusals:
    if len(password) < policy().least:
        yield f"新密码只有 {len(password)} 个字符，请至少用 {policy().least} 个。"
    elif len(password) > MOST:
        yield f"新密码有 {len(password)} 个字符，请不要超过 {MOST} 个。"


def _kinds(password: str, _user: User | None) -> Refusals:
    used = {next((kind for kind, is_one in KINDS.items() if is_one(sign)), OTHERS) for sign in password}
    if len(used) < policy().kinds:
        missing = "、".join(kind for kind in [*KINDS, OTHERS] if kind not in used)
        yield f"新密码的字符种类不够，请再加上{missing}中的 {policy().kinds - len(used)} 类。"


def _words(password: str, user: User | None) -> Refusals:
    plain = fold_all(password)
    undisguised = plain.translate(DISGUISES)
    for word in dict.fromkeys([*_about(user), *GUESSED]):
        if word in plain or word in undisguised:
            yield f"新密码里有“{word}”，容易被猜到，请换掉。"
            return  # one word at a time: of words that hold one another the first says enough


def _common(password: str, _user: User | None) -> Refusals:
    plain = fold_all(password)
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    if plain in common_passwords() or core in common_passwords():
        yield "这是很多人都在用的密码，前后加数字和符号也不行，请换一个。"
    if A_WORD_AND_A_YEAR.fullmatch(plain):
        yield "新密码是一个词加上年份，容易被猜到，请换一种写法。"
    if len(set(plain)) < FEWEST_DIFFERENT:
        yield f"新密码里重复的字符太多，请至少用 {FEWEST_DIFFERENT} 个不同的字符。"


def _used_before(password: str, user: User | None) -> Refusals:
    if user is None or user.pk is None:
        return
    past = PastPassword.objects.filter(user=user).order_by("-pk").values_list("encoded", flat=True)[: policy().remembered]
    if any(check_password(password, encoded) for encoded in [user.password, *past]):
        yield f"新密码和现在的或者最近 {policy().remembered} 个用过的密码相同，请换一个没有用过的。"


def _about(user: User | None) -> list[str]:
    """Return the words that belong to the site and to this person."""
    found = [settings.FEDERATION_NAME, settings.PRODUCT_NAME]
    if user is not None:
        parts = [part for part in re.split(r"[\W_]+", user.username) if len(part) >= SHORTEST_PART]
        found += [user.username, user.name, user.email.partition("@")[0], *parts]
        if user.pk is not None:
            found += [word for row in _departments_of(user) for word in (row.name, row.code)]
    folded = [fold_all(word) for word in found]
    return [word for word in folded if len(word) >= (SHORTEST_WORD if word.isascii() else SHORTEST_WORD - 1)]


def _departments_of(user: User) -> Any:
    """Return the departments that this person works in or is in charge of, at any time."""
    return Department.objects.filter(Q(memberships__user=user) | Q(portfolios__leader__user=user)).distinct()


def fold_all(text: str) -> str:
    """Return a text without differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def common_passwords() -> set[str]:
    """Return Django's list of the twenty thousand most common passwords."""
    return CommonPasswordValidator().passwords


# --- Change --------------------------------------------------------------------------------------------------------
NOTICE_DAYS = 7  # before a password's last day, the person is told each day


def lasts_until(user: User) -> dt.date | None:
    """Return the day from which a person's password must be changed; None where it never must.

    Demo accounts are exempt, and so is whoever has no password here.
    """
    days = policy().days
    if days is None or user.is_demo or user.password_set_on is None or not user.has_usable_password():
        return None
    return user.password_set_on + dt.timedelta(days=days)


def is_expired(user: User, today: dt.date) -> bool:
    """Say whether a person's password must be changed before anything else."""
    until = lasts_until(user)
    return until is not None and today >= until


def days_left(user: User, today: dt.date) -> int | None:
    """Return the days until a person's password must be changed, where it is time to say so; else None."""
    until = lasts_until(user)
    left = (until - today).days if until else NOTICE_DAYS + 1
    return left if left <= NOTICE_DAYS else None
