"""What the units of the demo work on: invented tasks, in the words of the article's measures."""

from typing import NamedTuple

from federation_tasks.home.article import BASE_STAGES

BUILDING_STAGES = ("立项批复", "招标完成", "基础施工", "主体封顶", "竣工验收", "交付使用")
PILOT_STAGES = ("摸清底数", "会商部门", "方案报批", "试点启动")


class Work(NamedTuple):
    """One task: its unit, goal, measure of the article, title, what becomes of it, and how it is measured.

    `quantity` with `unit`, or `stages`, or neither, which is percent. A work without initiative comes from an instruction and has no target.
    """

    department: str
    goal: int
    initiative: str
    title: str
    fate: str
    quantity: int = 0
    unit: str = ""
    stages: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    clause: str = ""
    is_breakthrough: bool = False


RUNNING = (
    Work("jcb", 1, "加快推进残疾人小康进程", "残疾人小康进程指标纳入年度统计", "steady"),
    Work("jcb", 2, "残疾人生活补贴", "核对残疾人生活补贴发放名单", "soon", 40, "个县", clause="兜底脱贫、专项补贴", is_breakthrough=True),
    Work("jcb", 2, "重度残疾人护理补贴", "重度残疾人护理补贴资金拨付到位", "done", supporting=("kfb",)),
    Work("jcb", 3, "康复楼", "康复楼项目建设", "long_overdue", stages=BUILDING_STAGES, supporting=("kfyy",)),
    Work("jcb", 4, "残疾人福利基金会", "与残疾人福利基金会联合开展助残项目", "unacknowledged", 6, "项"),
    Work("jcb", 5, "从严管理", "残疾人事业专项资金使用情况自查", "claimed", supporting=("jgdw",)),
    Work("zlb", 1, "跳出残联小圈子", "与相关部门联合开展残疾人工作调研", "claimed", 4, "次"),
    Work("zlb", 2, "残疾人保障法", "残疾人维权服务站点规范运行", "steady", 30, "个"),
    Work("zlb", 3, "社会力量救助", "社会力量结对救助困难残疾人", "behind", 600, "户"),
    Work("zlb", 4, "示范创建", "残疾人基层组织示范乡镇创建", "behind", 60, "个", supporting=("jgdw",), is_breakthrough=True),
    Work("zlb", 4, "后进整建", "后进村残疾人协会整建", "newly_overdue", 120, "个"),
    Work("zlb", 5, "提高“五种能力”", "基层残联干部业务培训", "not_begun", 6, "期"),
    Work("kfb", 1, "学习领会、宣传、贯彻八字思路", "残疾人康复纳入基层公共服务", "steady"),
    Work("kfb", 2, "与相关厅局协调对接", "精神卫生综合管理试点对接", "claimed", stages=PILOT_STAGES, clause="精神卫生综合管理试点（会议报道的表述）"),
    Work("kfb", 3, "残疾人康复", "残疾儿童抢救性康复救助", "behind", 1200, "名", supporting=("kfyy", "jcb"), is_breakthrough=True),
    Work("kfb", 3, "康复中心", "省级康复中心筛选与规范提高", "soon", stages=BASE_STAGES, supporting=("kfyy",)),
    Work("kfb", 3, "残疾人康复", "残疾人辅助器具适配", "overdue", 5000, "件"),
    Work("kfb", 4, "专业协会", "社区康复协调员培训", "done", 300, "名", supporting=("zlb",)),
    Work("kfb", 5, "提高工作效率", "康复业务档案规范化自查", "unacknowledged"),
    Work("jjb", 1, "学习领会、宣传、贯彻八字思路", "八字思路进培训课堂", "done_late", 12, "场"),
    Work("jjb", 2, "残疾人按比例就业", "用人单位按比例安排残疾人就业审核", "behind", 800, "家", clause="安置单位补贴和奖励", is_breakthrough=True),
    Work("jjb", 2, "特教提升计划", "未入学适龄残疾儿童少年核查", "soon", 500, "名", supporting=("csjjxx",)),
    Work("jjb", 3, "就业基地", "残疾人就业基地认定", "steady", stages=BASE_STAGES),
    Work("jjb", 3, "盲人按摩基地", "盲人按摩基地规范提高", "overdue", stages=BASE_STAGES),
    Work("jjb", 3, "残疾人就业及其家庭增收", "残疾人职业技能培训", "claimed", 2000, "人次", clause="第五届全国残疾人就业技能竞赛"),
    Work("jjb", 4, "专业协会", "盲人按摩行业协会换届指导", "suspended"),
    Work("xwb", 1, "学习领会、宣传、贯彻八字思路", "八字思路宣传报道", "soon", 24, "篇"),
    Work("xwb", 2, "残疾人保障法", "残疾人保障法宣传活动", "done_late", 10, "场"),
    Work("xwb", 3, "文化体育", "残疾人群众文化体育活动", "newly_overdue", 12, "场"),
    Work("xwb", 3, "文化基地", "残疾人文化基地建设", "behind", stages=BASE_STAGES, supporting=("zlb",)),
    Work("xwb", 4, "志愿者队伍", "文化助残志愿者招募", "steady", 400, "名"),
    Work("xwb", 5, "提高“五种能力”", "宣传骨干培训", "not_begun", 2, "期"),
    Work("jgdw", 1, "学习领会、宣传、贯彻八字思路", "各支部专题学习八字思路", "claimed", 8, "个支部"),
    Work("jgdw", 2, "学习外地的先进经验", "机关服务窗口规范外出学习", "not_begun", 2, "次"),
    Work("jgdw", 4, "志愿者队伍", "机关党员志愿助残", "overdue", 200, "人次"),
    Work("jgdw", 5, "按照“三严三实”要求转变作风", "“三严三实”专题学习研讨", "done", 3, "次"),
    Work("jgdw", 5, "提高工作效率", "党组、理事会议定事项督办", "behind"),
    Work("jgdw", 5, "提高“五种能力”", "机关干部能力提升培训", "steady", 6, "期"),
    Work("kfyy", 1, "跳出残联小圈子", "与综合医院建立双向转诊", "overdue", 5, "家"),
    Work("kfyy", 2, "学习外地的先进经验", "外地康复机构先进经验引进", "sent_back"),
    Work("kfyy", 3, "康复实训大楼", "康复实训大楼建设", "behind", stages=BUILDING_STAGES, supporting=("jcb", "csjjxx")),
    Work("kfyy", 3, "残疾人康复", "残疾人住院康复服务", "soon", 900, "例", supporting=("kfb",)),
    Work("kfyy", 4, "专业协会", "联合康复专业协会开展义诊", "claimed_late", 10, "次"),
    Work("kfyy", 5, "从严管理", "设备采购和项目资金自查", "done"),
    Work("csjjxx", 1, "加快推进残疾人小康进程", "残疾毕业生跟踪帮扶", "unacknowledged", 120, "名"),
    Work("csjjxx", 2, "特教提升计划", "特教提升计划中职阶段任务", "overdue", supporting=("jjb",)),
    Work("csjjxx", 3, "特教", "残疾学生职业教育招生", "soon", 150, "名"),
    Work("csjjxx", 3, "培训基地", "残疾人职业培训基地建设", "steady", stages=BASE_STAGES, supporting=("jjb",)),
    Work("csjjxx", 4, "志愿者队伍", "校园助残志愿服务队建设", "suspended", 5, "支"),
    Work("csjjxx", 5, "提高“五种能力”", "教师手语和盲文能力培训", "done", 4, "期"),
    Work("ysa", 1, "", "落实分管领导调研时提出的整改意见", "claimed"),
    Work("ysa", 2, "无障碍条例", "无障碍条例执行情况检查", "soon", 20, "处"),
    Work("ysa", 3, "托养中心", "残疾人托养中心规范提高", "long_overdue", stages=BASE_STAGES),
    Work("ysa", 3, "无障碍设施建设", "困难残疾人家庭无障碍改造", "behind", 350, "户", supporting=("zlb",)),
    Work("ysa", 5, "提高工作效率", "服务事项办理时限公开", "done"),
    Work("ysb", 2, "用好普惠和特惠政策法规", "普惠和特惠政策汇编", "steady"),
    Work("ysb", 3, "扶贫基地", "残疾人扶贫基地筛选与建立", "steady", stages=BASE_STAGES, clause="帮扶责任"),
    Work("ysb", 3, "残疾人就业及其家庭增收", "贫困残疾人家庭增收帮扶", "claimed_late", 260, "户", clause="精准扶贫"),
    Work("ysb", 4, "组织健全、队伍加强、待遇落实、素质提高、作用发挥", "残疾人专职委员待遇落实核查", "newly_overdue", 90, "名"),
    Work("ysb", 5, "从严管理", "项目台账自查", "unacknowledged"),
)

CLOSED = (
    Work("jcb", 2, "残疾人生活补贴", "残疾人生活补贴发放对象摸底", "done", 40, "个县", clause="兜底脱贫、专项补贴"),
    Work("jcb", 3, "残疾人基本民生保障", "困难残疾人基本生活状况调查", "done", 3000, "户"),
    Work("jcb", 5, "从严管理", "上年度项目资金绩效自评", "carried_then_done"),
    Work("zlb", 4, "示范创建", "示范乡镇创建标准制定", "done"),
    Work("zlb", 4, "后进整建", "后进村残疾人协会排查", "done_late", 120, "个"),
    Work("zlb", 4, "志愿者队伍", "助残志愿者注册", "carried", 3000, "名"),
    Work("kfb", 3, "残疾人康复", "残疾人康复需求调查", "done", 8000, "名", supporting=("kfyy",)),
    Work("kfb", 3, "康复中心", "康复中心筛选", "done_late", stages=BASE_STAGES[:2]),
    Work("kfb", 2, "与相关厅局协调对接", "康复项目纳入医保报销范围对接", "carried", stages=PILOT_STAGES),
    Work("jjb", 2, "残疾人按比例就业", "按比例就业政策解读会", "done", 8, "场", clause="安置单位补贴和奖励"),
    Work("jjb", 3, "就业基地", "就业基地筛选", "carried_then_done", stages=BASE_STAGES[:2]),
    Work("jjb", 3, "培训基地", "培训机构资质核查", "done", 25, "家"),
    Work("xwb", 3, "文化体育", "全国助残日宣传活动", "done", 20, "场"),
    Work("xwb", 1, "学习领会、宣传、贯彻八字思路", "八字思路学习读本编印", "done_late", 2000, "册"),
    Work("jgdw", 5, "按照“三严三实”要求转变作风", "作风建设问题清单整改", "done", 15, "项"),
    Work("jgdw", 5, "提高“五种能力”", "业务能力测评", "suspended"),
    Work("kfyy", 3, "康复实训大楼", "康复实训大楼前期手续", "carried", stages=BUILDING_STAGES[:2], supporting=("jcb",)),
    Work("kfyy", 3, "残疾人康复", "残疾儿童康复训练", "done", 400, "名", supporting=("kfb",)),
    Work("csjjxx", 3, "特教", "特教专业课程调整", "done"),
    Work("csjjxx", 3, "培训基地", "实训教室改造", "carried", stages=("设计", "施工", "验收")),
    Work("ysa", 3, "托养中心", "托养对象评估", "done", 180, "名"),
    Work("ysa", 2, "无障碍条例", "无障碍设施问题排查", "carried_then_done", 60, "处"),
    Work("ysb", 3, "扶贫基地", "扶贫基地摸底", "done", 12, "个", clause="帮扶责任"),
    Work("ysb", 4, "示范创建", "专职委员花名册核对", "carried", 90, "名"),
)
