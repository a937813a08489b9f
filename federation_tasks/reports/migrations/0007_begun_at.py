"""A report knows when it was first saved. Of those that there are: the earliest save that is kept, else the first submission."""

from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    report, saved, version = (apps.get_model("reports", name) for name in ("Report", "Saved", "ReportVersion"))
    first_version = version.objects.filter(report=OuterRef("pk")).order_by().values("report").annotate(first=Min("submitted_at")).values("first")
    first_save = saved.objects.filter(report=OuterRef("pk")).order_by().values("report").annotate(first=Min("at")).values("first")
    # A version is older than any save that is kept: a submission drops those before it.
    report.objects.filter(revision__gt=0).update(begun_at=Coalesce(Subquery(first_version), Subquery(first_save), "edited_at"))


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_attachments")]

    operations = [
        migrations.AddField("report", "begun_at", models.DateTimeField("开始起草时间", null=True, editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
