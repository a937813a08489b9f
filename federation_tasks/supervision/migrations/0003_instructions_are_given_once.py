"""A form that is sent twice gives its instructions once: which sending gave an instruction, and as which of its sentences."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_rules")]
    operations = [
        migrations.AddField("instruction", "batch", models.UUIDField(blank=True, editable=False, null=True, verbose_name="提交编号")),
        migrations.AddField("instruction", "place", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="在提交中的次序")),
        migrations.AddConstraint("instruction", models.UniqueConstraint(fields=("batch", "place"), name="supervision_instruction_given_once")),
    ]
