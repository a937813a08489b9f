"""What the leaders of the demo require, what its units ask to put off, and what its office urges: invented, in days from the anchor."""

from typing import NamedTuple


class Deed(NamedTuple):
    """Something done about it: in days from the anchor, by the head, the leader who required it or is in charge, or the office."""

    day: int
    move: str
    by: str
    reason: str = ""


class Requirement(NamedTuple):
    """One instruction: when it was given, by the leader in charge of which unit ("" is the principal), until when, and what became of it by unit."""

    day: int
    leader_of: str
    text: str
    due: int
    courses: dict[str, tuple[Deed, ...]]


class Postponement(NamedTuple):
    """An extension that a unit asked for: which task, by how many days, and what became of it."""

    title: str
    days: int
    reason: str
    standing: str
    asked: int
    decision: Deed | None = None


ACKNOWLEDGED = Deed(-4, "acknowledge", "head")
REQUIREMENTS = (
    Requirement(
        -13,
        "kfb",
        "每周调度一次精神卫生综合管理试点对接情况，遇到的问题当周会商解决。",
        9,
        {
            "kfb": (Deed(-12, "acknowledge", "head"),),
            "kfyy": (
                Deed(-12, "acknowledge", "head"),
                Deed(-6, "answer", "head", "已经建立周调度机制，开了两次会商，问题清单和纪要报康复部汇总。"),
                Deed(-4, "close", "leader", "同意"),
            ),
        },
    ),
    Requirement(
        -13,
        "kfb",
        "辅助器具适配逾期部分倒排时间，逐县明确专人和完成日期。",
        -3,
        {
            "kfb": (
                Deed(-12, "acknowledge", "head"),
                Deed(-5, "answer", "head", "已经要求各县抓紧，预计下月完成。"),
                Deed(-4, "send_back", "leader", "没有逐县的时间和专人，列成表再答复。"),
            )
        },
    ),
    Requirement(
        -8,
        "zlb",
        "困难残疾人家庭无障碍改造分片包干，每周报一次进度。",
        -1,
        {
            "ysa": (),
            "zlb": (Deed(-7, "acknowledge", "head"), Deed(-2, "answer", "head", "分成四片，包干到人；第一周完成 38 户，进度表附后。")),
        },
    ),
    Requirement(
        -5,
        "",
        "对照年度目标任务再查一遍差距，没有措施的问题补上措施、责任人和时限。",
        10,
        {"jcb": (ACKNOWLEDGED,), "zlb": (ACKNOWLEDGED,), "kfb": (), "jjb": (ACKNOWLEDGED,), "xwb": (), "jgdw": (ACKNOWLEDGED,), "csjjxx": ()},
    ),
)
POSTPONEMENTS = (
    Postponement("社会力量结对救助困难残疾人", 14, "结对单位正在走内部审批，下旬才能签约。", "已摸底 600 户，结对意向 210 户。", -2),
    Postponement(
        "残疾人文化基地建设", 10, "场地改造延后，验收要往后排。", "筛选和把关已经完成，正在规范提高。", -8, Deed(-6, "approve", "leader", "同意，抓紧改造。")
    ),
    Postponement(
        "用人单位按比例安排残疾人就业审核",
        20,
        "部分单位材料交得晚。",
        "已审核 96 家。",
        -7,
        Deed(-5, "refuse", "leader", "还有时间，先把已交材料的审完，材料没交的逐家催。"),
    ),
)
URGED_ON = -9  # longer ago than a letter about it is worth sending
URGED = ("残疾人辅助器具适配", "盲人按摩基地规范提高", "残疾人托养中心规范提高")
NOTE = "已过到期日，请写明卡在哪里、哪天办完；需要协调的直接报分管领导。"
ANSWERED = ("残疾人辅助器具适配", -8, "招标已经完成，下周起分批发放，月底前办完。")
