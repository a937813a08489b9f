"""Sign in through a real directory: starts slapd on loopback in a folder that is thrown away, and the site's own code against it.

    .venv/bin/python bench/sign_in_by_ldap.py [--packages DIR]

Needs Debian's slapd, and to build python-ldap gcc, python3-dev, libldap-dev, libsasl2-dev. What requirements-ldap.txt names is installed
into DIR (a temporary one where none is given), never into .venv. The checks run twice: by search over StartTLS, and by a template of names.
Leaves with 1 where one fails.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLAPD, SLAPADD = "/usr/sbin/slapd", "/usr/sbin/slapadd"
SUFFIX, READER = "dc=example,dc=cn", "cn=reader,dc=example,dc=cn"
RIGHT, READERS_OWN = "Mu-lu-mi-ma-2026", "Only-for-reading-1"
TIMEOUT = 2  # seconds, LDAP_TIMEOUT

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
maxsize 10485760
suffix "{suffix}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""
PERSON = """\

dn: uid={uid},ou=people,{suffix}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid} of the directory
sn: {uid}
mail: {uid}@directory.example.cn
userPassword: {password}
"""
TREE = """\
dn: {suffix}
objectClass: dcObject
objectClass: organization
o: example
dc: example

dn: ou=people,{suffix}
objectClass: organizationalUnit
ou: people

dn: {reader}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {readers_own}
"""


# --- The directory ---------------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_directory(folder):
    """Write the directory's settings, its certificate and its people."""
    (folder / "data").mkdir()
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    for name in ("", "other-"):
        made = ["-keyout", folder / f"{name}key.pem", "-out", folder / f"{name}cert.pem"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made, *subject], check=True, capture_output=True)
    (folder / "slapd.conf").write_text(CONFIGURATION.format(folder=folder, suffix=SUFFIX, reader=READER))
    people = TREE.format(suffix=SUFFIX, reader=READER, readers_own=READERS_OWN)
    people += "".join(PERSON.format(uid=uid, suffix=SUFFIX, password=RIGHT) for uid in ("zhang", "wang", "not-here", "left"))
    (folder / "people.ldif").write_text(people)
    subprocess.run([SLAPADD, "-f", folder / "slapd.conf", "-l", folder / "people.ldif"], check=True, capture_output=True)


def start_directory(folder, port):
    """Start slapd and wait until it takes connections."""
    running = subprocess.Popen([SLAPD, "-f", folder / "slapd.conf", "-h", f"ldap://127.0.0.1:{port}", "-d", "0"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return running
        time.sleep(0.1)
    running.kill()
    raise SystemExit("slapd does not start")


# --- The site --------------------------------------------------------------------------------------------------------


class Site:
    """The site's own code in this process, with its settings from the environment."""

    def __init__(self):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        from departments.models import User

        self.accounts = User.objects
        for name in ("zhang", "wang", "left"):
            self.accounts.create_user(name, name=name, email=f"{name}@ledger.example.cn", is_active=name != "left")
        self.accounts.create_user("paper", "Only-here-2026", name="paper")
        self.failed = 0

    def sign_in(self, username, password):
        """Return (status, seconds, browser) of one try at the sign-in page."""
        from django.test import Client

        client, begun = Client(SERVER_NAME="127.0.0.1"), time.perf_counter()
        answer = client.post("/login/", {"username": username, "password": password})
        return answer.status_code, time.perf_counter() - begun, client

    def expect(self, what, right, username, password):
        """Try to sign in and compare the status."""
        status, seconds, client = self.sign_in(username, password)
        self.say(what, status == right, f"{status} after {seconds:.2f} s")
        return seconds, client

    def say(self, what, is_right, details=""):
        """Print one line."""
        self.failed += not is_right
        print(f"  {'ok  ' if is_right else 'FAIL'} {what}{f': {details}' if details else ''}", flush=True)

    def unlock(self):
        from axes.models import AccessAttempt

        AccessAttempt.objects.all().delete()


def check(running):
    """Try everything that must and must not open the site."""
    site = Site()
    before = list(site.accounts.order_by("pk").values("username", "name", "email", "password", "is_active", "must_change_password"))
    _, client = site.expect("the right password signs in", 302, "zhang", RIGHT)
    page = client.get("/password/").content.decode()
    site.say("the password page sends to the directory", "密码不在这里改" in page and 'name="old_password"' not in page)
    site.expect("so it does in other letters and width", 302, " ＷＡＮＧ ", RIGHT)
    site.expect("a password of this site signs in beside it", 302, "paper", "Only-here-2026")
    site.expect("a wrong password does not", 200, "zhang", "wrong")
    site.expect("an empty password does not", 200, "zhang", "")
    for name in ("*", "zh*", "zhang)(uid=*", "*)(uid=zhang", "zhang,ou=people", "zhang\\2a", "zhang\0"):
        site.expect(f"the name {name!r} does not", 200, name, RIGHT)
    site.expect("a disabled account does not, with the right password", 200, "left", RIGHT)
    site.expect("an account that the directory has and the site has not does not", 200, "not-here", RIGHT)
    site.say("the site has no account more", site.accounts.count() == 4)
    after = list(site.accounts.order_by("pk").values("username", "name", "email", "password", "is_active", "must_change_password"))
    site.say("nothing that the directory says was taken over", before == after)
    site.unlock()
    statuses = [site.sign_in("zhang", "wrong")[0] for _ in range(5)]
    site.say("five wrong ones lock", statuses == [200] * 4 + [429], str(statuses))
    site.expect("then the right one is refused too", 429, "zhang", RIGHT)
    site.unlock()
    running.send_signal(subprocess.signal.SIGSTOP)
    seconds, _ = site.expect("a directory that hangs: refused like a wrong password", 200, "zhang", RIGHT)
    site.say(f"within the time limit ({TIMEOUT} s for each word)", seconds < 2 * TIMEOUT + 2, f"{seconds:.2f} s")
    running.send_signal(subprocess.signal.SIGCONT)
    running.kill()
    running.wait()
    site.expect("a directory that is away: refused like a wrong password", 200, "zhang", RIGHT)
    site.expect("whose password is here signs in all the same", 302, "paper", "Only-here-2026")
    return site.failed


def settings_for(mode, port, folder):
    """Return the settings of one way to ask."""
    common = {"LDAP_URL": f"ldap://127.0.0.1:{port}", "LDAP_TIMEOUT": str(TIMEOUT), "VAR_DIR": str(folder / mode), "SECRET_KEY": "only-for-benches-" + "0" * 30}
    if mode == "template":
        return common | {"LDAP_USER_DN_TEMPLATE": f"uid=%(user)s,ou=people,{SUFFIX}"}
    found = common | {"LDAP_STARTTLS": "true", "LDAP_CA_FILE": str(folder / ("other-cert.pem" if mode == "stranger" else "cert.pem"))}
    return found | {"LDAP_SEARCH_BASE": SUFFIX, "LDAP_BIND_DN": READER, "LDAP_BIND_PASSWORD": READERS_OWN}


def one_run(mode, folder):
    """Run the checks of one way to ask, in this process; return how many failed."""
    port = free_port()
    running = start_directory(folder, port)
    try:
        os.environ.update(settings_for(mode, port, folder))
        if mode == "stranger":
            site = Site()
            site.expect("a directory with a stranger's certificate is told nothing", 200, "zhang", RIGHT)
            return site.failed
        return check(running)
    finally:
        running.kill()


def install(folder):
    """Install what speaks LDAP into a folder of its own."""
    if not (folder / "django_auth_ldap").exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--target", folder, "-r", ROOT / "requirements-ldap.txt"], check=True
        )


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--packages", type=Path, help="where to install what speaks LDAP, or where it is installed")
    asked.add_argument("--mode", help=argparse.SUPPRESS)
    asked.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    sys.path[:0] = [str(ROOT)]
    if options.mode:
        sys.exit(min(one_run(options.mode, options.folder), 1))
    if not Path(SLAPD).exists():
        sys.exit("slapd is not installed: apt install slapd (and do not start it)")
    folder = Path(tempfile.mkdtemp(prefix="ledger-ldap-"))
    try:
        packages = options.packages or folder / "packages"
        install(packages)
        make_directory(folder)
        failed = 0
        for mode, what in (("search", "by search, over StartTLS"), ("template", "by a template of names"), ("stranger", "with another certificate authority")):
            print(f"{what}:", flush=True)
            command = [sys.executable, __file__, "--mode", mode, "--folder", folder]
            failed += subprocess.run(command, env=os.environ | {"PYTHONPATH": str(packages)}, check=False).returncode != 0
        sys.exit(min(failed, 1))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
