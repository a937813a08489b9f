"""The schedule: when letters are sent, edited by the system administrator. Of django-celery-beat only what is used is shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from departments.access import Role
from departments.administration import RoleAdmin

for unused in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(unused)


@admin.register(PeriodicTask)
class ScheduleAdmin(RoleAdmin):
    """Jobs that run by the clock. What runs is fixed by the code; here stands when, and whether."""

    editors = frozenset({Role.SYSTEM})
    room = "定时发送"
    fields = ["name", "description", "crontab", "enabled", "last_run_at"]
    readonly_fields = ["name", "description", "last_run_at"]
    list_display = ["name", "crontab", "enabled", "last_run_at"]
    list_select_related = ["crontab"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs come with the code."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Show the jobs that follow a crontab; how often the sweep looks is not for editing."""
        return super().get_queryset(request).filter(crontab__isnull=False)


@admin.register(CrontabSchedule)
class CrontabAdmin(RoleAdmin):
    """Times of the day at which jobs can run."""

    editors = frozenset({Role.SYSTEM})
    room = "定时发送"
    fields = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone"]
    list_display = ["__str__"]
    actions = None
