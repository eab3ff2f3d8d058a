"""The layer of `channels_redis` as the product runs it: it sleeps until a message comes.

By itself it looks at its connection ten times a second for as long as the process lives, which is most of
what an idle web process costs. A message wakes whoever waits for one, so a longer wait delays nothing.
"""

import asyncio
from typing import Any

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import _wrap_close, decode_hosts
from redis.asyncio.client import PubSub

# Seconds in which nothing may come; then it waits anew.
_ROUND = 30.0


class _Patient(PubSub):
    async def get_message(self, *_: Any, **options: Any) -> Any:
        return await super().get_message(**{**options, "timeout": _ROUND})


class _Shard(RedisSingleShardConnection):  # type: ignore[misc]  # channels_redis has no types
    def _ensure_redis(self) -> None:
        begins = self._redis is None
        super()._ensure_redis()
        if begins:
            self._pubsub = _Patient(self._redis.connection_pool)


class _LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]  # likewise
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shards = [_Shard(host, self) for host in decode_hosts(options["hosts"])]


class ChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # likewise
    def _get_layer(self) -> _LoopLayer:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        layer: _LoopLayer = self._layers[loop]
        return layer
