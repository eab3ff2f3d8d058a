"""Enough environment for Django to read its settings where nothing is connected to."""

OFFLINE = {
    "DJANGO_ENV": "test",
    "SECRET_KEY": "only-to-read-the-settings-" * 2,
    "JWT_SECRET": "only-to-read-the-settings-" * 2,
    "BRIDGE_TOKEN": "only-to-read-the-settings",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}
