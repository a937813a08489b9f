"""Seal twice a minute: a lost message then still leaves every row sealed within a minute."""

from django.db import migrations


def install(apps, editor):
    """Make the row that is not there yet."""
    interval, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(every=30, period="seconds")
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name="audit seal",
        defaults={
            "task": "federation_tasks.audit.tasks.seal",
            "interval": interval,
            "expire_seconds": 25,  # gone before the next one
            "description": "每半分钟封存一次审计记录；不要停用。",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_only_added"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
