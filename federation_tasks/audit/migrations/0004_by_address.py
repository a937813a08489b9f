"""The pages filter by network address too: no filter walks the whole log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_schedule")]
    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["address", "at", "id"], name="audit_entry_by_address"),
        ),
    ]
