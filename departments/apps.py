"""The organisation."""

from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    """Name the room in the interface and keep its groups in step with the code."""

    name = "departments"
    verbose_name = "组织与人员"
