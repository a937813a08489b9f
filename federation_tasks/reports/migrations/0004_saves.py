"""Each save of a draft is kept with what it changed, problems get a key that stays, and it is known who has a form open."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Cast

import federation_tasks.reports.models.content


def give_keys(apps, schema_editor):
    apps.get_model("reports", "Problem").objects.update(key=Cast("pk", models.CharField(max_length=12)))


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reports", "0003_hashed_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="problem",
            name="key",
            field=models.CharField(default="", editable=False, max_length=12, verbose_name="行的记号"),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="problem",
            name="key",
            field=models.CharField(default=federation_tasks.reports.models.content.new_key, editable=False, max_length=12, verbose_name="行的记号"),
        ),
        migrations.AddConstraint(model_name="problem", constraint=models.UniqueConstraint(fields=["report", "key"], name="reports_problem_once")),
        migrations.CreateModel(
            name="Saved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="修订号")),
                ("at", models.DateTimeField(verbose_name="保存时间")),
                ("page", models.CharField(help_text="同一页先后两次保存，不是两个人。", max_length=12, verbose_name="页面的记号")),
                ("changes", models.JSONField(help_text="按栏目：[原来, 现在]。", verbose_name="改了什么")),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="保存人"),
                ),
                (
                    "report",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="saves", to="reports.report", verbose_name="汇报"),
                ),
            ],
            options={
                "verbose_name": "草稿的保存",
                "verbose_name_plural": "草稿的保存",
                "ordering": ["report", "number"],
                "constraints": [models.UniqueConstraint(fields=("report", "number"), name="reports_saved_once")],
            },
        ),
        migrations.CreateModel(
            name="Opened",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(verbose_name="最近一次")),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="打开的人"),
                ),
                (
                    "report",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="reports.report", verbose_name="汇报"),
                ),
            ],
            options={
                "verbose_name": "正在打开的汇报",
                "verbose_name_plural": "正在打开的汇报",
                "constraints": [models.UniqueConstraint(fields=("report", "by"), name="reports_opened_once")],
            },
        ),
    ]
