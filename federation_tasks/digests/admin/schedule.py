"""The schedule: when the day's letters are sent, edited by the system administrator. Of django-celery-beat only what is used is shown."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from departments.access import Role
from departments.administration import RoleAdmin
from departments.merging import MergingForm

EVERY_DAY = {"day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}

for unused in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(unused)


class DailyForm(MergingForm):
    """When a daily job runs, as a time of the day. Which days are working days the job asks by itself."""

    at = forms.TimeField(
        label="每天几点",
        help_text="写成 08:00 这样，北京时间；是不是工作日由系统自己看日历。",
        error_messages={"required": "请填写每天几点。", "invalid": "时间看不懂，请写成 08:00 这样。"},
        widget=forms.TimeInput(attrs={"autocomplete": "off", "aria-required": "true"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = time_of(self.instance)


def time_of(job: PeriodicTask) -> dt.time | None:
    """Return the time of the day at which a job runs; None where its crontab says something else than one time each day."""
    crontab = job.crontab
    if crontab is None or not (crontab.hour.isdigit() and crontab.minute.isdigit()):
        return None
    return dt.time(int(crontab.hour), int(crontab.minute))


@admin.register(PeriodicTask)
class ScheduleAdmin(RoleAdmin):
    """Jobs that run by the clock. What runs is fixed by the code; here stands when, and whether."""

    editors = frozenset({Role.SYSTEM})
    room = "定时发送"
    form = DailyForm
    fields = ["what", "at", "enabled", "last_run_at"]
    readonly_fields = ["what", "last_run_at"]
    list_display = ["what", "daily_at", "enabled", "last_run_at"]
    list_select_related = ["crontab"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs come with the code."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Show the jobs that follow a crontab; how often the sweep looks is not for editing."""
        return super().get_queryset(request).filter(crontab__isnull=False)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Say in plain words what django-celery-beat says in its own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "enabled" and field is not None:
            field.help_text = "不打勾就不再按时发送；已经排好的信照发。"
        return field

    def heading(self, obj: PeriodicTask) -> str:
        """Return what the job does."""
        return self.what(obj)

    @admin.display(description="做什么")
    def what(self, job: PeriodicTask) -> str:
        """Return what the job does."""
        return job.description or job.name

    @admin.display(description="每天几点")
    def daily_at(self, job: PeriodicTask) -> str:
        """Return the time of the day, or the crontab as it stands."""
        at = time_of(job)
        return f"{at:%H:%M}" if at else str(job.crontab)

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form: Any, change: bool) -> None:
        """Write the time as the crontab of every day."""
        at = form.cleaned_data["at"]
        daily = {"hour": str(at.hour), "minute": str(at.minute), "timezone": settings.TIME_ZONE} | EVERY_DAY
        obj.crontab = CrontabSchedule.objects.filter(**daily).first() or CrontabSchedule.objects.create(**daily)
        super().save_model(request, obj, form, change)
