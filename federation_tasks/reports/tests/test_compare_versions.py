"""Two contents of a report compared: by task, by problem, by theme; figures told before and after; what did not change is counted."""

import copy

import pytest

from federation_tasks.reports.comparing.matching import matched
from federation_tasks.reports.comparing.versions import Comparison


def item(task, **said):
    given = {"task": task, "title": f"任务{task}", "progress": 40, "narrative": "按计划推进。", "unit": "名", "due": "2026-11-30", "state": "办理中"}
    return given | {"light": {"light": "green", "shape": "l-green", "words": "正常推进"}, "milestones": []} | said


def problem(text, number=2, **said):
    return {"goal": {"number": number, "gap": "政策落实有差距"}, "text": text, "measure": "逐市比对", "owner": "张三", "due": "2026-12-01"} | said


@pytest.fixture
def old():
    problems = [problem("数据口径与民政部门不一致。", id=1), problem("定点机构师资不足。", id=2)]
    items = [item(11), item(12, measure="quantity", quantity_done="780"), item(13, milestones=[{"id": 5, "name": "招标", "done": False}])]
    achievements = [{"theme": {"number": 3, "name": "项目实施更加高效"}, "text": "两个项目提前。"}]
    return {"items": items, "problems": problems, "achievements": achievements, "arrangements": "一是补齐。", "mode": "会议汇报", "next_half": "明年上半年"}


@pytest.fixture
def new(old):
    return copy.deepcopy(old)


def told(old, new):
    return [(change.anchor, change.title, change.words) for change in Comparison(old, new).changes]


def test_nothing_changed_has_no_words(old, new):
    found = Comparison(old, new)
    assert (found.words, found.changes) == ("", [])
    assert [section.same_words for section in found.sections] == ["3 项任务没有变化", "1 条成绩没有变化", "2 个问题没有变化", "明年上半年工作安排没有变化"]


def test_figures_are_told_before_and_after(old, new):
    new["items"][0] |= {"progress": 55, "due": "2026-12-15", "is_no_progress": True}
    new["items"][1]["quantity_done"] = "792"
    new["items"][2]["milestones"] = [{"id": 5, "name": "招标", "done": True}, {"id": 6, "name": "封顶", "done": False}]
    first, second, third = Comparison(old, new).changes
    assert list(map(tuple, first.figures)) == [("进度", "40%", "55%"), ("到期日", "2026-11-30", "2026-12-15"), ("有无进展", "有进展", "本期无进展")]
    assert tuple(second.figures[0]) == ("累计完成", "780 名", "792 名")
    assert list(map(tuple, third.figures)) == [("里程碑“招标”", "未完成", "已完成"), ("里程碑“封顶”", "没有这个里程碑", "未完成")]


def test_a_light_that_turned_by_itself_is_no_change(old, new):
    old["items"][0]["light"] = {"light": "yellow", "shape": "l-yellow", "words": "滞后 30 个百分点"}
    new["items"][0]["light"] = {"light": "yellow", "shape": "l-yellow", "words": "滞后 31 个百分点"}
    assert told(old, new) == []
    new["items"][0]["light"] = {"light": "red", "shape": "l-red", "words": "逾期 2 天"}
    assert told(old, new) == []
    new["items"][0]["progress"] = 41
    assert told(old, new) == [("change-task-11", "（1）任务11", "进度由 40% 改为 41%，改了亮灯")]
    assert tuple(Comparison(old, new).changes[0].figures[-1]) == ("亮灯", "滞后 30 个百分点", "逾期 2 天")


def test_the_sentence_counts_what_changed_part_by_part(old, new):
    new["items"][0]["narrative"] = "按计划推进，已经封顶。"
    new["items"] = [new["items"][0], item(14), new["items"][2]]
    new["problems"].append(problem("县里没有专职委员。", 4))
    new["achievements"] = []
    new["arrangements"] = "一是补齐；二是验收。"
    found = Comparison(old, new)
    assert found.words == "改了 1 项任务、新增 1 项任务、删去 1 项任务、删去 1 条成绩、新增 1 个问题、改了明年上半年工作安排"
    assert [section.same_words for section in found.sections] == ["其余 1 项任务没有变化", "", "其余 2 个问题没有变化", ""]
    assert [change.anchor for change in found.changes] == [
        "change-task-11",
        "change-task-14",
        "change-task-12",
        "change-achievement-3",
        "change-problem-3",
        "change-arrangements",
    ]


def test_a_problem_is_known_again_by_its_number_however_much_it_was_rewritten(old, new):
    new["problems"] = [problem("完全另外一句话，谁也认不出来。", id=2), problem("数据口径与民政部门不一致。", id=1)]
    assert told(old, new) == [("change-problem-1", "问题 1：政策落实有差距", "改了问题")]


def test_a_problem_without_a_number_is_known_again_by_what_it_says(old, new):
    for content in (old, new):
        for row in content["problems"]:
            del row["id"]
    new["problems"] = [problem("定点机构师资仍然不足。", owner="李四"), problem("数据口径与民政、人社部门不一致。", 3)]
    assert told(old, new) == [
        ("change-problem-1", "问题 1：政策落实有差距", "改了责任人、问题"),
        ("change-problem-2", "问题 2：政策落实有差距", "改了问题"),
    ]


def test_problems_that_say_other_things_are_two(old, new):
    new["problems"] = [problem("康复楼消防验收没有通过。", 5), new["problems"][1]]
    assert told(old, new) == [("change-problem-1", "问题 1：政策落实有差距", "新增"), ("change-problem-old-1", "原问题 1：政策落实有差距", "删去")]


def test_each_of_several_same_problems_has_one_partner():
    same = [problem("师资不足。"), problem("师资不足。")]
    pairs = list(matched(same, [*same, problem("师资不足。")]))
    assert [(before is not None, after is not None) for before, after in pairs] == [(True, True), (True, True), (False, True)]
    assert pairs[0][0] is same[0]


def test_a_hundred_long_problems_are_matched_at_once():
    old = [problem(f"第{n}个" + "县里没有专职委员，业务不熟。" * 300) for n in range(100)]
    assert all(before and after for before, after in matched(old, copy.deepcopy(old)))


def test_contents_of_an_older_form_are_compared_as_well():
    assert Comparison({}, {}).words == ""
    assert Comparison({}, {"items": [{"task": 1}], "problems": [{"text": "新"}]}).words == "新增 1 项任务、新增 1 个问题"
