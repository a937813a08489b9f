"""Who is signed in now: seen by the security administrator, who ends a person's sessions with a reason."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from departments.access import Role
from departments.administration import RoleAdmin
from departments.confirming import WhyForm, ask_why
from departments.models import User
from departments.sessions.ending import end_all
from departments.sessions.limits import Why
from departments.sessions.models import Session

NEVER_ONES_OWN = "自己的登录不在这里结束，请到“我的登录”里办，或者直接退出。"


class EndForm(WhyForm):
    """Why somebody's sessions are ended."""

    label = "结束原因"
    help_text = "例如：本人报告电脑丢失。会写进审计记录。"


def end_link(person: User) -> SafeString:
    """Return the way to ending a person's sessions, for the ear too."""
    return format_html('<a class="pad" href="{}">结束登录（{}）</a>', reverse("admin:departments_sessions_session_end", args=[person.pk]), person)


@admin.register(Session)
class SessionAdmin(RoleAdmin):
    """The sessions that hold now. They begin by signing in and end by themselves; what is done in them is not seen here."""

    readers = frozenset({Role.SECURITY})
    room = "角色和任职"
    list_display = ["sign_in", "acted_at", "address", "browser", "end_page"]
    list_select_related = ["user"]
    fields = ["person", "started_at", "acted_at", "address", "browser"]
    search_fields = ["user__username", "user__name", "address"]
    search_help_text = "按用户名、姓名或网络地址查找。"
    ordering = ["-acted_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the sessions that hold."""
        return Session.objects.live(timezone.now()).select_related("user")

    @admin.display(description="登录的人和时间", ordering="user__username")
    def sign_in(self, session: Any) -> str:
        """Return who signed in and when: what tells a row from the others, for the ear too."""
        return f"{self.person(session)} {timezone.localtime(session.started_at):%m-%d %H:%M:%S}"

    @admin.display(description="人员")
    def person(self, session: Session) -> str:
        """Return who is signed in."""
        return f"{session.user}（{session.user.username}）" if session.user else "—"

    @admin.display(description="结束")
    def end_page(self, session: Any) -> SafeString:
        """Return the way to ending this person's sessions."""
        return end_link(session.user)

    def get_urls(self) -> list[URLPattern]:
        """Add the page for ending a person's sessions."""
        return [path("<int:pk>/end/", self.admin_site.admin_view(self.end), name="departments_sessions_session_end"), *super().get_urls()]

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then end all sessions of a person; never one's own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        person = User.objects.filter(pk=pk).first()
        if person is None:
            raise Http404
        refusal = NEVER_ONES_OWN if person == request.user else ""
        form = EndForm(request.POST or None)
        if request.method == "POST" and not refusal and form.is_valid():
            ended = end_all(person, Why.OFFICE, form.reason)
            messages.success(request, f"{person}的登录已经结束，共 {ended} 处。" if ended else f"{person}现在没有登录。")
            return redirect("admin:departments_sessions_session_changelist")
        live = list(self.get_queryset(request).filter(user=person))
        notes = [
            f"{person}现在有 {len(live)} 处登录。",
            *(str(session) for session in live),
            "结束以后，那里再按任何按钮都要重新登录；没有提交的文字替本人保留两小时。怀疑密码泄露的，还要请系统管理员重设口令。",
        ]
        back = reverse("admin:departments_sessions_session_changelist")
        return ask_why(self, request, form, title=f"结束登录：{person}", button="结束登录", notes=notes, back=back, refusal=refusal)
