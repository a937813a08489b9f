"""Who is signed in, where, and for how long."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Name the room in the interface; begin a session at each sign-in, end a person's sessions with the account or its password."""

    name = "departments.sessions"
    label = "departments_sessions"  # Django's own sessions are called sessions
    verbose_name = "登录会话"

    def ready(self) -> None:
        """Listen; leave the rows out of the audit's watch."""
        from departments.sessions import beginning, ending  # noqa: F401 - their receivers are connected by being read
        from federation_tasks.audit.watch import leave_out

        leave_out("departments_sessions.session", "signing in, signing out and ending a session have their own entries; the time of the last act is no news")
