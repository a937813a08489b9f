"""Who is told."""

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.digests"
    verbose_name = "信函"
