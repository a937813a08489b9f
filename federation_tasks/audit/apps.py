"""What happened."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Name the room in the interface, listen for sign-ins, and keep the protection of its tables in force after each migrate."""

    name = "federation_tasks.audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Listen."""
        from federation_tasks.audit import signing, tasks  # noqa: F401 - their receivers are connected by being read
        from federation_tasks.audit.protection import after_migrate
        from federation_tasks.audit.watch import leave_out

        leave_out("audit", "the record itself, protected by the database")
        leave_out("admin.logentry", "the admin's own log; what it tells of has its entry")
        leave_out("auth", "groups and permissions come with the code; who is in a group is told with the account")
        leave_out("contenttypes", "a list of the models, written by migrate")
        leave_out("sessions", "what a browser carries; signing in and out is told")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="audit protection")
