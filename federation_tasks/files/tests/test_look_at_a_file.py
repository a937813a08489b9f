"""A picture and a PDF are looked at without being saved: by whoever may download them, written down, and nothing in them acts."""

import io

import pytest
from PIL import Image

from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.files import previews
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import PDF, office, picture


@pytest.fixture
def look(send, cast):
    """Upload a file and ask for it in one of the ways to look at it."""

    def looking(name, content, how="preview", part="deputy"):
        if not Attachment.objects.filter(name=name).exists():
            assert send([(name, content)]).status_code == 302
        return cast.client(part).get(f"/attachments/{Attachment.objects.get(name=name).pk}/{how}/")

    return looking


def drawn(answer):
    return Image.open(io.BytesIO(answer.content))


def test_a_pdf_is_shown_by_the_browser_in_a_sandbox(look):
    answer = look("总表.pdf", PDF)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
    assert answer["Content-Disposition"].startswith("inline; filename")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "no-store"


def test_a_picture_stands_on_a_page_that_says_what_it_is_and_whose(look):
    answer = look("现场.png", picture())
    row = Attachment.objects.get()
    assert f'<img src="/attachments/{row.pk}/picture/" alt="图片“现场.png”，康复部康复部联络员上传">' in answer.content.decode()
    assert not Entry.objects.filter(action=Action.DOWNLOAD).exists()  # nothing of it was handed out yet


def test_a_picture_is_drawn_anew_smaller_and_upright(look):
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a place nobody should know"
    Image.new("RGB", (3200, 1600), (12, 74, 79)).save(out, "JPEG", exif=exif)
    answer = look("现场.jpg", out.getvalue(), "picture")
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (200, "image/jpeg", "inline")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert drawn(answer).size == (600, 1200)
    assert b"a place" not in answer.content
    assert not drawn(answer).getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_png_can_be_drawn(look, mode):
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, "PNG")
    assert drawn(look("图.png", out.getvalue(), "picture")).size == (20, 10)


def test_what_is_too_large_to_be_drawn_is_only_downloaded(look, monkeypatch):
    monkeypatch.setattr(previews, "MOST_PIXELS", 100)
    assert look("现场.png", picture(), "picture").status_code == 404


def test_other_kinds_have_no_preview(look):
    for how in ("preview", "picture"):
        assert look("台账.docx", office(), how).status_code == 404
    assert look("总表.pdf", PDF, "picture").status_code == 404


def test_looking_needs_the_rights_of_the_download_and_is_written_down(look):
    for name, content, how in (("总表.pdf", PDF, "preview"), ("现场.png", picture(), "preview"), ("现场.png", picture(), "picture")):
        for part in ("stranger", "other_head", "auditor"):
            assert look(name, content, how, part).status_code == 404
    assert not Entry.objects.filter(action=Action.DOWNLOAD).exists()
    look("总表.pdf", PDF)
    look("现场.png", picture(), "picture")
    said = [(entry.thing, entry.username, entry.after["preview"], entry.result) for entry in Entry.objects.filter(action=Action.DOWNLOAD).order_by("pk")]
    assert said == [("总表.pdf", "deputy", True, Result.DONE), ("现场.png", "deputy", True, Result.DONE)]


@pytest.mark.parametrize(("name", "content", "how"), [("总表.pdf", PDF, "preview"), ("现场.png", picture(), "picture")])
def test_a_changed_file_is_not_shown(look, name, content, how):
    look(name, content, how, "stranger")
    Attachment.objects.get().place.write_bytes(b"X" + content[1:])
    assert look(name, content, how).status_code == 500
    assert Entry.objects.get(action=Action.DOWNLOAD).result == Result.FAILED


def test_evidence_of_an_update_is_never_simply_removed(look, cast):
    look("总表.pdf", PDF)
    for part in ("clerk", "head", "deputy"):
        answer = cast.client(part).post(f"/attachments/{Attachment.objects.get().pk}/remove/")
        assert answer.status_code == 403
