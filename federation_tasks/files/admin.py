"""What the scanner found, for the system administrator; no other file, and nothing of its content."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from departments.access import Role
from departments.administration import RoleAdmin
from federation_tasks.files.models import Attachment


@admin.register(Attachment)
class QuarantineAdmin(RoleAdmin):
    """Files in which a virus was found: who sent which, when, and under what name it lies in the quarantine."""

    readers = frozenset({Role.SYSTEM})
    room = "病毒隔离"
    fields = ["name", "signature", "state", "size", "sha256", "stored", "uploaded_by", "uploaded_at"]
    list_display = ["name", "signature", "state", "uploaded_by", "uploaded_at"]
    list_select_related = ["uploaded_by"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Show quarantined files only: what else is attached is business, and read on its own page."""
        return super().get_queryset(request).filter(state=Attachment.State.QUARANTINED)
