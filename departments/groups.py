"""The auditors' permission to read the audit, which asks Django and knows nobody (access.py says the same: READ_AUDIT)."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from departments.access import GRANTS, GROUPS, Capability
from federation_tasks.audit.models import Entry

READ_AUDIT = "audit.view_entry"


def let_auditors_read(**_: Any) -> None:
    """Give the permission to the groups that the table of grants names, and take it from all others; after each migrate."""
    if not ContentType.objects.filter(app_label="audit", model="entry").exists():
        return  # a migration to somewhere before the audit was there
    kind = ContentType.objects.get_for_model(Entry)
    permission, _created = Permission.objects.get_or_create(content_type=kind, codename="view_entry", defaults={"name": "Can view 审计记录"})
    names = [role.value for role in GRANTS[Capability.READ_AUDIT] if role in GROUPS]
    permission.group_set.set([Group.objects.get_or_create(name=name)[0] for name in names])
