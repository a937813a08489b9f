"""How files arrive: counted and hashed as they come, written to a file of no name that lasts, never kept beyond the limits.

A file that is too large goes on being read, without being kept, so that the rest of the form is there and can be shown again.
"""

import hashlib
import logging
import tempfile
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from federation_tasks.files import names, storing
from federation_tasks.files.refusals import Refused
from federation_tasks.files.words import MB

log = logging.getLogger(__name__)
HOPELESS = 10  # times the limit for a request: what is larger than this is not even read
NO_ROOM = "服务器的磁盘现在写不进去。请告诉系统管理员，过一会儿再选一次。"
NOT_SIGNED_IN = "您还没有登录。请登录以后再选一次。"


def incoming() -> Path:
    """Return the folder where files lie while they arrive and are looked at; on the same disk as the store."""
    return storing.folder(Path(settings.ATTACHMENTS_DIR, "incoming"))


class Received(UploadedFile):
    """One file as it arrived. Where `refusal` is set, nothing of it was kept."""

    name: str = ""  # not Django's: that one is mended in silence, this one is only shown

    def __init__(self, name: str, content_type: str = "") -> None:
        super().__init__(None, "", content_type, 0)
        self.given_name = names.as_sent(name)
        self.name = names.shown(self.given_name)
        self.sent = 0  # bytes that came, kept or not
        self.refusal: Refused | None = None
        self._hash = hashlib.sha256()

    def keep(self, piece: bytes) -> None:
        """Write the next piece down."""
        try:
            if self.file is None:
                self.file = cast(Any, tempfile.NamedTemporaryFile(dir=incoming(), suffix=".part", delete=False))  # noqa: SIM115 - closed with the request
            self.file.write(piece)
        except OSError as error:
            log.error("an upload could not be written: %s", error)
            self.refuse(NO_ROOM)
            return
        self.size = (self.size or 0) + len(piece)
        self._hash.update(piece)

    def refuse(self, sentence: str) -> None:
        """Let go of what was kept, and say why."""
        self.refusal = self.refusal or Refused(sentence)
        self.close()
        self.size = 0

    def finish(self) -> None:
        """Have everything written out, ready to be read from the beginning."""
        if self.file is None:
            return
        try:
            self.file.flush()
            self.file.seek(0)
        except OSError as error:
            log.error("an upload could not be written: %s", error)
            self.refuse(NO_ROOM)

    @property
    def sha256(self) -> str:
        """Return the hash of what was kept."""
        return self._hash.hexdigest()

    @property
    def path(self) -> Path:
        """Return where the bytes lie until they are stored."""
        return Path(cast(Any, self.file).name)

    def close(self) -> None:
        """Let go of the file; one that was not stored is gone."""
        if self.file is not None:
            file, self.file = self.file, cast(Any, None)
            Path(str(file.name)).unlink(missing_ok=True)
            try:
                file.close()
            except OSError:  # what was not written out on a full disk
                log.info("an upload that was given up could not be written out")


class WholeParser(MultiPartParser):
    """Django's parser. Names stay as they were sent: what is wrong with one is told, not mended in silence."""

    def sanitize_file_name(self, file_name: str) -> str:
        """Leave the name to names.py; it is never a path."""
        return file_name


class Counted:
    """A stream that counts what is read from it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.total = stream, 0

    def read(self, size: int | None = None) -> bytes:
        """Read on."""
        data: bytes = self.stream.read(size) if size is not None else self.stream.read()
        self.total += len(data)
        return data


class Receiver(FileUploadHandler):
    """Django's upload handler of this site, the only one."""

    chunk_size = 256 * 1024
    is_reading = False

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0
        self.now: Received | None = None

    def handle_raw_input(
        self, input_data: Any, meta: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> tuple[QueryDict, MultiValueDict] | None:  # type: ignore[override]
        """Read the form with our own parser; raise UnreadablePostError where the connection broke off in the middle of it.

        Django takes what came before the break for the whole form. A file cut in half must not be attached, nor a form without it be saved.
        """
        if self.is_reading:
            return None
        if content_length > HOPELESS * settings.ATTACHMENT_REQUEST_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes are not read at all")
        self.is_reading = True
        counted = Counted(input_data)
        post, files = WholeParser(meta, cast(Any, counted), [self], encoding).parse()
        if counted.total < content_length:
            for file in (file for _, found in files.lists() for file in found):
                file.close()
            raise UnreadablePostError("the connection broke off in the middle of a form")
        return post, files

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with the next file."""
        super().new_file(*args, **kwargs)
        self.now = Received(str(self.file_name), self.content_type or "")
        if not getattr(getattr(self.request, "user", None), "is_authenticated", False):
            self.now.refuse(NOT_SIGNED_IN)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next piece of the file, as long as it is within the limits."""
        file = cast(Received, self.now)
        file.sent += len(raw_data)
        if file.refusal:
            return
        self.taken += len(raw_data)
        if file.sent > settings.ATTACHMENT_BYTES:
            self.taken -= file.sent
            file.refuse(f"超过 {settings.ATTACHMENT_BYTES // MB} MB，太大。请压缩图片、拆成几份或者另存为较小的文件，再选一次。")
        elif self.taken > settings.ATTACHMENT_REQUEST_BYTES:
            self.taken -= file.sent
            file.refuse(f"这一次选的文件加起来超过 {settings.ATTACHMENT_REQUEST_BYTES // MB} MB。请分几次上传。")
        else:
            file.keep(raw_data)

    def file_complete(self, file_size: int) -> Received:  # type: ignore[override]
        """Hand the file over, kept or refused."""
        file, self.now = cast(Received, self.now), None
        file.finish()
        return file

    def upload_interrupted(self) -> None:
        """Let go of what came of a file before the connection broke."""
        if self.now is not None:
            self.now.close()
