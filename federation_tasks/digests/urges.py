"""The letter of an urge (催办通知): one to each person who answers for a department, for each notice and department.

The database is the truth: the sweep plans letters for every notice that has none yet, and the bell that rings after the commit only
makes that sooner. What was answered, done or withdrawn before its letter was sent has no letter any more.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from departments.access import HEADS
from departments.models import Membership, User
from federation_tasks.digests.envelope import new_message_id
from federation_tasks.digests.models import Letter
from federation_tasks.digests.sections import Labels, Line, Link, Section, address, month_day, section_of, shortened
from federation_tasks.supervision.models import Urge, UrgeNotice, UrgeStage
from federation_tasks.supervision.stages import Stages

KIND = Letter.Kind.URGE
WORTH_TELLING = dt.timedelta(days=7)  # older than that, an urge stands in 待办 and needs no letter
LONGEST_TITLE = 60  # characters
Pair = tuple[int, int]  # ids of a notice and a department


def plan_urge_letters(today: dt.date) -> int:
    """Make the rows of the notices that have no letters yet; return how many. Two queries where there is nothing to plan.

    A department without a head today is asked about again until it has one, as long as the urge is worth telling.
    """
    pairs = _without_letters(today - WORTH_TELLING)
    if not pairs:
        return 0
    heads = heads_by_department({department for _, department in pairs}, today)
    rows = [_row(pair, user, on) for pair, on in pairs.items() for user in heads.get(pair[1], [])]
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _without_letters(since: dt.date) -> dict[Pair, dt.date]:
    """Return notice and department, with the day, of what was urged since a day, still waits and has no letter."""
    urged = Urge.objects.unanswered().filter(notice__on__gte=since).order_by("notice", "department")
    pairs = {(notice, department): on for notice, department, on in urged.values_list("notice", "department", "notice__on").distinct()}
    keys = Letter.objects.filter(kind=KIND, day__gte=since).order_by().values_list("key", flat=True) if pairs else []
    written = {about(key)[:2] for key in keys}
    return {pair: on for pair, on in pairs.items() if pair not in written}


def heads_by_department(departments: set[int], day: dt.date) -> dict[int, list[User]]:
    """Return who answers for each of these departments on a day, heads and acting heads: one query."""
    rows = Membership.objects.on(day).filter(department__in=departments, role__in=HEADS, user__is_active=True).select_related("user").order_by("pk")
    found: dict[int, list[User]] = {}
    for row in rows:
        if row.user not in found.setdefault(row.department_id, []):
            found[row.department_id].append(row.user)
    return found


def _row(pair: Pair, user: User, on: dt.date) -> Letter:
    expires = timezone.make_aware(dt.datetime.combine(on + WORTH_TELLING + dt.timedelta(days=1), dt.time()))
    return Letter(kind=KIND, key=f"{pair[0]}:{pair[1]}:{user.pk}", recipient=user, day=on, message_id=new_message_id(), expires_at=expires)


def about(key: str) -> tuple[int, int, int]:
    """Return the ids of notice, department and person of a letter's key; a letter that was sent again on purpose is about the same."""
    notice, department, user = key.partition("#")[0].split(":")
    return int(notice), int(department), int(user)


# --- What it says ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UrgeLetter:
    """What one letter says: the office's words and the things that still wait."""

    notice: UrgeNotice
    recipient: User
    department: str
    strongest: UrgeStage
    things: Section

    @property
    def headline(self) -> str:
        """Return the heading."""
        return f"办公室催办{self.department} {self.things.total} 件"

    @property
    def summary(self) -> str:
        """Return the first sentence."""
        return f"{month_day(self.notice.on)}办公室（督查）催办{self.department} {self.things.total} 件，最高一级是{self.strongest.name}。"

    @property
    def words(self) -> str:
        """Return the office's words for the text part: set in, so that no line of theirs is read as a heading or a number of the letter."""
        return "\n".join(f"  {line.strip()}" for line in self.notice.note.splitlines() if line.strip())

    @property
    def is_demo(self) -> bool:
        """Say whether it is about demo data."""
        return self.recipient.is_demo


def waiting(letter: Letter) -> list[Urge]:
    """Return what a letter is about and still waits for an answer, the strongest stage first: one query. None is nothing to say."""
    notice, department, _ = about(letter.key)
    places = [When(stage=stage, then=Value(-place)) for place, stage in enumerate(UrgeStage.Stage.values)]
    rows = Urge.objects.unanswered().filter(Q(notice=notice, department=department)).order_by(Case(*places, output_field=IntegerField()), "pk")
    beside = ("notice", "department", "period", "task", "report_duty__period", "instruction_duty__instruction__period")
    return list(rows.select_related(*beside, "instruction_duty__department"))


def compose_urge(letter: Letter) -> UrgeLetter | None:
    """Return what a letter says; None where all of it was answered, done or withdrawn meanwhile."""
    urges = waiting(letter)
    if not urges:
        return None
    stages, labels = Stages(), Labels()
    more = [Link("其余的在待办里看", address("home:worklist"))]
    things = section_of("催办的事", urges, lambda urge: _line(urge, stages, labels), more, head="级别")
    return UrgeLetter(urges[0].notice, letter.recipient, urges[0].department.name, stages.by_stage[urges[0].stage], things)


def _line(urge: Urge, stages: Stages, labels: Labels) -> Line:
    lamp = stages.lamp(urge.stage)
    late = f"催办时逾期 {urge.days_late} 天" if urge.days_late > 0 else "催办时还没有逾期"
    label = labels.unique(shortened(urge.title, LONGEST_TITLE), urge.department.name, urge.pk)
    return Line(lamp.words, label, address("supervision:urge", urge.pk), late, mark=lamp.character, tone=lamp.colour)
