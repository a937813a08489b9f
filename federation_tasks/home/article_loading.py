"""Put the facts of the article into the database. Rows that are there already are left as they are, whatever was made of them since."""

import datetime as dt

from departments.models import Department, Leader
from federation_tasks.audit import trail
from federation_tasks.home import article
from federation_tasks.plan.models import AchievementTheme, Goal, Initiative, Period, PolicyClause, PolicyDocument, ReportDuty

# The report shows its leaders in office on the day of the meeting and says nothing of any other day. So that is what stands here; it
# also keeps them from deciding, or standing beside another principal, on the days of a demonstration or of a present-day federation.
IN_OFFICE_FROM = article.MEETING_ON
IN_OFFICE_TO = article.MEETING_ON + dt.timedelta(days=1)


@trail.as_one("load_article", "文章中的事实")
def load_article() -> int:
    """Load what is missing of the article; return how many rows were made, 0 where all was there."""
    made = _goals() + _themes() + _policies() + _departments() + _leaders()
    return made + _period()


def _goals() -> int:
    made = 0
    for number, fact in enumerate(article.GOALS, 1):
        values = {"name": fact.name, "gap_name": fact.gap_name, "description": fact.words}
        goal, new = Goal.objects.get_or_create(number=number, defaults=values)
        made += new
        for order, (name, words) in enumerate(fact.initiatives, 1):
            made += Initiative.objects.get_or_create(goal=goal, name=name, defaults={"description": words, "order": order})[1]
    return made


def _themes() -> int:
    return sum(AchievementTheme.objects.get_or_create(number=number, defaults={"name": name})[1] for number, name in enumerate(article.THEMES, 1))


def _policies() -> int:
    made = 0
    for fact in article.POLICIES:
        document, new = PolicyDocument.objects.get_or_create(issuer=fact.issuer, number=fact.number, title=fact.title)
        made += new
        for order, (subject, text) in enumerate(fact.clauses, 1):
            made += PolicyClause.objects.get_or_create(document=document, subject=subject, defaults={"text": text, "order": order})[1]
    return made


def _departments() -> int:
    made = 0
    for order, fact in enumerate(article.DEPARTMENTS, 1):
        made += Department.objects.get_or_create(code=fact.code, defaults={"name": fact.name, "kind": fact.kind, "order": order})[1]
    return made


def _leaders() -> int:
    made = 0
    for order, fact in enumerate(article.LEADERS, 1):
        values = {"party_post": fact.party_post, "rank": fact.rank, "order": order, "in_office_from": IN_OFFICE_FROM, "in_office_to": IN_OFFICE_TO}
        made += Leader.objects.get_or_create(name=fact.name, federation_post=fact.federation_post, defaults=values)[1]
    return made


def _period() -> int:
    values = {"state": Period.State.CLOSED, "meeting_on": article.MEETING_ON}
    period, new = Period.objects.get_or_create(year=article.YEAR, half=article.HALF, defaults=values)
    made = int(new)
    for order, fact in enumerate(article.DEPARTMENTS, 1):
        department = Department.objects.get(code=fact.code)
        values = {"mode": ReportDuty.Mode.ORAL, "order": order}
        made += ReportDuty.objects.get_or_create(period=period, department=department, defaults=values)[1]
    return made
