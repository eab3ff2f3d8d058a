"""Routes of the WhatsApp side. `/internal/` is not routed by nginx."""

from django.urls import path

from whatsapp import views

urlpatterns = [
    path("internal/bridge/ring", views.ring, name="bridge-ring"),
]
