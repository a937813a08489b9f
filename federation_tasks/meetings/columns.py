"""What a circular counts for each department: the columns, each with the sentence that says what it counts."""

from typing import NamedTuple


class Column(NamedTuple):
    """One figure: its name, the head of its column, and what it counts."""

    name: str
    label: str
    means: str


COLUMNS = (
    Column("total", "任务", "本期下达给这个单位牵头的任务，中止和结转的也在内；配合的不算。"),
    Column("done", "办结", "申请办结并经领导确认的任务。"),
    Column("late_by_original", "逾期办结（按原定）", "办结了，但办结日（被确认的那次申请的日期）晚于原定到期日。考核按这个数。"),
    Column("late", "逾期办结（按现定）", "办结了，但办结日晚于现在的到期日，也就是批准延期以后的日期。"),
    Column(
        "overdue_by_original",
        "逾期未办（按原定）",
        "截至统计日没有办结，原定到期日已过，也没有在原定到期日以前申请办结；结转的任务按没有办结算。考核按这个数。",
    ),
    Column("overdue", "逾期未办（按现定）", "截至统计日亮“逾期”灯的任务：现在的到期日已过，没有办结，也没有按期申请办结。已结转的到下一期去亮灯，不在这里。"),
    Column("extended", "延期", "到期日比原定到期日晚的任务。延了几次都算一项。"),
    Column("sent_back", "办结退回（次）", "办结申请被领导退回的次数。"),
    Column("suspended", "中止", "由办公室中止的任务；中止期间不算逾期。"),
    Column("carried", "结转", "本期没有办结、关闭时转到下一期的任务，在本期按没有办结算。"),
    Column("returned", "汇报退回（次）", "半年工作汇报被领导退回修改的次数。"),
    Column("missing", "汇报未报", "过了截止时间没有报送半年工作汇报，记 1；没有报送责任的单位记 0。"),
    Column("late_reports", "汇报迟报", "第一次报送在截止时间以后，记 1；个别放宽的按放宽的时间。"),
)
NAMES = tuple(column.name for column in COLUMNS)
