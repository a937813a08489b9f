"""Thirty hostile strings in every text that the site stores, and every page and letter read afterwards: nothing of them comes alive."""

import itertools
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.digests import letters
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.overdue import compose
from federation_tasks.home.tests.access_walk import address, asked_for, rows
from federation_tasks.home.tests.world import PEOPLE

# Each would leave a tag or an attribute that begins with zq, a computed 49 or a broken page, if anything in it were taken at its word.
STRINGS = [
    "<zq>", "</p><zq>", "<img src=x zqerror=1>", "<svg zqload=1>", "<zq/onclick=1>", '"><zq>', "'><zq>", '" zqfocus=1 x="', "' zqfocus=1 x='",
    "` zqfocus=1 `", "</textarea><zq>", "</title><zq>", "</script><zq>", "</style><zq>", "<!--><zq>-->", "<![CDATA[<zq>]]>", "&lt;zq&gt;&#60;zq&#62;",
    "<zq\x0bzqa=1>", "<ZQ>", "＜zq＞", "javascript:zq()", "data:text/html,<zq>", "[x](javascript:zq)", "![x](zq)", "<a href='zq:x'>",
    "zq{{7*7}}zq", "zq{% debug %}zq", "zq${7*7}zq", "' OR '1'='1' -- zq", "zq\r\nBcc: zq@example.test",
]  # fmt: skip
OURS = {"departments", "workflow", "plan", "reports", "supervision", "digests", "files", "audit"}
# What is no free text: names by which rows are found or addressed, hashes, states without choices of their own.
SPARED = {
    "username",
    "email",
    "password",
    "code",
    "state",
    "state_before",
    "period",
    "move",
    "from_state",
    "to_state",
    "key",
    "address",
    "message_id",
    "light",
    "sha256",
    "kind",
}


class Reader(HTMLParser):
    """Notes every tag and attribute that our strings would make."""

    def __init__(self):
        super().__init__()
        self.alive = []

    def handle_starttag(self, tag, attrs):
        names = [tag, *(name for name, _ in attrs)]
        self.alive += [name for name in names if name.startswith("zq")]
        self.alive += [
            value
            for name, value in attrs
            if name in {"href", "src", "action"} and value and value.strip().lower().startswith(("javascript:", "zq", "data:text"))
        ]


def alive(text):
    reader = Reader()
    reader.feed(text)
    return reader.alive + (["computed"] if "zq49zq" in text else [])


def texts(model):
    """Return the free texts of a model."""
    plain = (models.CharField, models.TextField)
    fields = [field for field in model._meta.concrete_fields if isinstance(field, plain) and not field.choices and not field.unique]
    return [field for field in fields if field.name not in SPARED and not isinstance(field, models.SlugField)]


def poison():
    """Put the strings into every free text that is stored; a long one takes all of them. Returns how many texts."""
    turn, poisoned = itertools.cycle(STRINGS), 0
    for model in apps.get_models():
        if model._meta.app_label not in OURS or not model._meta.managed or model._meta.proxy or model._meta.app_label == "audit":
            continue
        for row in model._base_manager.all():
            poisoned += poison_row(row, {field.name: fitting(field, turn) for field in texts(model)})
    return poisoned


def poison_row(row, values):
    """Put texts into a row; where a constraint keeps one of them empty, into those that say something. Returns how many."""
    if not values:
        return 0
    for chosen in (values, {name: value for name, value in values.items() if getattr(row, name)}):
        try:
            with transaction.atomic():
                models.QuerySet(type(row)).filter(pk=row.pk).update(**chosen)
        except IntegrityError:
            continue
        return len(chosen)
    raise AssertionError(f"no text could be put into {row!r}")


def fitting(field, turn):
    return "\n".join(STRINGS) if field.max_length is None else next(turn)[: field.max_length]


@pytest.mark.once
@pytest.mark.parametrize(
    "person", [person for person in PEOPLE if person.name in {"head", "deputy", "office", "plan_admin", "system_admin", "auditor"}], ids=lambda p: p.name
)
def test_no_page_takes_a_stored_text_at_its_word(cast, things, person):
    assert poison() > 100
    client, shown = cast.client(person.name), 0
    for row in rows():
        for thing in asked_for(row, things):
            if thing is None or thing.exists:
                where = address(row, thing)
                answer = client.get(where)
                if not answer["Content-Type"].startswith("text/html"):
                    continue  # with nosniff, no browser reads tags in it
                text = answer.content.decode()
                shown += "zq" in text
                assert alive(text) == [], (where, alive(text))
    assert shown > 3, "the strings were hardly shown: the test shows nothing"


def test_a_page_that_took_them_would_be_found():
    found = [string for string in STRINGS if alive(f"<p title=x>{string}</p>")]
    assert len(found) >= 15
    assert alive('<a href="javascript:zq()">') and alive("zq49zq")  # noqa: PT018


def test_no_letter_takes_a_stored_text_at_its_word(cast, things):
    poison()
    letter = letters.overdue_digest(compose(Leader.objects.get(user=cast.principal), Briefing(TODAY.replace(year=2027))))
    assert "zq" in letter.html
    assert alive(letter.html) == []
    assert "\n" not in letter.subject and "\r" not in letter.subject  # noqa: PT018


def test_what_is_typed_comes_back_as_text(cast, things):
    """A refused form, a search that finds nothing and a page that does not exist show what was typed, as text."""
    head, plan_admin = cast.client("head"), cast.client("plan_admin")
    task = next(thing for thing in things if thing.about == "task" and thing.department == "kfb")
    for string in STRINGS:
        pages = [
            head.post(f"/tasks/{task.args['pk']}/updates/", {"text": string, "progress": string, "reason": string}),
            head.get("/tasks/", {"q": string, "period": string}),
            head.get("/dashboard/", {"period": string, "on": string}),
            plan_admin.get("/admin/plan/task/", {"q": string, "department": string}),
            plan_admin.post("/admin/plan/goal/add/", {"name": string, "number": string}),
            head.post("/login/", {"username": string, "next": string}),
        ]
        for page in pages:
            assert alive(page.content.decode()) == [], (string, page.request["PATH_INFO"])
