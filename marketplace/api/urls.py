"""Routes of the API under /marketplace/."""

from django.urls import path

from marketplace.api import views, webhooks

urlpatterns = [
    path("test", views.TestView.as_view()),
    path("register", views.RegisterView.as_view()),
    path("qr/<str:token>", views.QrView.as_view()),
    path("status/<str:company_id>", views.StatusView.as_view()),
    path("callback", views.CallbackView.as_view()),
    path("companies", views.CompaniesView.as_view()),
    path("webhook/<int:company_id>", webhooks.CompanyWebhookView.as_view()),
    path("webhook", webhooks.LifecycleWebhookView.as_view()),
]
