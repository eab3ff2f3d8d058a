"""Pages of the owner's desk. Doors only: the session is checked, services and selectors do the work."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext

from aiadmin.core.errors import AppError, NotFoundError
from marketplace.models import Company, OwnerSession
from marketplace.services import activation, onboarding, owner_access, tokens
from whatsapp import selectors
from whatsapp.desk import charts, figures, rows, state
from whatsapp.desk.doors import context, desk_page
from whatsapp.desk.figures import Period
from whatsapp.desk.forms import WishesForm
from whatsapp.models import Conversation
from whatsapp.services import self_test, takeover

PER_PAGE = 50
# So many of what it could not answer stand on the overview.
_LATEST = 5


@desk_page("GET")
def overview(request: HttpRequest, session: OwnerSession) -> HttpResponse:
    company = session.company
    period = Period.of(request.GET.get("days", ""))
    shown = _desk(
        session,
        here="overview",
        connection=state.connection(company),
        health=state.health(company),
        period=period,
        periods=figures.PERIODS,
        figures=figures.figures(company, period),
        chart=charts.visits_by_day(company),
        unanswered=rows.of_messages(company, list(figures.unanswered(company, period)[:_LATEST])),
        self_test=self_test.latest(company),
    )
    return render(request, "desk/overview.html", shown)


@desk_page("GET")
def figure(request: HttpRequest, session: OwnerSession, name: str) -> HttpResponse:
    """The rows behind one number, the newest first."""
    if name not in figures.ROWS:
        raise NotFoundError(gettext("There is no such figure"))
    company = session.company
    title, select = figures.ROWS[name]
    period = Period.of(request.GET.get("days", ""))
    page = Paginator(select(company, period), PER_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    lines = rows.of(company, found)
    shown = _desk(session, title=title, name=name, period=period, page=page, lines=lines)
    return render(request, "desk/rows.html", shown)


@desk_page("GET")
def day(request: HttpRequest, session: OwnerSession, day: date) -> HttpResponse:
    """The visits behind one bar of the chart."""
    company = session.company
    page = Paginator(charts.visits_on(company, day), PER_PAGE).get_page(request.GET.get("page"))
    lines = rows.of_visits(company, list(page.object_list))
    title = gettext("Visits of %s") % date_format(day, "j E")
    shown = _desk(session, title=title, day=day, page=page, lines=lines)
    return render(request, "desk/rows.html", shown)


@desk_page("GET", "POST")
def chat(request: HttpRequest, session: OwnerSession, chat_id: int) -> HttpResponse:
    """One chat as it went. POST: the assistant comes back to it."""
    company = session.company
    conversation = Conversation.objects.filter(company=company, pk=chat_id).first()
    if conversation is None:
        raise NotFoundError(gettext("There is no such chat in this salon"))
    if request.method == "POST":
        takeover.resume(conversation.pk)
        return HttpResponseRedirect(request.path, status=303)
    shown = _desk(
        session,
        conversation=conversation,
        who=rows.who(conversation),
        named=rows.named(conversation),
        talk=rows.talk(company, selectors.last_messages(company, conversation.pk, limit=200)),
    )
    return render(request, "desk/chat.html", shown)


@desk_page("GET", "POST")
def settings_page(request: HttpRequest, session: OwnerSession) -> HttpResponse:
    company = session.company
    form = WishesForm(company, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved"))
        return HttpResponseRedirect(request.path, status=303)
    shown = _desk(session, here="settings", form=form, sessions=owner_access.sessions(company))
    status = 400 if form.errors else 200
    return render(request, "desk/settings.html", shown, status=status)


@desk_page("POST")
def act(request: HttpRequest, session: OwnerSession) -> HttpResponse:
    """A pressed button of the overview: `connect`, `on`, `off` or `test`."""
    company = session.company
    match request.POST.get("do"):
        case "connect":
            path = onboarding.opened(company, tokens.issue(company))
            return HttpResponseRedirect(path, status=303)
        case "on":
            activation.change_settings(company.pk, {"whatsapp_enabled": True})
        case "off":
            activation.change_settings(company.pk, {"whatsapp_enabled": False})
        case "test":
            self_test.request(company)
        case _:
            raise AppError(gettext("There is no such button here"), code="unknown_action")
    return HttpResponseRedirect(_home(company), status=303)


def _home(company: Company) -> str:
    return f"/desk/{company.pk}/"


def _desk(session: OwnerSession, **values: object) -> dict[str, object]:
    return context(
        company=session.company, home=_home(session.company), session_id=session.pk, **values
    )
