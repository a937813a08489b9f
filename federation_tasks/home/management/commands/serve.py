"""Get the site ready and run web, worker and scheduler until somebody stops them: what `make run` does."""

import sys
import threading
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from departments.models import User
from federation_tasks.audit import trail
from federation_tasks.digests.models import Heartbeat
from federation_tasks.home import demo_password, serving

INTERRUPTED = 130


class Command(BaseCommand):
    """Migrate, load the article and the demo, collect static files, then supervise the processes."""

    help = "Runs the whole site on this machine: web, worker and scheduler, with the article and the demo data."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until stopped; exit with the code that says how it ended."""
        if not serving.is_port_free(settings.PORT):
            raise CommandError(
                f"Port {settings.PORT} is taken: the site may be running already. Stop it, or choose another: PORT={settings.PORT + 1} make run."
            )
        try:
            self.prepare()
            sys.exit(self.supervise())
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {str(error).strip()}") from None

    def prepare(self) -> None:
        """Bring the database and the static files up to date; all of it can be repeated."""
        self.say("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        self.load("load_article")
        if not settings.BEHIND_TLS:  # demo accounts are refused there
            self.load("load_demo")
            share_password()
        # The last run's signs of life say nothing about this one: /health/ waits for new ones.
        Heartbeat.objects.all().delete()
        self.say("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)

    def load(self, command: str) -> None:
        """Load data; a database that holds an organisation's own work is left alone, and that is no reason not to start."""
        try:
            call_command(command, stdout=self.stdout)
        except CommandError as error:
            self.stderr.write(f"{command}: {error}")

    def supervise(self) -> int:
        """Start the processes, announce the site once it answers, and return the exit code."""
        words = self.announcement()
        connections.close_all()
        threading.Thread(target=serving.wait_for_web, args=(settings.PORT, lambda: self.say(words)), daemon=True).start()
        return serving.supervisor().run()

    def announcement(self) -> str:
        """Return the address, the demo accounts and their password."""
        accounts = [f"  {user.username:<14} {user.name}" for user in User.objects.filter(is_demo=True, is_active=True).order_by("pk")]
        told = ["", f"{settings.PRODUCT_NAME} runs at {settings.SITE_URL}/ (Ctrl-C stops it)"]
        if accounts and not settings.BEHIND_TLS:
            told += [f"Demo accounts, all with the password {demo_password.demo_password()}", *accounts]
        return "\n".join([*told, ""])

    def say(self, words: str) -> None:
        """Write a line at once."""
        self.stdout.write(words)
        self.stdout.flush()


def share_password() -> None:
    """Give all demo accounts the password of this start, where it is another than the last one's, and keep it for the next."""
    password = demo_password.demo_password()
    first = User.objects.filter(is_demo=True).first()
    if first is not None and not first.check_password(password):
        with trail.as_one("share_demo_password", "演示账号的口令"):
            User.objects.filter(is_demo=True).update(password=make_password(password))
    if password != demo_password.kept():
        demo_password.keep(password)
