"""Files can be put to a report and to its items."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_sweep"),
        ("reports", "0005_answers_and_first_wordings"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_version", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="随第几稿首次报送")),
                ("attachment", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="files.attachment", verbose_name="附件")),
                (
                    "item",
                    models.ForeignKey(
                        help_text="空着是整份汇报的。",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.reportitem",
                        verbose_name="汇报事项",
                    ),
                ),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="reports.report", verbose_name="汇报")),
            ],
            options={
                "verbose_name": "汇报佐证材料",
                "verbose_name_plural": "汇报佐证材料",
                "ordering": ["pk"],
            },
        ),
    ]
