"""Where each unit's report stands in the demo, and what a report says: invented."""

from typing import NamedTuple


class Deed(NamedTuple):
    """Something done to a report: in days from the anchor, by the clerk, the head or the leader in charge.

    A leader's `remark` is about the first task of the report; a head who `corrects` answers it before submitting.
    """

    day: int
    name: str
    by: str
    reason: str = ""
    remark: str = ""
    corrects: bool = False


RETURN_REASON = "逾期事项没有写明原因和办结时间，问题部分缺改进措施。补齐再报。"
TOO_SHORT = "总体可以。下面一项太简单，下半年安排也请写到具体时间，补好再报。"
SECOND_LOOK = "康复实训大楼一项请写清卡在哪个环节、需要谁协调。"
REMARK = "只有进度，没有写做了什么、卡在哪里。请写清楚由谁去办、哪天办完。"
CORRECTED = "本期主动对接相关厅局，逐县核实底数，目前进度 {}%。个别县配套资金没有到位，已约定下周会商，由负责人牵头，月底前办完。"
ONE_MORE_PROBLEM = (3, "个别县配套资金到位慢，影响后续安排。", "逐县通报，月底前上门会商一次。")

COURSES = {
    "draft": (Deed(-2, "start", "clerk"),),
    "submitted": (Deed(-6, "start", "clerk"), Deed(-3, "submit", "head")),
    "submitted_again": (
        Deed(-8, "start", "clerk"),
        Deed(-6, "submit", "head"),
        Deed(-4, "return", "leader", TOO_SHORT, REMARK),
        Deed(-2, "submit", "head", corrects=True),
    ),
    "returned": (Deed(-7, "start", "clerk"), Deed(-5, "submit", "head"), Deed(-2, "return", "leader", RETURN_REASON, REMARK)),
    "approved": (Deed(-9, "start", "clerk"), Deed(-6, "submit", "head"), Deed(-4, "approve", "leader")),
    "approved_at_second_try": (
        Deed(-9, "start", "clerk"),
        Deed(-7, "submit", "head"),
        Deed(-5, "return", "leader", SECOND_LOOK, REMARK),
        Deed(-3, "submit", "head", corrects=True),
        Deed(-1, "approve", "leader"),
    ),
    # In the closed half the anchor is its last day and the deadline lies twelve days before it, on a working day.
    "archived": (Deed(-20, "start", "clerk"), Deed(-14, "submit", "head"), Deed(-10, "approve", "leader")),
    "archived_late": (Deed(-20, "start", "clerk"), Deed(-3, "submit", "head"), Deed(-1, "approve", "leader")),
    "archived_unreviewed": (Deed(-18, "start", "clerk"), Deed(-13, "submit", "head")),
    "never_filed": (Deed(-15, "start", "clerk"),),
}

# 康复部 has not begun: the way from an empty form to an approved report can be walked with it.
RUNNING = {
    "jcb": "approved",
    "zlb": "submitted_again",
    "jjb": "returned",
    "xwb": "draft",
    "jgdw": "submitted",
    "kfyy": "approved_at_second_try",
    "ysa": "draft",
    "ysb": "submitted",
}
# The course of a draft in which nobody has read over what the system put together, nor answered what leaders required.
FRESH = "draft"
CLOSED = {
    "jcb": "archived",
    "zlb": "archived_late",
    "kfb": "archived",
    "jjb": "archived",
    "xwb": "archived",
    "jgdw": "archived",
    "kfyy": "archived",
    "csjjxx": "archived_unreviewed",
    "ysa": "archived",
    "ysb": "never_filed",
}

# What a report answers to an instruction: by department and the instruction's text; to all others the second one.
SAID = {
    ("zlb", "困难残疾人家庭无障碍改造分片包干，每周报一次进度。"): ("done", "分成四片，包干到人；第一周完成 38 户，进度表附后。"),
    ("jgdw", "对照年度目标任务再查一遍差距，没有措施的问题补上措施、责任人和时限。"): ("not_done", "机关支部换届刚结束，分工下周才定；定了以后十天内查完。"),
}
STILL_AT_IT = ("partly", "已经明确专人，正在逐项办理；还没有办完的，倒排时间，办完再报。")

ARRANGEMENTS = "一、对照目标任务逐项销号，滞后事项每周调度一次。二、主动与相关部门对接，把政策用好、用足、用活。三、逾期事项倒排时间，明确专人负责。"
ARRANGEMENTS_CORRECTED = (
    "一、对照目标任务逐项销号，滞后事项每周一调度一次，每月通报。二、主动与相关部门对接，把政策用好、用足、用活，下月底前拿出清单。"
    "三、逾期事项倒排时间，明确专人负责。"
)
PROBLEMS = (
    (2, "与相关厅局的会商机制还不固定，个别政策到基层落地慢。", "每月会商一次，形成会议纪要，逐条跟踪。"),
    (3, "个别任务前期准备不足，进度落后于时间。", "倒排工期，每周通报，必要时调整力量。"),
    (4, "基层专职委员变动频繁，业务不熟。", "分片培训，建立以老带新的办法。"),
    (5, "台账填写不及时，数据口径不一致。", "明确联络员责任，每周五核对一次。"),
)
ACHIEVEMENTS = {
    3: "项目实行台账管理，前期手续办理时间明显缩短。",
    4: "任务分解到人，每周通报进展。",
    5: "深入基层一线解决问题，办事群众反映较好。",
}
