"""A pasted paragraph is taken apart at its numbers, and nothing of it is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from federation_tasks.supervision.splitting import is_one_sentence, split

PASTED = {
    # Each number on a line of its own, in every usual shape.
    "1. 抓进度。\n2. 抓质量。\n3. 抓安全。": ["抓进度。", "抓质量。", "抓安全。"],
    "1、抓进度；\n2、抓质量；\n3、抓安全。": ["抓进度；", "抓质量；", "抓安全。"],
    "１．抓进度\n２．抓质量": ["抓进度", "抓质量"],
    "１、抓进度\r\n２、抓质量": ["抓进度", "抓质量"],
    "1）抓进度\n2）抓质量": ["抓进度", "抓质量"],
    "1) 抓进度\n2) 抓质量": ["抓进度", "抓质量"],
    "(1) 抓进度\n(2) 抓质量": ["抓进度", "抓质量"],
    "（1）抓进度\n（2）抓质量": ["抓进度", "抓质量"],
    "（１）抓进度\n（２）抓质量": ["抓进度", "抓质量"],
    "（一）抓进度\n（二）抓质量": ["抓进度", "抓质量"],
    "(一)抓进度\n(二)抓质量": ["抓进度", "抓质量"],
    "一、抓进度\n二、抓质量": ["抓进度", "抓质量"],
    "一．抓进度\n二．抓质量": ["抓进度", "抓质量"],
    "①抓进度\n②抓质量": ["抓进度", "抓质量"],
    "⑴抓进度\n⑵抓质量": ["抓进度", "抓质量"],
    "⒈抓进度\n⒉抓质量": ["抓进度", "抓质量"],
    "㈠抓进度\n㈡抓质量": ["抓进度", "抓质量"],
    "　　1. 抓进度。\n　　2. 抓质量。": ["抓进度。", "抓质量。"],
    # Without a break, as a paragraph is spoken and minuted.
    "1. 抓进度。2. 抓质量。3.抓安全。": ["抓进度。", "抓质量。", "抓安全。"],
    "1. 抓进度 2. 抓质量": ["抓进度", "抓质量"],
    "1.抓进度，2.抓质量": ["抓进度，", "抓质量"],
    "一是抓进度，二是抓质量，三是抓安全。": ["抓进度，", "抓质量，", "抓安全。"],
    "一是要抓进度；二是要抓质量。": ["要抓进度；", "要抓质量。"],
    "一要抓进度，二要抓质量": ["抓进度，", "抓质量"],
    "第一，抓进度。第二，抓质量。第三，抓安全。": ["抓进度。", "抓质量。", "抓安全。"],
    "第一、抓进度；第二、抓质量": ["抓进度；", "抓质量"],
    "第一：抓进度。第二：抓质量。": ["抓进度。", "抓质量。"],
    "①抓进度；②抓质量；③抓安全。": ["抓进度；", "抓质量；", "抓安全。"],
    "（一）抓进度。（二）抓质量。": ["抓进度。", "抓质量。"],
    "抓好两件事(1)抓进度；(2)抓质量": ["抓好两件事", "抓进度；", "抓质量"],
    # What leads to the numbers is a part of its own.
    "会议要求：一是抓进度，二是抓质量。": ["会议要求：", "抓进度，", "抓质量。"],
    "康复部、教就部：\n1. 抓进度\n2. 抓质量": ["康复部、教就部：", "抓进度", "抓质量"],
    # Figures, dates, percentages and numbers of things inside sentences do not divide.
    "投入3.5万元，2026.6.30前完成，增长1.5%。": ["投入3.5万元，2026.6.30前完成，增长1.5%。"],
    "1. 投入3.5万元，其中1.5万元为自筹。2. 2026.6.30前完成，比例不低于1.5%。": ["投入3.5万元，其中1.5万元为自筹。", "2026.6.30前完成，比例不低于1.5%。"],
    "1.2026年底前完成招标。\n2.2027年6月底前完工。": ["2026年底前完成招标。", "2027年6月底前完工。"],
    "1、2026年底前完成招标。2、3个月内整改到位。": ["2026年底前完成招标。", "3个月内整改到位。"],
    "1、2、3号楼要加固。": ["1、2、3号楼要加固。"],
    "范围包括：1、2、3号楼。": ["范围包括：1、2、3号楼。"],
    "1. 重点是：2、3号楼。2. 其余缓建。": ["重点是：2、3号楼。", "其余缓建。"],
    "对照第1、2项和附件(1)、(2)整改。": ["对照第1、2项和附件(1)、(2)整改。"],
    "见附件（1）和附件（2）。": ["见附件（1）和附件（2）。"],
    "见附件 1）和附件 2）。": ["见附件 1）和附件 2）。"],
    "参加2026.10.1至2026.10.8的活动，9.30前报名单。": ["参加2026.10.1至2026.10.8的活动，9.30前报名单。"],
    "排名第一，第二名是教就部。": ["排名第一，第二名是教就部。"],
    "统一是前提，统二是后话。": ["统一是前提，统二是后话。"],
    "一季度完成招标，二季度开工。": ["一季度完成招标，二季度开工。"],
    "第一季度招标，第二季度开工。": ["第一季度招标，第二季度开工。"],
    "3. 只有第三条": ["3. 只有第三条"],
    "十一、二十一": ["十一、二十一"],
    # The outer numbers divide, the inner ones stay.
    "一、进度：1. 招标。2. 开工。\n二、质量：1. 监理。2. 验收。": ["进度：1. 招标。2. 开工。", "质量：1. 监理。2. 验收。"],
    "1. 做到：（1）不漏；（2）不错。\n2. 抓质量。": ["做到：（1）不漏；（2）不错。", "抓质量。"],
    "1. 做到：1、不漏；2、不错。\n2. 抓质量。": ["做到：1、不漏；2、不错。", "抓质量。"],
    "1、抓进度。2.抓质量。3、抓安全。": ["抓进度。", "抓质量。", "抓安全。"],
    # Sentences without a number belong to the one before them; a second list goes on dividing.
    "1. 抓进度。\n每周报一次。\n2. 抓质量。": ["抓进度。\n每周报一次。", "抓质量。"],
    "1. 抓进度。2. 抓质量。\n理事长要求\n1. 抓安全。\n2. 抓资金。": ["抓进度。", "抓质量。\n理事长要求", "抓安全。", "抓资金。"],
    # One number alone is a number at the very beginning only.
    "1. 抓进度。": ["抓进度。"],
    "1. 一是抓进度，二是抓质量。": ["1.", "抓进度，", "抓质量。"],
    "一是抓进度。": ["一是抓进度。"],
    "抓进度。": ["抓进度。"],
    "": [],
    " \n\t": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), PASTED.items(), ids=[text[:24] for text in PASTED])
def test_a_text_has_these_parts(text, parts):
    assert [part.text for part in split(text)] == parts


def test_up_to_twenty_and_beyond_ten_in_chinese():
    words = [
        "一",
        "二",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
        "十",
        "十一",
        "十二",
        "十三",
        "十四",
        "十五",
        "十六",
        "十七",
        "十八",
        "十九",
        "二十",
        "二十一",
    ]
    assert [part.text for part in split("".join(f"{word}、第{n}件\n" for n, word in enumerate(words)))] == [f"第{n}件" for n in range(21)]
    assert [part.text for part in split("".join(f"{chr(ord('①') + n)}第{n}件；" for n in range(20)))] == [f"第{n}件；" for n in range(20)]


def test_what_only_leads_to_the_numbers_is_told_apart():
    assert [part.is_lead for part in split("会议要求：一是甲，二是乙")] == [True, False, False]
    assert [part.is_lead for part in split("抓好三件事。1. 甲。2. 乙：")] == [False, False, False]


def test_each_is_proposed_as_a_sentence_of_its_own():
    assert [part.proposed for part in split("一是甲，二是乙；三是丙。")] == ["甲。", "乙。", "丙。"]


@pytest.mark.parametrize(("text", "is_one"), [
    ("抓进度。", True), ("抓进度", True), ("投入3.5万元，抓进度；抓质量。", True), ("抓进度。抓质量。", False), ("抓进度\n抓质量", False), ("抓进度！\n", True),
])  # fmt: skip
def test_one_sentence_is_told_from_several(text, is_one):
    assert is_one_sentence(text) is is_one


def bare(text):
    """Return a text without its white space."""
    return "".join(character for character in text if not character.isspace())


pieces = st.sampled_from(
    ["1.", "2.", "3.", "1、", "2、", "１．", "（一）", "（二）", "(1)", "(2)", "1）", "2）", "①", "②", "一是", "二是", "一要", "第一，", "第二，",
     "一、", "二、", "十",
     "3.5", "2026.6.30", "1.5%", "。", "；", "，", "：", "\n", "\r\n", " ", "　", "抓进度", "第", "附件"],
)  # fmt: skip


@given(st.one_of(st.lists(pieces, max_size=40).map("".join), st.text(max_size=200)))
@example("1.\n2.\n3.")
@example("\x1c1.\x1c2.")
def test_nothing_is_ever_lost(text):
    parts = split(text)
    assert bare("".join(part.mark + part.text for part in parts)) == bare(text)
    assert all(part.mark for part in parts[1:])


@given(
    st.lists(st.text("抓进度质量安全资金", min_size=1, max_size=8), min_size=2, max_size=9),
    st.sampled_from(["{}. ", "{}、", "（{}）", "{}）"]),
    st.sampled_from(["。", "；", "\n"]),
)
def test_whatever_is_numbered_is_found(sentences, mark, end):
    text = "".join(mark.format(n) + sentence + end for n, sentence in enumerate(sentences, 1))
    assert [part.text.rstrip("。；") for part in split(text)] == sentences
