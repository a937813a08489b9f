"""The parts of a report, each compared in its own way: tasks by their number, problems by their best match, achievements by their theme."""

from collections.abc import Iterator

from federation_tasks.reports.comparing.changes import EMPTY, PROGRESS, Change, Content, Figure, Kind, changed, figures, said, texts
from federation_tasks.reports.comparing.matching import matched

TASK_TEXTS = {"narrative": "完成情况", "reason": "原因", "coordination": "需协调事项", "next_step": "怎么接着做"}
TASK_FIGURES = {"title": "任务名称", "state": "任务状态", "start": "开始日", "due": "到期日", "planned": "计划数量"}
PROBLEM_TEXTS = {"text": "问题", "measure": "改进措施"}
PROBLEM_FIGURES = {"owner": "责任人", "due": "完成时限"}
DONE = {True: "已完成", False: "未完成", None: "没有这个里程碑"}


def tasks(old: Content, new: Content) -> Iterator[tuple[str, Change | None]]:
    """Return the title of each task that either version speaks of, with its change; None where it is what it was."""
    before = {item["task"]: item for item in old.get("items", [])}
    after = {item["task"]: item for item in new.get("items", [])}
    for position, (key, item) in enumerate(after.items(), 1):
        title = f"（{position}）{item.get('title', '')}"
        yield title, _task(key, title, before.get(key), item)
    for key, item in before.items():
        if key not in after:
            title = str(item.get("title", ""))
            yield title, Change(Kind.REMOVED, "task", str(key), title, texts=list(texts(item, {}, TASK_TEXTS)))


def _task(key: int, title: str, before: Content | None, item: Content) -> Change | None:
    if before is None:
        added = [Figure(PROGRESS, EMPTY, f"{item.get('progress')}%")]
        return Change(Kind.ADDED, "task", str(key), title, added, list(texts({}, item, TASK_TEXTS)))
    moved = list(_figures_of_task(before, item))
    written = list(texts(before, item, TASK_TEXTS))
    # A light that turned and nothing else is the days' work, not the department's: it is told with what was changed, never alone.
    was, is_now = before.get("light") or {}, item.get("light") or {}
    if (moved or written) and was.get("words") != is_now.get("words"):
        moved.append(Figure("亮灯", said(was.get("words")), said(is_now.get("words"))))
    return changed("task", key, title, moved, written)


def _figures_of_task(before: Content, item: Content) -> Iterator[Figure]:
    if before.get("progress") != item.get("progress"):
        yield Figure(PROGRESS, f"{before.get('progress')}%", f"{item.get('progress')}%")
    if before.get("quantity_done") != item.get("quantity_done"):
        yield Figure("累计完成", _quantity(before), _quantity(item))
    yield from _milestones(before, item)
    yield from _files(before, item)
    yield from figures(before, item, TASK_FIGURES)
    if bool(before.get("is_no_progress")) != bool(item.get("is_no_progress")):
        words = {True: "本期无进展", False: "有进展"}
        yield Figure("有无进展", words[bool(before.get("is_no_progress"))], words[bool(item.get("is_no_progress"))])


def _files(before: Content, after: Content) -> Iterator[Figure]:
    was, is_now = ("、".join(file["name"] for file in part.get("files", [])) for part in (before, after))
    if [file["sha256"] for file in before.get("files", [])] != [file["sha256"] for file in after.get("files", [])]:
        yield Figure("佐证材料", said(was), said(is_now))


def files(old: Content, new: Content) -> Iterator[tuple[str, Change | None]]:
    """Return what is put to the whole report, with its change; None where it is what it was."""
    moved = list(_files(old, new))
    if moved or new.get("files"):
        title = "整份汇报的佐证材料"
        yield title, Change(Kind.CHANGED, "files", "", title, moved) if moved else None


def _quantity(item: Content) -> str:
    return EMPTY if item.get("quantity_done") is None else f"{item['quantity_done']} {item.get('unit', '')}".strip()


def _milestones(before: Content, item: Content) -> Iterator[Figure]:
    was = {row["id"]: row for row in before.get("milestones") or []}
    is_now = {row["id"]: row for row in item.get("milestones") or []}
    for key in {**was, **is_now}:
        left, right = was.get(key), is_now.get(key)
        if (left and left["done"]) != (right and right["done"]):
            name = (right or left or {})["name"]
            yield Figure(f"里程碑“{name}”", DONE[left and left["done"]], DONE[right and right["done"]])


def problems(old: Content, new: Content) -> Iterator[tuple[str, Change | None]]:
    """Return what each problem of either version is called, with its change; None where it is what it was."""
    before, after = old.get("problems", []), new.get("problems", [])
    places = {id(problem): str(place) for place, problem in enumerate(after, 1)}
    gone = {id(problem): str(place) for place, problem in enumerate(before, 1)}
    for was, is_now in matched(before, after):
        shown = is_now or was or {}
        gap = (shown.get("goal") or {}).get("gap") or "没有选差距"
        if is_now is None:
            place = gone[id(was)]
            yield "", Change(Kind.REMOVED, "problem", f"old-{place}", f"原问题 {place}：{gap}", texts=list(texts(was or {}, {}, PROBLEM_TEXTS)))
            continue
        place = places[id(is_now)]
        title = f"问题 {place}：{gap}"
        if was is None:
            yield title, Change(Kind.ADDED, "problem", place, title, list(figures({}, is_now, PROBLEM_FIGURES)), list(texts({}, is_now, PROBLEM_TEXTS)))
        else:
            yield title, changed("problem", place, title, _figures_of_problem(was, is_now), texts(was, is_now, PROBLEM_TEXTS))


def _figures_of_problem(was: Content, is_now: Content) -> Iterator[Figure]:
    before, after = ((problem.get("goal") or {}).get("gap") for problem in (was, is_now))
    if before != after:
        yield Figure("差距", said(before), said(after))
    yield from figures(was, is_now, PROBLEM_FIGURES)


def instructions(old: Content, new: Content) -> Iterator[tuple[str, Change | None]]:
    """Return each instruction that either version answers, with its change; None where it is what it was."""
    before = {row["duty"]: row for row in old.get("instructions", [])}
    after = {row["duty"]: row for row in new.get("instructions", [])}
    for duty in [*after, *(duty for duty in before if duty not in after)]:
        left, right = before.get(duty, {}), after.get(duty, {})
        kind = Kind.ADDED if not left else Kind.REMOVED if not right else Kind.CHANGED
        moved, written = list(figures(left, right, {"outcome_words": "落实情况"})), list(texts(left, right, {"said": "怎么落实的"}))
        title = f"上次要求 {(right or left)['number']}"
        yield title, Change(kind, "instruction", str(duty), title, moved, written) if moved or written else None


def achievements(old: Content, new: Content) -> Iterator[tuple[str, Change | None]]:
    """Return the theme of each achievement, with its change; None where it is what it was."""
    before = {row["theme"]["number"]: row for row in old.get("achievements", [])}
    after = {row["theme"]["number"]: row for row in new.get("achievements", [])}
    for number in sorted({**before, **after}):
        left, right = before.get(number, {}), after.get(number, {})
        title = (right or left)["theme"]["name"]
        kind = Kind.ADDED if not left else Kind.REMOVED if not right else Kind.CHANGED
        written = list(texts(left, right, {"text": "成绩"}))
        yield title, Change(kind, "achievement", str(number), f"成绩：{title}", texts=written) if written else None


def arrangements(old: Content, new: Content) -> Iterator[tuple[str, Change | None]]:
    """Return what comes next, with its change; None where it is what it was."""
    title = f"{new.get('next_half', '下一步')}工作安排"
    written = list(texts(old, new, {"arrangements": "安排内容"}))
    moved = list(figures(old, new, {"mode": "报送方式"}))
    yield title, Change(Kind.CHANGED, "arrangements", "", title, moved, written) if moved or written else None
