"""What the log is narrowed down by, read as a form: always a range of days, and whatever else is asked for."""

import datetime as dt
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from federation_tasks.audit import naming
from federation_tasks.audit.models import Action, Entry, Result

DAYS = 30  # shown where nothing is asked for, today included
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
EVERY = [("", "全部")]
NARROWING = ("request", "who", "address", "department", "kind", "action", "result")  # the one that leaves the fewest rows first


def select(label: str, what: str, choices: Iterable[tuple[str, str]] = ()) -> forms.ChoiceField:
    """Return an optional field that offers these choices."""
    return forms.ChoiceField(
        label=label, required=False, choices=[*EVERY, *choices], error_messages={"invalid_choice": f"没有“%(value)s”这种{what}。请从列表里选一个。"}
    )


def text(label: str, help_text: str, most: int) -> forms.CharField:
    """Return an optional field for one line."""
    field = forms.CharField(label=f"{label}（选填）", required=False, help_text=help_text, max_length=most)
    field.error_messages["max_length"] = f"{label}太长：请写在 {most} 个字以内。"
    field.error_messages["null_characters_not_allowed"] = f"{label}里有不能用的控制字符，请重新填写。"
    return field


class LogFilter(forms.Form):
    """The conditions of the log; all are optional, and all that are given hold together."""

    since = text("起始日期", "例如 2026-10-01，从这一天 0 点起；留空就是截止日期往前 30 天。", 32)
    until = text("截止日期", "例如 2026-10-31，含这一天；留空就是今天。", 32)
    who = text("人员", "写用户名或姓名的全称，例如 head-kfb。", 64)
    action = select("动作", "动作", Action.choices)
    result = select("结果", "结果", Result.choices)
    kind = select("对象种类", "对象")
    key = text("对象编号", "先选好对象种类。", 64)
    department = text("部室或单位", "写单位代码或全称，例如 kfb 或 康复部。", 64)
    address = text("网络地址", "例如 10.0.0.8。", 64)
    request = text("请求编号", "每条审计记录和服务器日志上的 16 位编号。", 64)
    q = text("关键词", "在对象、理由和网址里查找，只查起止日期之内的。", 100)

    def __init__(self, typed: QueryDict, today: dt.date) -> None:
        self.typed, self.today = typed.copy(), today
        super().__init__(self.typed, use_required_attribute=False)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = EVERY + naming.kinds()

    # --- What was typed, checked ---

    def clean_since(self) -> dt.date | None:
        """Return the first day, or None where it follows from the last."""
        return self._day("since")

    def clean_until(self) -> dt.date:
        """Return the last day."""
        return self._day("until") or self.today

    def clean_department(self) -> str:
        """Return the code of the department that was named by its code or its name."""
        typed = self.cleaned_data["department"]
        if not typed:
            return ""
        by_name = {name: code for code, name in naming.departments()}
        code = by_name.get(typed, typed)
        if code not in by_name.values() and not Entry.objects.filter(department=code).exists():
            raise ValidationError(f"没有代码或全称是“{typed[:32]}”的部室或单位。请写单位代码（例如 kfb）或全称（例如 康复部）。")
        return code

    def clean_address(self) -> str:
        """Return the network address in its one way of writing."""
        typed = self.cleaned_data["address"]
        try:
            return str(ipaddress.ip_address(typed)) if typed else ""
        except ValueError:
            raise ValidationError(f"“{typed[:45]}”不是网络地址。请写完整的地址，例如 10.0.0.8。") from None

    def clean_request(self) -> str:
        """Return the number of a request."""
        typed = self.cleaned_data["request"].lower()
        if typed and not re.fullmatch(r"[0-9a-f]{16}", typed):
            raise ValidationError(f"“{typed[:32]}”不是请求编号。请求编号是 16 位，由数字和字母 a 到 f 组成。")
        return typed

    def clean(self) -> dict[str, Any]:
        """See that the days stand in their order, and that an object's number has its kind."""
        chosen = self.cleaned_data
        if "since" in chosen and "until" in chosen:
            chosen["since"] = chosen["since"] or max(EARLIEST, chosen["until"] - dt.timedelta(days=DAYS - 1))
            if chosen["since"] > chosen["until"]:
                self.add_error("since", f"起始日期 {chosen['since']} 晚于截止日期 {chosen['until']}。请把起始日期改早，或把截止日期改晚。")
        if chosen.get("key") and "kind" in chosen and not chosen["kind"]:
            self.add_error("kind", "填了对象编号，就要选对象种类：不同种类的对象编号会相同。")
        return chosen

    def full_clean(self) -> None:
        """Let the fields show the days that the page shows."""
        super().full_clean()
        if not self.errors and self.is_bound:
            self.typed["since"], self.typed["until"] = str(self.first_day), str(self.last_day)

    def _day(self, name: str) -> dt.date | None:
        typed = self.cleaned_data[name]
        if not typed:
            return None
        try:
            day = dt.date.fromisoformat(typed)
        except ValueError:
            raise ValidationError(f"“{typed[:16]}”不是日期。请按 年-月-日 填写，例如 {self.today:%Y-%m-%d}。") from None
        if not EARLIEST <= day <= LATEST:
            raise ValidationError("只能看 2000 年到 2099 年之间的日子。")
        return day

    # --- What it means ---

    @property
    def is_default(self) -> bool:
        """Say whether the days are those that are shown where nothing is asked for."""
        return self.last_day == self.today and self.days == DAYS

    @property
    def days(self) -> int:
        """Return how many days are shown."""
        return (self.last_day - self.first_day).days + 1

    @property
    def first_day(self) -> dt.date:
        """Return the first day that is shown."""
        return self.cleaned_data["since"]

    @property
    def last_day(self) -> dt.date:
        """Return the last day that is shown."""
        return self.cleaned_data["until"]

    @property
    def words(self) -> str:
        """Return the words that are looked for."""
        return self.cleaned_data["q"]

    @cached_property
    def rows(self) -> QuerySet[Entry]:
        """Return every row that fits."""
        return self.fitting(self.indexed)

    @cached_property
    def indexed(self) -> QuerySet[Entry]:
        """Return the rows of these days that fit the one condition that narrows most: what one index answers, in the order of the list."""
        found = Entry.objects.filter(at__gte=_midnight(self.first_day), at__lt=_midnight(self.last_day + dt.timedelta(days=1)))
        return found.filter(*self._equal[:1])

    @property
    def is_indexed(self) -> bool:
        """Say whether nothing more is asked for than what one index answers."""
        return len(self._equal) < 2 and not self.words

    def fitting(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Return those of these rows that fit the other conditions too, and hold the words."""
        rows = rows.filter(*self._equal[1:])
        if not self.words:
            return rows
        return rows.filter(Q(thing__icontains=self.words) | Q(reason__icontains=self.words) | Q(path__icontains=self.words))

    @cached_property
    def _equal(self) -> list[Q]:
        """Return the conditions but the days and the words, the one that narrows most first."""
        chosen = self.cleaned_data
        object_of = [self._object()] if chosen["key"] else []
        names = [name for name in NARROWING if chosen[name] and not (name == "kind" and object_of)]
        return object_of + [self._person() if name == "who" else Q(**{name: chosen[name]}) for name in names]

    def _object(self) -> Q:
        return Q(kind=self.cleaned_data["kind"], key=self.cleaned_data["key"])

    def _person(self) -> Q:
        """Return the condition on the person: by whichever of the two names stands in the log, so that one index answers."""
        typed = self.cleaned_data["who"]
        usernames = {typed, unicodedata.normalize("NFKC", typed).casefold()}
        ways = [Q(username__in=usernames), Q(actor=typed)]
        known = [way for way in ways if Entry.objects.filter(way).exists()]
        return known[0] | known[-1] if known else Q(pk__in=[])

    # --- What the page says of it ---

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in self.fields for sentence in self.errors.get(name, [])]

    @property
    def typed_values(self) -> list[tuple[str, str]]:
        """Return (name, value) of every condition, for a form that sends them along."""
        return [(name, value) for name in self.fields if (value := self.typed.get(name, ""))]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """Return (words, the query without it) of every condition but the days."""
        return [(f"{_label(self, name)}：{self._shown(name)}", self.query(**{name: ""})) for name, _ in self.typed_values if name not in ("since", "until")]

    def as_figures(self) -> dict[str, str]:
        """Return every condition by its Chinese name, for the audit."""
        return {_label(self, name): self._shown(name) for name, _ in self.typed_values}

    def query(self, **changes: str) -> str:
        """Return the query of this page with some parameters changed; an empty one falls away, and so does the place in the list."""
        query = QueryDict(mutable=True)
        for name, value in {**dict(self.typed_values), **changes}.items():
            if value:
                query[name] = value
        return "?" + query.urlencode()

    def _shown(self, name: str) -> str:
        field: Any = self.fields[name]
        typed = self.typed.get(name, "")
        return str(dict(field.choices).get(typed, typed)) if hasattr(field, "choices") else typed


def _label(form: LogFilter, name: str) -> str:
    return str(form.fields[name].label).removesuffix("（选填）")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
