"""Progress is a whole number from 0 to 100, rounded down, whatever is done and planned (domain.md, Progress)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation_tasks.plan.models import Milestone, Task
from federation_tasks.plan.progress import by_milestones, by_quantity, done_of_planned, number_words

done_quantities = st.decimals(0, Decimal("999999999999.99"), places=2)
planned_quantities = st.decimals(Decimal("0.01"), Decimal("999999999999.99"), places=2)


@given(done_quantities, planned_quantities)
def test_a_quantitys_progress_is_the_exact_share_rounded_down_and_capped(done, planned):
    assert by_quantity(done, planned) == min(100, 100 * Fraction(done) // Fraction(planned))


@given(done_quantities, planned_quantities, st.decimals(0, 1000, places=2))
def test_more_done_is_never_less_progress(done, planned, more):
    assert by_quantity(done, planned) <= by_quantity(done + more, planned)


@given(planned_quantities)
def test_100_is_reached_with_the_last_hundredth_and_not_before(planned):
    assert by_quantity(planned, planned) == 100
    assert by_quantity(planned - Decimal("0.01"), planned) < 100


@pytest.mark.parametrize("planned", ["0", "-1"])
def test_nothing_planned_has_no_progress_by_quantity(planned):
    with pytest.raises(ValueError, match="above 0"):
        by_quantity(Decimal(1), Decimal(planned))


@given(st.lists(st.integers(1, 32767), max_size=20), st.data())
def test_milestones_count_by_weight(weights, data):
    rows = [Milestone(pk=n, weight=weight) for n, weight in enumerate(weights, 1)]
    done = data.draw(st.sets(st.sampled_from([row.pk for row in rows]))) if rows else set()
    exact = Fraction(100 * sum(row.weight for row in rows if row.pk in done), sum(weights) or 1)
    assert by_milestones(rows, done) == exact // 1
    assert (by_milestones(rows, done) == 100) == (bool(rows) and len(done) == len(rows))


@pytest.mark.parametrize(("number", "words"), [("1200", "1,200"), ("3.50", "3.5"), ("0", "0"), ("0.05", "0.05"), ("100", "100"), ("1234567.80", "1,234,567.8")])
def test_quantities_are_written_as_people_write_them(number, words):
    assert number_words(Decimal(number)) == words


def test_a_task_says_what_is_done_of_what_was_planned():
    assert done_of_planned(Task(measure="quantity", quantity=Decimal(8), quantity_done=Decimal(6), unit="所")) == "6 / 8 所"
    assert done_of_planned(Task(measure="percent", progress=40)) == ""
