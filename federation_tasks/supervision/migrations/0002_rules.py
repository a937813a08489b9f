"""The rules that supervision is delivered with; the plan administrator changes them in the admin."""

import datetime as dt

from django.db import migrations

STAGES = [("blue", "蓝色提示", None, 0), ("yellow", "黄色预警", 1, 1), ("red", "红色督办", 7, 2)]


def deliver(apps, schema_editor):
    apps.get_model("supervision", "SupervisionRule").objects.get_or_create(valid_from=dt.date(2000, 1, 1))
    for stage, name, days_late, earlier in STAGES:
        apps.get_model("supervision", "UrgeStage").objects.get_or_create(stage=stage, defaults={"name": name, "days_late": days_late, "earlier": earlier})


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
