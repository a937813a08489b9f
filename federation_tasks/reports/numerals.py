"""Chinese numerals, as the levels of an official paper are counted: 一、 and （一）."""

DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return 二十三 for 23; 1 to 99. Raise ValueError for any other: no paper has so many headings of one level."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is not from 1 to 99")
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] if tens > 1 else "") + "十" * bool(tens) + (DIGITS[ones] if ones else "")
