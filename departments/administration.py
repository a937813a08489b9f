"""What the admin pages of all rooms share: which administrator works on which rows."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from departments.access import Role


class RoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Admin pages for the holders of a role. `editors` change rows, `readers` look at them, nobody else learns that they exist.

    Rights follow from the group alone, not from Django's permission rows, so that one table (domain.md) says who may do what.
    """

    editors: frozenset[Role] = frozenset()
    readers: frozenset[Role] = frozenset()
    deletable = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the room to those who may see one of its kinds of row."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors and readers look."""
        return self._is(request, self.editors | self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let editors add."""
        return self._is(request, self.editors)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors change."""
        return self._is(request, self.editors)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are closed by date or state, not deleted, except where a page says otherwise."""
        return self.deletable and self._is(request, self.editors)

    @staticmethod
    def _is(request: HttpRequest, roles: frozenset[Role]) -> bool:
        return bool(request.access.groups & roles)  # type: ignore[attr-defined]
