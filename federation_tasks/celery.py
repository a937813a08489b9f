"""The worker's and the scheduler's way in."""

import os
import sys

from celery import Celery

from federation_tasks import embedded_broker
from federation_tasks.environment import one_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
sys.excepthook = one_sentence  # the `celery` command has no place of its own for it
embedded_broker.install()
app = Celery("federation_tasks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
