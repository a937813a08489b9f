"""The ledger of letters in the admin: who was written to, what became of it, and sending one again on purpose."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from departments.access import Role
from departments.administration import RoleAdmin, RoleInline
from departments.filters import Choice, choice_of
from departments.masking import masked
from federation_tasks.digests.models import Letter, LetterTry
from federation_tasks.digests.resending import resend

A_WEEK = dt.timedelta(days=6)  # with today, seven days
WORDS = ("subject", "text")  # what a letter says: the tasks of departments, so not for the system administrator


class TryInline(RoleInline):
    """What the mail server said, each time."""

    model = LetterTry
    fields = readonly_fields = ("started_at", "ended_at", "is_accepted", "answer")
    is_fixed = True


class DayChoice(Choice):
    """Letters of today, or of the last seven days."""

    title, parameter_name = "日期", "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the days that are asked about, as the days they are."""
        today: dt.date = request.access.on  # type: ignore[attr-defined]
        return [(today.isoformat(), "今天"), ((today - A_WEEK).isoformat(), "最近七天")]

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the letters from this day on."""
        return rows.filter(day__gte=value)


@admin.register(Letter)
class LetterAdmin(RoleAdmin):
    """Show the letters; nobody edits one.

    The system administrator, who keeps accounts and addresses, sees what became of each; the plan administrator, who reads all
    tasks anyway, sees the words as well.
    """

    readers = frozenset({Role.SYSTEM, Role.PLAN})
    room = "定时发送"
    list_display = ("__str__", "state", "reason", "masked_address", "sent_at")
    list_filter = (choice_of("state", "状态", Letter.State.choices), choice_of("kind", "种类", Letter.Kind.choices), DayChoice)
    list_select_related = ("leader", "recipient")
    search_fields = ("recipient__username", "recipient__name", "leader__name", "address", "message_id")
    search_help_text = "按收信人、领导、地址或邮件编号查找。"
    inlines = (TryInline,)
    actions = ("send_again",)
    outside = (
        "kind", "day", "leader", "recipient", "address", "state", "reason", "failures", "created_at", "frozen_at", "next_try_at", "expires_at",
        "sent_at", "key", "message_id",
    )  # fmt: skip

    @admin.display(description="收信地址", ordering="address")
    def masked_address(self, letter: Letter) -> str:
        """Return enough of the address to tell it from another; the whole stands on the letter's own page."""
        return masked(letter.address)

    def get_fields(self, request: HttpRequest, obj: Letter | None = None) -> tuple[str, ...]:
        """Show a letter's words only to those who may read what they are about."""
        return self.outside + (WORDS if self._is(request, frozenset({Role.PLAN})) else ())

    def get_readonly_fields(self, request: HttpRequest, obj: Letter | None = None) -> tuple[str, ...]:
        """Let nothing be edited."""
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Letters are planned, not typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change what a letter was."""
        return False

    @admin.action(description="重新发送所选信函", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        """Send letters again on purpose, each as a letter of its own."""
        again, refused = resend(queryset)
        if again:
            self.message_user(request, f"{again} 封信函已排入发送，一分钟内发出；在这里能看到结果。", messages.SUCCESS)
        if refused:
            self.message_user(request, f"{refused} 封没有重发：只有已发出或发送失败、并且有内容的信函可以重新发送。", messages.WARNING)
