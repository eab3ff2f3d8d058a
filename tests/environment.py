"""Early pytest plugin: fills the environment before pytest-django reads the settings."""

import os

DEFAULTS = {
    "DJANGO_ENV": "test",
    "SECRET_KEY": "test-only-secret-key-test-only-secret-key-test",
    "JWT_SECRET": "test-only-jwt-secret-test-only-jwt-secret",
    "ADMIN_API_KEY": "test-only-admin-key",
    "BRIDGE_TOKEN": "test-only-bridge-token",
    "YCLIENTS_API_KEY": "sandbox-partner-token",
    "YCLIENTS_USER_TOKEN": "sandbox-user-token-0000000000000000",
    "YCLIENTS_APPLICATION_ID": "77",
    "YCLIENTS_BUDGET": "0",
    "TURN_DELAY_SECONDS": "0.3",
    "TYPING_MS": "0",
}

for _name, _value in DEFAULTS.items():
    os.environ.setdefault(_name, _value)
