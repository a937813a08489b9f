"""Put the schedule in place: the digests each day at 08:00 Asia/Shanghai, and a sweep each minute."""

from django.db import migrations

from federation_tasks.digests import schedule


def install(apps, editor):
    """Make the rows that are not there yet."""
    models = (apps.get_model("django_celery_beat", name) for name in ("CrontabSchedule", "IntervalSchedule", "PeriodicTask"))
    schedule.install(*models)


class Migration(migrations.Migration):
    dependencies = [
        ("digests", "0002_ledger"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
