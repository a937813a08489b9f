"""A report that is ready to be submitted, and a browser's view of its form."""

import datetime as dt
from html.parser import HTMLParser

import pytest
import time_machine

from departments.testing import TODAY
from federation_tasks.plan.models import Milestone
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import Problem, Report
from federation_tasks.workflow.moves import perform

MORNING = dt.datetime.combine(TODAY, dt.time(9), tzinfo=dt.timezone(dt.timedelta(hours=8)))


class Fields(HTMLParser):
    """Reads what a browser would send of the forms on a page."""

    def __init__(self):
        super().__init__()
        self.sent, self.area, self.select, self.is_elsewhere = {}, None, None, False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.is_elsewhere |= tag in {"template", "dialog"}
        if self.is_elsewhere:
            return
        name = given.get("name")
        if tag == "textarea":
            self.area, self.sent[name] = name, ""
        elif tag == "select":
            self.select = name
            self.sent[name] = ""
        elif tag == "option" and "selected" in given:
            self.sent[self.select] = given.get("value")
        elif tag == "input" and name:
            if given.get("type") == "checkbox" or name == "undecided":
                if "checked" in given or name == "undecided":
                    self.sent.setdefault(name, []).append(given.get("value", "on"))
            elif given.get("type") == "radio":
                if "checked" in given:
                    self.sent[name] = given.get("value")
            else:
                self.sent[name] = given.get("value") or ""

    def handle_endtag(self, tag):
        self.is_elsewhere &= tag not in {"template", "dialog"}
        if tag == "textarea" and self.area:
            # A browser drops the line break that follows the opening tag.
            self.sent[self.area] = self.sent[self.area].removeprefix("\n")
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data


def fields_of(response):
    """Return what the page's form would send, untouched."""
    reader = Fields()
    reader.feed(response.content.decode())
    return reader.sent


class Walk:
    """One person's browser at one department's report."""

    def __init__(self, cast, part, code="kfb", period="2026H2"):
        self.client, self.base = cast.client(part), f"/reports/{period}/{code}/"

    def get(self, page=""):
        return self.client.get(f"{self.base}{page}")

    def form(self):
        response = self.get("edit/")
        assert response.status_code == 200, response.content.decode()[:2000]
        return fields_of(response)

    def send(self, fields, do="save", follow=True):
        return self.client.post(f"{self.base}edit/", fields | {"do": do}, follow=follow)

    def write(self, do="save", **changes):
        fields = self.form()
        return self.send(fields | changes, do)

    def move(self, name, follow=True, **fields):
        return self.client.post(f"{self.base}{name}/", fields, follow=follow)


@pytest.fixture
def walk(cast, plan):
    return lambda part, code="kfb": Walk(cast, part, code)


@pytest.fixture
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield MORNING


@pytest.fixture
def tasks(plan, cast):
    """One task of each measure, being worked on."""
    states = {"state": TaskState.IN_PROGRESS}
    counted = plan.task(cast.kfb, title="儿童康复救助", measure="quantity", quantity=1200, unit="名", quantity_done=792, progress=66, **states)
    stepped = plan.task(cast.kfb, title="康复楼建设", measure="milestones", progress=0, **states)
    for order, name in enumerate(["立项", "招标", "封顶", "验收"]):
        Milestone.objects.create(task=stepped, name=name, order=order)
    percent = plan.task(cast.kfb, title="康复条例调研", **states)
    return counted, stepped, percent


def fill(report, **item):
    """Say what must be said, behind the form's back."""
    for row in report.items.all():
        for name, value in ({"narrative": f"{row}的完成情况。"} | item).items():
            setattr(row, name, value)
        row.save()
    report.arrangements = "明年上半年的安排。"
    report.revision += 1
    report.save()
    return report


@pytest.fixture
def draft(plan, cast, tasks):
    """A complete draft."""
    report = fill(start_report(plan.period, cast.kfb, cast.clerk))
    Problem.objects.create(report=report, goal=plan.goals[1], text="口径不一", measure="逐市比对", owner="张三", due=dt.date(2026, 12, 1))
    return report


@pytest.fixture
def submitted(draft, cast):
    """The complete draft, submitted by the head."""
    perform(draft, "submit", cast.access("head"))
    return Report.objects.get()
