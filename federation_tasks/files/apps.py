"""What is attached."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.files"
    verbose_name = "附件"

    def ready(self) -> None:
        """Say why the rows of attachments are not watched."""
        from federation_tasks.audit.watch import leave_out

        leave_out("files.attachment", "写自己的审计行：上传、附上、撤下、下载、清理，各有名称和结果。")
