"""One entry, in full: what it changed side by side, its seal, and where the rows stand that belong to it."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from federation_tasks.audit import acting, naming
from federation_tasks.audit.cleaning import canonical
from federation_tasks.audit.filtering import DAYS
from federation_tasks.audit.listing import moment
from federation_tasks.audit.models import Entry, Result, Seal
from federation_tasks.masking import masked_in


@dataclass(frozen=True)
class Change:
    """What one field said before, and what it says after; nothing where it said nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class EntryPage:
    """One entry. E-mail addresses are shown as lists show them, wherever they stand."""

    entry: Entry
    today: dt.date

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return every column but what changed, with its Chinese name; （空） where it says nothing."""
        row = self.entry
        shown = {
            "时间": moment(row.at),
            "姓名": row.actor,
            "用户名": row.username,
            "账号编号": row.actor_id,
            "身份": row.role,
            "网络地址": row.address,
            "动作": row.get_action_display(),
            "办理事项": row.verb,
            "结果": row.get_result_display(),
            "对象种类": self.kind,
            "对象": row.thing,
            "对象编号": row.key,
            "部室或单位": self.department,
            "理由": row.reason,
            "方式": row.method,
            "网址或命令": row.path,
            "请求编号": row.request,
        }
        return [(name, "（空）" if value in (None, "") else masked_in(str(value))) for name, value in shown.items()]

    @property
    def at(self) -> str:
        """Return when."""
        return moment(self.entry.at)

    @property
    def thing(self) -> str:
        """Return what it was about."""
        return masked_in(self.entry.thing)

    @property
    def is_done(self) -> bool:
        """Say whether it was done."""
        return self.entry.result == Result.DONE

    @cached_property
    def kind(self) -> str:
        """Return in Chinese of what kind the object is."""
        return naming.name_of_kind(self.entry.kind)

    @property
    def department(self) -> str:
        """Return the department's name and code."""
        code = self.entry.department
        name = dict(naming.departments()).get(code, "") if code else ""
        return f"{name}（{code}）" if name else code

    @property
    def changes(self) -> list[Change]:
        """Return what each field said before and says after."""
        before, after = self.entry.before, self.entry.after
        names = [*before, *(name for name in after if name not in before)]
        return [Change(naming.name_of_field(self.entry.kind, name), _words(name, before), _words(name, after)) for name in names]

    @cached_property
    def seal(self) -> Seal | None:
        """Return the entry's seal; None while it waits for one."""
        return Seal.objects.filter(entry=self.entry).first()

    @property
    def sealed_at(self) -> str:
        """Return when the seal was set."""
        return moment(self.seal.at) if self.seal else ""

    @property
    def of_request(self) -> str:
        """Return the address of what else the same request wrote."""
        day = timezone.localdate(self.entry.at)
        return _log(request=self.entry.request, since=day - dt.timedelta(days=1), until=day + dt.timedelta(days=1)) if self.entry.request else ""

    @property
    def of_object(self) -> str:
        """Return the address of everything that the log says of this object; empty where the object has no number."""
        first = Entry.objects.order_by("at", "pk").values_list("at", flat=True).first() if self.entry.key else None
        return _log(kind=self.entry.kind, key=self.entry.key, since=timezone.localdate(first), until=self._until) if first else ""

    @property
    def of_person(self) -> str:
        """Return the address of what this person did, from thirty days before this entry on."""
        who = self.entry.actor if self.entry.username == acting.NO_USERNAME else self.entry.username
        return _log(who=who, since=timezone.localdate(self.entry.at) - dt.timedelta(days=DAYS - 1), until=self._until)

    @property
    def _until(self) -> dt.date:
        return max(self.today, timezone.localdate(self.entry.at))


def as_text(values: dict[str, Any], kind: str) -> str:
    """Return fields and figures as lines of text: 状态：办理中."""
    return "\n".join(f"{naming.name_of_field(kind, name)}：{_words(name, values)}" for name in values)


def _words(name: str, values: dict[str, Any]) -> str:
    value = naming.in_words(name, values.get(name))
    return "" if value is None else masked_in(value if isinstance(value, str) else canonical(value))


def _log(**conditions: object) -> str:
    return f"{reverse('audit:log')}?{urlencode(conditions)}"
