"""WebSocket route of the demo desk."""

from django.urls import path

from aiadmin.demo.consumers import DeskConsumer

websocket_urlpatterns = [path("demo/ws", DeskConsumer.as_asgi())]
