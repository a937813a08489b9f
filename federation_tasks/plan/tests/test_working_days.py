"""Which days people work: the state calendar with 调休, the federation's own overrides, and years nobody has published yet."""

import datetime as dt

import pytest

from federation_tasks.plan.models import WorkdayOverride
from federation_tasks.plan.workdays import Calendar, is_workday, previous_workday, state_calendar_knows, workdays_between, workdays_earlier

MAKEUP_SATURDAY = dt.date(2026, 2, 14)  # worked, for the Spring Festival that follows
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-21", True),  # a Wednesday
        ("2026-10-24", False),  # a Saturday
        ("2026-10-01", False),  # National Day, a Thursday
        ("2026-02-14", True),  # 调休: a Saturday that is worked
        ("2026-02-18", False),  # Spring Festival, a Wednesday
    ],
)
def test_the_state_calendar_decides(day, works):
    assert is_workday(dt.date.fromisoformat(day)) is works


@pytest.mark.parametrize(("day", "works"), [("2026-02-14", False), ("2026-10-24", True), ("2031-01-06", False), ("2031-01-05", True)])
def test_an_override_decides_before_the_calendar(day, works):
    day = dt.date.fromisoformat(day)
    WorkdayOverride.objects.create(day=day, is_workday=works)
    assert is_workday(day) is works


def test_a_year_that_is_not_published_yet_has_its_weekdays():
    monday = dt.date(2031, 1, 6)
    assert not state_calendar_knows(monday)
    assert [is_workday(monday + dt.timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


def test_the_day_before_a_holiday_is_the_previous_working_day():
    assert MAKEUP_SATURDAY.weekday() == 5
    first_after = next(day for n in range(1, 30) if is_workday(day := MAKEUP_SATURDAY + dt.timedelta(days=n)))
    assert (first_after - MAKEUP_SATURDAY).days > 7  # a holiday of more than a week
    assert previous_workday(first_after) == MAKEUP_SATURDAY
    assert previous_workday(dt.date(2026, 10, 26)) == dt.date(2026, 10, 23)


def test_the_search_ends_where_everything_is_a_holiday():
    day = dt.date(2031, 3, 1)
    WorkdayOverride.objects.bulk_create(WorkdayOverride(day=day - dt.timedelta(days=n), is_workday=False) for n in range(60))
    assert previous_workday(day) == dt.date(2031, 2, 28)


def test_working_days_between_two_days():
    friday, tuesday = dt.date(2026, 10, 23), dt.date(2026, 10, 27)
    assert workdays_between(friday, tuesday) == 2
    assert workdays_between(tuesday, friday) == 0
    assert workdays_between(friday, friday) == 0


def test_a_calendar_reads_its_overrides_once(django_assert_num_queries):
    start = dt.date(2026, 1, 1)
    WorkdayOverride.objects.create(day=start, is_workday=True)
    with django_assert_num_queries(1):
        calendar = Calendar(start, dt.date(2026, 12, 31))
        assert sum(calendar.is_workday(start + dt.timedelta(days=n)) for n in range(365)) > 240


def test_what_is_too_long_ago_is_what_more_working_days_have_passed_since():
    start = dt.date(2026, 1, 20)
    for n in range(60):  # over the Spring Festival, with its worked Saturdays
        day = start + dt.timedelta(days=n)
        for number in (1, 3, 5):
            earliest = workdays_earlier(day, number)
            assert workdays_between(earliest, day) <= number < workdays_between(earliest - dt.timedelta(days=1), day)
