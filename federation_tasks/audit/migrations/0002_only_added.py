"""Rows are only added: said by the database (protection.py)."""

from django.db import migrations

from federation_tasks.audit.protection import lift, protect


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log")]
    operations = [
        migrations.RunPython(lambda apps, editor: protect(editor.connection), lambda apps, editor: lift(editor.connection)),
    ]
