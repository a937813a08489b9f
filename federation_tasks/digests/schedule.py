"""When the digests of a day are planned: the row of django-celery-beat that the office edits in the admin.

Beat rings by that row. The sweep reads the same row, so that a bell that was never rung costs a minute and not a day; a disabled row
plans nothing, and a changed hour holds at once.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

DIGESTS = "federation_tasks.digests.tasks.overdue_digests"
SWEEP = "federation_tasks.digests.tasks.sweep"
NAMES = {DIGESTS: "overdue digests", SWEEP: "sweep"}
SWEEP_EXPIRES = 50  # seconds: a message that nobody took is gone before the next one is sent
SUNDAY = 7


def install(crontabs: Any = CrontabSchedule, intervals: Any = IntervalSchedule, tasks: Any = PeriodicTask) -> None:
    """Put the two rows of the schedule in place; one that stands already is left as it is. Takes a migration's own models."""
    daily, _ = crontabs.objects.get_or_create(minute="0", hour="8", day_of_week="*", day_of_month="*", month_of_year="*", timezone=ZoneInfo("Asia/Shanghai"))
    minute, _ = intervals.objects.get_or_create(every=1, period="minutes")
    tasks.objects.get_or_create(
        name=NAMES[DIGESTS],
        defaults={"task": DIGESTS, "crontab": daily, "description": "每天问一次工作日历；是工作日就给每位领导发一封逾期通报。"},
    )
    tasks.objects.get_or_create(
        name=NAMES[SWEEP],
        defaults={"task": SWEEP, "interval": minute, "expire_seconds": SWEEP_EXPIRES, "description": "每分钟看一次有没有该发的信；不要停用。"},
    )


def hour_has_passed(now: dt.datetime) -> bool:
    """Say whether today's hour of the digests, as the admin has it, has come. A disabled row has no hour."""
    rows = PeriodicTask.objects.filter(task=DIGESTS, enabled=True, crontab__isnull=False).select_related("crontab")
    return any(_has_come(row.crontab, now) for row in rows)


def _has_come(crontab: CrontabSchedule, now: dt.datetime) -> bool:
    """Say whether a crontab's first moment of today lies behind. Today is the site's day, the hour is in the crontab's own zone."""
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    times = crontab.schedule
    is_its_day = today.isoweekday() % SUNDAY in times.day_of_week and today.day in times.day_of_month and today.month in times.month_of_year
    if not is_its_day:
        return False
    return now >= dt.datetime.combine(today, dt.time(min(times.hour), min(times.minute)), crontab.timezone)
