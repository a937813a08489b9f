"""The facts of the article, and only those: the news report of the meeting of 17 July at which the first half of 2015 was reported on.

Texts in quotation stand as they stand in the report, punctuation included. What the report does not say (who oversees which
department, the names of the other units, any figure of progress) is not here.
"""

import datetime as dt
from typing import NamedTuple

YEAR, HALF = 2015, 1
MEETING_ON = dt.date(2015, 7, 17)


class GoalFact(NamedTuple):
    """One of the five goals (五个积极主动), the gap that it closes (五个差距), and its key measures as (name, words of the report)."""

    name: str
    gap_name: str
    words: str
    initiatives: tuple[tuple[str, str], ...]


class PolicyFact(NamedTuple):
    """A document that the report names, with the sentences it quotes as (subject, text)."""

    issuer: str
    number: str
    title: str
    clauses: tuple[tuple[str, str], ...]


class DepartmentFact(NamedTuple):
    """A unit that reported at the meeting."""

    code: str
    name: str
    kind: str


class LeaderFact(NamedTuple):
    """A leader who attended, with the posts that the report gives."""

    name: str
    party_post: str
    federation_post: str
    rank: str


BASES = ("托养中心", "康复中心", "就业基地", "扶贫基地", "文化基地", "培训基地", "盲人按摩基地")
BASE_STAGES = ("筛选", "严格把关", "规范提高", "建立", "巩固", "示范带动")
BASES_WORDS = (
    "对全省筛选的托养中心、康复中心、就业基地、扶贫基地、文化基地、培训基地、盲人按摩基地,要严格把关,规范提高,使其真正建立起来,巩固下去,长期发挥示范带动作用。"
)
PROJECTS_WORDS = "要加快以康复楼和康复实训大楼为重点的各类项目建设进度,发挥项目的引领作用。"
POLICIES_WORDS = (
    "重点要全面落实残疾人保障法和残疾人按比例就业、残疾人生活补贴、重度残疾人护理补贴、特教提升计划、无障碍条例等政策法规,力争在一些方面实现大的突破。"
)
SERVICES_WORDS = "下功夫统筹做好残疾人基本民生保障,残疾人就业及其家庭增收,残疾人康复、特教、文化体育、无障碍设施建设,社会力量救助等各项工作。"
GRASSROOTS_WORDS = (
    "要开展基层组织示范创建和后进整建工作,通过抓两头、促中间,达到组织健全、队伍加强、待遇落实、素质提高、作用发挥的目标,更好地履行“代表、服务、管理”职能。"
)
HELPERS_WORDS = "要充分发挥残疾人福利基金会、专业协会和志愿者队伍的助残作用。"

GOALS = (
    GoalFact(
        "落实思路",
        "思路落实",
        "要积极主动落实思路。",
        (
            ("学习领会、宣传、贯彻八字思路", "要认真学习领会“纳入、依托、整合、鼓励”的八字思路,广泛宣传八字思路,毫不动摇地贯彻"),
            ("跳出残联小圈子", "真正把八字思路落实到行动上,落实到工作中,真正跳出残联小圈子"),
            ("加快推进残疾人小康进程", "加快推进残疾人小康进程。"),
        ),
    ),
    GoalFact(
        "落实政策",
        "政策落实",
        "要积极主动落实政策。",
        (
            ("残疾人保障法", POLICIES_WORDS),
            ("残疾人按比例就业", POLICIES_WORDS),
            ("残疾人生活补贴", POLICIES_WORDS),
            ("重度残疾人护理补贴", POLICIES_WORDS),
            ("特教提升计划", POLICIES_WORDS),
            ("无障碍条例", POLICIES_WORDS),
            ("与相关厅局协调对接", "要主动和相关厅局进行协调对接,借助各种力量把残疾人政策落到实处"),
            ("学习外地的先进经验", "既学习残疾人政策,也学习相关政策,还要学习外地的先进经验。"),
            ("用好普惠和特惠政策法规", "切实用好、用足、用活各项普惠和特惠政策法规。"),
        ),
    ),
    GoalFact(
        "落实任务",
        "任务落实",
        "要积极主动落实任务。年初确定的各项目标任务,必须不折不扣地完成。",
        (
            ("继续突出“三个注重”", "要以加快推进残疾人小康进程为目标,继续突出“三个注重”"),
            ("残疾人基本民生保障", SERVICES_WORDS),
            ("残疾人就业及其家庭增收", SERVICES_WORDS),
            ("残疾人康复", SERVICES_WORDS),
            ("特教", SERVICES_WORDS),
            ("文化体育", SERVICES_WORDS),
            ("无障碍设施建设", SERVICES_WORDS),
            ("社会力量救助", SERVICES_WORDS),
            *((base, BASES_WORDS) for base in BASES),
            ("康复楼", PROJECTS_WORDS),
            ("康复实训大楼", PROJECTS_WORDS),
        ),
    ),
    GoalFact(
        "加强基层组织",
        "基层组织建设",
        "要积极主动加强基层组织。残疾人各项工作任务的能否高效完成,残疾人基层组织是关键。",
        (
            ("示范创建", GRASSROOTS_WORDS),
            ("后进整建", GRASSROOTS_WORDS),
            ("组织健全、队伍加强、待遇落实、素质提高、作用发挥", GRASSROOTS_WORDS),
            ("履行“代表、服务、管理”职能", GRASSROOTS_WORDS),
            ("残疾人福利基金会", HELPERS_WORDS),
            ("专业协会", HELPERS_WORDS),
            ("志愿者队伍", HELPERS_WORDS),
        ),
    ),
    GoalFact(
        "加强自身建设",
        "自身建设",
        "要积极主动加强自身建设。残疾人工作的要求越来越高、任务越来越重、难度越来越大。",
        (
            ("提高“五种能力”", "要不断提高“五种能力”,即执行政策能力、业务能力、协调能力、创新能力、落实能力。"),
            ("按照“三严三实”要求转变作风", "按照“三严三实”要求,严格按原则、按政策、按规矩、按程序办事。"),
            ("提高工作效率", "党组、理事会定下来的事情,要不等不靠不拖,盯住不放,抓在手上,抓出成效"),
            ("从严管理", "要切实从严管理,自觉管好自己、管好家人、管好下属、管好项目、管好资金。"),
        ),
    ),
)

THEMES = ("各级领导更加重视", "政策规定更加完善", "项目实施更加高效", "任务推进更加有力", "干部作风更加务实")

POLICIES = (
    PolicyFact(
        "习近平总书记重要讲话",
        "",
        "",
        (
            ("全面建成小康社会", "没有贫困人口的脱贫,就没有全面建成小康社会"),
            ("精准扶贫", "推进精准扶贫,要通过扶持生产和就业发展一批、通过移民搬迁安置一批、通过低保政策兜底一批、通过医疗救助扶持一批"),
        ),
    ),
    PolicyFact(
        "李克强总理批示",
        "",
        "",
        (
            (
                "第五届全国残疾人就业技能竞赛",
                "进一步加强残疾人职业教育和技能培训,进一步落实和完善残疾人就业创业的各项扶持政策,进一步加大农村残疾人扶贫开发力度",
            ),
        ),
    ),
    PolicyFact("省委", "5号文件", "", (("兜底脱贫、专项补贴", "保证特殊贫困人口兜底脱贫,对生活困难的残疾人发放残疾人专项补贴、享受有关扶持政策"),)),
    PolicyFact(
        "省政府",
        "26号文件",
        "",
        (
            ("帮扶责任", "对就业困难人员较集中的地区,要强化帮扶责任,加大产业、项目、资金、人才等支持力度"),
            ("安置单位补贴和奖励", "加大对用人单位安置残疾人的补贴和奖励力度"),
        ),
    ),
    PolicyFact(
        "国家卫计委等六部委",
        "",
        "关于开展全国精神卫生综合管理试点工作的通知",
        # The report's words about the notice; it does not quote the notice itself.
        (("精神卫生综合管理试点（会议报道的表述）", "进一步健全和完善精神障碍预防、治疗、康复工作体系和服务网络"),),
    ),
)

# In the order in which they reported.
DEPARTMENTS = (
    DepartmentFact("jcb", "计财部", "division"),
    DepartmentFact("zlb", "组联部", "division"),
    DepartmentFact("kfb", "康复部", "division"),
    DepartmentFact("jjb", "教就部", "division"),
    DepartmentFact("xwb", "宣文部", "division"),
    DepartmentFact("jgdw", "机关党委", "party_committee"),
    DepartmentFact("kfyy", "康复医院", "affiliated"),
    DepartmentFact("csjjxx", "城市经济学校", "affiliated"),
)

LEADERS = (
    LeaderFact("高合元", "党组书记", "理事长", "principal"),
    LeaderFact("朱峰", "党组副书记", "副理事长", "deputy"),
    LeaderFact("杨帆", "党组副书记", "副理事长", "deputy"),
    LeaderFact("贾乃荣", "党组成员", "副理事长", "deputy"),
)
