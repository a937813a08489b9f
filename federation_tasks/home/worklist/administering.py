"""待办 of the administrators: where their work is."""

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from departments.access import HEADS, Access, Role
from departments.models import Department, Leader, Membership, Portfolio
from federation_tasks.home.worklist.pieces import SHOWN, Item, Link, Part, Section
from federation_tasks.plan.models import Period, Target, Task

PLACES = {
    Role.PLAN: [
        ("plan_target", "年度目标", "把目标分解成任务；每次改动写明原因。"),
        ("plan_task", "半年任务", "按周期、单位、目标和亮灯查找。"),
        ("plan_period", "半年周期", "报送截止时间、汇报会日期、谁要报送。"),
    ],
    Role.SYSTEM: [
        ("departments_user", "账号", "新建、停用，给一次性密码。"),
        ("departments_department", "部室和单位", "设立、撤销、排序。"),
        ("departments_leader", "会领导", "任职起止。"),
        ("departments_portfolio", "分管", "谁从哪天起分管哪个单位。"),
    ],
    Role.SECURITY: [
        ("departments_roleholder", "角色", "授予和收回；不能给自己授权。"),
        ("departments_membership", "部室人员", "负责人、联络员、工作人员的起止。"),
    ],
}
ALL_OF_THEM = ("admin:index", "管理首页", "您能看和能改的都在这里。")


def administering_part(access: Access, period: Period | None) -> Part:
    """Return what an administrator finds to do, and links to where it is done."""
    part = Part(calm="审计员只看不改。" if Role.AUDITOR in access.groups else "没有发现缺漏。要办的事从下面进。")
    if Role.AUDITOR in access.groups:
        part.links.append(Link("审计记录", reverse("audit:log"), "谁在什么时候、从哪里、做了什么；可以筛选、查找、导出。"))
    for role, places in PLACES.items():
        if role in access.groups:
            part.links += [Link(label, reverse(f"admin:{name}_changelist"), text) for name, label, text in places]
    part.links.append(Link(ALL_OF_THEM[1], reverse(ALL_OF_THEM[0]), ALL_OF_THEM[2]))
    if Role.PLAN in access.groups and period:
        part.sections.append(_not_broken_down(period))
    if Role.SYSTEM in access.groups:
        part.sections.append(_without_leader(access))
    if Role.SECURITY in access.groups:
        part.sections.append(_without_head(access))
    part.sections = [found for found in part.sections if found.total]
    return part


def _not_broken_down(period: Period) -> Section:
    rows = Target.objects.filter(~Exists(Task.objects.filter(target=OuterRef("pk"))), year=period.year).select_related("department")
    items = [Item(row.indicator, _change("plan_target", row.pk), f"{row.department}，{row.year}年度。", "分解", flag="无任务") for row in rows[:SHOWN]]
    return Section("还没有分解成任务的年度目标", items, rows.count() if items else 0, reverse("admin:plan_target_changelist"))


def _without_leader(access: Access) -> Section:
    led = Portfolio.objects.on(access.on).filter(Leader.in_office_on(access.on, "leader__")).values("department")
    rows = Department.objects.open_on(access.on).exclude(pk__in=led)
    return _departments("今天没有分管领导的单位", rows, "登记分管", reverse("admin:departments_portfolio_add"), "未分管")


def _without_head(access: Access) -> Section:
    headed = Membership.objects.on(access.on).filter(role__in=[role.value for role in HEADS], user__is_active=True).values("department")
    rows = Department.objects.open_on(access.on).exclude(pk__in=headed)
    return _departments("今天没有负责人的单位", rows, "登记负责人", reverse("admin:departments_membership_add"), "无负责人")


def _departments(title: str, rows: QuerySet[Department], action: str, where: str, flag: str) -> Section:
    items = [Item(row.name, where, "", action, flag=flag) for row in rows[:SHOWN]]
    return Section(title, items, rows.count() if items else 0)


def _change(name: str, pk: int) -> str:
    return reverse(f"admin:{name}_change", args=[pk])
