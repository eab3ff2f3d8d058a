"""Schema `bridge`, version 3: media that is owed, fetched or refused."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "bridge_v3.sql").read_text(encoding="utf-8")

# As in 0002: a table that is made anew has no grants of its own.
_GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'aiadmin_bridge') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON bridge.media TO aiadmin_bridge;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA bridge TO aiadmin_bridge;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0003_bridge_v2")]

    operations = [
        migrations.RunSQL(sql=_SQL, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=_GRANTS, reverse_sql=migrations.RunSQL.noop),
    ]
