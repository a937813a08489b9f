"""两步验证: turn it on, keep its recovery codes, turn it off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.requests import SignedInRequest
from departments.sessions.ending import end
from departments.sessions.limits import Why
from departments.sessions.models import Session
from departments.signing import second_factor as rules
from departments.signing import totp
from departments.signing.models import SecondFactor
from federation_tasks.home import enrolling
from federation_tasks.home.factor_forms import FirstCodeForm, PasswordForm, ProofForm
from federation_tasks.home.forms import summary
from federation_tasks.home.qr import picture

BEGIN, CONFIRM, CANCEL, RENEW, OFF = "begin", "confirm", "cancel", "renew", "off"


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Show where this person stands, and do the one thing that was asked for and is possible there."""
    act = request.POST.get("do", "")
    factor, secret = rules.factor_of(request.user), enrolling.secret(request)
    if factor:
        return _when_on(request, factor, act)
    if secret and act == CANCEL:
        enrolling.forget(request)
        return redirect("home:second_factor")
    return _when_enrolling(request, secret, act) if secret else _when_off(request, act)


def _when_off(request: SignedInRequest, act: str) -> HttpResponse:
    """Ask for the password, then make a secret."""
    form = PasswordForm(_sent(request, act, BEGIN), request=request, user=request.user)
    if form.is_bound and form.is_valid():
        enrolling.begin(request)
        return redirect("home:second_factor")
    return _page(request, form, "home/second_factor.html", {"lapsed": act == CONFIRM})


def _when_enrolling(request: SignedInRequest, secret: bytes, act: str) -> HttpResponse:
    """Show the secret, until a first code comes from the telephone; then show the recovery codes, this once."""
    form = FirstCodeForm(_sent(request, act, CONFIRM))
    if form.is_bound and form.is_valid():
        try:
            codes = rules.turn_on(request.user, secret, form.cleaned_data["otp"], timezone.now())
        except ValidationError as refused:
            form.add_error("otp", refused)
        else:
            enrolling.forget(request)
            # What was opened elsewhere was opened with the password alone.
            end(Session.objects.exclude(pk=request.session.pk), request.user, Why.ELSEWHERE)  # type: ignore[attr-defined]
            return _codes(request, codes, "两步验证已经打开")
    where = totp.address(secret, request.user)
    known = {"picture": picture(where, "含有密钥的二维码；下面有同样的密钥"), "address": where, "groups": totp.in_groups(totp.written(secret))}
    return _page(request, form, "home/second_factor_begin.html", known)


def _when_on(request: SignedInRequest, factor: SecondFactor, act: str) -> HttpResponse:
    """Show since when it is on; with the password and a code, make new recovery codes or turn it off."""
    enrolling.forget(request)
    is_required = rules.is_required(request.access)
    renew = ProofForm(_sent(request, act, RENEW), request=request, user=request.user, factor=factor, auto_id="renew_%s")
    off = ProofForm(_sent(request, "" if is_required else act, OFF), request=request, user=request.user, factor=factor, auto_id="off_%s")
    if renew.is_bound and renew.is_valid():
        return _codes(request, rules.renew_codes(factor), "新的恢复码")
    if off.is_bound and off.is_valid():
        rules.turn_off(factor)
        messages.success(request, "两步验证已经关闭，以后登录只要密码。手机验证器里的那一条可以删掉了。")
        return redirect("home:second_factor")
    known = {"factor": factor, "left": rules.codes_left(factor), "of": rules.CODES, "renew": renew, "off": off, "is_required": is_required}
    return _page(request, off if off.is_bound else renew, "home/second_factor_on.html", known)


def _sent(request: HttpRequest, act: str, expected: str) -> Any:
    """Return what was sent, where it was sent to do this; else None, which leaves a form empty."""
    return request.POST if act == expected else None


def _page(request: SignedInRequest, form: BaseForm, template: str, known: dict[str, Any]) -> HttpResponse:
    must = rules.is_missing(request.access, request.user)
    return render(request, template, known | {"form": form, "errors": summary(form), "must": must})


def _codes(request: HttpRequest, codes: list[str], title: str) -> HttpResponse:
    """Show the recovery codes in the answer itself: they stand in no message, no cookie and on no second page."""
    return render(request, "home/recovery_codes.html", {"codes": codes, "heading": title})
