"""One's own letters: what was sent; and for a leader what today's digest would say."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.models import Leader
from departments.requests import SignedInRequest
from federation_tasks.digests import letters as words
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.models import Letter
from federation_tasks.digests.overdue import compose
from federation_tasks.digests.planning import key_of, leaders_to_tell
from federation_tasks.digests.reading import parts_of
from federation_tasks.plan.workdays import is_workday

ON_A_PAGE = 30  # letters


@require_safe
def letters(request: SignedInRequest) -> HttpResponse:
    """List the letters that this person was sent, newest first: for those who are written to, leaders and whoever answers for a department."""
    if request.access.leader is None and not request.access.may(Capability.ANSWER_FOR):
        raise Http404
    pages = Paginator(Letter.objects.visible_to(request.access).defer("text", "html", "facts"), ON_A_PAGE)
    context = {"page": pages.get_page(request.GET.get("page")), "is_leader": request.access.leader is not None}
    return render(request, "digests/letters.html", context)


@require_safe
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one letter to whom it was written, whatever he is by now, in the words that were sent."""
    found = get_object_or_404(Letter.objects.visible_to(request.access), pk=pk)
    return render(request, "digests/letter.html", {"letter": found, "parts": parts_of(found.text)})


@require_safe
def preview(request: SignedInRequest) -> HttpResponse:
    """Show what today's digest would say now; nothing is planned, sent or remembered."""
    leader, today = leader_or_404(request), request.access.on
    digest = compose(leader, Briefing(today))
    shown = words.overdue_digest(digest)
    context = {
        "day": today,
        "digest": digest,
        "subject": shown.subject,
        "parts": parts_of(shown.text),
        "is_told": leaders_to_tell(today).filter(pk=leader.pk).exists(),
        "is_workday": is_workday(today),
        "sent": Letter.objects.filter(kind=Letter.Kind.OVERDUE_DIGEST, key=key_of(leader, today), state=Letter.State.SENT).first(),
    }
    return render(request, "digests/preview.html", context)


def leader_or_404(request: SignedInRequest) -> Leader:
    """Return the person as a leader in office; to everyone else these pages do not exist."""
    leader = request.access.leader
    if leader is None:
        raise Http404
    return leader
