"""The address of exactly what somebody looks at: half-year and day are always named, so that it shows the same later on."""

from urllib.parse import quote

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from federation_tasks.dashboard.summary import Summary

KEPT = 100  # characters of a value that a page knows


def address_of(summary: Summary, path: str = "", asked: QueryDict | None = None) -> str:
    """Return the full address of a page of the dashboard, by default the first one, as it was asked for."""
    query = QueryDict(mutable=True)
    for name, values in (asked or QueryDict()).lists():
        query.setlist(name, [value for value in values if 0 < len(value) <= KEPT])
    query["period"], query["on"] = summary.period.code, summary.day.isoformat()
    return f"{settings.SITE_URL}{path or reverse('dashboard:dashboard')}?{query.urlencode()}"


def letter_with(address: str, subject: str) -> str:
    """Return a mailto: address that opens a letter with this subject, and the address in it."""
    text = f"{subject}\r\n{address}\r\n"
    return f"mailto:?subject={quote(subject)}&body={quote(text)}"
