#!/usr/bin/env python3
"""Start the site with TLS behind nginx (deploy/nginx.conf) and look at it from outside: headers, methods, files, and a hundred slow clients.

    .venv/bin/python bench/behind_nginx.py [--keep]

Needs nginx and openssl. Prints what each check found; leaves with 1 where one is not as it should be. --keep leaves the site running until
Enter is pressed, for a scanner: it prints the address and a cookie of somebody who is signed in.
"""

import argparse
import http.client
import os
import pathlib
import re
import secrets
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import urlencode

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
NAME = "ledger.example.cn"
PAGES = ("/login/", "/", "/dashboard/", "/tasks/", "/reports/", "/help/")
WANTED = {
    "strict-transport-security": r"max-age=\d{8,}; includeSubDomains; preload",
    "content-security-policy": r"default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=",
    "cache-control": "no-store",
}
SLOW_CLIENTS = 100


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stand:
    """The site, its certificate and nginx, in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.web, self.plain, self.tls = free_port(), free_port(), free_port()
        self.password = secrets.token_urlsafe(12) + "-Aa9"
        self.environment = os.environ | {
            "SECRET_KEY": secrets.token_urlsafe(60), "VAR_DIR": str(folder / "var"), "PORT": str(self.web), "SITE_URL": f"https://{NAME}",
            "ALLOWED_HOSTS": f"{NAME},127.0.0.1", "TRUSTED_PROXY_COUNT": "1", "DEMO_PASSWORD": self.password,
        }  # fmt: skip
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            self.environment.pop(name, None)
        self.processes = []

    def manage(self, *words):
        # The demo is loaded as on a laptop: behind TLS it is refused.
        environment = self.environment | {"SITE_URL": f"http://127.0.0.1:{self.web}"}
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, capture_output=True)

    def start(self):
        for words in (["migrate"], ["collectstatic", "--no-input"], ["load_article"], ["load_demo"]):
            self.manage(*words)
        # Demo accounts are refused behind TLS: here they are accounts like others.
        self.manage("shell", "-c", "from django.db import connection\nconnection.cursor().execute('UPDATE departments_user SET is_demo = false')")
        line = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "federation_tasks.wsgi"]
        self.processes.append(subprocess.Popen(line, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.certificate()
        self.processes.append(subprocess.Popen(["nginx", "-c", str(self.configuration()), "-p", str(self.folder)], stderr=subprocess.DEVNULL))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.ask("GET", "/health/live/")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.3)
        raise SystemExit("the site does not answer behind nginx")

    def certificate(self):
        line = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
        subprocess.run([*line, "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"], check=True, stderr=subprocess.DEVNULL)

    def configuration(self):
        """Write deploy/nginx.conf with this stand's ports and files in it, and what nginx needs around it."""
        proxy = self.folder / "proxy.conf"
        proxy.write_text((ROOT / "deploy/nginx-proxy.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{self.web}"))
        server = (ROOT / "deploy/nginx.conf").read_text().replace("/etc/nginx/ledger-proxy.conf", str(proxy))
        server = server.replace("127.0.0.1:8000", f"127.0.0.1:{self.web}").replace("listen 80;", f"listen 127.0.0.1:{self.plain};")
        server = server.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.tls} ssl http2;")
        server = re.sub(r"/etc/ssl/ledger/fullchain.pem", str(self.folder / "cert.pem"), server)
        server = re.sub(r"/etc/ssl/ledger/privkey.pem", str(self.folder / "key.pem"), server)
        paths = "".join(f"{kind}_temp_path {self.folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        around = f"daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;\nevents {{ worker_connections 1024; }}\n"
        whole = self.folder / "nginx.conf"
        whole.write_text(f"{around}http {{ access_log off; {paths}\n{server}\n}}\n")
        return whole

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(20)

    def tls_context(self):
        context = ssl.create_default_context(cafile=self.folder / "cert.pem")
        context.check_hostname = False
        return context

    def ask(self, method, path, cookies="", form=None):
        """Return status, headers and text of one answer over TLS."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls, context=self.tls_context(), timeout=30)
        headers = {"Host": NAME, "Cookie": cookies, "Origin": f"https://{NAME}", "Referer": f"https://{NAME}/login/"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")

    def sign_in(self, username):
        """Return the cookies of somebody who is signed in, and what was set on the way."""
        _, headers, text = self.ask("GET", "/login/")
        jar = self.kept({}, headers)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
        form = {"username": username, "password": self.password, "csrfmiddlewaretoken": token}
        status, headers, text = self.ask("POST", "/login/", self.sent(jar), form)
        if status != 302:
            raise SystemExit(f"sign-in answered {status}: {text[:500]}")
        return self.sent(self.kept(jar, headers)), headers.get_all("Set-Cookie")

    @staticmethod
    def kept(jar, headers):
        return jar | dict(line.split(";")[0].split("=", 1) for line in headers.get_all("Set-Cookie", []))

    @staticmethod
    def sent(jar):
        return "; ".join(f"{name}={value}" for name, value in jar.items())


def headers_of_pages(stand, cookies):
    for page in PAGES:
        status, headers, _ = stand.ask("GET", page, "" if page == "/login/" else cookies)
        missing = [name for name, wanted in WANTED.items() if not re.search(wanted, headers.get(name, ""))]
        unsafe = re.findall(r"unsafe-\w+|https?:|\*", headers.get("content-security-policy", ""))
        told = [name for name in ("Server", "X-Powered-By") if re.search(r"\d", headers.get(name, ""))]
        yield f"headers of {page}", status == 200 and not missing and not unsafe and not told, f"{status}; missing {missing}, unsafe {unsafe}, told {told}"


def cookies_of_sign_in(set_cookies):
    for line in set_cookies:
        name = line.split("=")[0]
        parts = {part.strip().lower() for part in line.split(";")[1:]}
        safe = {"secure", "httponly", "path=/"} <= parts and any(part.startswith("samesite=") for part in parts)
        yield f"cookie {name}", safe and name.startswith("__Host-") and not any(part.startswith("domain") for part in parts), line.split(";", 1)[1]


def doors(stand, cookies):
    yield "http leads to https", *_redirected(stand)
    for path in ("/.git/config", "/.git/HEAD", "/.env", "/manage.py", "/static/", "/var/ledger.sqlite3", "/docs/", "/static/../manage.py", "/admin/doc/"):
        status, _, text = stand.ask("GET", path, cookies)
        yield f"GET {path}", status in {404, 403, 400} and "Traceback" not in text, str(status)
    for method in ("TRACE", "TRACK", "PUT", "DELETE", "CONNECT", "PROPFIND"):
        if method != "CONNECT":
            status, _, _ = stand.ask(method, "/", cookies)
            yield f"{method} /", status in {403, 405}, str(status)
    status, _, text = stand.ask("GET", "/nothing-here/", cookies)
    yield "an address that is none", status == 404 and "Traceback" not in text and "DEBUG" not in text, str(status)


def _redirected(stand):
    connection = http.client.HTTPConnection("127.0.0.1", stand.plain, timeout=10)
    connection.request("GET", "/tasks/", headers={"Host": NAME})
    answer = connection.getresponse()
    where = answer.headers.get("Location", "")
    return answer.status == 301 and where == f"https://{NAME}/tasks/", f"{answer.status} {where}"


def slow_clients(stand, seconds):
    """Yield how quickly the site answers while a hundred clients send a header, or a body, one byte at a time."""
    for kind, beginning in (("headers", b"GET / HTTP/1.1\r\nHost: x\r\n"), ("bodies", b"POST /login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")):
        stopped = threading.Event()
        holders = [threading.Thread(target=_dribble, args=(stand, beginning, stopped), daemon=True) for _ in range(SLOW_CLIENTS)]
        for holder in holders:
            holder.start()
        time.sleep(2)
        times, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.perf_counter()
            status = stand.ask("GET", "/health/live/")[0]
            times.append(time.perf_counter() - began if status == 200 else 99)
            time.sleep(0.1)
        stopped.set()
        worst = max(times)
        yield f"{SLOW_CLIENTS} slow {kind}", worst < 1, f"{len(times)} answers, median {statistics.median(times) * 1000:.0f} ms, worst {worst * 1000:.0f} ms"


def _dribble(stand, beginning, stopped):
    try:
        with socket.create_connection(("127.0.0.1", stand.tls), timeout=30) as raw, stand.tls_context().wrap_socket(raw, server_hostname=NAME) as line:
            line.sendall(beginning)
            while not stopped.wait(1):
                line.sendall(b"X")
    except OSError:
        return  # nginx closed it, as it should


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="leave the site running until Enter is pressed")
    parser.add_argument("--seconds", type=int, default=15, help="how long the slow clients hold on")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        raise SystemExit("nginx is not installed: apt install nginx-light")
    with tempfile.TemporaryDirectory(prefix="ledger-nginx-") as folder:
        pathlib.Path(folder).chmod(0o755)
        stand = Stand(pathlib.Path(folder))
        try:
            stand.start()
            cookies, set_cookies = stand.sign_in("principal")
            failed = 0
            for what, is_right, found in (
                *headers_of_pages(stand, cookies),
                *cookies_of_sign_in(set_cookies),
                *doors(stand, cookies),
                *slow_clients(stand, options.seconds),
            ):
                failed += not is_right
                print(f"{'ok  ' if is_right else 'FAIL'} {what}: {found}")
            if options.keep:
                print(f"https://127.0.0.1:{stand.tls}/ (Host {NAME})\nCookie: {cookies}")
                input()
        finally:
            stand.stop()
    print(f"{failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
