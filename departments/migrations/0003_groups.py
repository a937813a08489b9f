"""The five groups; every other role follows from dated rows (domain.md, Who may do what)."""

from django.db import migrations

GROUPS = ["office", "plan", "system", "security", "audit"]


def make(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("departments", "0002_one_leader_in_charge"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
