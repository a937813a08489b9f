"""How a file is taken, put to its owner, and taken back.

In two steps, so that nobody chooses a file twice: what passes is held for the person and the purpose for a day, and the form that is
accepted at last puts it to its owner in the owner's own transaction.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from departments.access import Access
from departments.models import Department, User
from federation_tasks.audit.trail import Action, Result, record
from federation_tasks.files import names, scanner, storing
from federation_tasks.files.inspection import Kind, inspect
from federation_tasks.files.models import Attachment
from federation_tasks.files.owners import rules_of
from federation_tasks.files.receiving import NO_ROOM, Received
from federation_tasks.files.refusals import Refused

log = logging.getLogger(__name__)
HELD_AT_MOST = 30  # files of one person that wait for a form; the oldest make room
SCANNER_AWAY = "病毒扫描现在用不了，文件没有收下。请过几分钟再选一次；还不行，请告诉系统管理员。"
INFECTED = "病毒扫描查出里面有病毒，已经隔离。请告诉系统管理员，并检查您的电脑和存这个文件的盘。"
GONE = "之前传好的文件有的已经用过，或者超过一天没有用，已经清理。请重新选。"


@dataclass
class Taken:
    """What came of the files of one form: those that are held now, and a sentence for each that is not."""

    held: list[Attachment] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def take(files: Iterable[Received], access: Access, purpose: str, room: int, crowded: str = "") -> Taken:
    """Look at each file and hold those that pass; `room` is how many more there may be, `crowded` the sentence for those beyond."""
    taken, is_scanner_away = Taken(), False
    for file in files:
        try:
            if len(taken.held) >= room:
                raise Refused(crowded or f"一次最多附 {settings.ATTACHMENT_MAX_FILES} 个文件，这个超出了。请去掉几个，或者再登记一次。")
            if is_scanner_away:
                raise Refused(SCANNER_AWAY)
            taken.held.append(_hold(file, access, purpose))
        except scanner.ScannerUnavailable as error:
            log.error("the virus scanner cannot be used: %s", error)
            is_scanner_away = True
            _refuse(file, Refused(SCANNER_AWAY), taken, Result.FAILED)
        except Refused as refused:
            _refuse(file, refused, taken)
        finally:
            file.close()
    _make_room(cast(User, access.user))
    return taken


def _hold(file: Received, access: Access, purpose: str) -> Attachment:
    """Store one file; raise Refused or ScannerUnavailable where it is not taken."""
    names.check(file.given_name)
    if file.refusal:
        raise file.refusal
    if not file.size:
        raise Refused("这是一个空文件。请打开看看内容还在不在，再选一次。")
    kind = inspect(cast(Any, file.file), file.given_name)
    row = Attachment(name=file.given_name, stored=storing.new_name(), size=file.size, sha256=file.sha256, uploaded_by=cast(User, access.user), purpose=purpose)
    row.kind = kind.extension
    if scanner.is_on() and (signature := scanner.scan(cast(Any, file.file))):
        row.state, row.signature = Attachment.State.QUARANTINED, signature[:200]
    _store(file, row, kind)
    if row.state == Attachment.State.QUARANTINED:
        raise Refused(INFECTED)
    return row


def _store(file: Received, row: Attachment, kind: Kind) -> None:
    """Put the file in its place, then write its row; where that fails, the sweep finds a file without a row."""
    is_found = row.state == Attachment.State.QUARANTINED
    try:
        storing.put(file.path, row.place, 0o000 if is_found else 0o600)
    except OSError as error:
        log.error("an upload could not be stored: %s", error)
        raise Refused(NO_ROOM) from None
    facts = {"name": row.name, "bytes": row.size, "sha256": row.sha256, "kind": kind.extension}
    with transaction.atomic():
        row.save()
        if is_found:
            log.warning("virus %s in an upload by %s: quarantined as %s", row.signature, row.uploaded_by_id, row.stored)
            record(Action.UPLOAD, thing=row, after=facts | {"virus": row.signature}, result=Result.REFUSED, reason=INFECTED)
        else:
            record(Action.UPLOAD, thing=row, after=facts)


def _refuse(file: Received, refused: Refused, taken: Taken, result: Result = Result.REFUSED) -> None:
    taken.refusals.append(refused.about(file.name))
    if str(refused) == INFECTED:  # that one has its row already
        return
    with transaction.atomic():
        record(Action.UPLOAD, name=file.name, after={"bytes": file.sent}, result=result, reason=str(refused))


def _make_room(user: User) -> None:
    """Let go of the oldest files that a person sent and never used, so that failed forms do not fill the disk."""
    for row in list(Attachment.objects.filter(state=Attachment.State.HELD, uploaded_by=user).order_by("-pk")[HELD_AT_MOST:]):
        discard(row)


def discard(row: Attachment) -> None:
    """Remove a file that was held and never used: the row first, so that none stands without its file."""
    place = row.place
    with transaction.atomic():
        deleted, _ = Attachment.objects.filter(pk=row.pk, state=Attachment.State.HELD).delete()
        if deleted:
            transaction.on_commit(lambda: place.unlink(missing_ok=True))


def attach(owner: models.Model, held: Sequence[Attachment], access: Access, department: Department) -> list[Attachment]:
    """Put files that are held for this person to their owner, in the transaction in which the owner is written.

    Raises PermissionDenied where the owner's rules say no, and ValidationError where a file is gone or there would be too many.
    """
    if not held:
        return []
    if not rules_of(owner).may_add(owner, access):
        raise PermissionDenied("您不能在这里附文件。")
    mine = Attachment.objects.filter(state=Attachment.State.HELD, uploaded_by=cast(User, access.user))
    rows = list(mine.select_for_update().filter(pk__in=[row.pk for row in held]))
    if len(rows) != len(held):
        raise ValidationError({"evidence": GONE})
    if Attachment.objects.of(type(owner), [owner.pk]).count() + len(rows) > settings.ATTACHMENT_MAX_FILES:
        raise ValidationError({"evidence": f"最多附 {settings.ATTACHMENT_MAX_FILES} 个文件。请去掉几个。"})
    for row in rows:
        _give(row, owner, department, access.acts_as(department))
    return rows


def _give(row: Attachment, owner: models.Model, department: Department, acting_as: str) -> None:
    row.state, row.department, row.acting_as = Attachment.State.ATTACHED, department, acting_as
    row.content_type, row.object_id = ContentType.objects.get_for_model(owner), owner.pk
    row.save()
    record(Action.CHANGE, thing=row, after={"state": row.state, "owner": f"{owner._meta.label_lower}:{owner.pk}", "department": department.code})


def withdraw(attachment: Attachment, access: Access, reason: str) -> None:
    """Take a file back: nobody reads it any more, its row and its bytes stay as evidence.

    Raises PermissionDenied, what the owner's rules raise where the act is closed, and ValidationError without a reason.
    """
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if row.state != Attachment.State.ATTACHED or not rules_of(cast(models.Model, row.owner)).may_withdraw(row.owner, access):
            raise PermissionDenied("这个附件不能由您撤下。")
        if not reason.strip():
            raise ValidationError({"reason": "请写明撤下的理由；理由会和文件名一起留在页面上。"})
        row.state, row.withdrawal_reason = Attachment.State.WITHDRAWN, reason.strip()
        row.withdrawn_by, row.withdrawn_at = cast(User, access.user), timezone.now()
        row.save()
        record(Action.CHANGE, thing=row, after={"state": row.state}, reason=row.withdrawal_reason)
    attachment.refresh_from_db()


def remove(attachment: Attachment, access: Access) -> None:
    """Have a file gone that nobody but its authors ever read, its owner's row for it too; what it was stands in the audit.

    Raises PermissionDenied, and what the owner's rules raise where the act is closed.
    """
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        owner = cast(models.Model, row.owner)
        if owner:  # as it stands once whoever writes it at this moment is done
            owner = type(owner)._base_manager.select_for_update().get(pk=owner.pk)
        if row.state != Attachment.State.ATTACHED or not rules_of(owner).may_remove(owner, access):
            raise PermissionDenied("这个附件不能由您去掉。")
        place, facts = row.place, {"name": row.name, "bytes": row.size, "sha256": row.sha256, "department": row.department.code if row.department else ""}
        record(Action.DELETE, thing=row, before=facts)
        row.delete()
        transaction.on_commit(lambda: place.unlink(missing_ok=True))
