"""The admin site: who may enter, and what a stranger is told."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from departments.access import ADMINISTRATORS, in_groups

ANSWERED = {"GET", "HEAD", "POST"}
# Django's own addresses that lead nowhere here: signing in and out and passwords have their one place, nothing needs script, and the
# short cut from a row to its page would tell which rows exist.
NOT_HERE = {"login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site"}

# The headings of the first page, what is needed most often first; a page says under which it stands.
ROOMS = ["目标和任务", "周期和报送", "目标体系", "亮灯和工作日", "账号", "机构和领导", "角色和任职", "定时发送", "信函", "办理记录"]


class LedgerAdminSite(admin.AdminSite):
    """Let in the four kinds of administrator; others get 404, the unsigned go to /login/ (contract.md, Addresses)."""

    site_header = "半年工作台账 · 管理"
    site_title = "半年工作台账"
    index_title = "管理"
    enable_nav_sidebar = False
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether this person holds an administrator's group today."""
        return request.user.is_authenticated and request.user.is_active and in_groups(request.user, ADMINISTRATORS)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Wrap a view so that it tells a stranger nothing, not even that it exists."""
        guarded = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.method not in ANSWERED:
                return HttpResponseNotAllowed(sorted(ANSWERED))
            if not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return answer

    def get_urls(self) -> list[Any]:
        """Return the addresses of the pages, without those of Django's that lead nowhere here."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", None) not in NOT_HERE]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the pages open to this person under the headings of what they are for; of one app, as Django groups them."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        rooms: dict[str, list[dict[str, Any]]] = {}
        for app in apps:
            for page in app["models"]:
                room = getattr(self.get_model_admin(page["model"]), "room", "") or app["name"]
                rooms.setdefault(room, []).append(page)
        ordered = sorted(rooms, key=lambda room: ROOMS.index(room) if room in ROOMS else len(ROOMS))
        return [{"name": room, "app_label": f"room-{n}", "app_url": "", "models": rooms[room]} for n, room in enumerate(ordered)]
