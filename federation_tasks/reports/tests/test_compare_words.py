"""Two texts compared by words: nothing is lost, nothing invented, and a sentence reads as one."""

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation_tasks.reports.comparing.words import EDGE, Span, spans, words

LONGEST = 5000  # characters of one text in a report
BOUND = 1.0  # seconds; measured 0.03 to 0.04 for two texts that share next to nothing
CHINESE = st.text(alphabet="一是的康复部已救助名儿童，。；、3个市定点机构\n 780%", max_size=200)


def sides(old, new):
    found = spans(old, new)
    return "".join(span.old for span in found), "".join(span.new for span in found)


@given(st.one_of(st.text(max_size=200), CHINESE), st.one_of(st.text(max_size=200), CHINESE))
@settings(max_examples=300, deadline=None)
def test_what_stays_and_is_deleted_is_the_old_text_and_what_stays_and_is_inserted_the_new_one(old, new):
    found = spans(old, new)
    assert "".join(span.old for span in found) == old
    assert "".join(span.new for span in found) == new
    assert all(span.old or span.new for span in found)
    assert not any(left.stays and right.stays for left, right in itertools.pairwise(found))


@given(CHINESE, CHINESE, CHINESE)
@settings(max_examples=100, deadline=None)
def test_no_crumb_stays_between_two_changes(head, middle, tail):
    found = spans(head + middle + tail, tail + middle + head)
    for before, between, after in zip(found, found[1:], found[2:], strict=False):
        assert not between.stays or between.size > min(before.size, after.size)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_words_joined_are_the_text(text):
    assert "".join(words(text)) == text
    assert spans(text, text) == ([Span(text, text)] if text else [])


def test_half_a_character_is_compared_as_well():
    assert sides("甲\ud83d乙", "甲\ud83d丙") == ("甲\ud83d乙", "甲\ud83d丙")


def marked(old, new):
    return "".join(span.old if span.stays else f"[{span.old}|{span.new}]" for span in spans(old, new))


@pytest.mark.parametrize(
    ("old", "new", "reads"),
    [
        ("已救助 780 名，完成年初计划的 65%。", "已救助 792 名，完成年初计划的 66%。", "已救助 [780|792] 名，完成年初计划的 [65|66]%。"),
        ("康复楼建设已经封顶。", "康复楼建设已经验收。", "康复楼建设已经[封顶|验收]。"),
        ("数据口径与民政部门不一致。", "数据口径与民政部门不一致，7月底前逐市比对。", "数据口径与民政部门不一致[|，7月底前逐市比对]。"),
        # Rewritten from end to end, but for words that any sentence has: one change, not a dozen.
        (
            "本期按计划推进，目前进度 45%。",
            "本期主动对接省卫健委，目前进度 60%；卡在消防验收，需要省住建厅协调。",
            "本期[按计划推进，目前进度 45%|主动对接省卫健委，目前进度 60%；卡在消防验收，需要省住建厅协调]。",
        ),
        ("师资不足，委托培训。", "", "[师资不足，委托培训。|]"),
    ],
)
def test_a_sentence_reads_as_one(old, new, reads):
    assert marked(old, new) == reads


def test_a_long_stretch_that_stays_is_shortened_in_the_middle():
    long = "逐市比对名单。" * 40
    first, second = spans(long + "甲", long + "乙")
    assert first.left_out == len(long) - 2 * EDGE
    assert (first.head, first.tail) == (long[:EDGE], long[-EDGE:])
    assert second.left_out == 0
    assert spans("短文", "短文")[0].left_out == 0


@pytest.mark.parametrize("letters", ["".join(map(chr, range(0x4E00, 0x5A00))), "的一是在", "甲乙", "0123456789，"])
def test_two_texts_of_5000_characters_are_compared_in_bounded_time(letters):
    dice = random.Random(7)
    old, new = ("".join(dice.choices(letters, k=LONGEST)) for _ in range(2))
    spans("热", "身")  # the dictionary is read once
    began = time.perf_counter()
    assert sides(old, new) == (old, new)
    assert time.perf_counter() - began < BOUND
