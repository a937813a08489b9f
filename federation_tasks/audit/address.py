"""From which address a request comes: said in one place, for the audit and for the lockout."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = str(ipaddress.IPv4Address(0))  # an address to show, not one to listen on


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, as the outermost trusted proxy saw it.

    Each proxy writes at the right end of X-Forwarded-For from whom it took the request, so that with N trusted proxies the Nth entry from
    the right is the client's; what a client wrote there himself stands further left and is never read. A request that came by fewer
    proxies than are trusted did not come by the front door: it counts by the connection's own address.
    """
    connection = _plain(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    hops = settings.TRUSTED_PROXY_COUNT
    seen = [part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if not hops or len(seen) < hops:
        return connection
    return _plain(seen[-hops]) or connection


def _plain(text: str) -> str:
    """Return an IP address in its one way of writing, without port and zone; an empty text where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
