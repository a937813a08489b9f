"""Drafts are their authors'; leaders and the office read what stands submitted; a stranger's report does not exist."""

import pytest

from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.workflow.moves import WrongState, perform

from .test_every_move_by_everyone import AUTHORS, READERS, bring_to

pytestmark = pytest.mark.usefixtures("morning")

PAGES = ["", "versions/1/", "edit/", "preview/"]
SECRET = "只有本部门能看的草稿"


def statuses(cast, page):
    return {part: cast.client(part).get(f"/reports/2026H2/kfb/{page}").status_code for part in cast.everyone()}


def test_a_draft_is_its_authors_alone(draft, cast):
    for page, shown in (("", 200), ("edit/", 200), ("preview/", 200), ("versions/1/", 404)):
        assert statuses(cast, page) == {part: shown if part in AUTHORS else 404 for part in cast.everyone()}


def test_what_was_submitted_is_read_by_those_who_may(submitted, cast):
    for page in ("", "versions/1/"):
        assert statuses(cast, page) == {part: 200 if part in READERS else 404 for part in cast.everyone()}


def test_who_is_not_signed_in_is_sent_to_sign_in(submitted, client):
    assert {client.get(f"/reports/2026H2/kfb/{page}").status_code for page in PAGES} == {302}


def test_a_post_to_a_page_for_reading_is_refused(submitted, cast):
    assert {cast.client("head").post(f"/reports/2026H2/kfb/{page}").status_code for page in ("", "versions/1/", "preview/")} == {405}


@pytest.mark.parametrize("part", ["deputy", "principal", "office"])
def test_while_a_report_is_corrected_others_read_the_last_submitted_version(draft, cast, part):
    bring_to(draft, cast, "returned")
    cast.client("clerk").post("/reports/2026H2/kfb/edit/", {"revision": draft.revision, "arrangements": SECRET})
    Report.objects.update(arrangements=SECRET)
    page = cast.client(part).get("/reports/2026H2/kfb/").content.decode()
    assert "明年上半年的安排。" in page
    assert SECRET not in page
    assert "部门正在修改" in page
    assert SECRET in cast.client("head").get("/reports/2026H2/kfb/").content.decode()


def test_a_withdrawn_report_is_out_of_the_leaders_sight(submitted, cast):
    assert "已撤回，可以继续修改" in cast.client("head").post("/reports/2026H2/kfb/withdraw/", follow=True).content.decode()
    for part in ("deputy", "principal", "office"):
        assert [cast.client(part).get(f"/reports/2026H2/kfb/{page}").status_code for page in ("", "versions/1/")] == [404, 404]
    assert "已撤回" in cast.client("clerk").get("/reports/2026H2/kfb/versions/1/").content.decode()


def test_what_was_withdrawn_counts_as_not_submitted(submitted, plan, cast):
    perform(submitted, "withdraw", cast.access("head"))
    assert plan.period.duties.get(department=cast.kfb).submitted_at is None
    assert Report.objects.get().submitted_by is None


def test_withdrawing_a_correction_leaves_the_version_before_standing(draft, plan, cast):
    bring_to(draft, cast, "returned")
    first = plan.period.duties.get(department=cast.kfb).submitted_at
    perform(draft, "submit", cast.access("head"))
    perform(draft, "withdraw", cast.access("head"))
    assert draft.standing.number == 1
    assert plan.period.duties.get(department=cast.kfb).submitted_at == first
    perform(draft, "submit", cast.access("head"))
    assert draft.standing.number == 3
    assert list(ReportVersion.objects.standing().values_list("number", flat=True)) == [3, 1]


def test_once_a_leader_has_opened_it_nobody_withdraws(submitted, cast):
    cast.client("office").get("/reports/2026H2/kfb/")  # the office decides nothing
    cast.client("clerk").get("/reports/2026H2/kfb/")
    assert ReportVersion.objects.get().opened_at is None
    cast.client("deputy").get("/reports/2026H2/kfb/")
    opened = ReportVersion.objects.get()
    assert opened.opened_by == cast.deputy
    cast.client("principal").get("/reports/2026H2/kfb/")
    assert ReportVersion.objects.get().opened_at == opened.opened_at
    with pytest.raises(WrongState, match="领导已经打开了这一稿"):
        perform(submitted, "withdraw", cast.access("head"))
    page = cast.client("head").get("/reports/2026H2/kfb/").content.decode()
    assert "/withdraw/" not in page


def test_returning_without_a_reason_says_so_at_the_field(submitted, cast):
    page = cast.client("deputy").post("/reports/2026H2/kfb/return/", {"return-reason": "  "}).content.decode()
    assert "<title>错误：" in page
    assert '<a href="#id_return-reason">请写明退回理由，或者至少在一处写上意见，再退回修改。</a>' in page
    assert 'id="id_return-reason_error"' in page
    assert Report.objects.get().state == "submitted"


def test_a_reason_that_is_too_long_stays_in_the_field(submitted, cast):
    page = cast.client("deputy").post("/reports/2026H2/kfb/return/", {"return-reason": "补" * 2001}).content.decode()
    assert "补" * 2001 in page
    assert Report.objects.get().state == "submitted"


def test_an_acting_heads_submission_shows_both_names(draft, cast):
    perform(draft, "submit", cast.access("acting_head"))
    for page in ("", "versions/1/"):
        text = cast.client("deputy").get(f"/reports/2026H2/kfb/{page}").content.decode()
        assert "康复部代主任（康复部代理负责人，代康复部主任）" in text


def test_the_timeline_says_who_decided_what(draft, cast):
    bring_to(draft, cast, "returned")
    text = cast.client("head").get("/reports/2026H2/kfb/").content.decode()
    assert "10月21日 退回修改第 1 稿" in text
    assert "副理事长乙（副理事长）" in text


@pytest.mark.parametrize("page", [*PAGES, ""])
@pytest.mark.parametrize("code", ["2030H1", "2026H3", "nonsense"])
def test_a_period_that_does_not_exist_is_said_in_a_sentence(plan, cast, page, code):
    answer = cast.client("head").get(f"/reports/{code}/kfb/{page}")
    assert answer.status_code == 404
    assert f"没有“{code}”这个周期。请从列表里选一个，例如 2026H2。" in answer.content.decode()
    answer = cast.client("head").get(f"/reports/?period={code}")
    assert answer.status_code == 404
    assert f"没有“{code}”这个周期" in answer.content.decode()


def test_without_a_duty_there_is_nothing_to_write(plan, cast):
    plan.period.duties.filter(department=cast.kfb).delete()
    for page in ("", "edit/"):
        answer = cast.client("head").get(f"/reports/2026H2/kfb/{page}")
        assert answer.status_code == 404
        assert "没有登记康复部2026年下半年的报送责任" in answer.content.decode()
    assert cast.client("stranger").get("/reports/2026H2/kfb/edit/").status_code == 404


def test_in_a_closed_period_a_draft_can_be_read_but_not_written(draft, plan, cast):
    plan.period.state = "closed"
    plan.period.save()
    client = cast.client("head")
    assert client.get("/reports/2026H2/kfb/edit/").status_code == 302
    page = client.get("/reports/2026H2/kfb/").content.decode()
    assert "继续写" not in page
    assert client.post("/reports/2026H2/kfb/edit/", {"revision": draft.revision}).status_code == 409


def test_opening_the_form_is_no_draft_yet(plan, cast):
    cast.client("head").get("/reports/2026H2/kfb/edit/")
    assert not Report.objects.get().is_begun
    assert "未起草" in cast.client("office").get("/reports/").content.decode()


def test_the_author_of_an_unbegun_report_is_led_to_the_form(plan, cast):
    answer = cast.client("clerk").get("/reports/2026H2/kfb/")
    assert (answer.status_code, answer.url) == (302, "/reports/2026H2/kfb/edit/")


def test_the_leader_is_led_to_the_next_report(submitted, plan, cast, tasks):
    Report.objects.create(period=plan.period, department=cast.kfyy, state="submitted", submitted_at=submitted.submitted_at, submitted_by=cast.kfyy_head)
    page = cast.client("deputy").get("/reports/2026H2/kfb/").content.decode()
    assert 'href="/reports/2026H2/kfyy/"' in page
