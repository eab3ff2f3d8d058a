"""Schema `bridge`, version 2: bridges of version 1 and 2 refuse each other's schema, deploy both together."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "bridge_v2.sql").read_text(encoding="utf-8")

_BACK = """
DROP TABLE bridge.sent;
DROP INDEX bridge.events_with_plaintext, bridge.events_connected;
ALTER TABLE bridge.events DROP COLUMN attempts, DROP COLUMN error;
ALTER TABLE bridge.leases DROP COLUMN proxy;
ALTER TABLE bridge.nodes DROP COLUMN key_id;
UPDATE bridge.meta SET version = 1;
"""

# As in 0002: without the role (one role for all) nothing is granted.
_GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'aiadmin_bridge') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON bridge.sent TO aiadmin_bridge;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0002_bridge_schema")]

    operations = [
        migrations.RunSQL(sql=_SQL, reverse_sql=_BACK),
        migrations.RunSQL(sql=_GRANTS, reverse_sql=migrations.RunSQL.noop),
    ]
