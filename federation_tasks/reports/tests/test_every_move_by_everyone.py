"""Every state x move x person over HTTP: 404 for what is not his, 403 for what he may not, 409 for the wrong state (domain.md)."""

import itertools

import pytest
from django.db import transaction

from departments.access import Access
from departments.testing import TODAY
from federation_tasks.reports.models import Report, ReportState
from federation_tasks.workflow.moves import perform

pytestmark = pytest.mark.usefixtures("morning")

MOVES = {"submit": {"draft", "returned"}, "withdraw": {"submitted"}, "approve": {"submitted"}, "return": {"submitted"}}
TO = {"submit": "submitted", "withdraw": "draft", "approve": "approved", "return": "returned"}
RIGHT = {"submit": {"head", "acting_head"}, "withdraw": {"head", "acting_head"}, "approve": {"deputy", "principal"}, "return": {"deputy", "principal"}}
AUTHORS = {"head", "acting_head", "clerk"}
READERS = AUTHORS | {"deputy", "principal", "office"}
NEVER_SUBMITTED = {"draft"}


def bring_to(report, cast, state):
    """Bring the draft to a state by the moves that lead there."""
    path = {"draft": [], "submitted": ["submit"], "returned": ["submit", "return"], "approved": ["submit", "approve"], "archived": ["submit", "archive"]}
    actor = {"submit": "head", "return": "deputy", "approve": "deputy", "archive": "office"}
    for name in path[state]:
        perform(report, name, cast.access(actor[name]), reason="请补齐")


def expected(part, state, name):
    readers = AUTHORS if state in NEVER_SUBMITTED else READERS
    if part not in readers:
        return 404
    if part not in RIGHT[name]:
        return 403
    return 302 if state in MOVES[name] else 409


@pytest.mark.parametrize("state", ReportState.values)
def test_every_move_by_everyone(state, draft, cast):
    bring_to(draft, cast, state)
    asked = 0
    for part, name in itertools.product(cast.everyone(), MOVES):
        client = cast.client(part)
        sid = transaction.savepoint()
        answer = client.post(f"/reports/2026H2/kfb/{name}/", {f"{name}-reason": "请补齐"})
        assert answer.status_code == expected(part, state, name), (part, state, name)
        if answer.status_code == 302:
            assert Report.objects.get().state == TO[name]
        transaction.savepoint_rollback(sid)
        asked += 1
    assert asked == 16 * 4


@pytest.mark.parametrize("state", ReportState.values)
def test_buttons_are_the_moves_that_would_succeed(state, draft, cast):
    bring_to(draft, cast, state)
    shown = {"withdraw", "approve", "return"}  # submitting goes through the preview
    leaders = [] if state in NEVER_SUBMITTED else sorted(READERS - AUTHORS)
    for part in [*sorted(AUTHORS), *leaders]:  # once a leader has looked, nobody withdraws
        page = cast.client(part).get("/reports/2026H2/kfb/").content.decode()
        offered = {name for name in shown if f'action="/reports/2026H2/kfb/{name}/"' in page}
        assert offered == {name for name in shown if expected(part, state, name) == 302}, (part, state)


@pytest.mark.parametrize("name", MOVES)
def test_a_move_is_never_a_get(name, submitted, cast):
    assert cast.client("head").get(f"/reports/2026H2/kfb/{name}/").status_code == 405


def test_archiving_has_no_address(submitted, cast):
    assert cast.client("office").post("/reports/2026H2/kfb/archive/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(submitted, client):
    assert client.post("/reports/2026H2/kfb/approve/").status_code == 302
    assert Report.objects.get().state == "submitted"


def test_nobody_decides_on_what_he_submitted_himself(submitted, cast):
    submitted.submitted_by = cast.deputy
    submitted.save()
    assert not Access(cast.deputy, TODAY).may("decide", cast.jjb)
    assert cast.client("deputy").post("/reports/2026H2/kfb/approve/").status_code == 403
    assert cast.client("principal").post("/reports/2026H2/kfb/approve/").status_code == 302


def test_in_a_period_that_is_closed_nothing_moves(submitted, plan, cast):
    plan.period.state = "closed"
    plan.period.save()
    answer = cast.client("deputy").post("/reports/2026H2/kfb/approve/")
    assert answer.status_code == 409
    assert "2026年下半年已关闭，汇报不能再变动" in answer.content.decode()
