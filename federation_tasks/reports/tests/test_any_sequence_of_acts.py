"""Whatever sequence of acts people come up with: a report moves by its table only, versions stay, drafts stay with their authors."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
import time_machine
from django.conf import settings as site
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test

from departments.testing import NAMES
from federation_tasks.reports.models import Report, ReportVersion, Saved
from federation_tasks.reports.moves import REPORT_MOVES
from federation_tasks.workflow.models import HistoryRow

from .conftest import MORNING, fields_of
from .test_every_move_by_everyone import AUTHORS, MOVES, READERS, RIGHT, TO

BASE = "/reports/2026H2/kfb/"
A_STEP = dt.timedelta(seconds=40)
OTHERS = sorted(NAMES.keys() - AUTHORS)
# Where a text of the report could come to somebody's eyes, beside its own pages.
LISTS = [
    "/",
    "/dashboard/",
    "/dashboard/summary.json",
    "/reports/",
    "/tasks/",
    "/departments/kfb/",
    "/departments/kfb/timeline/",
    "/instructions/",
    "/circulars/",
]
LISTS += ["/digests/preview/", "/audit/"]

authors, everyone = st.sampled_from(sorted(AUTHORS)), st.sampled_from(sorted(NAMES))
# A leader's, a head's and a clerk's acts come as often as those of the others together.
anyone = st.one_of(st.sampled_from(["head", "clerk", "deputy", "principal"]), everyone)


@dataclass
class Page:
    """A form that stands open in somebody's browser, with what was typed into it."""

    part: str
    fields: dict
    typed: set = field(default_factory=set)  # names of the fields that were typed into
    seen: dict = field(default_factory=lambda: defaultdict(set))  # what the page has shown in each

    def __post_init__(self):
        self.shows(self.fields)

    def shows(self, values):
        for name, value in values.items():
            self.seen[name].add(value.strip() if isinstance(value, str) else str(value))

    def types(self, name, text):
        self.typed.add(name)
        self.fields[name] = text
        self.shows({name: text})

    @property
    def said(self):
        return [name for name in self.fields if name.endswith(("-narrative", "-next_step", "-text", "arrangements"))]

    @property
    def undecided(self):
        """Return the fields whose conflict the page shows."""
        return self.fields.get("undecided", [])


class Acts(RuleBasedStateMachine):
    """One report, and everyone around it. `cookies` are of the people signed in, `tasks` those of the report."""

    pages = Bundle("pages")
    cookies, tasks, clock = {}, [], None

    def __init__(self):
        super().__init__()
        self.clock.move_to(MORNING)
        self.before_all = transaction.savepoint()
        self.people = {part: Client() for part in NAMES}
        for part, client in self.people.items():
            client.cookies[site.SESSION_COOKIE_NAME] = self.cookies[part]
        self.typed, self.floor, self.versions, self.steps = [], Report.objects.get().revision, {}, 0
        self.was, self.moved = "draft", None  # the state before a step, and the move that a step made by its answer

    # --- What can be asked ---

    @property
    def report(self):
        return Report.objects.select_related("standing").get()

    def ask(self, part, method, page="", form=None):
        self.was, self.moved = self.report.state, None
        return getattr(self.people[part], method)(page if page.startswith("/") else f"{BASE}{page}", form or {})

    def marker(self):
        """Return a text that stands nowhere else."""
        self.typed.append(f"独一句{len(self.typed):04}完")
        return self.typed[-1]

    def may_read(self, part):
        return part in AUTHORS or (part in READERS and self.report.standing is not None)

    def is_complete(self):
        report = self.report
        said = [report.arrangements, *report.items.values_list("narrative", flat=True), *report.problems.values_list("text", flat=True)]
        return all(text.strip() for text in said)

    def answer_to(self, part, name, reason):
        """Return the status with which a move is answered (domain.md, Answers over HTTP)."""
        report = self.report
        if not self.may_read(part):
            return 404
        if part not in RIGHT[name]:
            return 403
        if report.state not in MOVES[name] or (name == "withdraw" and report.standing.opened_at):
            return 409
        is_refused = not reason if name == "return" else name == "submit" and not self.is_complete()
        return 200 if is_refused else 302

    # --- Acts ---

    @initialize(target=pages, was_returned=st.booleans())
    def two_have_it_open(self, was_returned):
        """Begin with a draft, or with a report of which a version stands and is being corrected."""
        for part, name in [("head", "submit"), ("deputy", "return")] if was_returned else []:
            self.move(part, name, "请补齐")
            self.it_all_holds()
        return multiple(Page("clerk", self.opened("clerk")), Page("head", self.opened("head")))

    def opened(self, part):
        return fields_of(self.ask(part, "get", "edit/"))

    @rule(target=pages, part=authors)
    def open_the_form(self, part):
        answer = self.ask(part, "get", "edit/")
        assert answer.status_code == (200 if self.was in MOVES["submit"] else 302)
        return Page(part, fields_of(answer)) if answer.status_code == 200 else multiple()

    @rule(page=pages, data=st.data(), is_empty=st.sampled_from([False] * 5 + [True]), choice=st.sampled_from(["", "", "mine", "theirs", "both"]))
    def save_by_the_button(self, page, data, is_empty, choice):
        self.send_form(page, data, "save", "" if is_empty else self.marker(), choice)

    @rule(page=pages, data=st.data(), do=st.sampled_from(["add", "preview", "submit"]))
    def press_another_button(self, page, data, do):
        self.send_form(page, data, do, self.marker(), "")

    def send_form(self, page, data, do, text, choice):
        name = data.draw(st.sampled_from(page.said), label="field")
        page.types(name, text)
        decided = {name, *page.undecided} if choice else set()
        decisions = {"undecided": sorted(decided | set(page.undecided))} | {f"choose-{one}": choice for one in decided}
        may_submit, before = page.part in RIGHT["submit"], self.report.revision
        answer = self.ask(page.part, "post", "edit/", page.fields | decisions | {"do": do})
        if self.was not in MOVES["submit"]:
            assert answer.status_code == 409
            assert not text or text in answer.content.decode()
            return
        assert answer.status_code in ({200, 302} if do != "submit" or may_submit else {200, 403})
        self.nothing_went_unseen(page, page.typed - set(page.undecided) | decided, before, choice)
        if answer.status_code == 200:  # somebody must decide, or something is missing
            assert text in answer.content.decode()
            page.fields = fields_of(answer)
            page.shows(page.fields)
            page.shows({one.name: one.value for one in answer.context.get("conflicts", [])})
        elif choice:  # led to a new page, which shows what the decision has made of both texts
            page.fields, page.typed = self.opened(page.part), set()
            page.shows(page.fields)
        elif do == "submit" and answer.status_code == 302:
            self.moved = ("submit", page.part)

    @rule(page=pages, data=st.data(), is_lost=st.sampled_from([False, False, True]))
    def save_by_itself(self, page, data, is_lost):
        """Save one field as the page does; sometimes the answer is lost on the way."""
        name = data.draw(st.sampled_from([name for name in page.said if name not in page.undecided]), label="field")
        text, before = self.marker(), self.report.revision
        answer = self.ask(page.part, "post", "autosave/", {"revision": page.fields["revision"], "page": page.fields["page"], name: text})
        assert answer.status_code == (200 if self.was in MOVES["submit"] else 409)
        if answer.status_code == 409:
            assert "不能保存修改" in answer.json()["sentence"]
            return
        found = answer.json()
        self.nothing_went_unseen(page, {name}, before)
        page.types(name, text)
        if not found["conflicts"]:
            assert Saved.objects.get(number=found["revision"]).changes[name][1] == text
        if is_lost:
            return
        page.fields |= {other: value for other, value in found["theirs"].items() if other in page.fields} | {"revision": str(found["revision"])}
        page.shows(page.fields)
        page.shows({one["name"]: one["value"] for one in found["conflicts"]})
        page.fields["undecided"] = [*page.undecided, *(one["name"] for one in found["conflicts"])]

    def nothing_went_unseen(self, page, names, before, choice=""):
        """Of a page, however old, only what was typed on it was written, and only over what it had shown, or beside it."""
        changes = [(name, *change) for row in Saved.objects.filter(number__gt=before) for name, change in row.changes.items()]
        assert {name for name, _, _ in changes} <= names
        assert not [(name, was) for name, was, now in changes if was not in page.seen[name] and not (choice == "both" and was in now)]

    @rule(part=everyone, text=st.sampled_from(["别人写的"]))
    def save_what_is_not_ones_own(self, part, text):
        if part not in AUTHORS:
            name = f"items-{self.tasks[0]}-narrative"
            assert self.ask(part, "post", "autosave/", {"revision": self.report.revision, name: text}).status_code == 404
            assert self.ask(part, "post", "edit/", {"revision": self.report.revision, name: text}).status_code == 404

    @rule(part=anyone, name=st.sampled_from(sorted(MOVES)), reason=st.sampled_from(["请补齐", "请补齐", ""]))
    def make_a_move(self, part, name, reason):
        self.move(part, name, reason)

    def move(self, part, name, reason):
        wanted = self.answer_to(part, name, reason)
        answer = self.ask(part, "post", f"{name}/", {f"{name}-reason": reason})
        assert answer.status_code == wanted, (part, name, self.was)
        self.moved = (name, part) if wanted == 302 else None

    @rule(page=pages)
    def submit_from_an_older_preview(self, page):
        now = self.report.revision
        wanted = self.answer_to(page.part, "submit", "")
        if wanted in {200, 302} and int(page.fields["revision"]) != now:
            wanted = 409
        answer = self.ask(page.part, "post", "submit/", {"revision": page.fields["revision"]})
        assert answer.status_code == wanted
        self.moved = ("submit", page.part) if wanted == 302 else None

    @rule(part=st.sampled_from(["head", "acting_head"]))
    def submit_from_the_preview(self, part):
        wanted = self.answer_to(part, "submit", "")
        answer = self.ask(part, "post", "submit/", {"revision": self.report.revision})
        assert answer.status_code == wanted
        self.moved = ("submit", part) if wanted == 302 else None

    @rule(part=anyone)
    def open_the_report(self, part):
        wanted = 200 if self.may_read(part) else 404
        assert self.ask(part, "get").status_code == wanted
        version = self.report.standing
        if part in RIGHT["approve"] and wanted == 200 and self.was == "submitted":
            assert version.opened_at is not None

    # --- What holds after each act ---

    @invariant()
    def it_all_holds(self):
        """Check in this order: a submission begins the revisions anew."""
        self.the_state_is_where_a_move_of_the_table_leads()
        self.no_version_is_lost_or_altered()
        self.each_revision_since_the_last_submission_has_its_record()
        self.one_of_the_others_finds_no_draft_in_the_report()

    def the_state_is_where_a_move_of_the_table_leads(self):
        report, rows = self.report, HistoryRow.objects.of(Report.objects.get()).order_by("pk")
        if self.moved is None:
            assert report.state == self.was
            assert len(rows) == self.steps
        else:
            name, part = self.moved
            self.moved, self.steps = None, self.steps + 1
            assert self.was in REPORT_MOVES[name].sources
            assert (report.state, report.state) == (REPORT_MOVES[name].to, TO[name])
            assert len(rows) == self.steps
            last = rows[self.steps - 1]
            assert (last.move, last.from_state, last.to_state, last.actor.username) == (name, self.was, report.state, part.replace("_", "-"))
        self.was = report.state
        self.clock.shift(A_STEP)

    def no_version_is_lost_or_altered(self):
        found = {row.number: row for row in ReportVersion.objects.all()}
        for number, (sha256, content) in self.versions.items():
            assert (found[number].sha256, found[number].content) == (sha256, content)
        assert all(row.hashed() == row.sha256 for row in found.values())
        assert sorted(found) == list(range(1, self.report.submissions + 1))
        if len(found) > len(self.versions):
            assert len(found) == len(self.versions) + 1
            self.floor = self.report.revision
        self.versions = {number: (row.sha256, row.content) for number, row in found.items()}

    def each_revision_since_the_last_submission_has_its_record(self):
        rows = list(Saved.objects.order_by("number"))
        assert [row.number for row in rows] == list(range(self.floor + 1, self.report.revision + 1))
        now = {}
        for name, (before, after) in (pair for row in rows for pair in row.changes.items()):
            assert now.get(name, before) == before
            now[name] = after
        stands = {f"{item.prefix}-narrative": item.narrative for item in self.report.items.all()} | {"arrangements": self.report.arrangements}
        assert {name: now[name] for name in stands if name in now} == {name: text for name, text in stands.items() if name in now}

    def one_of_the_others_finds_no_draft_in_the_report(self):
        part = ["deputy", *self.in_turn()][self.steps % 3]
        self.finds_no_draft(part, self.own_pages())

    def in_turn(self):
        """Return two of the others, now these, now those."""
        first = 2 * len(self.typed)
        return [OTHERS[number % len(OTHERS)] for number in (first, first + 1)]

    def teardown(self):
        """At the end those who read reports, and two of the others, look everywhere."""
        try:
            if self.typed:
                for part in {*READERS - AUTHORS, *self.in_turn()}:
                    self.finds_no_draft(part, [*self.own_pages(), *LISTS, *(f"/tasks/{task}/" for task in self.tasks)])
        finally:
            transaction.savepoint_rollback(self.before_all)

    def own_pages(self):
        return [BASE, f"{BASE}preview/", f"{BASE}edit/", *(f"{BASE}versions/{number}/" for number in list(self.versions)[-1:])]

    def finds_no_draft(self, part, addresses):
        """Look, and undo what looking changes. Of what was taken back, only the statements on the tasks stay to be read."""
        submitted, standing = (self.texts_of(rows) for rows in (ReportVersion.objects.all(), ReportVersion.objects.standing()))
        sid = transaction.savepoint()
        for address in addresses:
            text = self.people[part].get(address).content.decode()
            public = standing if address.startswith(BASE) else submitted
            assert not [one for one in self.typed if one in text and one not in public], (part, address)
        transaction.savepoint_rollback(sid)

    @staticmethod
    def texts_of(versions):
        return "".join(str(content) for content in versions.values_list("content", flat=True))


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order(cast, draft, tasks, morning):
    with time_machine.travel(MORNING, tick=False) as clock:
        Acts.clock, Acts.tasks = clock, [task.pk for task in tasks]
        Acts.cookies = {part: cast.client(part).cookies[site.SESSION_COOKIE_NAME].value for part in NAMES}
        modest = settings(max_examples=10, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck))
        run_state_machine_as_test(Acts, settings=modest)
