"""WebSocket routes of the WhatsApp side."""

from django.urls import re_path

from whatsapp.consumers import ConnectConsumer

websocket_urlpatterns = [
    re_path(r"^marketplace/?$", ConnectConsumer.as_asgi()),
]
