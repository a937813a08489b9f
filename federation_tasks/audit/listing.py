"""One page of the log: found by its place and not by its number, so that the thousandth page costs what the first does."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from federation_tasks.audit import acting, chain, naming
from federation_tasks.audit.filtering import LogFilter
from federation_tasks.audit.models import Entry, Result, Seal
from federation_tasks.masking import masked_in

ON_A_PAGE = 50
COUNTED = 10_000  # rows are counted up to here
READ_THROUGH = 25_000  # rows read for one page where more is asked for than an index answers
WAITING_COUNTED = 1000
SHOWN = ("at", "actor", "username", "role", "action", "verb", "kind", "thing", "result")


def moment(at: dt.datetime) -> str:
    """Return a time with its zone: 2026-10-21 09:00:00 +08:00."""
    words = timezone.localtime(at).isoformat(sep=" ", timespec="seconds")
    return f"{words[:19]} {words[19:]}"


@dataclass(frozen=True)
class Line:
    """One entry as the list shows it."""

    entry: Entry

    @property
    def at(self) -> str:
        """Return when."""
        return moment(self.entry.at)

    @property
    def username(self) -> str:
        """Return by which user name; empty where nobody had signed in."""
        return "" if self.entry.username == acting.NO_USERNAME else self.entry.username

    @property
    def thing(self) -> str:
        """Return what it was about."""
        return masked_in(self.entry.thing)

    @property
    def kind(self) -> str:
        """Return of what kind that is."""
        return naming.name_of_kind(self.entry.kind)

    @property
    def is_done(self) -> bool:
        """Say whether it was done."""
        return self.entry.result == Result.DONE


class LogPage:
    """The rows of a page, newest first, and the ways to the pages beside it.

    `older` and `newer` are ids of rows as they stand in the address; the page holds what lies on that side of it. Words, and two conditions
    together, are in no index: for them a page reads through a bounded number of rows, says how far it came, and the next goes on from there.
    """

    def __init__(self, form: LogFilter, older: str = "", newer: str = "") -> None:
        self.form = form
        self.read_up_to: Entry | None = None  # where reading stopped before the page was full
        self.from_row = _row(older)
        upwards = self._upwards(newer) if newer and form.is_indexed else []
        if len(upwards) >= ON_A_PAGE:
            self.rows, self.has_newer, self.has_older = upwards[:ON_A_PAGE][::-1], len(upwards) > ON_A_PAGE, True
        else:  # or the top is near: the first page is fuller
            self.has_newer = self.from_row is not None
            self.rows, self.has_older = self._downwards()

    def _upwards(self, newer: str) -> list[Entry]:
        """Return the rows after this one in time, the nearest first, one more than a page holds."""
        self.from_row = _row(newer)
        rows = beyond(self.form.rows, self.from_row, upwards=True) if self.from_row else Entry.objects.none()
        found = list(rows.only(*SHOWN).order_by("at", "pk")[: ON_A_PAGE + 1])
        if len(found) < ON_A_PAGE:
            self.from_row = None
        return found

    def _downwards(self) -> tuple[list[Entry], bool]:
        """Return the rows before this one in time, or from the newest on, and whether there are more."""
        rows = beyond(self.form.indexed, self.from_row) if self.from_row else self.form.indexed
        if not self.form.is_indexed:
            rows = self.form.fitting(self._read_through(rows))
        found = list(rows.only(*SHOWN)[: ON_A_PAGE + 1])
        if len(found) > ON_A_PAGE:
            self.read_up_to = None
        return found[:ON_A_PAGE], len(found) > ON_A_PAGE or self.read_up_to is not None

    def _read_through(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Return as many of these rows as are read for one page, and note the last of them where more follow."""
        ends = list(rows.only("at")[READ_THROUGH - 1 : READ_THROUGH + 1])
        if len(ends) < 2:
            return rows
        self.read_up_to = ends[0]
        return beyond(rows, ends[1], upwards=True)

    @property
    def lines(self) -> list[Line]:
        """Return the rows as they are shown."""
        return [Line(row) for row in self.rows]

    @property
    def read_up_to_words(self) -> str:
        """Return when the row was written at which reading stopped."""
        return moment(self.read_up_to.at) if self.read_up_to else ""

    @property
    def read_through_words(self) -> str:
        """Return how many rows are read for one page."""
        return f"{READ_THROUGH:,}"

    @property
    def older(self) -> str:
        """Return the query of the page before in time; empty where there is none."""
        last = self.read_up_to or (self.rows[-1] if self.rows else None)
        return self.form.query(older=str(last.pk)) if self.has_older and last else ""

    @property
    def newer(self) -> str:
        """Return the query of the page after in time; empty where there is none, and where rows are read through, which is only done downwards."""
        return self.form.query(newer=str(self.rows[0].pk)) if self.has_newer and self.rows and self.form.is_indexed else ""

    @property
    def first(self) -> str:
        """Return the query of the first page; empty on it."""
        return self.form.query() if self.has_newer else ""

    @cached_property
    def number(self) -> str:
        """Return how many rows there are, counted up to a bound; where they are read through, how many this page found."""
        if not self.form.is_indexed:
            return f"这一页 {len(self.rows)} 条" if self.has_older or self.from_row else f"{len(self.rows)} 条"
        found = self.form.rows.order_by()[: COUNTED + 1].count()
        return f"超过 {COUNTED:,} 条" if found > COUNTED else f"{found:,} 条"


@dataclass(frozen=True)
class Sealing:
    """How far the log is sealed."""

    head: Seal | None
    waiting: int
    oldest: dt.datetime | None
    is_late: bool

    @property
    def waiting_words(self) -> str:
        """Return how many rows wait, counted up to a bound."""
        return f"超过 {WAITING_COUNTED:,} 条" if self.waiting > WAITING_COUNTED else f"{self.waiting:,} 条"

    @property
    def oldest_words(self) -> str:
        """Return when the one was written that waits longest."""
        return moment(self.oldest) if self.oldest else ""

    @property
    def head_words(self) -> str:
        """Return when the last seal was set."""
        return moment(self.head.at) if self.head else ""


def sealing(now: dt.datetime) -> Sealing:
    """Return how far the log is sealed, by two queries of bounded size."""
    times = chain.waiting(WAITING_COUNTED + 1)
    oldest = min(times, default=None)
    return Sealing(Seal.objects.order_by("-number").first(), len(times), oldest, oldest is not None and oldest < now - chain.LATE)


def _row(typed: str) -> Entry | None:
    return Entry.objects.only("at").filter(pk=int(typed)).first() if typed.isascii() and typed.isdigit() else None


def beyond(rows: QuerySet[Entry], row: Entry, *, upwards: bool = False) -> QuerySet[Entry]:
    """Return the rows that stand before this one in time, or after it. The first condition is what the index is entered by."""
    if upwards:
        return rows.filter(Q(at__gt=row.at) | Q(at=row.at, pk__gt=row.pk), at__gte=row.at)
    return rows.filter(Q(at__lt=row.at) | Q(at=row.at, pk__lt=row.pk), at__lte=row.at)
