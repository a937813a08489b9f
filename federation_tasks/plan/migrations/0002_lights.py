"""The thresholds and names that the lights start with (domain.md, The lights); both are data and can be changed in the admin."""

import datetime as dt

from django.db import migrations

NAMES = {"red": "逾期", "yellow": "滞后", "blue": "临期", "green": "正常推进", "done": "已办结", "grey": "中止"}


def make(apps, schema_editor):
    apps.get_model("plan", "LightRule").objects.get_or_create(
        valid_from=dt.date(2000, 1, 1), defaults={"behind_points": 10, "soon_days": 7, "is_applied": True}
    )
    for light, name in NAMES.items():
        apps.get_model("plan", "LightName").objects.get_or_create(light=light, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
