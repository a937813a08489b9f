"""At most one leader is in charge of a department on a day: said by the database, in its own words.

An ExclusionConstraint in Meta would pass the checks and then fail to migrate on SQLite, so each vendor has its own statement here.
"""

from django.db import migrations

OVERLAPS = """
    SELECT RAISE(ABORT, 'departments_portfolio_one_leader')
    WHERE EXISTS (
        SELECT 1 FROM departments_portfolio AS other
        WHERE other.department_id = NEW.department_id AND other.id IS NOT NEW.id
          AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to)
          AND (other.valid_to IS NULL OR other.valid_to > NEW.valid_from)
    );
"""
FORWARDS = {
    "postgresql": [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE departments_portfolio ADD CONSTRAINT departments_portfolio_one_leader"
        " EXCLUDE USING gist (department_id WITH =, daterange(valid_from, valid_to, '[)') WITH &&)",
    ],
    "sqlite": [
        f"CREATE TRIGGER departments_portfolio_one_leader_insert BEFORE INSERT ON departments_portfolio BEGIN {OVERLAPS} END",
        f"CREATE TRIGGER departments_portfolio_one_leader_update BEFORE UPDATE ON departments_portfolio BEGIN {OVERLAPS} END",
    ],
}
BACKWARDS = {
    "postgresql": ["ALTER TABLE departments_portfolio DROP CONSTRAINT departments_portfolio_one_leader"],
    "sqlite": ["DROP TRIGGER departments_portfolio_one_leader_insert", "DROP TRIGGER departments_portfolio_one_leader_update"],
}


def run(statements):
    def execute(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return execute


class Migration(migrations.Migration):
    dependencies = [("departments", "0001_initial")]
    operations = [migrations.RunPython(run(FORWARDS), run(BACKWARDS))]
