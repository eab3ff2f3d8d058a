"""What the tests of operation share."""

from tests.marketplace.conftest import redis_down

__all__ = ["redis_down"]
