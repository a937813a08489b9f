"""Where no mail server is named, each letter is a file that any mail program opens."""

import email
from email.policy import default
from pathlib import Path

from django.core.mail import EmailMessage

from departments.testing import TODAY
from federation_tasks.digests.mailbox import EmlFolderBackend, file_name
from federation_tasks.digests.models import Letter


def test_each_letter_is_one_whole_file_for_its_owner_alone(plan, cast, settings, tmp_path, send_round):
    settings.EMAIL_BACKEND = "federation_tasks.digests.mailbox.EmlFolderBackend"
    settings.MAIL_DIR = tmp_path / "mail"
    plan.task(cast.kfb, due=TODAY.replace(day=1))
    send_round()
    files = sorted(settings.MAIL_DIR.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
    found = {email.message_from_bytes(file.read_bytes(), policy=default)["Message-ID"] for file in files}
    assert found == set(Letter.objects.filter(state="sent").values_list("message_id", flat=True))


def test_a_name_is_never_a_path(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    message = EmailMessage("主题", "正文", to=["a@example.test"], headers={"X-Digest-Key": "../../etc/passwd\x00" + "长" * 300})
    EmlFolderBackend().send_messages([message])
    assert [file.parent for file in tmp_path.rglob("*") if file.is_file()] == [tmp_path]
    name = file_name(message)
    assert Path(name).name == name
