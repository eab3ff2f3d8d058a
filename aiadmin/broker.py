"""Celery's broker as the product runs it: kombu's Redis transport, which makes its client once.

By itself it makes a client of redis-py for every job that is published, taken and acknowledged, over the
same pool of connections; to fill such a client's table of commands costs as much as the command.
"""

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    _made: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        make = super()._create_client  # type: ignore[misc]  # the stubs leave it out
        if asynchronous:
            return make(asynchronous=True)
        # After a lost connection the pool is another.
        if self._made is None or self._made.connection_pool is not self.pool:
            self._made = make()
        return self._made


class Transport(redis.Transport):
    Channel = Channel
