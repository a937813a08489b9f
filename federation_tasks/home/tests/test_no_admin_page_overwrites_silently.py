"""Every page of the admin on which something can be changed: of two who change the same field, the second is asked."""

import datetime as dt
import json
from html import unescape

import pytest
import time_machine
from django.contrib import admin
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from departments.access import Role
from departments.merging import MergingForm
from departments.merging_rows import MergingRows
from departments.models import Leader, Membership, Portfolio
from departments.testing import TODAY, filled, person
from federation_tasks.plan.models import AchievementTheme, Goal, Initiative, LightName, LightRule, PolicyDocument, ReportDuty, Target, WorkdayOverride
from federation_tasks.supervision.models import SupervisionRule, UrgeStage

TOMORROW = TODAY + dt.timedelta(days=1)
READ_ONLY = {
    "files.attachment": "nobody", "workflow.historyrow": "nobody", "digests.letter": "nobody",
    "signing.lockout": "unlocked by its own page", "departments_sessions.session": "ended by its own page",
}  # fmt: skip

# Kind of row -> who changes it, the row, the field, and what each of the two writes.
PAGES = {
    "departments.user": ("system_admin", lambda cast, plan: cast.head, "name", "甲", "乙"),
    "departments.department": ("system_admin", lambda cast, plan: cast.kfb, "name", "甲", "乙"),
    "departments.leader": ("system_admin", lambda cast, plan: Leader.objects.first(), "name", "甲", "乙"),
    "departments.portfolio": ("system_admin", lambda cast, plan: Portfolio.objects.first(), "valid_to", "2027-01-01", "2027-02-01"),
    "departments.membership": ("security_admin", lambda cast, plan: Membership.objects.get(user=cast.clerk), "role", "staff", "head"),
    "departments.roleholder": ("security_admin", lambda cast, plan: cast.stranger, "roles", ["plan"], ["office"]),
    "plan.goal": ("plan_admin", lambda cast, plan: Goal.objects.first(), "description", "甲", "乙"),
    "plan.initiative": ("plan_admin", lambda cast, plan: Initiative.objects.create(goal=plan.goals[0], name="举措"), "name", "甲", "乙"),
    "plan.policydocument": ("plan_admin", lambda cast, plan: PolicyDocument.objects.create(issuer="省委", number="5号"), "title", "甲", "乙"),
    "plan.achievementtheme": ("plan_admin", lambda cast, plan: AchievementTheme.objects.first(), "name", "甲", "乙"),
    "plan.period": ("plan_admin", lambda cast, plan: plan.period, "report_deadline", "2026-12-19 17:30", "2026-12-20 17:30"),
    "plan.reportduty": ("plan_admin", lambda cast, plan: ReportDuty.objects.first(), "order", "7", "8"),
    "plan.target": (
        "plan_admin",
        lambda cast, plan: Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="指标", quantity=3, unit="名"),
        "quantity", "4.50", "5",
    ),
    "plan.task": ("plan_admin", lambda cast, plan: plan.task(cast.kfb), "assignee", "staff", "clerk"),
    "plan.lightrule": ("plan_admin", lambda cast, plan: LightRule.objects.create(valid_from=TOMORROW), "soon_days", "5", "6"),
    "plan.lightname": ("plan_admin", lambda cast, plan: LightName.objects.get(light="red"), "name", "甲", "乙"),
    "plan.workdayoverride": ("plan_admin", lambda cast, plan: WorkdayOverride.objects.create(day=TOMORROW, is_workday=True), "note", "甲", "乙"),
    "supervision.supervisionrule": ("plan_admin", lambda cast, plan: SupervisionRule.objects.create(valid_from=TOMORROW), "decide_within", "4", "5"),
    "supervision.urgestage": ("plan_admin", lambda cast, plan: UrgeStage.objects.first(), "name", "甲", "乙"),
    "django_celery_beat.periodictask": ("system_admin", lambda cast, plan: daily_job(), "at", "09:00", "09:30"),
}  # fmt: skip
ROLE = {"system_admin": Role.SYSTEM, "security_admin": Role.SECURITY, "plan_admin": Role.PLAN}


def daily_job():
    eight = CrontabSchedule.objects.create(minute="0", hour="8")
    return PeriodicTask.objects.create(name="通报", task="x", crontab=eight)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(1), tzinfo=dt.UTC), tick=False):
        yield


def kinds():
    return {f"{model._meta.app_label}.{model._meta.model_name}": page for model, page in admin.site._registry.items()}


def test_every_page_is_walked_here_or_changes_nothing(cast, rf):
    assert set(kinds()) == set(PAGES) | set(READ_ONLY)
    for label in READ_ONLY:
        for part in cast.everyone():
            request = rf.get("/")
            request.user, request.access = getattr(cast, part), cast.access(part)
            assert not kinds()[label].has_change_permission(request)


def test_no_page_has_a_form_of_its_own_that_does_not_merge():
    for label in PAGES:
        page = kinds()[label]
        assert issubclass(page.form, MergingForm), label
        for inline in page.inlines:
            assert issubclass(inline.form, MergingForm), label
            assert issubclass(inline.formset, MergingRows), label


@pytest.mark.parametrize("label", PAGES)
@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_who_change_the_same_field_are_told(cast, plan, client, label, choice):
    part, row_of, name, my_words, their_words = PAGES[label]
    row, mine = row_of(cast, plan), cast.client(part)
    client.force_login(person("second", "管理员乙", ROLE[part]))
    address = reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk])
    data = filled(mine.get(address))
    assert client.post(address, filled(client.get(address), **{name: their_words}, change_reason="乙")).status_code == 302
    theirs = shown(mine.get(address), name)
    answer = mine.post(address, data | {name: my_words, "change_reason": "甲"})
    text = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "请选定以谁的为准" in text
    assert "管理员乙 2026-10-21 09:00" in text
    assert shown(mine.get(address), name) == theirs
    again = filled(answer) | {"undecided": [name]}
    assert "还没有选定以谁的为准" in mine.post(address, again).content.decode()
    done = mine.post(address, again | {f"choose-{name}": choice})
    assert done.status_code == 302, done.context["errors"]
    now = shown(mine.get(address), name)
    assert (now == theirs) == (choice == "theirs")


def shown(page, name):
    """Return what stands stored in a field."""
    return json.loads(page.context["adminform"].form.carried["seen"])[name]


def test_what_was_typed_for_a_row_that_was_deleted_meanwhile_is_given_back(cast, plan):
    row, mine = WorkdayOverride.objects.create(day=TOMORROW, is_workday=True), cast.client("plan_admin")
    address = reverse("admin:plan_workdayoverride_change", args=[row.pk])
    data = filled(mine.get(address), note="甲写了很久的<b>一段说明", change_reason="甲")
    WorkdayOverride.objects.all().delete()
    answer = mine.post(address, data)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "甲写了很久的&lt;b&gt;一段说明" in text
    assert "is_workday" not in text  # what the page carries along is nothing that somebody typed
