"""The history page of every row in the admin: what was changed from what to what, by whom, when, and why."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from departments.changes import History, logged, newest_first


class HistoryPage:
    """Show the saved states of a row and of the rows that belong to it, for those who may see the row."""

    def history_view(self: Any, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the history of one row. Nothing is taken back here: a correction is a new change with its own reason."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": f"修改历史：{self.heading(obj)}",
            "heading": self.heading(obj),
            "opts": self.opts,
            "object": obj,
            "entries": newest_first(self.histories(obj)) if hasattr(obj, "history") else logged(obj),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def histories(self: Any, obj: Any) -> Iterator[History]:
        """Yield the history of the row itself and of the rows edited on its page."""
        if hasattr(obj, "history"):
            yield History(obj.history.all())
        for inline in self.inlines:
            if hasattr(inline.model, "history") and not getattr(inline, "is_fixed", False):
                parent = next(f.name for f in inline.model._meta.fields if f.remote_field and f.remote_field.model is self.model)
                yield History(inline.model.history.filter(**{parent: obj.pk}), own=False)
