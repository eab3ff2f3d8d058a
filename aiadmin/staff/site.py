"""The staff's first page and the pages that belong to no one table."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from aiadmin.staff import dashboard, standing
from marketplace import selectors_funnel
from whatsapp import number_risks

PAGE = 50
# What staff come for stands first.
_ORDER = ("core", "whatsapp", "marketplace", "admin", "auth", "axes")


class StaffSite(admin.AdminSite):
    site_header = site_title = "AI Admin"
    index_title = "Сегодня"
    index_template = "admin/day.html"
    enable_nav_sidebar = True

    def get_urls(self) -> list[Any]:
        own = [
            path("way/", self.admin_view(self.way), name="way"),
            path("numbers/", self.admin_view(self.numbers), name="numbers"),
        ]
        return [*own, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: _ORDER.index(app["app_label"]))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        allowed = request.user.has_perm("marketplace.view_company")
        day = dashboard.today() if allowed else None
        return super().index(request, {**(extra_context or {}), "day": day})

    def way(self, request: HttpRequest) -> HttpResponse:
        """Salons between YCLIENTS and their first answered client: how far, since when, why no further."""
        if not request.user.has_perm("marketplace.view_company"):
            return self.login(request)
        page = Paginator(selectors_funnel.on_their_way(), PAGE).get_page(request.GET.get("p"))
        context = {
            **self.each_context(request),
            "title": "Путь салонов до первого ответа",
            "rows": standing.rows(list(page.object_list)),
            "page": page,
            "steps": selectors_funnel.ORDER,
        }
        return TemplateResponse(request, "admin/way.html", context)

    def numbers(self, request: HttpRequest) -> HttpResponse:
        """Numbers that are on their way to be blocked: since when, why, what to do."""
        if not request.user.has_perm("whatsapp.view_session"):
            return self.login(request)
        found = Paginator(number_risks.at_risk(), PAGE)
        context = {
            **self.each_context(request),
            "title": "Номера под угрозой",
            "page": found.get_page(request.GET.get("p")),
        }
        return TemplateResponse(request, "admin/numbers.html", context)
