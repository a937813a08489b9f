#!/usr/bin/env python3
"""Measure from outside whether the time of a refusal tells that an account exists (control 16): known and unknown names in turn.

    make run                                              # in one terminal
    .venv/bin/python bench/sign_in_timing.py http://127.0.0.1:8000 [--tries 50]

The known names are the demo accounts, with a wrong password, at most four times each, so that none is locked; every ten tries come from
another loopback address, so that no address is. Leaves with 1 where the medians are 20 % or more apart.
"""

import argparse
import http.client
import re
import secrets
import statistics
import sys
import time
from urllib.parse import urlencode, urlsplit

CODES = ("jcb", "zlb", "kfb", "jjb", "xwb", "jgdw", "kfyy", "csjjxx", "ysa", "ysb")
KNOWN = [f"{post}-{code}" for post in ("head", "clerk") for code in CODES]
KNOWN += ["deputy-a", "deputy-b", "deputy-c", "principal", "office", "admin", "security", "auditor"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PER_ADDRESS = 10
APART = 0.20


def one_try(site, username, address):
    """Return the seconds that one refusal took, connection and page before it not counted."""
    connection = http.client.HTTPConnection(site.hostname, site.port or 80, timeout=60, source_address=(address, 0))
    connection.request("GET", "/login/")
    page = connection.getresponse()
    token = TOKEN.search(page.read().decode())[1]
    cookies = "; ".join(line.split(";")[0] for line in page.headers.get_all("Set-Cookie", []))
    body = urlencode({"username": username, "password": secrets.token_urlsafe(12), "csrfmiddlewaretoken": token})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Origin": f"{site.scheme}://{site.netloc}"}
    begun = time.perf_counter()
    connection.request("POST", "/login/", body, headers)
    answer = connection.getresponse()
    answer.read()
    taken = time.perf_counter() - begun
    connection.close()
    if answer.status != 200:
        sys.exit(f"{username}: {answer.status} instead of 200; was somebody locked out before?")
    return taken


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("site", help="the address of a running site with the demo accounts")
    asked.add_argument("--tries", type=int, default=50, help="of each kind")
    options = asked.parse_args()
    if options.tries > 4 * len(KNOWN):
        sys.exit(f"at most {4 * len(KNOWN)} tries: more would lock an account")
    site = urlsplit(options.site)
    found = {"known": [], "unknown": []}
    for n in range(options.tries):
        address = f"127.0.0.{2 + 2 * n // PER_ADDRESS}"
        names = {"known": KNOWN[n % len(KNOWN)], "unknown": f"nobody-{secrets.token_hex(4)}"}
        for kind in sorted(names, reverse=n % 2 == 1):  # in turn, so that neither always comes first
            found[kind].append(one_try(site, names[kind], address))
    known, unknown = (statistics.median(found[kind]) for kind in ("known", "unknown"))
    apart = abs(known - unknown) / min(known, unknown)
    print(f"{options.tries} + {options.tries} tries; medians: known {known * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms, {apart:.1%} apart")
    sys.exit(apart >= APART)


if __name__ == "__main__":
    main()
