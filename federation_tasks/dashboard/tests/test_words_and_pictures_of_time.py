"""Where days stand in a picture, what the pace leads to, and how both are said: the rules, one by one."""

import datetime as dt
from fractions import Fraction

import pytest

from federation_tasks.dashboard.time import words
from federation_tasks.dashboard.time.forecast import Forecast, Outlook, first_judged, outlook
from federation_tasks.dashboard.time.frame import Frame, grid, number
from federation_tasks.dashboard.time.rates import counted, done_rate, mean, unfinished
from federation_tasks.dashboard.time.trend import Trend, same_point
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Period

FRAME = Frame(dt.date(2026, 7, 1), dt.date(2026, 12, 31))


def counts(progress_sum, green=0, done=0, grey=0, red=0):
    found = Counts(progress_sum=progress_sum)
    found.lights |= {Light.GREEN: green, Light.DONE: done, Light.GREY: grey, Light.RED: red}
    return found


def half(year, number):
    starts, ends = (dt.date(year, 1, 1), dt.date(year, 6, 30)) if number == 1 else (dt.date(year, 7, 1), dt.date(year, 12, 31))
    return Period(pk=10 * year + number, year=year, half=number, starts_on=starts, ends_on=ends, state="open")


@pytest.mark.parametrize(("value", "said"), [(56, "56"), (56.04, "56"), (287.25, "287.2"), (0.06, "0.1")])
def test_a_coordinate_is_said_the_same_in_every_language(value, said):
    assert number(value) == said


@pytest.mark.parametrize(
    ("day", "percent", "point"),
    [
        (dt.date(2026, 7, 1), 0, "56,286"),
        (dt.date(2026, 7, 1), 100, "56,46"),
        (dt.date(2026, 10, 1), 50, "380,166"),  # half of the 184 days are gone by
        (dt.date(2027, 1, 1), 100, "704,46"),
    ],
)
def test_a_day_and_a_percent_have_one_place(day, percent, point):
    assert FRAME.point(day, percent) == point


def test_the_edges_of_a_level_are_enough():
    days = [dt.date(2026, 7, 1) + dt.timedelta(days=n) for n in range(6)]
    line = FRAME.line(zip(days, [0, 5, 5, 5, 5, 9], strict=True))
    assert line == " ".join(FRAME.point(days[n], percent) for n, percent in ((0, 0), (1, 5), (4, 5), (5, 9)))
    assert FRAME.line([(days[0], 3)]) == FRAME.point(days[0], 3)
    assert FRAME.line([]) == ""


def test_months_are_named_in_their_middle():
    months = FRAME.months()
    assert [name for name, *_ in months] == ["7月", "8月", "9月", "10月", "11月", "12月"]
    assert months[0] == ("7月", "56", "110.6")


def test_lines_stand_at_quarters():
    assert [(percent, y) for percent, y, _ in grid()] == [(0, "286"), (25, "226"), (50, "166"), (75, "106"), (100, "46")]


@pytest.mark.parametrize(
    ("of", "whole", "left", "rate", "average"),
    [
        (counts(0), 0, 0, None, 0),
        (counts(0, grey=3), 0, 0, None, 0),
        (counts(199, green=1, done=1, grey=5), 2, 1, 50, Fraction(199, 2)),
        (counts(100, green=2, done=1), 3, 2, 33, Fraction(100, 3)),
    ],
)
def test_shares_leave_out_what_is_suspended_or_carried_over(of, whole, left, rate, average):
    assert (counted(of), unfinished(of), done_rate(of), mean(of)) == (whole, left, rate, average)


@pytest.mark.parametrize(("expected", "said"), [(100, "能完成"), (95, "能完成"), (94, "有风险"), (80, "有风险"), (79, "难完成"), (0, "难完成")])
def test_what_is_expected_has_one_of_three_names(expected, said):
    assert outlook(expected) == said


# before and now as sums of progress over ten tasks, days judged and days left; points a day, expected, name, tasks a week
PACES = [
    (300, 440, 28, 71, Fraction(1, 2), 79, Outlook.UNLIKELY, 1),
    (300, 440, 28, 72, Fraction(1, 2), 80, Outlook.RISKY, 1),
    (300, 440, 28, 102, Fraction(1, 2), 95, Outlook.LIKELY, 1),
    (0, 700, 7, 70, Fraction(10), 100, Outlook.LIKELY, 1),
    (500, 500, 28, 30, Fraction(0), 50, Outlook.UNLIKELY, 3),
    (500, 400, 28, 30, Fraction(0), 40, Outlook.UNLIKELY, 3),  # fell: new tasks were assigned
    (940, 949, 9, 1, Fraction(1, 10), 95, Outlook.LIKELY, 10),
    (930, 949, 19, 0, Fraction(1, 10), 94, Outlook.RISKY, 10),
]


@pytest.mark.parametrize(("before", "now", "days", "left", "per_day", "expected", "name", "weekly"), PACES)
def test_the_pace_leads_there(before, now, days, left, per_day, expected, name, weekly):
    until = dt.date(2026, 9, 1)
    day = dt.timedelta(days=1)
    found = Forecast(until - days * day, until, counts(before, green=10), counts(now, green=10), until + left * day)
    assert (found.per_day, found.expected, found.outlook, found.per_week) == (per_day, expected, name, weekly)


@pytest.mark.parametrize(("ages", "since"), [([], None), ([0], None), ([6, 3, 0], None), ([7, 0], 7), ([28, 14, 0], 28), ([29, 14, 0], 14), ([40, 0], None)])
def test_the_pace_is_taken_over_a_week_at_least_and_four_at_most(ages, since):
    until = dt.date(2026, 9, 1)
    recorded = {until - dt.timedelta(days=age): Counts() for age in ages}
    assert first_judged(recorded, until) == (None if since is None else until - dt.timedelta(days=since))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (11, 13, "比上周缩小 2 个"),
        (13, 11, "比上周扩大 2 个"),
        (4, 4, "与上周持平"),
        (0, 0, "与上周持平"),
        (-5, -3, "比上周多领先 2 个"),
        (-3, -5, "比上周少领先 2 个"),
        (3, -2, "上周领先 2 个百分点"),
        (-3, 2, "上周落后 2 个百分点"),
        (3, 0, "上周与时间同步"),
    ],
)
def test_a_gap_is_compared_with_the_week_before(now, before, said):
    assert words.gap_since(now, before) == said


@pytest.mark.parametrize(
    ("per_day", "said"), [(Fraction(1, 2), "0.5"), (Fraction(1), "1"), (Fraction(10), "10"), (Fraction(5, 28), "0.18"), (Fraction(1, 300), "不到 0.01")]
)
def test_a_pace_is_said_in_hundredths(per_day, said):
    assert words.points(per_day) == said


@pytest.mark.parametrize(
    ("shown", "day", "other", "same"),
    [
        (half(2026, 2), dt.date(2026, 7, 1), half(2026, 1), dt.date(2026, 1, 1)),
        (half(2026, 2), dt.date(2026, 10, 1), half(2026, 1), dt.date(2026, 4, 1)),
        (half(2026, 2), dt.date(2026, 10, 21), half(2025, 2), dt.date(2025, 10, 21)),
        (half(2026, 1), dt.date(2026, 6, 30), half(2024, 1), dt.date(2024, 6, 29)),
        (half(2026, 1), dt.date(2026, 6, 30), half(2025, 2), dt.date(2025, 12, 30)),
    ],
)
def test_the_same_share_of_another_half_year_is_gone_by(shown, day, other, same):
    assert same_point(shown, day, other) == same


def trend(shown, day, kept, years=((2026, 1), (2025, 2), (2025, 1))):
    others = [half(*one) for one in years]
    found = Trend(shown, day, others, {period.pk: period.ends_on for period in [shown, *others]}, counts(120, green=2, done=1, red=1))
    found.kept = {(half(*of).pk, on): {1: these} for (of, on), these in kept.items()}
    return found


def test_a_half_year_is_compared_at_the_same_point_and_at_the_end():
    found = trend(
        half(2026, 2),
        dt.date(2026, 10, 1),
        {
            ((2026, 1), dt.date(2026, 4, 1)): counts(0, green=4),
            ((2026, 1), dt.date(2026, 6, 30)): counts(300, green=1, done=3),
            ((2025, 2), dt.date(2025, 10, 1)): Counts(),
            ((2025, 2), dt.date(2025, 12, 31)): counts(400, done=4, grey=1),
        },
    )
    assert found.finding == (
        "到10月1日办结率 25%；上期（2026年上半年）同一时点（4月1日）是 0%，期末是 75%；去年同期（2025年下半年）同一时点（10月1日）没有任务，期末是 100%。"
    )
    assert [row.label for row in found.rows] == ["25上", "25下", "26上", "26下至今"]
    assert [column.label for column in found.columns] == ["25下", "26上", "26下至今"]
    assert [bar[-1] for bar in found.columns[-1].bars] == [25, 30]
    assert found.columns[-1].overdue == 1


def test_a_half_year_that_is_over_is_compared_by_its_end():
    found = trend(half(2026, 2), dt.date(2027, 1, 20), {((2026, 2), dt.date(2026, 12, 31)): counts(900, green=1, done=9)}, years=[(2026, 1)])
    assert found.finding == "到12月31日（期末）办结率 90%；上期（2026年上半年）期末没有记录。"


def test_the_first_half_year_has_none_before_it():
    assert trend(half(2026, 2), dt.date(2026, 10, 1), {}, years=[]).finding == "到10月1日办结率 25%；没有上期和去年同期可以比较。"
