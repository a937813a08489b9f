"""The end of a half-year: what is closed, and what is told to everyone."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.meetings"
    verbose_name = "会议与通报"

    def ready(self) -> None:
        """Have the audit watch what is issued."""
        from federation_tasks.audit.watch import watch
        from federation_tasks.meetings.models import Circular

        watch(Circular, hashed=["content", "intro"], leave=["issued_at"])
