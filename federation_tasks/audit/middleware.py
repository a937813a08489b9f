"""Each request knows who makes it and from where; each refusal is written down."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from federation_tasks.audit import acting, trail
from federation_tasks.audit.address import client_address

logger = logging.getLogger(__name__)

REFUSALS = {
    400: "请求有误",
    403: "没有权限，或页面上的令牌已经过期",
    404: "没有这个页面，或不在可看的范围里",
    405: "打开的方式不对",
    409: "现在的状态不允许，或别人刚刚改过",
}
TO_SIGN_IN = "没有登录，转到登录页"


class AuditMiddleware:
    """Put the request into the context of the audit, give its number to the answer, and write the row of a refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with who asks in the context."""
        now = acting.Acting(
            who=lambda: acting.person(getattr(request, "user", None)),
            role=str,
            address=client_address(request),
            path=request.path,
            method=request.method or "",
            is_request=True,
        )
        request.acting = now  # type: ignore[attr-defined]
        with acting.acting(now):
            response = self.get_response(request)
            response.headers.setdefault("X-Request-ID", now.request)
            if _is_refusal(request, response):
                _write(request, response, now)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep the sentence of a refusal for its row."""
        if isinstance(exception, (PermissionDenied, BadRequest)):
            trail.because(exception)


def _user(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def _is_refusal(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether an answer refuses something at an address of ours.

    An address that leads nowhere, asked by nobody in particular, is noise: a scanner must not fill the disk. A plain look at the first
    page by somebody who has not signed in yet is how everybody begins.
    """
    if request.resolver_match is None:
        return False
    if response.status_code == 302:
        return _leads_to_sign_in(response) and not (request.path == "/" and request.method == "GET")
    if response.status_code == 404:
        return _user(request)
    return response.status_code in REFUSALS


def _leads_to_sign_in(response: HttpResponse) -> bool:
    """Say whether somebody is asked to sign in first: with where he wanted to go, unlike somebody who has just signed out."""
    where, _, wanted = response.headers.get("Location", "").partition("?")
    return where == resolve_url(settings.LOGIN_URL) and "next=" in wanted


def _write(request: HttpRequest, response: HttpResponse, now: acting.Acting) -> None:
    """Write the row in a transaction of its own. Where that fails, the refusal stands all the same, and the log says so."""
    reason = now.sentence or (TO_SIGN_IN if response.status_code == 302 else REFUSALS[response.status_code])
    match = request.resolver_match
    try:
        with transaction.atomic():
            trail.record(
                trail.Action.REFUSAL,
                kind=trail.A_REQUEST,
                key="/".join(str(value) for value in (match.kwargs or {}).values()) if match else "",
                name=f"{request.method} {request.path}",
                verb=(match.view_name if match else "") or "",
                after={"status": response.status_code},
                result=trail.Result.REFUSED,
                reason=reason,
            )
    except Exception:
        logger.exception("request %s was refused, but its audit row could not be written", now.request)
