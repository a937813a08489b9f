"""The outline fits its page, says what it leaves out, and holds nothing that the report does not."""

import copy
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation_tasks.reports.folding import lines_of
from federation_tasks.reports.outline import LARGE, LONGEST, MOST, SIZES, STANDARD, count_spoken, minutes_for, outline, points, quote

SPEAKER = "第 1 个发言，2026年12月28日汇报会"
TEXTS = st.text(alphabet=st.sampled_from("残疾儿童康复救助“”（）《》。！？；，、：:,.!?%3570 ABcd/\n…\u3000🙂"), max_size=200)
LONG_TEXTS = st.text(alphabet=st.sampled_from("残疾儿童，；、（）“”,3570aB"), min_size=LONGEST + 1, max_size=2 * LONGEST)
NAMES = st.text(alphabet=st.sampled_from("残疾儿童康复救助AB12（）"), min_size=1, max_size=60)
LIGHTS = st.sampled_from([("red", "逾期 24 天"), ("yellow", "滞后 9 个百分点"), ("blue", "临期，还有 3 天"), ("green", "正常推进"), ("done", "已办结")])


def item(title="儿童康复救助", narrative="已救助 792 名。其余正在办。", light=("green", "正常推进"), **said):
    known = {"quantity_done": None, "planned": None, "unit": "", "progress": 66, "reason": "", "next_step": "", "coordination": "", "is_no_progress": False}
    return {"title": title, "narrative": narrative, "light": {"light": light[0], "words": light[1]}} | known | said


def problem(text="口径不一", measure="逐市比对。再核一遍。", gap="政策落实"):
    return {"goal": gap and {"number": 2, "gap": gap}, "text": text, "measure": measure, "owner": "张三", "due": None}


def content(**said):
    known = {"department": "康复部", "period": "2026年下半年", "next_half": "明年上半年", "items": [], "problems": [], "achievements": [], "arrangements": ""}
    return known | said


@st.composite
def contents(draw):
    items = st.builds(item, NAMES, TEXTS, LIGHTS, reason=TEXTS, next_step=TEXTS, coordination=TEXTS, is_no_progress=st.booleans())
    achievements = st.lists(st.builds(lambda text: {"theme": {"number": 1, "name": "任务推进更加有力"}, "text": text}, TEXTS), max_size=5)
    return content(
        items=draw(st.lists(items, max_size=30)),
        problems=draw(st.lists(st.builds(problem, TEXTS, TEXTS, st.sampled_from(["任务落实", ""])), max_size=10)),
        achievements=draw(achievements),
        arrangements=draw(TEXTS),
    )


def said_in(report):
    rows = [row[name] for row in report["items"] for name in ("narrative", "reason", "coordination", "next_step")]
    rows += [row[name] for row in report["problems"] for name in ("text", "measure")]
    return [*rows, *(row["text"] for row in report["achievements"]), report["arrangements"]]


@settings(deadline=None)
@given(report=contents(), size=st.sampled_from(SIZES))
def test_it_fits_its_page_and_invents_nothing(report, size):
    before = copy.deepcopy(report)
    made = outline(report, SPEAKER, size)
    assert report == before
    assert made.lines <= size.lines
    texts = said_in(report)
    for part in made.parts:
        for entry in part.entries:
            for one in entry.quotes:
                assert any(one.text in text for text in texts)
                assert len(one.text) <= LONGEST
    assert (made.left_out == 0) == (not any(part.more for part in made.parts))


@settings(deadline=None)
@given(report=contents(), size=st.sampled_from(SIZES))
def test_what_is_left_out_is_counted(report, size):
    made = outline(report, SPEAKER, size)
    there = [
        len(report["items"]) + len(report["achievements"]),
        len(report["problems"]) + sum(bool(row["coordination"].strip()) for row in report["items"]),
        len(list(points(report["arrangements"]))) + sum(bool(row["next_step"].strip()) for row in report["items"]),
    ]
    assert [len(part.entries) + part.left_out for part in made.parts] == there


@settings(deadline=None)
@given(text=LONG_TEXTS)
def test_a_sentence_is_never_cut_inside_a_word_or_a_number(text):
    one = quote(text)
    assert one.text in text
    if one.is_cut and one.text:
        places = [text[found.end() :] for found in re.finditer(re.escape(one.text), text)]
        assert any(after[0] in "，,；;" and not (one.text[-1].isdigit() and after[1:2].isdigit()) for after in places)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ""),
        ("已救助 792 名。其余正在办。", "已救助 792 名。"),
        ("完成投资3.5万元，占 98.6%！好。", "完成投资3.5万元，占 98.6%！"),
        ("没有句号", "没有句号"),
        ("主要进展：\n一是救助 792 名\n二是", "救助 792 名"),
        ("他说：“办完了。”随后归档。", "他说：“办完了。”"),
        ("见 https://example.test/?a=1 一文。完。", "见 https://example.test/?a=1 一文。"),
        ("两手抓：", ""),
        ("1. 已救助 792 名；2. 其余正在办。", "已救助 792 名"),
        ("一、3.5万元尾款结清。\n二、归档。", "3.5万元尾款结清。"),
    ],
)
def test_the_first_sentence(text, first):
    assert quote(text).words == first


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("已救助，" + "一" * 70 + "。", "已救助……"),
        ("救助儿童1，200名，" + "一" * 70 + "。", "救助儿童1，200名……"),
        ("救助儿童（含，" + "一" * 70 + "）。", "见汇报全文。"),
        ("一" * 70 + "。", "见汇报全文。"),
    ],
)
def test_a_long_sentence_ends_with_a_clause(text, words):
    assert quote(text).words == words


def words_of(part):
    return [entry.words for entry in part.entries]


def test_overdue_tasks_come_first_then_lagging_ones():
    report = content(items=[item("甲"), item("乙", light=("yellow", "滞后 9 个百分点")), item("丙", light=("red", "逾期 24 天")), item("丁")])
    made = words_of(outline(report, SPEAKER).parts[0])
    assert made == [
        "丙（逾期 24 天，进度 66%）：已救助 792 名。",
        "乙（滞后 9 个百分点，进度 66%）：已救助 792 名。",
        "甲（进度 66%）：已救助 792 名。",
        "丁（进度 66%）：已救助 792 名。",
    ]


def test_a_quantity_is_said_and_that_nothing_moved():
    report = content(items=[item(narrative="", reason="等批复。", quantity_done="792", planned="1,200", unit="名", is_no_progress=True)])
    assert words_of(outline(report, SPEAKER).parts[0]) == ["儿童康复救助（完成 792 / 1,200 名，进度 66%，本期无进展）：等批复。"]


def test_problems_with_their_measures_then_what_must_be_settled_with_others():
    report = content(problems=[problem(), problem(gap="", measure="")], items=[item("甲", coordination="请财政部门拨款。")])
    assert words_of(outline(report, SPEAKER).parts[1]) == ["政策落实：口径不一。措施：逐市比对。", "没有选差距：口径不一。", "需协调（甲）：请财政部门拨款。"]


def test_arrangements_are_no_more_than_one_keeps_in_mind():
    part = outline(content(arrangements="抓落实。" * 11, items=[item(next_step="接着办。")]), SPEAKER).parts[2]
    assert words_of(part) == ["抓落实。"] * MOST[2]
    assert part.more == "另有 4 项，见汇报全文。"


def test_numbers_typed_before_sentences_are_not_counted_twice():
    made = outline(content(arrangements="重点三件事：\n一是抓落实；二是抓调度；三是抓督查。"), SPEAKER).parts[2]
    assert words_of(made) == ["重点三件事：", "抓落实。", "抓调度。", "抓督查。"]


def test_an_empty_report_says_so():
    assert [(part.heading, part.nothing, part.more) for part in outline(content(), SPEAKER).parts] == [
        ("一、2026年下半年工作任务完成情况", "本期没有牵头的任务。", ""),
        ("二、当前面临的问题", "没有写问题。", ""),
        ("三、明年上半年工作安排", "没有填写。", ""),
    ]


def test_in_large_print_less_goes_on_the_page():
    report = content(items=[item(f"任务{n}") for n in range(30)])
    standard, large = (outline(report, SPEAKER, size).left_out for size in (STANDARD, LARGE))
    assert 0 < standard < large


def test_the_time_is_counted_in_what_is_spoken():
    assert count_spoken("已救助 1,200 名（66%）。") == 10
    assert [minutes_for(number) for number in (0, 220, 221, 2200)] == [1, 1, 2, 10]
    made = outline(content(items=[item(narrative="办" * 300 + "。")]), SPEAKER)
    assert (made.in_full, made.minutes_in_full) == (306, 2)


@pytest.mark.parametrize(
    ("text", "characters", "lines"),
    [
        ("", 10, 0),
        ("残" * 10, 10, 1),
        ("残" * 11, 10, 2),
        ("残" * 10 + "。", 10, 2),
        ("残" * 8 + "ABCD", 10, 2),
        ("a" * 40, 10, 3),
        ("残" * 9 + " 1", 10, 2),
    ],
)
def test_lines_are_folded_like_a_browser_does(text, characters, lines):
    assert lines_of(text, characters) == lines
