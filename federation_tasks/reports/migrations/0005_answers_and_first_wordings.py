"""Each instruction since the last report has its answer, and a task its first wording."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_saves"),
        ("supervision", "0003_instructions_are_given_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportitem",
            name="is_drafted",
            field=models.BooleanField(default=False, editable=False, verbose_name="系统拟写、待核对"),
        ),
        migrations.CreateModel(
            name="InstructionAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("done", "落实"), ("partly", "部分落实"), ("not_done", "未落实")], max_length=8, verbose_name="落实情况"
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="说明")),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report_answers", to="supervision.instructionduty", verbose_name="要求"
                    ),
                ),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="reports.report", verbose_name="汇报")),
            ],
            options={
                "verbose_name": "要求回头看",
                "verbose_name_plural": "要求回头看",
                "ordering": ["duty__instruction__made_on", "duty_id"],
                "constraints": [models.UniqueConstraint(fields=("report", "duty"), name="reports_answer_once")],
            },
        ),
    ]
