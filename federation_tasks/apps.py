"""The admin site's place among the installed apps."""

from django.contrib.admin.apps import AdminConfig


class LedgerAdminConfig(AdminConfig):
    """Put the ledger's own admin site where `django.contrib.admin.site` is looked up."""

    default_site = "federation_tasks.admin.LedgerAdminSite"
