"""At most one leader is in charge of a department on a day: validation says it in words, the database says it to everyone."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from departments.models import Leader, Portfolio

JULY, AUGUST, SEPTEMBER = (dt.date(2026, month, 1) for month in (7, 8, 9))


@pytest.fixture
def july(cast):
    """The other deputy has 演示单位甲 in July."""
    leader = Leader.objects.get(user=cast.other_deputy)
    return Portfolio.objects.create(leader=leader, department=cast.ysa, valid_from=JULY, valid_to=AUGUST)


@pytest.mark.parametrize(("start", "end"), [(JULY, None), (JULY, AUGUST), (dt.date(2026, 6, 1), None), (dt.date(2026, 7, 31), SEPTEMBER)])
def test_a_second_leader_on_one_of_the_same_days_is_refused(cast, july, start, end):
    second = Portfolio(leader=Leader.objects.get(user=cast.deputy), department=cast.ysa, valid_from=start, valid_to=end)
    with pytest.raises(ValidationError, match="已经有分管领导了"):
        second.full_clean()
    with pytest.raises(DatabaseError, match="departments_portfolio_one_leader"), transaction.atomic():
        second.save()


def test_the_next_leader_may_start_on_the_day_the_first_ends(cast, july):
    second = Portfolio(leader=Leader.objects.get(user=cast.deputy), department=cast.ysa, valid_from=AUGUST)
    second.full_clean()
    second.save()


def test_a_change_into_anothers_days_is_refused(cast, july):
    second = Portfolio.objects.create(leader=Leader.objects.get(user=cast.deputy), department=cast.ysa, valid_from=AUGUST)
    second.valid_from = dt.date(2026, 7, 15)
    with pytest.raises(DatabaseError, match="departments_portfolio_one_leader"), transaction.atomic():
        second.save()


def test_an_end_before_the_start_is_refused(cast, july):
    july.valid_to = JULY
    with pytest.raises(ValidationError, match="终止日要晚于起始日"):
        july.full_clean()
