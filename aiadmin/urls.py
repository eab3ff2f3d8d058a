"""Every route of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from aiadmin import health, metrics, openapi

urlpatterns = [
    path("", RedirectView.as_view(url="/marketplace/")),
    path("admin/", admin.site.urls),
    path("marketplace/", include("marketplace.urls")),
    path("desk/", include("whatsapp.desk.urls")),
    path("", include("whatsapp.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("api/schema/", openapi.schema, name="api-schema"),
    path("api/docs/", openapi.docs, name="api-docs"),
]
if not settings.PRODUCTION:
    # The desk and the stand-ins are absent from production images.
    urlpatterns.append(path("demo/", include("aiadmin.demo.urls")))

handler400 = "aiadmin.core.api.bad_request"
handler403 = "aiadmin.core.api.forbidden"
handler404 = "aiadmin.core.api.not_found"
handler500 = "aiadmin.core.api.server_error"
