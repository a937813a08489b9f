"""The worker's and the scheduler's way in."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
app = Celery("federation_tasks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
