"""What is attached."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.files"
    verbose_name = "附件"

    def ready(self) -> None:
        """Say why the rows of attachments are not watched."""
        from federation_tasks.audit.watch import leave_out

        leave_out("files.attachment", "uploading, attaching, withdrawing, downloading and sweeping write their own entries, each with its result")
