"""The table `companies` against the seed's own SQL, through information_schema and pg_indexes."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# Verbatim from the seed, section "База данных".
SEED_SQL = """
CREATE TABLE companies (
  id SERIAL PRIMARY KEY,
  company_id INTEGER,
  yclients_id INTEGER,
  title VARCHAR(255),
  phone VARCHAR(20),
  email VARCHAR(100),
  address VARCHAR(500),
  timezone VARCHAR(50) DEFAULT 'Europe/Moscow',

  -- WhatsApp интеграция
  whatsapp_connected BOOLEAN DEFAULT FALSE,
  whatsapp_phone VARCHAR(20),
  whatsapp_connected_at TIMESTAMPTZ,
  integration_status VARCHAR(50) DEFAULT 'pending',
  connected_at TIMESTAMPTZ,

  -- Флаги
  ai_enabled BOOLEAN DEFAULT TRUE,
  sync_enabled BOOLEAN DEFAULT TRUE,
  whatsapp_enabled BOOLEAN DEFAULT FALSE,

  -- Метаданные
  raw_data JSONB,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ
);

CREATE INDEX idx_companies_whatsapp_connected
ON companies(whatsapp_connected)
WHERE whatsapp_connected = true;

CREATE INDEX idx_companies_whatsapp_phone
ON companies(whatsapp_phone)
WHERE whatsapp_phone IS NOT NULL;
"""

_COLUMNS = """
SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = %s AND table_name = 'companies'
"""
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = %s AND tablename = 'companies' AND indexname LIKE 'idx_%%'
"""


@pytest.fixture
def seed_schema() -> str:
    """The seed's statements carried out beside our own table; gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA seed")
        cursor.execute("SET LOCAL search_path TO seed")
        cursor.execute(SEED_SQL)
        cursor.execute("SET LOCAL search_path TO public")
    return "seed"


def _columns(schema: str) -> dict[str, tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [schema])
        return {
            name: (kind, length, nullable, default)
            for name, kind, length, nullable, default in cursor.fetchall()
        }


def _indexes(schema: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [schema])
        # "flag" and "(flag = true)" are one predicate to the planner; the rest must be the same text.
        return {
            name: text.replace(f"{schema}.", "").replace(
                "WHERE (whatsapp_connected = true)", "WHERE whatsapp_connected"
            )
            for name, text in cursor.fetchall()
        }


def test_every_column_of_the_seed_has_its_type_and_default(seed_schema: str) -> None:
    seed, ours = _columns(seed_schema), _columns("public")

    # SERIAL and IDENTITY differ in how the number is made, not in what it is.
    assert seed.pop("id")[:3] == ours.pop("id")[:3] == ("integer", None, "NO")
    assert {name: ours.get(name) for name in seed} == seed


def test_columns_beside_the_seeds_can_be_left_out_of_an_insert(seed_schema: str) -> None:
    seed, ours = _columns(seed_schema), _columns("public")

    for name in set(ours) - set(seed):
        _, _, nullable, default = ours[name]
        assert nullable == "YES" or default is not None, name


def test_both_partial_indexes_stand_under_the_seeds_names(seed_schema: str) -> None:
    assert _indexes("public") == _indexes(seed_schema)
    assert len(_indexes("public")) == 2


def test_the_seeds_plain_insert_gets_the_seeds_defaults() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO companies (company_id) VALUES (962302) RETURNING timezone, "
            "whatsapp_connected, integration_status, ai_enabled, sync_enabled, whatsapp_enabled"
        )
        row = cursor.fetchone()

    assert row == ("Europe/Moscow", False, "pending", True, True, False)
