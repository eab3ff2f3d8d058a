"""ASGI: HTTP goes to Django as WSGI threads (twice plain ASGI, measured), WebSockets to Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiadmin.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()

from aiadmin.core.charset import utf8_only  # noqa: E402
from aiadmin.core.sockets import not_found  # noqa: E402
from aiadmin.wsgi_threads import WsgiThreads  # noqa: E402
from whatsapp.bell import bell  # noqa: E402
from whatsapp.routing import websocket_urlpatterns  # noqa: E402

http = bell(utf8_only(_django))

_routes = list(websocket_urlpatterns)
if not settings.PRODUCTION:
    from aiadmin.demo.routing import websocket_urlpatterns as demo_urlpatterns

    _routes += demo_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": WsgiThreads(http, threads=8),
        "websocket": URLRouter([*_routes, not_found]),
    }
)
