"""A clerk types numbers as she is used to; what is no number is refused in a sentence that says what to type."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from federation_tasks.plan.forms import QuantityField, WholeNumberField


class Numbers(forms.Form):
    quantity = QuantityField(required=False)
    progress = WholeNumberField(noun="进度", min_value=0, max_value=100)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("300", "300"), ("1,200", "1200"), ("1，200", "1200"), ("１２００", "1200"), ("１，２００．５", "1200.5"), (" 1 200 ", "1200"),
        ("12,345,678", "12345678"), ("3.25", "3.25"), ("0", "0"), ("-5", "-5"),
    ],
)  # fmt: skip
def test_a_number_is_understood_however_it_is_typed(typed, meant):
    assert QuantityField().clean(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["N/A", "约三百", "300名", "1,2", "12,34", "1.2.3", "nan", "Infinity", "1e5", "三百", "—", "300-400", ".", "+-1"])
def test_what_is_no_number_is_refused_with_what_to_type(typed):
    with pytest.raises(ValidationError) as refused:
        QuantityField(required=False).clean(typed)
    assert refused.value.messages == ["数量只填数字，例如 300；没有数量请留空。"]


def test_a_required_quantity_is_not_told_to_be_left_empty():
    with pytest.raises(ValidationError, match="单位和说明写在别处"):
        QuantityField().clean("N/A")


@pytest.mark.parametrize("typed", ["101", "-1", "约八成", "60%", "3.5", "１０１"])
def test_progress_out_of_bounds_or_no_number_gets_one_sentence(typed):
    with pytest.raises(ValidationError, match="进度只填 0 到 100 的整数"):
        Numbers.base_fields["progress"].clean(typed)


def test_full_width_progress_is_understood():
    assert Numbers.base_fields["progress"].clean("６０") == 60


@pytest.mark.parametrize(("typed", "sentence"), [("3.255", "最多填两位小数"), ("9999999999999999", "这个数太大了")])
def test_a_number_that_cannot_be_kept_says_why(typed, sentence):
    with pytest.raises(ValidationError, match=sentence):
        QuantityField().clean(typed)


def test_what_was_typed_stands_in_the_field_again():
    assert 'value="约三百"' in str(Numbers({"quantity": "约三百"})["quantity"])


def test_a_stored_quantity_is_shown_without_empty_decimals():
    form = Numbers(initial={"quantity": Decimal("1200.00")})
    assert 'value="1200"' in str(form["quantity"])
    assert 'inputmode="decimal"' in str(form["quantity"])


def test_the_same_number_typed_otherwise_is_no_change():
    form = Numbers({"quantity": "1,200", "progress": "６０"}, initial={"quantity": Decimal("1200.00"), "progress": 60})
    assert not form.has_changed()
