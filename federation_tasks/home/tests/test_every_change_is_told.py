"""Whatever changes a watched row writes its entry in the same transaction: one by one, in bulk, by relation, by a move; or it does not happen."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, models, transaction

from departments.models import Department, Membership, User
from federation_tasks.audit import acting, trail
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.audit.models import Action, Entry
from federation_tasks.audit.testing import entries_written
from federation_tasks.audit.watch import LEFT_OUT, WATCHED, NotInTransaction
from federation_tasks.plan.models import AchievementTheme, ProgressUpdate, ReportDuty, Task, WorkdayOverride
from federation_tasks.workflow.moves import perform

DAY = dt.date(2026, 10, 1)


def told(entries):
    return [(entry.action, entry.kind, entry.before, entry.after) for entry in entries]


# --- Which models ----------------------------------------------------------------------------------------------------


def is_told_with(model):
    """Rows that have no life of their own: history is written with its row, a relation is told with the row that has it."""
    return hasattr(model, "history_id") or (model._meta.auto_created and model._meta.auto_created in WATCHED)


@pytest.mark.parametrize("model", apps.get_models(include_auto_created=True), ids=lambda model: model._meta.label_lower)
def test_each_model_is_watched_or_left_out_for_a_reason(model):
    meta = model._meta.concrete_model._meta
    assert model._meta.concrete_model in WATCHED or meta.label_lower in LEFT_OUT or meta.app_label in LEFT_OUT or is_told_with(model)


def test_nothing_is_left_out_that_is_not_there_nor_without_a_reason():
    known = {model._meta.label_lower for model in apps.get_models()} | {config.label for config in apps.get_app_configs()}
    assert set(LEFT_OUT) <= known
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())


@pytest.mark.parametrize("model", [model for model in WATCHED if model._meta.app_label != "django_celery_beat"], ids=lambda model: model._meta.label_lower)
def test_what_is_written_in_bulk_goes_through_the_queryset_that_tells(model):
    """The scheduler's managers are its own; its rows are written one by one, in the admin."""
    assert all(isinstance(manager.get_queryset(), WatchedQuerySet) for manager in model._meta.managers if manager.name != "history")


# --- One row ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def theme(db):
    return AchievementTheme.objects.create(number=1, name="更加重视")


def test_a_new_row_is_told_with_what_it_says(db):
    with entries_written() as entries:
        WorkdayOverride.objects.create(day=DAY, is_workday=True)
    assert told(entries) == [(Action.CREATE, "plan.workdayoverride", {}, {"day": "2026-10-01", "is_workday": True})]


def test_a_change_is_told_with_the_fields_that_changed_and_no_change_is_not(theme):
    with entries_written() as entries:
        theme.save()
        theme.name = "更加有力"
        theme.save()
    assert told(entries) == [(Action.CHANGE, "plan.achievementtheme", {"name": "更加重视"}, {"name": "更加有力"})]


def test_a_row_that_goes_is_told_with_what_it_said(theme):
    key = theme.pk
    with entries_written() as entries:
        theme.delete()
    assert told(entries) == [(Action.DELETE, "plan.achievementtheme", {"number": 1, "name": "更加重视"}, {})]
    assert entries[0].key == str(key)


def test_of_a_reports_text_a_hash_is_told_and_of_a_password_nothing(plan, cast):
    with entries_written() as entries:
        ProgressUpdate.objects.create(task=plan.task(cast.kfb), department=cast.kfb, author=cast.head, on=DAY, progress=5, text="签了两家")
        cast.clerk.set_password("Kang-fu-bu-2026")
        cast.clerk.save()
    update = next(entry for entry in entries if entry.kind == "plan.progressupdate")
    assert update.after["text"].startswith("sha256:")
    assert "签了两家" not in f"{update.thing}{update.after}"
    account = next(entry for entry in entries if entry.kind == "departments.user")
    assert account.after["password"] == "（已改）"
    assert "pbkdf2" not in f"{account.before}{account.after}"
    assert "md5" not in f"{account.before}{account.after}"


def test_what_follows_from_other_columns_is_no_news(plan, cast):
    task = plan.task(cast.kfb)
    with entries_written() as entries:
        task.due += dt.timedelta(days=1)
        task.save()
    assert set(entries[0].after) == {"due"}
    assert entries[0].department == "kfb"


def test_what_is_taken_back_takes_its_entry_along(theme):
    with entries_written() as entries, transaction.atomic():
        theme.name = "更加有力"
        theme.save()
        transaction.set_rollback(True)
    assert entries == []


# --- In bulk ---------------------------------------------------------------------------------------------------------


def themes(*names):
    return [AchievementTheme(number=number, name=name) for number, name in enumerate(names, 1)]


def test_rows_made_in_bulk_are_told_one_by_one(db, django_assert_max_num_queries):
    with entries_written() as entries, django_assert_max_num_queries(6):
        AchievementTheme.objects.bulk_create(themes("甲", "乙", "丙"))
    assert [entry.after["name"] for entry in entries] == ["甲", "乙", "丙"]


def test_of_rows_that_conflict_only_what_is_new_is_told(plan, cast):
    rows = [ReportDuty(period=plan.period, department=department, mode="written") for department in (cast.kfb, cast.jjb)]
    ReportDuty.objects.filter(period=plan.period).delete()
    rows[0].save()
    with entries_written() as entries:
        ReportDuty.objects.bulk_create([ReportDuty(period=row.period, department=row.department, mode="written") for row in rows], ignore_conflicts=True)
    assert [(entry.action, entry.department) for entry in entries] == [(Action.CREATE, "jjb")]


def test_rows_changed_in_bulk_are_told_where_they_changed(db):
    AchievementTheme.objects.bulk_create(themes("甲", "乙"))
    rows = list(AchievementTheme.objects.all())
    rows[0].name = "甲二"
    with entries_written() as entries:
        AchievementTheme.objects.bulk_update(rows, ["name"])
    assert told(entries) == [(Action.CHANGE, "plan.achievementtheme", {"name": "甲"}, {"name": "甲二"})]


def test_rows_changed_in_place_are_told_with_what_they_said_before(db, django_assert_max_num_queries):
    AchievementTheme.objects.bulk_create(themes("甲", "乙", "丙"))
    with entries_written() as entries, django_assert_max_num_queries(8):
        changed = AchievementTheme.objects.filter(number__gte=2).update(number=models.F("number") + 10)
    assert changed == 2
    assert [(entry.before, entry.after) for entry in entries] == [({"number": 2}, {"number": 12}), ({"number": 3}, {"number": 13})]


def test_rows_deleted_in_bulk_are_told_each(db):
    AchievementTheme.objects.bulk_create(themes("甲", "乙"))
    with entries_written() as entries:
        AchievementTheme.objects.all().delete()
    assert [(entry.action, entry.before["name"]) for entry in entries] == [(Action.DELETE, "甲"), (Action.DELETE, "乙")]


def test_a_loading_is_told_as_one_with_its_figures(db):
    with entries_written() as entries, trail.as_one("load_themes", "主题") as further:
        further["from"] = "a file"
        AchievementTheme.objects.bulk_create(themes("甲", "乙"))
        AchievementTheme.objects.create(number=9, name="丙")
        AchievementTheme.objects.filter(number=9).update(name="丁")
    assert len(entries) == 1
    assert (entries[0].action, entries[0].thing) == (Action.COMMAND, "主题")
    assert entries[0].after == {"rows": 4, "plan.achievementtheme create": 3, "plan.achievementtheme change": 1, "from": "a file"}


# --- Relations and moves ---------------------------------------------------------------------------------------------


def test_what_is_added_to_a_row_and_taken_away_is_told_by_name(plan, cast):
    task = plan.task(cast.kfb)
    with entries_written() as entries:
        task.supporting.set([cast.jjb, cast.ysa])
        task.supporting.set([cast.jjb])
        task.supporting.clear()
    name = {row: f"{row}（{row.pk}）" for row in (cast.jjb, cast.ysa)}
    assert [(entry.before, entry.after) for entry in entries] == [
        ({}, {"supporting": [name[cast.jjb], name[cast.ysa]]}),
        ({"supporting": [name[cast.ysa]]}, {}),
        ({"supporting": [name[cast.jjb]]}, {}),
    ]


def test_a_role_given_and_taken_is_told(cast):
    with entries_written() as entries:
        cast.stranger.groups.set([Group.objects.get(name="office")])
        cast.stranger.groups.set([])
    assert [(entry.kind, entry.thing, bool(entry.before), bool(entry.after)) for entry in entries] == [
        ("departments.user", "无关人员", False, True),
        ("departments.user", "无关人员", True, False),
    ]


def test_a_move_is_told_as_one_act_with_state_reason_and_capacity(plan, cast):
    task = plan.task(cast.kfb, state="in_progress")
    with entries_written() as entries:
        perform(task, "suspend", cast.access("office"), reason="项目取消")
    moves = [entry for entry in entries if entry.action == Action.MOVE]
    assert [(entry.verb, entry.reason, entry.role) for entry in moves] == [("suspend", "项目取消", "办公室（督查）")]
    assert (moves[0].before["state"], moves[0].after["state"]) == ("in_progress", "suspended")
    assert all(entry.reason == "项目取消" for entry in entries)
    assert moves[0].department == "kfb"


# --- Or it does not happen -------------------------------------------------------------------------------------------

WAYS = {
    "save": lambda theme: AchievementTheme(pk=theme.pk, number=1, name="别的").save(),
    "create": lambda theme: AchievementTheme.objects.create(number=2, name="乙"),
    "delete": lambda theme: AchievementTheme.objects.get(pk=theme.pk).delete(),
    "bulk_create": lambda theme: AchievementTheme.objects.bulk_create(themes("", "丙")[1:]),
    "update": lambda theme: AchievementTheme.objects.update(name="别的"),
    "bulk_update": lambda theme: AchievementTheme.objects.bulk_update([AchievementTheme(pk=theme.pk, number=1, name="别的")], ["name"]),
    "queryset delete": lambda theme: AchievementTheme.objects.all().delete(),
}


@pytest.mark.parametrize("way", sorted(set(WAYS) - {"delete"}))  # which Django itself makes one transaction with its signals
def test_nothing_changes_outside_of_a_transaction_with_its_entry(theme, way):
    request = acting.system("a page", "POST")
    request.is_request = True
    before = list(AchievementTheme.objects.values())
    with acting.acting(request), pytest.raises(NotInTransaction):
        WAYS[way](theme)
    assert list(AchievementTheme.objects.values()) == before


@pytest.mark.parametrize("way", WAYS)
def test_where_the_entry_cannot_be_written_nothing_changes(theme, way):
    """The table of the audit is really not there."""
    assert Entry.objects.exists()
    before = list(AchievementTheme.objects.values())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
        with pytest.raises(DatabaseError, match="audit_entry"):
            WAYS[way](theme)
        transaction.set_rollback(True)
    assert list(AchievementTheme.objects.values()) == before


def test_everybody_and_every_place_is_watched():
    assert {User, Department, Membership, Task} <= set(WATCHED)
