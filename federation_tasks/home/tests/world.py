"""A half-year with own and foreign objects of every kind, and everyone who may ask for them: for the walks over all addresses."""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from departments.models import Leader, Membership, RoleHolder
from departments.signing.models import Lockout, SecondFactor
from departments.signing.sealing import seal
from departments.testing import TODAY, member
from federation_tasks.audit.models import Entry
from federation_tasks.digests import schedule
from federation_tasks.digests.models import Letter
from federation_tasks.files.testing import PDF, picture, quarantined, stored
from federation_tasks.home.tests.access_walk import Person, Thing
from federation_tasks.home.tests.who_gets_what import ADMIN
from federation_tasks.meetings.issuing import issue
from federation_tasks.plan.models import Initiative, LightName, LightRule, Period, PolicyDocument, ProgressUpdate, Target, WorkdayOverride
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.models import Report, ReportEvidence
from federation_tasks.supervision.models import Extension, Instruction, InstructionDuty, SupervisionRule, Urge, UrgeNotice
from federation_tasks.workflow.moves import perform

INSTRUCTIONS = ("instruction", "duty", "principal's duty")
MORNING = dt.datetime.combine(TODAY, dt.time(9), tzinfo=dt.timezone(dt.timedelta(hours=8)))
PEOPLE = [
    Person("head", own={"kfb": "head"}),
    Person("acting_head", own={"kfb": "head"}),
    Person("clerk", own={"kfb": "clerk"}),
    Person("staff", own={"kfb": "staff"}),
    Person("other_head", own={"jjb": "head"}),
    Person("kfyy_head", own={"kfyy": "head"}),
    Person("ysa_head", own={"ysa": "head"}),
    Person("deputy", leads=frozenset({"kfb", "kfyy"})),
    Person("other_deputy", leads=frozenset({"jjb"})),
    Person("principal", groups=frozenset({"principal"})),
    Person("office", groups=frozenset({"office"})),
    Person("plan_admin", groups=frozenset({"plan"})),
    Person("system_admin", groups=frozenset({"system"})),
    Person("security_admin", groups=frozenset({"security"})),
    Person("auditor", groups=frozenset({"auditor"})),
    Person("stranger"),
]


@pytest.fixture
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def things(morning, cast, plan):
    """Own and foreign objects of every kind, and one that does not exist."""
    nothing = {"pk": 999_999, "code": "nowhere", "period": "2026H2", "number": 9, "object_id": "999999"}
    found = [
        Thing(about, "none", exists=False, args=nothing)
        for about in (
            "task",
            "extension",
            "attachment",
            "picture",
            "report file",
            "draft file",
            "report",
            "draft",
            "department",
            "letter",
            "urge",
            "entry",
            "handover",
            *INSTRUCTIONS,
            *ADMIN,
        )
    ]
    found += the_half_before(cast)
    to_come = {"object_id": LightRule.objects.create(valid_from=TODAY + dt.timedelta(days=30)).pk}
    found.append(Thing("light rule to come", "to come", args=to_come))
    to_come = {"object_id": SupervisionRule.objects.create(valid_from=TODAY + dt.timedelta(days=30)).pk}
    found.append(Thing("supervision rule to come", "to come", args=to_come))
    found.append(Thing("admin:plan", "plan", args={"app_label": "plan"}))
    found += [Thing("department", row.code, row.code, args={"code": row.code}) for row in (cast.kfb, cast.jjb, cast.ysa)]
    own_task = plan.task(cast.kfb, assignee=cast.staff)
    tasks = [own_task, plan.task(cast.jjb), plan.task(cast.ysa), plan.task(cast.kfb, title="合办"), plan.task(cast.jjb, title="合办")]
    tasks[3].supporting.add(cast.jjb)
    tasks[4].supporting.add(cast.kfyy)
    supporting = [(), (), (), ("jjb",), ("kfyy",)]
    for task, beside in zip(tasks, supporting, strict=True):
        assignee = "staff" if task.assignee_id else ""
        found.append(Thing("task", f"{task.department.code} {task.title}", task.department.code, beside, assignee, args={"pk": task.pk}))
        said = ProgressUpdate.objects.create(task=task, department=task.department, author=cast.plan_admin, on=TODAY, progress=1)
        for about, content, name in (("attachment", PDF, "佐证.pdf"), ("picture", picture(), "现场.png")):
            file = stored(said, cast.plan_admin, task.department, content, name)
            found.append(Thing(about, f"{task.department.code} {task.title}", task.department.code, beside, assignee, args={"pk": file.pk}))
    with transaction.atomic():
        plan.period.duties.update(mode="oral")
    heads = {cast.kfb: "head", cast.jjb: "other_head", cast.ysa: "ysa_head", cast.kfyy: "kfyy_head"}
    for task, beside in list(zip(tasks, supporting, strict=True))[1:]:  # for the first one nothing waits, so that one can be asked
        label, extension = f"{task.department.code} {task.title}", asked_for(task, cast.access(heads[task.department]))
        found.append(Thing("extension", label, task.department.code, beside, args={"pk": extension.pk}))
    for department, head in heads.items():
        report = start_report(plan.period, department, getattr(cast, head))
        is_draft = department in (cast.ysa, cast.kfyy)
        file = evidence_of(report, getattr(cast, head))
        found.append(Thing("draft file" if is_draft else "report file", department.code, department.code, args={"pk": file.pk}))
        if not is_draft:
            submitted(report, cast, head)
        args = {"period": "2026H2", "code": department.code, "number": 1}
        found.append(Thing("draft" if is_draft else "report", department.code, department.code, args=args))
    # The deputy's on a department that he was in charge of once, too.
    makers = [(cast.kfb, "deputy"), (cast.jjb, "other_deputy"), (cast.jjb, "deputy"), (cast.kfb, "principal"), (cast.ysa, "principal")]
    for department, maker in makers:
        duty = required(department, getattr(cast, maker), plan)
        whose = {"label": f"{department.code} by {maker}", "department": department.code, "maker": maker}
        found.append(Thing("principal's duty" if maker == "principal" else "duty", **whose, args={"pk": duty.pk}))
        found.append(Thing("instruction", **whose, args={"pk": duty.instruction_id}))
    for part in ("deputy", "other_deputy"):
        found.append(Thing("letter", part, addressee=part, args={"pk": letter_to(part, getattr(cast, part)).pk}))
        found.append(Thing("handover", part, addressee=part, args={"pk": Leader.objects.get(user=getattr(cast, part)).pk}))
    found.append(Thing("letter", "head", addressee="head", args={"pk": letter_to("head", cast.head).pk}))
    for task in tasks:
        found.append(Thing("urge", f"{task.department.code} {task.title}", task.department.code, args={"pk": urged(task, cast).pk}))
    found.append(Thing("entry", "an account", args={"pk": Entry.objects.filter(kind="departments.user").first().pk}))
    return found + [Thing(label, "one", args={"object_id": key, "pk": key}) for label, key in in_the_admin(cast, plan, own_task).items()]


def required(department, maker, plan):
    """Have a leader have required something of one department; return what it owes."""
    given = {"leader": Leader.objects.get(user=maker), "period": plan.period, "made_by": maker, "made_on": TODAY, "due": TODAY, "text": "抓进度"}
    row = Instruction.objects.create(number=Instruction.objects.count() + 1, **given)
    return InstructionDuty.objects.create(instruction=row, department=department, period=plan.period, state="assigned")


def the_half_before(cast):
    """A closed half-year whose circular was issued, one that is open, and none."""
    before = Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    issue(before, cast.access("office"), "残联督〔2026〕1号", "现将情况通报如下。")
    periods = {"2026H1": ("issued", "period"), "2026H2": ("to be issued", "period"), "2099H1": ("issued", "to be issued", "period")}
    return [Thing(about, code, exists=code != "2099H1", args={"period": code}) for code, kinds in periods.items() for about in kinds]


def asked_for(task, access):
    """Ask for a later due date of a task."""
    extension = Extension(task=task)
    perform(extension, "ask", access, reason="理由", asked_due=task.due + dt.timedelta(days=9), standing="进展")
    return extension


def letter_to(part, recipient):
    """Write one letter, as it was sent: a leader's digest, a head's urge."""
    leader = Leader.objects.filter(user=recipient).first()
    content = {"subject": "逾期通报", "text": "正文", "html": "<p>正文</p>", "frozen_at": timezone.now(), "message_id": f"<{part}@example.test>"}
    fields = {
        "kind": Letter.Kind.OVERDUE_DIGEST if leader else Letter.Kind.URGE,
        "key": part,
        "day": TODAY,
        "address": f"{part}@example.test",
        "state": Letter.State.SENT,
    }
    return Letter.objects.create(leader=leader, recipient=recipient, sent_at=timezone.now(), **fields, **content)


def urged(task, cast):
    """Urge a task, as the office does."""
    notice = UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=TODAY)
    urge = Urge(notice=notice, task=task, department=task.department, period=task.period, stage="blue", days_late=0)
    perform(urge, "issue", cast.access("office"))
    return urge


def evidence_of(report, user):
    """Put a file to a report as a whole."""
    file = stored(report, user, report.department)
    row = ReportEvidence.objects.create(report=report, attachment=file)
    file.owner = row
    file.save()
    return file


def submitted(report, cast, head):
    """Fill a report and submit it as its head; what leaders have required is still being done."""
    for item in report.items.all():
        item.narrative = "完成情况"
        item.save()
    Report.objects.filter(pk=report.pk).update(arrangements="下半年的安排")
    report.refresh_from_db()
    for answer in Filing(report, TODAY).answers:
        answer.outcome, answer.text = "partly", "正在办理。"
        answer.save()
    perform(report, "submit", cast.access(head))


def in_the_admin(cast, plan, task):
    """Return the key of one row of each kind that the admin shows."""
    schedule.install()
    SecondFactor.objects.create(user=cast.stranger, secret=seal(b"0" * 20), confirmed_at=timezone.now())
    target = Target.objects.create(year=2026, goal=plan.goals[0], department=cast.kfb, indicator="指标", quantity=10, unit="个")
    known = {
        "departments.user": cast.stranger.pk,
        "departments.roleholder": RoleHolder.objects.get(pk=cast.stranger.pk).pk,
        "departments.membership": member(cast.stranger, cast.ysa, Membership.Role.STAFF, since=TODAY + dt.timedelta(days=90)).pk,
        "django_celery_beat.periodictask": PeriodicTask.objects.get(task=schedule.DIGESTS).pk,
        "signing.lockout": Lockout.objects.create(user_agent="account", username="head", failures_since_start=5).pk,
        "departments_sessions.session": cast.client("stranger").session.pk,
        "files.attachment": quarantined(cast.clerk).pk,
        "plan.initiative": Initiative.objects.create(goal=plan.goals[0], name="举措").pk,
        "plan.policydocument": PolicyDocument.objects.create(issuer="省委", title="文件").pk,
        "plan.target": target.pk,
        "plan.task": task.pk,
        "plan.lightrule": LightRule.objects.earliest("valid_from").pk,
        "plan.lightname": LightName.objects.get_or_create(light="red", defaults={"name": "红灯"})[0].pk,
        "supervision.supervisionrule": SupervisionRule.objects.earliest("valid_from").pk,
        "plan.workdayoverride": WorkdayOverride.objects.create(day=TODAY + dt.timedelta(days=1), is_workday=False).pk,
        "workflow.historyrow": perform(task, "acknowledge", cast.access("head")).pk,
    }
    return {label: known.get(label) or apps.get_model(label).objects.first().pk for label in ADMIN}
