"""Who is locked out: seen and let in again by the security administrator, with a reason."""

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
from departments.signing.lockout import unlock
from departments.signing.models import Lockout


class UnlockForm(WhyForm):
    """Why a lock is lifted before its time."""

    label = "解锁原因"
    help_text = "写明怎样核对了身份；会写进审计记录。"


@admin.register(Lockout)
class LockoutAdmin(RoleAdmin):
    """The locks that hold now. They end by themselves; nothing here is made or changed."""

    readers = frozenset({Role.SECURITY})
    room = "角色和任职"
    list_display = ["locked", "person", "failures_since_start", "ends", "unlock_page"]
    fields = ["locked", "person", "failures_since_start", "ends", "unlock_page"]
    search_fields = ["username", "ip_address"]
    search_help_text = "按用户名或网络地址查找。"
    ordering = ["-attempt_time", "pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the locks that hold, with the names of the people that they keep out."""
        names = User.objects.filter(username=models.OuterRef("username")).values("name")[:1]
        return Lockout.holding(timezone.now()).annotate(person_name=models.Subquery(names))

    @admin.display(description="锁定的是")
    def locked(self, lock: Lockout) -> str:
        """Return which user name or address is locked."""
        return str(lock)

    @admin.display(description="姓名")
    def person(self, lock: Any) -> str:
        """Return whose account it is; a name that nobody has can be locked too."""
        return lock.person_name or "—"

    @admin.display(description="自动解除", ordering="attempt_time")
    def ends(self, lock: Lockout) -> Any:
        """Return when the lock ends by itself."""
        return lock.until

    @admin.display(description="解锁")
    def unlock_page(self, lock: Lockout) -> SafeString:
        """Return the way to unlocking."""
        return format_html(
            '<a class="pad" href="{}">解锁<span class="visually-hidden">：{}</span></a>', reverse("admin:signing_lockout_unlock", args=[lock.pk]), lock
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the page for unlocking."""
        return [path("<int:pk>/unlock/", self.admin_site.admin_view(self.unlock), name="signing_lockout_unlock"), *super().get_urls()]

    def unlock(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then let in whom a lock keeps out."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lock = self.get_queryset(request).filter(pk=pk).first()
        if lock is None:
            raise Http404
        form = UnlockForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            unlock(lock, form.reason)
            messages.success(request, f"{lock}已经解锁，失败次数从头数起。")
            return redirect("admin:signing_lockout_changelist")
        notes = [
            f"{self.person(lock)}，{lock.failures_since_start} 次失败，{timezone.localtime(lock.until):%H:%M} 自动解除。",
            "请先核对身份，问清是不是本人输错的；不是本人的，先请系统管理员重设口令。",
        ]
        return ask_why(self, request, form, title=f"解锁：{lock}", button="解锁", notes=notes, back=reverse("admin:signing_lockout_changelist"))
