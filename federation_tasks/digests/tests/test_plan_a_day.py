"""Which days get letters, for whom, and when: the schedule that the office edits, and the working-day calendar."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.digests import planning, schedule, tasks
from federation_tasks.digests.models import Heartbeat, Letter
from federation_tasks.plan.models import CountKeeper, LightRule, WorkdayOverride

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = dt.date(2026, 10, 24)


def at(hour, minute=0, day=TODAY):
    """Return a moment in Shanghai."""
    return dt.datetime.combine(day, dt.time(hour, minute), SHANGHAI)


@pytest.fixture(autouse=True)
def in_memory(settings, scheduled):
    """Keep letters in Django's own outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_planned_from_five_sides_there_is_one_row_for_each_leader(plan, cast):
    for _ in range(5):
        planning.plan_digests(TODAY)
    assert sorted(Letter.objects.values_list("recipient__username", flat=True)) == ["deputy", "other-deputy", "principal"]


def test_a_leader_without_departments_account_or_office_gets_none(plan, cast):
    idle = Leader.objects.create(name="无分管", federation_post="副理事长", rank="deputy", user=cast.stranger, in_office_from=dt.date(2020, 1, 1))
    Leader.objects.create(name="无账号", federation_post="理事长", rank="principal", in_office_from=dt.date(2020, 1, 1))
    Leader.objects.filter(user=cast.other_deputy).update(in_office_to=TODAY)
    planning.plan_digests(TODAY)
    assert sorted(Letter.objects.values_list("recipient__username", flat=True)) == ["deputy", "principal"]
    assert not idle.letters.exists()


@pytest.mark.parametrize(("hour", "minute", "planned"), [(0, 0, 0), (7, 59, 0), (8, 0, 3), (8, 20, 3), (23, 59, 3)])
def test_the_day_is_planned_from_its_hour_on(plan, cast, hour, minute, planned):
    assert planning.plan_if_time(at(hour, minute)) == planned


def test_a_changed_hour_holds_and_so_does_its_time_zone(plan, cast):
    later, _ = CrontabSchedule.objects.get_or_create(minute="30", hour="16", timezone=SHANGHAI)
    PeriodicTask.objects.filter(task=schedule.DIGESTS).update(crontab=later)
    assert [planning.plan_if_time(at(16, 29)), planning.plan_if_time(at(16, 30))] == [0, 3]
    utc, _ = CrontabSchedule.objects.get_or_create(minute="0", hour="1", timezone=ZoneInfo("UTC"))
    PeriodicTask.objects.filter(task=schedule.DIGESTS).update(crontab=utc)
    Letter.objects.all().delete()
    assert [planning.plan_if_time(at(8, 59)), planning.plan_if_time(at(9, 0))] == [0, 3]


def test_a_crontab_of_some_weekdays_plans_on_those_only(plan, cast):
    mondays, _ = CrontabSchedule.objects.get_or_create(minute="0", hour="8", day_of_week="1", timezone=SHANGHAI)
    PeriodicTask.objects.filter(task=schedule.DIGESTS).update(crontab=mondays)
    assert [planning.plan_if_time(at(9, day=day)) for day in (TODAY, dt.date(2026, 10, 26))] == [0, 3]


def test_a_disabled_row_plans_nothing(plan, cast):
    PeriodicTask.objects.filter(task=schedule.DIGESTS).update(enabled=False)
    assert planning.plan_if_time(at(12)) == 0


def test_letters_that_are_paused_are_neither_planned_nor_sent(plan, cast, settings, mailoutbox, time_machine):
    time_machine.move_to(at(9))
    planning.plan_digests(TODAY)
    plan.task(cast.kfb, due=TODAY.replace(day=1))
    settings.DIGESTS_PAUSED = True
    tasks.look()
    assert not mailoutbox
    settings.DIGESTS_PAUSED = False
    tasks.look()
    assert len(mailoutbox) == 2


def test_a_weekend_gets_none_and_a_saturday_on_which_people_work_does(plan, cast):
    assert planning.plan_if_time(at(9, day=SATURDAY)) == 0
    WorkdayOverride.objects.create(day=SATURDAY, is_workday=True)
    assert planning.plan_if_time(at(9, day=SATURDAY)) == 3


def test_days_on_which_nothing_ran_are_not_made_up_for(plan, cast, time_machine):
    plan.task(cast.kfb, due=TODAY.replace(day=1))
    for day in (TODAY, TODAY + dt.timedelta(days=2)):
        time_machine.move_to(at(8, 20, day))
        tasks.look()
    assert sorted(set(Letter.objects.values_list("day", flat=True))) == [TODAY, TODAY + dt.timedelta(days=2)]


def test_a_late_start_still_sends_todays_once(plan, cast, mailoutbox, time_machine):
    plan.task(cast.kfb, due=TODAY.replace(day=1))
    time_machine.move_to(at(10, 40))
    for _ in range(3):
        tasks.sweep.run()
        tasks.overdue_digests.run()
    assert len(mailoutbox) == 2


def test_midnight_belongs_to_the_new_day_whatever_zone_the_server_is_in(plan, cast, time_machine):
    time_machine.move_to(dt.datetime(2026, 10, 21, 16, 30, tzinfo=dt.UTC))  # 00:30 on the 22nd in Shanghai
    tasks.look()
    assert not Letter.objects.exists()
    time_machine.move_to(dt.datetime(2026, 10, 22, 0, 0, tzinfo=dt.UTC))  # 08:00
    tasks.look()
    assert set(Letter.objects.values_list("day", flat=True)) == {dt.date(2026, 10, 22)}
    assert {timezone.localtime(row.expires_at).isoformat()[:16] for row in Letter.objects.all()} == {"2026-10-23T00:00"}


def test_the_sweep_shows_that_the_worker_lives_and_turns_the_lights(plan, cast, time_machine):
    time_machine.move_to(at(9))
    rule = LightRule.objects.create(valid_from=TODAY, behind_points=20, soon_days=3)
    tasks.sweep.run()
    assert timezone.now() - Heartbeat.objects.get(name="worker").at < dt.timedelta(minutes=1)
    assert not Heartbeat.objects.filter(name="scheduler").exists()  # nobody heard the scheduler: this call was by hand
    rule.refresh_from_db()
    assert rule.is_applied


def test_the_schedule_is_there_and_edits_survive_its_installation(db):
    row = PeriodicTask.objects.get(name="overdue digests")
    assert (row.crontab.hour, row.crontab.minute, str(row.crontab.timezone), row.enabled) == ("8", "0", "Asia/Shanghai", True)
    sweep = PeriodicTask.objects.get(task=schedule.SWEEP)
    assert (sweep.interval.every, sweep.interval.period) == (1, "minutes")
    assert sweep.expire_seconds < 60
    PeriodicTask.objects.filter(pk=row.pk).update(enabled=False)
    schedule.install()
    assert not PeriodicTask.objects.get(pk=row.pk).enabled


def test_the_sweep_opens_the_days_counts_and_compares_them_once_an_hour(plan, cast, time_machine):
    plan.task(cast.kfb)
    time_machine.move_to(at(0, 1))
    tasks.sweep.run()
    keeper = CountKeeper.objects.get()
    assert (keeper.day, keeper.compared_at) == (TODAY, None)
    time_machine.move_to(at(0, 37))
    tasks.sweep.run()
    assert CountKeeper.objects.get().compared_at is not None
