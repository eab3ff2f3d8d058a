"""Routes of the demo desk, mounted under /demo/ outside production."""

from django.urls import path

from aiadmin.demo import views

urlpatterns = [
    path("", views.desk_page, name="demo-desk"),
    path("api/state", views.state),
    path("api/listen", views.listen),
    path("api/scan", views.scan),
    path("api/code", views.enter_code),
    path("api/logout", views.log_out),
    path("api/chat/<str:phone>", views.chat),
    path("api/chat/<str:phone>/read", views.look),
    path("api/journal", views.journal),
    path("api/clock", views.move_clock),
    path("api/visit", views.move_visit),
    path("api/yclients", views.set_yclients),
    path("hook/<str:source>/<str:secret>", views.hook),
]
