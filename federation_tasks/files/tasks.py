"""A doorbell: once an hour, look for what is left over."""

from celery import shared_task

from federation_tasks.files.sweeping import sweep_now


@shared_task
def sweep_attachments() -> None:
    """Remove what broke off or was never used."""
    sweep_now()
