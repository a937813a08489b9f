"""The half-year: its days, the one that holds a day, and when a report is late (domain.md, Words)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from federation_tasks.plan.models import Period, ReportDuty

DEADLINE = timezone.make_aware(dt.datetime(2026, 12, 18, 17, 30))
MINUTE = dt.timedelta(minutes=1)


def half(year, number, state=Period.State.OPEN):
    return Period.objects.create(year=year, half=number, state=state)


@pytest.mark.parametrize(("day", "code"), [("2026-06-30", "2026H1"), ("2026-07-01", "2026H2"), ("2026-12-31", "2026H2"), ("2027-03-01", "2026H2")])
def test_a_page_without_a_period_shows_the_one_that_holds_the_day(db, day, code):
    half(2026, 1, Period.State.CLOSED)
    half(2026, 2)
    half(2027, 1, Period.State.PLANNED)  # neither owed nor counted yet
    assert Period.objects.holding(dt.date.fromisoformat(day)).code == code


def test_before_the_first_period_the_first_one_is_shown(db):
    first = half(2026, 1)
    half(2026, 2)
    assert Period.objects.holding(dt.date(2020, 1, 1)) == first


def test_without_any_period_there_is_none(db):
    assert Period.objects.holding(dt.date(2026, 1, 1)) is None


@pytest.mark.parametrize("code", ["", "2026", "2026H3", "H1", "2026h1", "2026H1 ", "99999H1"])
def test_a_code_that_is_none_finds_nothing(db, code):
    half(2026, 1)
    assert not Period.objects.with_code(code).exists()


def test_the_same_half_year_twice_is_refused_in_words_and_by_the_database(db):
    half(2026, 1)
    with pytest.raises(ValidationError, match="这个半年已经有了"):
        Period(year=2026, half=1).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        half(2026, 1)


@pytest.mark.parametrize(
    ("day", "percent"), [("2026-06-30", 0), ("2026-07-01", 0), ("2026-10-01", 50), ("2026-12-31", 99), ("2027-01-01", 100), ("2027-06-01", 100)]
)
def test_elapsed_time_counts_whole_days_gone_by(db, day, percent):
    assert half(2026, 2).elapsed(dt.date.fromisoformat(day)) == percent


@pytest.mark.parametrize(("submitted_at", "late"), [(None, False), (DEADLINE, False), (DEADLINE + MINUTE, True)])
def test_a_report_is_late_from_the_minute_after_the_deadline(plan, submitted_at, late):
    duty = plan.period.duties.first()
    duty.submitted_at = submitted_at
    assert duty.is_late is late


def test_an_exception_moves_one_departments_deadline_only(plan):
    mine, other = plan.period.duties.all()[:2]
    mine.exception_until = DEADLINE + dt.timedelta(days=3)
    mine.submitted_at = other.submitted_at = DEADLINE + dt.timedelta(days=1)
    assert (mine.is_late, other.is_late) == (False, True)


def test_an_exception_needs_its_reason(plan):
    duty = plan.period.duties.first()
    duty.exception_until = DEADLINE
    with pytest.raises(ValidationError, match="放宽报送时间要写明理由"):
        duty.full_clean()


def test_a_report_is_missing_from_the_day_after_the_deadline_until_it_comes(plan):
    duty = plan.period.duties.first()
    day = timezone.localdate(DEADLINE)
    assert [duty.is_missing_on(day), duty.is_missing_on(day + dt.timedelta(days=1))] == [False, True]
    duty.submitted_at = DEADLINE + dt.timedelta(days=2)
    assert not duty.is_missing_on(day + dt.timedelta(days=1))


def test_one_duty_for_a_department_in_a_period(plan, cast):
    with pytest.raises(ValidationError, match="已经登记过了"):
        ReportDuty(period=plan.period, department=cast.kfb).full_clean()
