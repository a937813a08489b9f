"""Fields for numbers as people type them: 1,200 and １２００ are numbers, N/A and 约三百 are not, and the refusal says what to type."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


def plain_number(typed: str) -> str:
    """Return a number as typed in its plain form: half width, without blanks and thousands separators; anything else as it is."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
    return text.replace(",", "") if GROUPED.fullmatch(text) else text


class NumberInput(forms.TextInput):
    """A text field with the keyboard for numbers. Not type=number, which drops what it does not understand without a word."""

    def __init__(self, keyboard: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": keyboard, "autocomplete": "off"} | (attrs or {}))


class ReadAsTyped(forms.Field):
    """A number read as people type it. `shape` is how its plain form looks, `refusal` what to say of anything else."""

    shape: re.Pattern[str]
    refusal: str

    def to_python(self, value: Any) -> Any:
        """Return the number that was typed; raise ValidationError with what to type instead."""
        if value in self.empty_values:
            return None
        text = plain_number(str(value))
        if not self.shape.fullmatch(text):
            raise ValidationError(self.refusal, code="invalid")
        return super().to_python(text)


class QuantityField(ReadAsTyped, forms.DecimalField):
    """A quantity of at most two decimal places. `noun` is what the refusal calls it; without a noun it is 数量."""

    shape = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
    default_error_messages = {
        "max_decimal_places": "最多填两位小数，例如 3.25。",
        "max_digits": "这个数太大了，请核对一下。",
        "max_whole_digits": "这个数太大了，请核对一下。",
    }

    def __init__(self, *, noun: str = "数量", **kwargs: Any) -> None:
        given: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "widget": NumberInput("decimal")} | kwargs
        super().__init__(**given)
        self.noun = noun

    @property
    def refusal(self) -> str:  # type: ignore[override]
        """Return the sentence for what is no number."""
        return f"{self.noun}只填数字，例如 300；单位和说明写在别处。" if self.required else f"{self.noun}只填数字，例如 300；没有{self.noun}请留空。"

    def prepare_value(self, value: Any) -> Any:
        """Show 300 for 300.00; show what was typed as it was typed."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) and value.is_finite() else value


class WholeNumberField(ReadAsTyped, forms.IntegerField):
    """A whole number. `noun` is what the refusal calls it, such as 进度."""

    shape = re.compile(r"-?\d+", re.ASCII)

    def __init__(self, *, noun: str = "这里", **kwargs: Any) -> None:
        super().__init__(**{"widget": NumberInput("numeric")} | kwargs)
        self.noun = noun
        self.error_messages |= {"min_value": self.refusal, "max_value": self.refusal}

    @property
    def refusal(self) -> str:  # type: ignore[override]
        """Return the sentence for what is no whole number, or out of bounds."""
        if self.min_value is not None and self.max_value is not None:
            return f"{self.noun}只填 {self.min_value} 到 {self.max_value} 的整数。"
        if self.min_value is not None:
            return f"{self.noun}只填不小于 {self.min_value} 的整数。"
        return f"{self.noun}只填整数，例如 10。"
