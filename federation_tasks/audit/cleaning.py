"""What comes from outside is made safe to stand in a row, a log line and an export: no control characters, no secrets, bounded."""

import datetime as dt
import hashlib
import json
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

LINE_BREAKING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, format (also what turns the reading direction), half characters, separators
KEPT_IN_TEXT = {"\n", "\t"}  # in the text of a field, which stands in JSON and not in a line
LONGEST_VALUE = 2000
LONGEST_LIST = 500
DEEPEST = 6
SECRET = re.compile(r"passw|passwd|secret|token|recovery|one_time|otp|口令|密码", re.IGNORECASE)
NOT_KEPT = "（不记录）"
CHANGED = "（已改）"


def line(text: object, longest: int) -> str:
    """Return a text as one line: each character that could break a line, hide or turn it becomes a blank."""
    cleaned = "".join(" " if unicodedata.category(sign) in LINE_BREAKING else sign for sign in str(text)[: longest * 2])
    return cleaned.strip()[:longest]


def figures(values: dict[str, Any] | None) -> dict[str, Any]:
    """Return fields and figures as they may be kept: plain JSON, bounded, without secrets."""
    return _fields(values or {}, 0)


def digest(text: str) -> str:
    """Return what is kept of a report's text: which text it was can be shown, what it said cannot be read."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}（{len(text)} 字）"


def canonical(value: Any) -> str:
    """Return the one way in which a value is written as JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _fields(values: dict[Any, Any], depth: int) -> dict[str, Any]:
    return {line(name, 100): _secret(value) if SECRET.search(str(name)) else _value(value, depth) for name, value in values.items()}


def _secret(value: Any) -> Any:
    """Return what is kept of a field that holds a secret: that there is one, or that it was changed; a yes or no about it is none."""
    return value if value is None or isinstance(value, bool) or value == CHANGED else NOT_KEPT


def _value(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (float, Decimal)):
        return str(value)  # 1e5 and 100000.0 are one number in one database and two in another
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return _moment(value)
    if depth >= DEEPEST:
        return _text(str(value))
    if isinstance(value, dict):
        return _fields(value, depth + 1)
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_value(inner, depth + 1) for inner in list(value)[:LONGEST_LIST]]
        return items if len(value) <= LONGEST_LIST else [*items, f"另有 {len(value) - LONGEST_LIST} 项"]
    return _text(str(value))


def _moment(value: dt.date | dt.time | dt.timedelta) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(DjangoJSONEncoder().default(value))


def _text(text: str) -> str:
    kept = "".join(sign if sign in KEPT_IN_TEXT or unicodedata.category(sign) not in LINE_BREAKING else " " for sign in text[:LONGEST_VALUE])
    return kept if len(text) <= LONGEST_VALUE else f"{kept}……（{digest(text)}）"
