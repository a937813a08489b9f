"""Each frozen version gets the hash of what it says; those that stand already are hashed as they stand."""

import datetime as dt
import hashlib
import json

from django.db import migrations, models

FROZEN = ("report_id", "number", "content", "gaps", "submitted_by_id", "acting_as", "submitted_at", "is_late")


def hash_all(apps, schema_editor):
    versions = apps.get_model("reports", "ReportVersion").objects
    for version in versions.iterator(chunk_size=200):
        said = {name: getattr(version, name) for name in FROZEN}
        said["submitted_at"] = version.submitted_at.astimezone(dt.UTC).isoformat()
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        versions.filter(pk=version.pk).update(sha256=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest())


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_standing_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportversion",
            name="sha256",
            field=models.CharField(default="", editable=False, max_length=64, verbose_name="SHA-256"),
            preserve_default=False,
        ),
        migrations.RunPython(hash_all, migrations.RunPython.noop, elidable=True),
    ]
