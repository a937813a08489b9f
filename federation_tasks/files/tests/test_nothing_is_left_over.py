"""What broke off, what no form used and what has no row is gone after a day; what belongs to something stays (F19)."""

import datetime as dt
import os
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from federation_tasks.audit.models import Action, Entry
from federation_tasks.files import keeping, receiving, storing
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import PDF, picture


def aged(path, hours, now):
    storing.folder(path.parent)
    path.write_bytes(PDF)
    moment = (now - dt.timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_a_sweep_removes_what_is_older_than_a_day_and_belongs_to_nothing(send, store, morning, django_capture_on_commit_callbacks):
    send([("总结.pdf", PDF)])
    with django_capture_on_commit_callbacks(execute=True):
        send([("没用上.png", picture())], text="")
    attached, held = Attachment.objects.order_by("pk")
    later = morning + dt.timedelta(hours=25)
    gone = [aged(receiving.incoming() / "a.part", 25, later), aged(storing.place("ab" * 32), 25, later)]
    stays = [aged(receiving.incoming() / "b.part", 23, later), aged(storing.place("cd" * 32), 23, later), attached.place]
    os.utime(attached.place, (0, 0))
    with time_machine.travel(later, tick=False), django_capture_on_commit_callbacks(execute=True):
        out = StringIO()
        call_command("sweep_attachments", stdout=out)
    assert out.getvalue() == "removed: 1 pieces, 1 unused, 1 orphans\n"
    assert not any(path.exists() for path in [*gone, held.place])
    assert all(path.exists() for path in stays)
    assert list(Attachment.objects.all()) == [attached]
    assert Entry.objects.filter(action=Action.PURGE).count() == 1


def test_a_row_that_could_not_be_written_leaves_a_file_for_the_sweep(send, store, monkeypatch):
    def breaks(*_args, **_kwargs):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Attachment, "save", breaks)
    with pytest.raises(RuntimeError):
        send([("总结.pdf", PDF)])
    assert not Attachment.objects.exists()
    [orphan] = [path for path in store.rglob("*") if path.is_file()]
    assert orphan.read_bytes() == PDF
    assert orphan in storing.all_stored()


def test_forms_that_fail_again_and_again_do_not_fill_the_disk(send, store, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(keeping, "HELD_AT_MOST", 3)
    for n in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            send([(f"第{n}份.pdf", PDF)], text="")
    assert [row.name for row in Attachment.objects.order_by("pk")] == ["第2份.pdf", "第3份.pdf", "第4份.pdf"]
    assert len(list(storing.all_stored())) == 3


def test_the_sweep_is_in_the_schedule(db):
    from django_celery_beat.models import PeriodicTask

    from federation_tasks.files.tasks import sweep_attachments

    assert PeriodicTask.objects.get(name="sweep attachments").task == sweep_attachments.name
