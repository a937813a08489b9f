"""Reviewing: remarks at single places, what changed since the return, who decided, and on to the next report."""

import pytest

from departments.models import Leader
from federation_tasks.reports.models import Problem, Report
from federation_tasks.reports.remarks import LONGEST
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

pytestmark = pytest.mark.usefixtures("morning")
BASE = "/reports/2026H2/kfb/"


def text_of(cast, part, page=""):
    return cast.client(part).get(BASE + page).content.decode()


def remark(place):
    return f"return-remark_{place}"


@pytest.fixture
def places(submitted, tasks):
    """What is said at a task, at a problem, and at the arrangements."""
    return {remark(f"task_{tasks[0].pk}"): "请写清缺口。", remark("problem_1"): "措施太空。", remark("arrangements"): "写到月份。"}


@pytest.fixture
def returned(walk, places):
    walk("deputy").move("return", **{"return-reason": "总体可以，补三处。"}, **places)
    return Report.objects.get()


def test_remarks_are_kept_with_the_move_and_never_change(returned, tasks, cast):
    row = HistoryRow.objects.of(returned).get(move="return")
    assert row.facts == {
        "version": 1,
        "remarks": [
            {"part": "task", "key": tasks[0].pk, "about": "（1）儿童康复救助", "text": "请写清缺口。"},
            {"part": "problem", "key": Problem.objects.get().key, "about": "问题 1", "text": "措施太空。"},
            {"part": "arrangements", "key": None, "about": "明年上半年工作安排", "text": "写到月份。"},
        ],
    }


@pytest.mark.parametrize("said", [{"return-reason": "只有总的理由"}, {"return-remark_arrangements": "只有一处意见"}])
def test_a_reason_for_the_whole_or_one_remark_is_enough(submitted, walk, said):
    assert "已退回" in walk("deputy").move("return", **said).content.decode()
    assert Report.objects.get().state == "returned"


def test_without_either_the_sentence_stands_at_the_reason(submitted, walk):
    page = walk("deputy").move("return", **{"return-remark_arrangements": "  \n "}).content.decode()
    assert '<a href="#id_return-reason">请写明退回理由，或者至少在一处写上意见，再退回修改。</a>' in page
    assert Report.objects.get().state == "submitted"


def test_a_remark_that_is_too_long_is_refused_at_its_field_and_nothing_typed_is_lost(submitted, walk, places):
    long = "补" * (LONGEST + 1)
    page = walk("deputy").move("return", **places | {"return-reason": "总的理由", "return-remark_problem_1": long}).content.decode()
    assert f'<a href="#id_return-remark_problem_1">最多 {LONGEST} 字，现在有 {LONGEST + 1} 字，请精简。</a>' in page
    assert "<details open><summary><h3>逐项写意见" in page
    assert all(text in page for text in ("总的理由", "请写清缺口。", "写到月份。", long))
    assert Report.objects.get().state == "submitted"


def test_a_remark_about_what_is_not_in_the_report_is_not_kept(submitted, walk):
    walk("deputy").move("return", **{"return-reason": "补", "return-remark_task_999999": "别家的任务"})
    assert "remarks" not in HistoryRow.objects.of(submitted).get(move="return").facts


def test_in_the_wrong_state_409_keeps_what_was_typed(submitted, walk, cast, places):
    perform(submitted, "approve", cast.access("deputy"))
    answer = walk("principal").move("return", **places)
    assert answer.status_code == 409
    assert all(text in answer.content.decode() for text in places.values())


def test_the_authors_see_each_remark_on_the_page_at_the_top_of_the_form_and_beside_its_place(returned, tasks, cast):
    key = Problem.objects.get().key
    form, page = text_of(cast, "clerk", "edit/"), text_of(cast, "clerk")
    for anchor, words in ((f"remark-task-{tasks[0].pk}", "请写清缺口。"), (f"remark-problem-{key}", "措施太空。"), ("remark-arrangements", "写到月份。")):
        assert f'href="#{anchor}"' in form
        assert f'id="{anchor}"><b>副理事长乙（副理事长）退回时要求：</b>{words}' in form
        assert f'href="{BASE}edit/#{anchor}"' in page
        assert f'href="{BASE}edit/#{anchor}"' in text_of(cast, "head", "preview/")
    assert "总体可以，补三处。" in page
    assert "退回修改第 1 稿（逐项意见 3 处）" in page


def test_once_it_was_submitted_again_the_form_has_no_remarks_of_it(returned, cast):
    perform(returned, "submit", cast.access("head"))
    perform(returned, "approve", cast.access("deputy"))
    assert "remark-task" not in text_of(cast, "head")


def test_who_returned_it_reads_in_the_next_version_what_he_asked_for(returned, tasks, cast):
    perform(returned, "submit", cast.access("head"))
    mine, others = text_of(cast, "deputy"), text_of(cast, "office")
    assert mine.count("<b>退回第 1 稿时您要求：</b>") == 3
    assert others.count("<b>退回第 1 稿时副理事长乙（副理事长）要求：</b>") == 3
    assert "退回第 1 稿时您要求" in text_of(cast, "deputy", "versions/2/")
    assert "退回第 1 稿时您要求" in text_of(cast, "deputy", "versions/1/")


def test_a_leader_sees_at_once_what_changed_since_the_return(returned, tasks, cast):
    item = returned.items.get(task=tasks[0])
    item.narrative = "还缺 408 名。"
    item.save()
    perform(returned, "submit", cast.access("head"))
    for part in ("deputy", "principal", "office", "head"):
        page = text_of(cast, part)
        assert "第 1 稿退回以后改了什么" in page
        assert "第 2 稿改了 1 项任务。" in page
        assert f'href="{BASE}compare/?from=1&amp;to=2#change-task-{tasks[0].pk}">（1）儿童康复救助</a>：改了完成情况' in page
        assert '请写清缺口。 <span class="flag">已改</span>' in page
        assert '措施太空。 <span class="flag">没有改</span>' in page
        assert '写到月份。 <span class="flag">没有改</span>' in page


def test_a_report_submitted_again_unchanged_is_told_so(returned, cast):
    perform(returned, "submit", cast.access("head"))
    assert "第 2 稿和它内容相同。" in text_of(cast, "deputy")


def test_a_problem_that_was_taken_out_counts_as_changed(returned, cast):
    Problem.objects.all().delete()
    perform(returned, "submit", cast.access("head"))
    assert '措施太空。 <span class="flag">已改</span>' in text_of(cast, "deputy")


def test_many_changes_are_counted_and_not_listed(returned, plan, cast):
    for n in range(12):
        Problem.objects.create(report=returned, goal=plan.goals[n % 5], text=f"问题 {n}", measure="办", owner="张三", due="2026-12-01")
    perform(returned, "submit", cast.access("head"))
    assert "<li>另有 2 处</li>" in text_of(cast, "deputy")


def test_a_first_version_has_no_return_before_it(submitted, cast):
    assert "退回以后改了什么" not in text_of(cast, "deputy")


def test_the_decision_stands_beside_the_report_with_a_way_to_it(submitted, tasks, cast):
    page = text_of(cast, "deputy")
    assert 'href="#decision">到审阅决定</a>' in page
    assert '<section id="decision" tabindex="-1"' in page
    assert f'href="#id_return-remark_task_{tasks[0].pk}">写意见<span class="visually-hidden">：儿童康复救助</span></a>' in page
    assert f'name="return-remark_task_{tasks[0].pk}"' in page
    assert f'class="btn btn-outline-primary" href="/instructions/new/?duty={submitted.period.duties.get(department=cast.kfb).pk}"' in page
    for part in ("head", "office"):
        assert "写意见" not in text_of(cast, part)
        assert "审阅决定" not in text_of(cast, part)


@pytest.fixture
def two_more(submitted, plan, cast):
    """Two more reports that await the same deputy."""
    given = {"period": plan.period, "state": "submitted", "submitted_at": submitted.submitted_at, "submitted_by": cast.kfyy_head}
    cast.jjb.portfolios.update(leader=Leader.objects.get(user=cast.deputy))
    return [Report.objects.create(department=department, **given) for department in (cast.kfyy, cast.jjb)]


def test_after_the_decision_the_next_one_that_waits_is_offered(two_more, walk):
    deputy = walk("deputy")
    assert "还有 2 份等您审定。下一份：" in deputy.get().content.decode()
    page = deputy.move("approve").content.decode()
    assert '<a class="btn btn-primary" href="/reports/2026H2/kfyy/">审下一份：康复医院 2026年下半年工作汇报</a>' in page
    assert "还有 2 份等您审定" in page


def test_approving_and_going_on_is_one_press(two_more, walk):
    assert '<button type="submit" class="btn btn-outline-primary" name="then" value="next">审阅通过，看下一份</button>' in walk("deputy").get().content.decode()
    answer = walk("deputy").move("approve", follow=False, then="next")
    assert (answer.status_code, answer.url) == (302, "/reports/2026H2/kfyy/")
    assert Report.objects.get(department__code="kfb").state == "approved"


def test_the_last_one_leads_back_to_itself(submitted, walk):
    assert "看下一份" not in walk("deputy").get().content.decode()
    answer = walk("deputy").move("approve", then="next")
    assert answer.redirect_chain == [(BASE, 302)]
    assert "已审阅通过。没有别的汇报等您审定了。" in answer.content.decode()


def test_who_decided_what_when_and_in_what_capacity_stands_on_the_report_and_on_the_version(returned, cast):
    perform(returned, "submit", cast.access("head"))
    perform(returned, "approve", cast.access("principal"))
    approved = "<b>审阅通过第 2 稿</b>：理事长（理事长），2026年10月21日 09:00"
    for part in ("head", "office"):
        assert approved in text_of(cast, part)
        assert approved in text_of(cast, part, "versions/2/")
        first = text_of(cast, part, "versions/1/")
        assert approved not in first
        assert "<b>退回修改第 1 稿（逐项意见 3 处）</b>：副理事长乙（副理事长），2026年10月21日 09:00。总体可以，补三处。" in first


def test_what_a_leader_wrote_is_shown_as_text(submitted, walk, cast):
    walk("deputy").move("return", **{"return-remark_arrangements": "<script>x</script>"})
    for page in ("", "edit/", "preview/", "versions/1/"):
        assert "<script>x" not in text_of(cast, "head", page)
