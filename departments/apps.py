"""The organisation."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DepartmentsConfig(AppConfig):
    """Name the room in the interface and keep its groups in step with the code."""

    name = "departments"
    verbose_name = "组织与人员"

    def ready(self) -> None:
        """Have the audit watch who is who, and give the auditors their permission."""
        from departments.groups import let_auditors_read
        from departments.models import Department, Leader, Membership, Portfolio, User
        from federation_tasks.audit import naming
        from federation_tasks.audit.watch import watch

        watch(User, leave=["last_login"])
        watch(Department, department="code")
        for model in (Leader, Portfolio, Membership):
            watch(model)
        naming.departments_by(lambda: Department.objects.values_list("code", "name"))
        post_migrate.connect(let_auditors_read, sender=self, dispatch_uid="auditors may read")
