"""Routes of the owner's desk, mounted under /desk/. A session's cookie belongs to its salon's path."""

from datetime import date

from django.urls import path, register_converter

from whatsapp.desk import doors, views


class _Day:
    """ "2026-03-12" ↔ a date; anything else is no such page."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(_Day, "day")

urlpatterns = [
    path("", doors.front, name="desk"),
    path("enter/<int:link_id>", doors.enter, name="desk-enter"),
    path("<int:company_id>/", views.overview, name="desk-overview"),
    path("<int:company_id>/rows/<str:name>", views.figure, name="desk-rows"),
    path("<int:company_id>/days/<day:day>", views.day, name="desk-day"),
    path("<int:company_id>/chats/<int:chat_id>", views.chat, name="desk-chat"),
    path("<int:company_id>/settings", views.settings_page, name="desk-settings"),
    path("<int:company_id>/do", views.act, name="desk-act"),
    path("<int:company_id>/leave", doors.leave, name="desk-leave"),
]
