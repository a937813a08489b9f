"""An update keeps in what capacity its author made it, so that an acting head's shows both names (domain.md, Words)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plan", "0003_history_of_every_row")]
    operations = [
        migrations.AddField(
            "progressupdate", "acting_as", models.CharField(blank=True, max_length=128, default="", verbose_name="身份"), preserve_default=False
        ),
    ]
