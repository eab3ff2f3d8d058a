"""Schema `bridge`, version 4: one index in place of two."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "bridge_v4.sql").read_text(encoding="utf-8")

_BACK = """
CREATE INDEX events_connected ON bridge.events (created_at) WHERE kind = 'connected';
CREATE INDEX events_health ON bridge.events (session_id, kind, created_at)
    WHERE kind IN ('connected', 'disconnected', 'undecryptable');
DROP INDEX bridge.events_by_kind;
UPDATE bridge.meta SET version = 3;
"""


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0008_self_tests")]

    operations = [migrations.RunSQL(sql=_SQL, reverse_sql=_BACK)]
