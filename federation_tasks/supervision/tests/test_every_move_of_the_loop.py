"""Every state x move x person for extensions, instructions and urges (domain.md, A task's life; An instruction's life; Who may do what).

What is expected stands here as tables of their own, written from domain.md. The moves of tasks are walked in test_move_tasks.py.
"""

import datetime as dt
import itertools
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from departments.models import Leader, Membership, Portfolio
from departments.testing import TODAY, member
from federation_tasks.audit.models import Entry
from federation_tasks.plan.models import Task
from federation_tasks.supervision.models import Extension, Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, perform, table_of

HEADS, LEADERS, OFFICE = {"head", "acting_head"}, {"deputy", "principal"}, {"office"}
NEW, STAYS, EVERYONE = "new", "stays", "everyone"
LATER = dt.date(2026, 12, 10)
# move: (who may, from which states, where to)
EXTENSIONS = {
    "ask": (HEADS, {NEW}, "asked"),
    "grant": (LEADERS, {NEW}, "granted"),
    "approve": (LEADERS, {"asked"}, "granted"),
    "refuse": (LEADERS, {"asked"}, "refused"),
    "withdraw": (HEADS, {"asked"}, "withdrawn"),
    "lapse": (EVERYONE, {"asked"}, "lapsed"),
    "carry_over": (OFFICE, {"asked"}, "asked"),
}
DUTIES = {
    "issue": (LEADERS, {NEW}, "assigned"),
    "acknowledge": (HEADS, {"assigned"}, "acknowledged"),
    "answer": (HEADS, {"acknowledged", "sent_back"}, "answered"),
    "supplement": (HEADS, {"answered"}, "answered"),
    "state": (HEADS, {"assigned", "acknowledged", "answered", "sent_back"}, STAYS),
    "close": (LEADERS, {"answered"}, "closed"),
    "remark": (LEADERS, {"answered"}, "answered"),
    "send_back": (LEADERS, {"answered"}, "sent_back"),
    "release": (LEADERS, {"assigned", "acknowledged", "sent_back"}, "closed"),
    "carry_over": (OFFICE, {"assigned", "acknowledged", "answered", "sent_back"}, STAYS),
}
URGES = {
    "issue": (OFFICE, {NEW}, "sent"),
    "answer": (HEADS, {"sent"}, "answered"),
    "withdraw": (OFFICE, {"sent"}, "withdrawn"),
    "settle": (EVERYONE, {"sent", "answered"}, "settled"),
}
KINDS = {"extension": (EXTENSIONS, 16 * 7 * 6), "duty": (DUTIES, 16 * 10 * 6), "urge": (URGES, 16 * 4 * 5)}


@pytest.fixture
def loop(plan, cast):
    """What each kind is about: a task in progress, an instruction of the deputy's, a notice of the office's."""
    leader = Leader.objects.get(user=cast.deputy)
    given = Instruction.objects.create(leader=leader, period=plan.period, number=1, text="盯住不放", due=LATER, made_by=cast.deputy, made_on=TODAY)
    notice = UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=TODAY)
    return {"task": plan.task(cast.kfb, state="in_progress"), "given": given, "notice": notice, "cast": cast, "period": plan.period}


def blank(kind, loop):
    """Return a thing of this kind that is not in the database yet."""
    cast = loop["cast"]
    if kind == "extension":
        return Extension(task=loop["task"])
    if kind == "duty":
        return InstructionDuty(instruction=loop["given"], department=cast.kfb, period=loop["period"])
    return Urge(notice=loop["notice"], stage="blue", task=loop["task"], department=cast.kfb, period=loop["period"], days_late=0)


def standing(kind, loop, state):
    """Return a thing of this kind in this state."""
    thing = blank(kind, loop)
    if state == NEW:
        return thing
    thing.state = state
    if kind == "extension":
        asked = {"old_due": loop["task"].due, "asked_due": LATER, "new_due": LATER, "reason": "等批复", "asked_by": loop["cast"].head, "asked_on": TODAY}
        for name, value in asked.items():
            setattr(thing, name, value)
    if kind == "duty":
        thing.answered_on = thing.closed_on = TODAY
        thing.answered_by = loop["cast"].head
    thing.save()
    return thing


def data_of(kind, move, loop):
    if kind == "extension":
        return {"asked_due": LATER, "standing": "已完成七成", "new_due": LATER, "to": loop["task"]}
    return {"into": loop["period"]} if move == "carry_over" else {}


def outcome(thing, move, access, data):
    """Make the move; return what became of it and the sentence of a refusal."""
    reason = "同意" if move == "close" else "有理由"
    try:
        perform(thing, move, access, reason=reason, **data)
    except PermissionDenied as refused:
        return "no right", str(refused)
    except WrongState as refused:
        return "wrong state", str(refused)
    return "made", ""


def expected(table, part, move, state):
    who, sources, _ = table[move]
    if who != EVERYONE and part not in who:
        return "no right"
    return "made" if state in sources else "wrong state"


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_and_move_and_person(kind, loop, cast):
    table, number = KINDS[kind]
    states = [NEW, *table_of(blank(kind, loop)).states.values]
    assert set(table) == set(table_of(blank(kind, loop)).moves)
    checked = 0
    for part, move, state in itertools.product(cast.everyone(), table, states):
        with transaction.atomic():
            thing = standing(kind, loop, state)
            rows, entries = HistoryRow.objects.count(), Entry.objects.count()
            found, sentence = outcome(thing, move, cast.access(part), data_of(kind, move, loop))
            case = (part, move, state)
            assert found == expected(table, part, move, state), case
            if found == "made":
                to = table[move][2]
                assert type(thing).objects.get(pk=thing.pk).state == (state if to == STAYS else to), case
                assert HistoryRow.objects.count() == rows + 1, case
                assert Entry.objects.count() > entries, case
            else:
                assert re.search(r"[\u4e00-\u9fff]{4}.*。$", sentence), case
                assert state == NEW or type(thing).objects.get(pk=thing.pk).state == state, case
                assert (HistoryRow.objects.count(), Entry.objects.count()) == (rows, entries), case
                assert Task.objects.get(pk=loop["task"].pk).due == loop["task"].due, case
            transaction.set_rollback(True)
        checked += 1
    assert checked == number


# --- Who closes what was required ------------------------------------------------------------------------------------


def hand_over(cast, department, to, day=TODAY):
    """Put a department into another leader's hands from a day on."""
    Portfolio.objects.filter(department=department).update(valid_to=day)
    Portfolio.objects.create(leader=Leader.objects.get(user=to), department=department, valid_from=day)


def may_close(loop, part, **fields):
    duty = standing("duty", loop, "answered")
    for name, value in fields.items():
        setattr(duty, name, value)
    duty.save()
    return table_of(duty)["close"].allowed_to(duty, loop["cast"].access(part))


def test_the_successor_in_the_portfolio_closes_what_the_leader_before_required(loop, cast):
    hand_over(cast, cast.kfb, cast.other_deputy)
    assert may_close(loop, "other_deputy")


def test_the_leader_who_required_it_still_closes_it_after_he_handed_over(loop, cast):
    hand_over(cast, cast.kfb, cast.other_deputy)
    assert may_close(loop, "deputy")


def test_what_the_principal_required_is_not_the_deputys_to_close(loop, cast):
    loop["given"].leader = Leader.objects.get(user=cast.principal)
    loop["given"].save()
    assert not may_close(loop, "deputy")
    InstructionDuty.objects.all().delete()
    assert may_close(loop, "principal")


def test_a_leader_who_left_office_closes_nothing(loop, cast):
    leader = loop["given"].leader
    leader.in_office_to = TODAY
    leader.save()
    assert not may_close(loop, "deputy")


@pytest.mark.parametrize("part", ["deputy", "principal"])
def test_nobody_closes_what_he_answered_himself(loop, cast, part):
    assert not may_close(loop, part, answered_by=getattr(cast, part))


@pytest.mark.parametrize("part", ["deputy", "principal"])
def test_nobody_closes_for_a_department_that_he_heads(loop, cast, part):
    member(getattr(cast, part), cast.kfb, Membership.Role.HEAD)
    assert not may_close(loop, part)


def test_of_the_principals_own_department_the_deputy_who_required_it_closes(loop, cast):
    member(cast.principal, cast.kfb, Membership.Role.HEAD)
    assert may_close(loop, "deputy")


# --- What waits in a list is what has a button -----------------------------------------------------------------------


def test_the_lists_of_what_awaits_a_leader_are_what_he_may_decide(loop, cast):
    from federation_tasks.supervision.awaiting import Patience, waiting_answers, waiting_extensions

    extension, duty = standing("extension", loop, "asked"), standing("duty", loop, "answered")
    for hands in range(2):
        if hands:
            hand_over(cast, cast.kfb, cast.other_deputy)
        for part in cast.everyone():
            access = cast.access(part)
            patience = Patience(access.on)
            may = table_of(extension)["approve"].allowed_to(extension, access)
            assert [row.thing for row in waiting_extensions(access, patience)] == ([extension] if may else []), part
            may = table_of(duty)["close"].allowed_to(duty, access)
            assert [row.thing for row in waiting_answers(access, patience)] == ([duty] if may else []), part
