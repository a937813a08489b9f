"""Half-Year Ledger (半年工作台账): the project."""

from federation_tasks.celery import app as celery_app

__all__ = ["celery_app"]
