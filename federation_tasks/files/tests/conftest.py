"""A store of its own for each test."""

import datetime as dt

import pytest
import time_machine

from departments.testing import TODAY
from federation_tasks.files.testing import FormBody

MORNING = dt.datetime.combine(TODAY, dt.time(1), tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    return settings.ATTACHMENTS_DIR


@pytest.fixture
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield MORNING


@pytest.fixture
def task(plan, cast, morning):
    return plan.task(cast.kfb, state="in_progress")


@pytest.fixture
def send(task, cast):
    """Send an update of the task with files, as a browser does; the text stands after the files, so that both must be read."""

    def sending(files, part="clerk", **fields):
        form = FormBody({"progress": "80", "reason": ""}, [("evidence", name, content) for name, content in files], {"text": "第三季度验收 200 张。"} | fields)
        return cast.client(part).generic("POST", f"/tasks/{task.pk}/updates/", form.body, form.content_type)

    return sending
