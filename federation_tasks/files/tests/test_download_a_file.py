"""A file is downloaded by whoever may, never shown, and only as it was uploaded (controls 32 and 44)."""

from io import StringIO
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command

from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import PDF, office, picture


@pytest.fixture
def row(send):
    assert send([("验收表 “三季度”.docx", office())]).status_code == 302
    return Attachment.objects.get()


def test_the_answer_can_only_be_saved(row, cast):
    answer = cast.client("deputy").get(f"/attachments/{row.pk}/")
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, content) == (200, office())
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(row.name)}"
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert answer["Content-Length"] == str(len(content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"


def test_a_name_with_quotes_cannot_leave_its_header(send, cast):
    send([("a%22; filename=%22b.exe.png", picture())])
    row = Attachment.objects.get()
    header = cast.client("clerk").get(f"/attachments/{row.pk}/")["Content-Disposition"]
    assert header == 'attachment; filename="a\\"; filename=\\"b.exe.png"'


def test_head_tells_the_same_and_gives_nothing_away(row, cast):
    answer = cast.client("clerk").head(f"/attachments/{row.pk}/")
    assert (answer.status_code, answer["Content-Length"]) == (200, str(row.size))
    assert cast.client("stranger").head(f"/attachments/{row.pk}/").status_code == 404
    assert not Entry.objects.filter(action=Action.DOWNLOAD).exists()


def test_each_download_is_written_down(row, cast):
    cast.client("deputy").get(f"/attachments/{row.pk}/")
    entry = Entry.objects.get(action=Action.DOWNLOAD)
    assert (entry.username, entry.key, entry.thing, entry.result) == ("deputy", str(row.pk), row.name, Result.DONE)


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]), lambda path: path.unlink()], ids=["a byte", "gone"])
def test_a_changed_file_is_not_handed_out_and_is_found(row, cast, harm, caplog):
    harm(row.place)
    answer = cast.client("deputy").get(f"/attachments/{row.pk}/")
    assert answer.status_code == 500
    assert "附件不能下载" in answer.content.decode()
    assert "verify_attachments" in caplog.text
    entry = Entry.objects.get(action=Action.DOWNLOAD)
    assert (entry.result, entry.username) == (Result.FAILED, "deputy")
    out = StringIO()
    with pytest.raises(CommandError, match="1 attachments are not what was uploaded"):
        call_command("verify_attachments", stdout=out)
    assert f"attachment {row.pk} {row.name!r}" in out.getvalue()


def test_verifying_finds_nothing_where_nothing_is_wrong(row, send):
    send([("现场.pdf", PDF)])
    out = StringIO()
    call_command("verify_attachments", stdout=out)
    assert "2 attachments, all as they were uploaded" in out.getvalue()


def test_the_store_is_for_this_account_alone_and_names_say_nothing(row, store):
    place = row.place.relative_to(store)
    assert place.parts[0] == "store"
    assert len(place.name) == 64
    assert place.parts[1:3] == (place.name[:2], place.name[2:4])
    assert row.place.stat().st_mode & 0o777 == 0o600
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in (store / "store").rglob("*") if folder.is_dir())
