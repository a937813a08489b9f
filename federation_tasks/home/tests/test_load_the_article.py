"""load_article: every fact that domain.md lists, nothing twice, nothing overwritten."""

import datetime as dt

import pytest
from django.core.management import call_command

from departments.access import Access
from departments.models import Department, Leader
from federation_tasks.home import article
from federation_tasks.plan.models import AchievementTheme, Goal, Initiative, Period, PolicyClause, PolicyDocument, ReportDuty, Task

pytestmark = pytest.mark.django_db
ORAL = ["计财部", "组联部", "康复部", "教就部", "宣文部", "机关党委", "康复医院", "城市经济学校"]
HISTORIES = [Goal, Initiative, PolicyDocument, Department, Leader, Period, ReportDuty]


@pytest.fixture
def loaded():
    call_command("load_article", verbosity=0)


def test_the_five_goals_stand_with_their_gaps(loaded):
    assert list(Goal.objects.values_list("number", "name", "gap_name")) == [
        (1, "落实思路", "思路落实"),
        (2, "落实政策", "政策落实"),
        (3, "落实任务", "任务落实"),
        (4, "加强基层组织", "基层组织建设"),
        (5, "加强自身建设", "自身建设"),
    ]


def test_the_five_things_that_got_better_stand_in_order(loaded):
    assert "、".join(AchievementTheme.objects.values_list("name", flat=True)) == (
        "各级领导更加重视、政策规定更加完善、项目实施更加高效、任务推进更加有力、干部作风更加务实"
    )


def test_every_initiative_stands_under_its_goal_with_the_words_of_the_report(loaded):
    assert [goal.initiatives.count() for goal in Goal.objects.all()] == [3, 9, 17, 7, 4]
    names = set(Initiative.objects.filter(goal__number=3).values_list("name", flat=True))
    assert {"托养中心", "康复中心", "就业基地", "扶贫基地", "文化基地", "培训基地", "盲人按摩基地", "康复楼", "康复实训大楼"} <= names
    assert not Initiative.objects.filter(description="").exists()


def test_the_documents_stand_with_the_sentences_quoted(loaded):
    assert PolicyDocument.objects.count() == 5
    assert PolicyClause.objects.count() == 7
    assert [str(row) for row in PolicyDocument.objects.filter(issuer__startswith="省")] == ["省委5号文件", "省政府26号文件"]
    assert PolicyClause.objects.get(subject="安置单位补贴和奖励").text == "加大对用人单位安置残疾人的补贴和奖励力度"
    assert str(PolicyDocument.objects.get(issuer__endswith="六部委")) == "国家卫计委等六部委《关于开展全国精神卫生综合管理试点工作的通知》"


def test_eight_units_reported_at_the_meeting_in_this_order(loaded):
    period = Period.objects.get()
    assert (period.code, period.state, period.meeting_on) == ("2015H1", "closed", dt.date(2015, 7, 17))
    assert period.report_deadline is None
    assert [str(duty.department) for duty in period.duties.all()] == ORAL
    assert set(period.duties.values_list("mode", flat=True)) == {"oral"}
    assert list(Department.objects.exclude(kind="division").values_list("code", "kind")) == [
        ("jgdw", "party_committee"),
        ("kfyy", "affiliated"),
        ("csjjxx", "affiliated"),
    ]


def test_the_leaders_have_the_posts_the_report_gives_and_no_account(loaded):
    assert list(Leader.objects.values_list("name", "party_post", "federation_post", "rank", "user")) == [
        ("高合元", "党组书记", "理事长", "principal", None),
        ("朱峰", "党组副书记", "副理事长", "deputy", None),
        ("杨帆", "党组副书记", "副理事长", "deputy", None),
        ("贾乃荣", "党组成员", "副理事长", "deputy", None),
    ]


def test_the_leaders_hold_office_on_the_day_of_the_meeting_and_decide_nothing_today(cast, loaded):
    named = Leader.objects.filter(user__isnull=True)
    assert all(leader.in_office(article.MEETING_ON) for leader in named)
    assert not named.filter(Leader.in_office_on(dt.date(2026, 10, 21))).exists()
    assert Access(cast.principal, dt.date(2026, 10, 21)).is_principal


def test_nothing_is_invented_no_task_no_portfolio_no_progress(loaded):
    assert not Task.objects.exists()
    assert not Leader.objects.filter(portfolios__isnull=False).exists()
    assert not ReportDuty.objects.filter(submitted_at__isnull=False).exists()


def test_a_second_run_changes_nothing_and_overwrites_nobodys_change(loaded, capsys):
    goal = Goal.objects.get(number=2)
    goal.description = "改过的说明"
    goal.save()
    rows = [(model.objects.count(), model.history.count()) for model in HISTORIES]
    call_command("load_article")
    assert "already loaded" in capsys.readouterr().out
    assert [(model.objects.count(), model.history.count()) for model in HISTORIES] == rows
    assert Goal.objects.get(number=2).description == "改过的说明"
