"""Load the demo round a day, in one transaction: all of it or nothing."""

import datetime as dt

from federation_tasks.audit import trail
from federation_tasks.home.article_loading import load_article
from federation_tasks.home.demo import fates, works
from federation_tasks.home.demo.diary import Diary, Hour
from federation_tasks.home.demo.halves import Halves, moment
from federation_tasks.home.demo.people import WRITTEN_UNITS, People, make_people
from federation_tasks.home.demo.reports import file_reports
from federation_tasks.home.demo.supervising import supervise
from federation_tasks.home.demo.tasks import Chapter, Story, tell
from federation_tasks.home.demo.timestamps import date_what_happened, date_what_was_assigned
from federation_tasks.meetings.issuing import issue
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period, ReportDuty

CLOSED_AT = dt.time(17, 0)
INTRO = "现将各部室、各单位半年工作任务完成情况通报如下。请对照年度目标任务查找差距，逾期未办的逐项倒排时间、明确专人负责。"


@trail.as_one("load_demo", "演示数据")
def load_demo(today: dt.date, password: str) -> None:
    """Load post-holders, a closed half-year and a running one; the tables hold no demo yet."""
    load_article()
    halves = Halves(today)
    closed, running = halves.open_both()
    people = make_people(dt.date(closed.year, 1, 1), password)
    for period in (closed, running):
        _duties(period, people)
    story = Story(people, Diary(today), Chapter(closed, closed.ends_on), Chapter(running, today))
    for chapter, given, table in ((story.closed, works.CLOSED, fates.CLOSED), (story.running, works.RUNNING, fates.RUNNING)):
        for work in given:
            tell(story, work, table[work.fate], chapter)
    file_reports(story, halves.closed_on)
    supervise(story)
    story.diary.note(halves.closed_on, lambda day: _close(story, day), Hour.CLOSING)
    date_what_was_assigned()
    story.diary.happen()
    date_what_happened()


def _duties(period: Period, people: People) -> None:
    for order, (code, department) in enumerate(people.departments.items(), 1):
        written = code in WRITTEN_UNITS
        mode = ReportDuty.Mode.WRITTEN if written else ReportDuty.Mode.ORAL
        ReportDuty.objects.create(period=period, department=department, mode=mode, order=0 if written else order)


def _close(story: Story, day: dt.date) -> None:
    office = story.diary.access(story.people.office, day)
    close_period(story.closed.period, office)
    story.closed.period.history.filter(state=Period.State.CLOSED).update(history_date=moment(day, CLOSED_AT))
    issue(story.closed.period, office, f"演督〔{day.year}〕1号", INTRO)
