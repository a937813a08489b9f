"""What every page knows: the site's names, the person's posts, and where he may go."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from departments.access import ADMINISTRATORS, GROUPS, Access, Capability
from departments.sessions.limits import lead
from federation_tasks.home.kept import kept_for
from federation_tasks.supervision.instruction_listing import sees_instructions


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation."""

    label: str
    href: str
    is_current: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """Return what the base template shows; nothing of a person to someone who is not signed in."""
    known: dict[str, Any] = {"federation_name": settings.FEDERATION_NAME, "product_name": settings.PRODUCT_NAME}
    if not hasattr(request, "access") or not request.user.is_authenticated:
        return known
    access: Access = request.access
    known |= {"posts": posts(access), "navigation": navigation(access, request.path), "is_demo": request.user.is_demo}
    return known | {"kept_forms": len(kept_for(request))} | _end_of(request)


def _end_of(request: HttpRequest) -> dict[str, Any]:
    """Return when this session ends if nothing more is done, in words and for the script that warns."""
    ends = getattr(request.session, "ends", None)
    return {"session_end": ends, "session_left": ends.left(timezone.now()), "session_warn": int(lead().total_seconds())} if ends else {}


def posts(access: Access) -> str:
    """Return in Chinese what a person is: 康复部负责人, 副理事长, 办公室（督查）."""
    found = [row.words for row in access.places]
    if access.leader is not None:
        found.append(access.leader.federation_post)
    return "、".join(found + [words for role, words in GROUPS.items() if role in access.groups])


def navigation(access: Access, here: str) -> list[Entry]:
    """Return the entries for what this person may do."""
    offered = [("待办", reverse("home:worklist"), True)]
    offered += [
        ("亮灯总览", "/dashboard/", access.may(Capability.READ_DASHBOARD)),
        ("任务", "/tasks/", access.may(Capability.READ_TASKS)),
        ("明确要求", "/instructions/", sees_instructions(access)),
        ("催办", reverse("supervision:urges"), access.may(Capability.SUPERVISE)),
        ("半年汇报", "/reports/", access.may(Capability.READ_SUBMITTED)),
        ("通报", reverse("meetings:circulars"), access.may(Capability.READ_TASKS)),
        ("信函", "/digests/", access.leader is not None or access.may(Capability.ANSWER_FOR)),
        ("审计", reverse("audit:log"), access.may(Capability.READ_AUDIT)),
        ("管理", "/admin/", bool(access.groups & ADMINISTRATORS)),
    ]
    return [Entry(label, href, here == href or (href != "/" and here.startswith(href))) for label, href, allowed in offered if allowed]
