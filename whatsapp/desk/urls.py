"""Routes of the owner's desk, mounted under /desk/. A session's cookie belongs to its salon's path."""

from django.urls import path

from whatsapp.desk import doors, views

urlpatterns = [
    path("", doors.front, name="desk"),
    path("enter/<int:link_id>", doors.enter, name="desk-enter"),
    path("<int:company_id>/", views.overview, name="desk-overview"),
    path("<int:company_id>/rows/<str:name>", views.figure, name="desk-rows"),
    path("<int:company_id>/chats/<int:chat_id>", views.chat, name="desk-chat"),
    path("<int:company_id>/settings", views.settings_page, name="desk-settings"),
    path("<int:company_id>/do", views.act, name="desk-act"),
    path("<int:company_id>/leave", doors.leave, name="desk-leave"),
]
