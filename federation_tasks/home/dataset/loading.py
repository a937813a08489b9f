"""Load a generated organisation into an empty database: all of it or nothing."""

import datetime as dt

from django.db import connection

from departments.models import Department, User
from federation_tasks.audit import trail
from federation_tasks.home.dataset.folder import Folder
from federation_tasks.home.dataset.organisation import load_organisation
from federation_tasks.home.dataset.work import load_work
from federation_tasks.plan.models import Goal, Period


def refusal() -> str:
    """Return why this database does not take a data set; empty where it does."""
    held = [model._meta.verbose_name for model in (User, Department, Goal, Period) if model.objects.exists()]
    return f"The database is not empty: it holds {', '.join(map(str, held))}. A data set is loaded into an empty one only." if held else ""


def load_dataset(folder: Folder, today: dt.date) -> int:
    """Load everything with its dates shifted so that the data's own day falls on `today`; return the number of tasks."""
    with trail.as_one("load_dataset", "测量用数据"):
        tasks = load_work(folder, load_organisation(folder), today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so many rows at once: the planner does not know of them yet
    return tasks
