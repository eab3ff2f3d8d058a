"""Routes under /marketplace/: pages for people, the API, and an answer for every other path."""

from django.urls import include, path, re_path

from marketplace import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("connect", views.connect, name="connect"),
    path("access/<int:request_id>", views.decide_access, name="access"),
    path("", include("marketplace.api.urls")),
    re_path(r"", views.nowhere),
]
