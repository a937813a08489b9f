"""Issuing a circular: its figures are frozen, once, and from then on it is everyone's."""

from typing import cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction

from departments.access import GROUPS, Access, Capability, Role
from departments.models import Department, User
from federation_tasks.audit import trail
from federation_tasks.meetings.circular import content_of
from federation_tasks.meetings.models import Circular
from federation_tasks.plan.models import Period
from federation_tasks.workflow.moves import WrongState


class IssueForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the office adds to the figures."""

    class Meta:
        model = Circular
        fields = ["number", "intro"]
        labels = {"number": "文号", "intro": "前言（选填）"}
        help_texts = {"number": "例如：残联督〔2026〕3号。", "intro": "印在表格前面；不写就只印数字和说明。"}
        widgets = {"number": forms.TextInput(attrs={"aria-required": "true"}), "intro": forms.Textarea(attrs={"rows": 4})}
        error_messages = {"number": {"required": "请填写文号，再印发。", "max_length": "文号请写在 64 个字以内。"}}

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in self.fields for sentence in self.errors.get(name, [])]


def refusal_to_issue(period: Period, access: Access) -> str:
    """Return why no circular can be issued on this half-year today; empty where one can."""
    if Circular.objects.filter(period=period).exists():
        return f"{period}的通报已经印发，不能再印发一次。请看已经印发的那一份。"
    if period.state != Period.State.CLOSED and access.on <= period.ends_on:
        return f"{period}还没有结束（到 {period.ends_on:%Y-%m-%d}），现在印发数字还会变。结束或者关闭以后再印发。"
    return ""


def issue(period: Period, access: Access, number: str, intro: str) -> Circular:
    """Freeze the figures of the day and tell them to everyone. Raise PermissionDenied or WrongState where that may not be."""
    may_issue(access)
    with transaction.atomic():
        locked = Period.objects.select_for_update().get(pk=period.pk)
        if sentence := refusal_to_issue(locked, access):
            raise WrongState(sentence)
        content = content_of(locked, Department.objects.all(), access.on)
        circular = Circular(period=locked, number=number, intro=intro, content=content, issued_by=cast(User, access.user))
        circular.acting_as, circular.issued_on = GROUPS[Role.OFFICE], access.on
        with trail.doing("issue_circular", role=circular.acting_as):
            circular.save()
    return circular


def may_issue(access: Access) -> None:
    """Refuse whoever is not of the supervision office."""
    if not access.may(Capability.SUPERVISE):
        raise PermissionDenied("只有办公室（督查）可以印发通报。")
