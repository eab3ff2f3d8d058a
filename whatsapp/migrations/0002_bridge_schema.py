"""Schema `bridge`: made by us, used by the Node bridge through a role of its own that sees nothing else."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "bridge_v1.sql").read_text(encoding="utf-8")

# The role is made by whoever sets up the server; without it (one role for all) nothing is granted.
_GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'aiadmin_bridge') THEN
        GRANT USAGE ON SCHEMA bridge TO aiadmin_bridge;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bridge TO aiadmin_bridge;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA bridge TO aiadmin_bridge;
        REVOKE INSERT, UPDATE, DELETE ON bridge.meta FROM aiadmin_bridge;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=_SQL, reverse_sql="DROP SCHEMA bridge CASCADE"),
        migrations.RunSQL(sql=_GRANTS, reverse_sql=migrations.RunSQL.noop),
    ]
