"""What somebody sends who does not use our forms: without a token, with fields that no form has, with rights that ended a minute ago."""

import pytest
from django.test import Client

from departments.models import Membership, Portfolio
from departments.testing import TODAY
from federation_tasks.home.tests.access_walk import address, asked_for, rows
from federation_tasks.home.tests.test_who_gets_what import ask
from federation_tasks.reports.models import Report, ReportItem

POSTED = [row for row in rows() if "POST" in row.methods.split()]


@pytest.mark.once
@pytest.mark.parametrize("part", ["head", "deputy", "office", "plan_admin", "system_admin", "security_admin", "auditor"])
def test_no_form_is_taken_without_its_token(cast, things, part):
    client = Client(enforce_csrf_checks=True)
    client.force_login(getattr(cast, part))
    for row in POSTED:
        for thing in asked_for(row, things):
            where = address(row, thing)
            answer, written = ask(client, "POST", where)
            assert (answer.status_code, written) == (403, []), where


def test_a_token_of_another_visitor_is_not_taken(cast, things):
    client, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    client.force_login(cast.head)
    other.get("/login/")
    client.get("/")
    answer = client.post("/logout/", {"csrfmiddlewaretoken": other.cookies["csrftoken"].value})
    assert answer.status_code == 403


def test_fields_that_the_form_does_not_have_change_nothing(cast, things):
    """A clerk sends a state, another department, a version and a submission along with the draft."""
    report = Report.objects.get(department=cast.kfb)
    Report.objects.filter(pk=report.pk).update(state="draft", standing=None)
    item = ReportItem.objects.filter(report=report).first()
    extra = {"state": "approved", "department": cast.jjb.pk, "standing": 1, "submitted_by": cast.clerk.pk, "id": 7, "period": 9}
    extra |= {f"items-{item.task_id}-{name}": value for name, value in {"task": 999, "report": 999, "id": 999}.items()}
    sent = {"revision": report.revision, "arrangements": "写好的安排", "do": "save", f"items-{item.task_id}-narrative": "写好的情况"}
    assert cast.client("clerk").post("/reports/2026H2/kfb/edit/", sent | extra).status_code in {200, 302}
    after = Report.objects.get(pk=report.pk)
    assert (after.state, after.department_id, after.period_id, after.standing_id) == ("draft", cast.kfb.pk, report.period_id, None)
    assert after.arrangements == "写好的安排"
    item.refresh_from_db()
    assert (item.report_id, item.narrative) == (report.pk, "写好的情况")


def test_fields_that_an_admin_form_does_not_have_make_nobody_a_superuser(cast, things):
    client = cast.client("system_admin")
    sent = {
        "username": "new-one",
        "name": "新人",
        "email": "",
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "on",
        "groups": "1",
        "user_permissions": "1",
    }
    client.post("/admin/departments/user/add/", sent)
    made = type(cast.head).objects.get(username="new-one")
    assert not made.is_superuser
    assert made.groups.count() == made.user_permissions.count() == 0


def test_what_ends_today_has_no_effect_at_the_next_request(cast, things):
    """Leader, head and role holder keep their sessions and lose their rights."""
    deputy, head, office = cast.client("deputy"), cast.client("head"), cast.client("office")
    task = next(thing.args["pk"] for thing in things if thing.about == "task" and thing.department == "kfb")
    assert [client.get(f"/tasks/{task}/").status_code for client in (deputy, head, office)] == [200, 200, 200]
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=TODAY)
    Membership.objects.filter(user=cast.head).update(valid_to=TODAY)
    cast.office.groups.clear()
    assert [client.get(f"/tasks/{task}/").status_code for client in (deputy, head, office)] == [404, 404, 404]
    assert deputy.post("/reports/2026H2/kfb/approve/").status_code == 404
    assert head.post("/reports/2026H2/kfb/withdraw/").status_code == 404
    assert office.post(f"/tasks/{task}/suspend/", {"suspend-reason": "停"}).status_code == 404
