"""Who is told."""

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.digests"
    verbose_name = "信函"

    def ready(self) -> None:
        """Have the audit watch the schedule; the ledger is a log of its own. Ring for letters when the office has urged."""
        from django_celery_beat.models import CrontabSchedule, PeriodicTask

        from federation_tasks.audit.watch import leave_out, watch
        from federation_tasks.digests.ringing import ring_for_urges
        from federation_tasks.supervision.urging import urged

        urged.connect(ring_for_urges, dispatch_uid="digests ring")
        watch(PeriodicTask, leave=["last_run_at", "total_run_count", "date_changed"])
        watch(CrontabSchedule)
        leave_out("django_celery_beat", "the scheduler's other tables: a mark that something changed, and kinds of schedule that are not used")
        leave_out("digests.letter", "a ledger of its own, in which each state of a letter and each try stand; what people do there is told by the pages")
        leave_out("digests.lettertry", "a line of the ledger of letters")
        leave_out("digests.heartbeat", "a sign of life each minute")
