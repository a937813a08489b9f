"""Put the hourly sweep of attachments into the schedule."""

from django.db import migrations


def install(apps, editor):
    """Make the row that is not there yet."""
    hourly, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(every=1, period="hours")
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name="sweep attachments",
        defaults={
            "task": "federation_tasks.files.tasks.sweep_attachments",
            "interval": hourly,
            "expire_seconds": 3000,  # gone before the next one
            "description": "每小时清理一次没有传完、没有用上的附件；不要停用。",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_attachments"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
