"""Who may see the desk: the letter's form, the link that works once, and the session behind every page."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from aiadmin.core.api import address_of, throttle, wants_html
from aiadmin.core.errors import AppError, UnauthorizedError
from marketplace.api.base import PUBLIC_LIMIT, WINDOW
from marketplace.models import OwnerSession
from marketplace.services import owner_access, tokens

COOKIE = "desk"
# A person who mistypes their address a few times, and no stranger's mailbox full of our letters.
LETTERS, LETTERS_WINDOW = 5, 600

_TITLES = {
    "desk_link_expired": gettext_lazy("The link is too old"),
    "desk_session_over": gettext_lazy("Enter the desk"),
    "too_many_requests": gettext_lazy("Too many attempts"),
    "token_expired": gettext_lazy("The link is too old"),
    "token_invalid": gettext_lazy("The link does not fit"),
    "not_found": gettext_lazy("There is no such thing here"),
}

# The error's sentence names the fault; a person needs to hear what to do.
_ADVICE = {
    "desk_link_expired": gettext_lazy(
        "It opens once and works for a short time. The desk sends a new one to the owner's mail"
    ),
}

View = Callable[..., HttpResponse]


def told(view: View) -> View:
    """A page that is never cached and says its refusals in words."""

    @functools.wraps(view)
    def run(request: HttpRequest, **path: object) -> HttpResponse:
        try:
            response = view(request, **path)
        except AppError as error:
            response = _refusal(request, error)
        response["Cache-Control"] = "no-store"
        return response

    return run


def desk_page(*methods: str) -> Callable[[View], View]:
    """A page of one salon's desk: called with its session, whose `company` is the salon."""

    def wrap(view: View) -> View:
        @told
        @functools.wraps(view)
        def run(request: HttpRequest, company_id: int, **path: object) -> HttpResponse:
            if request.method not in {*methods, *(("HEAD",) if "GET" in methods else ())}:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            throttle("public", address_of(request), limit=PUBLIC_LIMIT * 2, window=WINDOW)
            session = owner_access.session_of(company_id, request.COOKIES.get(COOKIE, ""))
            # Dates of the page are the salon's own.
            with timezone.override(session.company.zone):
                return view(request, session, **path)

        return run

    return wrap


@csrf_exempt
@told
def front(request: HttpRequest) -> HttpResponse:
    """GET: asks for the owner's address. POST `email`: owes the letters. POST `token`: the connect
    page's own door, which leads to a link at once."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    throttle("public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW)
    if request.method == "POST" and "token" in request.POST:
        company = tokens.company_for_token(request.POST["token"])
        return HttpResponseRedirect(owner_access.path_for(company), status=303)
    email = request.POST.get("email", "").strip()[:100]
    if _is_address(email):
        throttle("desk-letter", address_of(request), limit=LETTERS, window=LETTERS_WINDOW)
        throttle("desk-letter", email.lower(), limit=LETTERS, window=LETTERS_WINDOW)
        owner_access.send_links(email)
    return render(request, "desk/front.html", context(email=email))


def _is_address(email: str) -> bool:
    """What is no address belongs to nobody; the page says the same to both."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


@csrf_exempt
@told
def enter(request: HttpRequest, link_id: int) -> HttpResponse:
    """The letter's link. Only the pressed button spends it: mail programs open links by themselves."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    throttle("public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW)
    key = request.GET.get("key", "")
    if request.method != "POST":
        link = owner_access.link_of(link_id, key)
        return render(request, "desk/enter.html", context(company=link.company))
    company, secret = owner_access.enter(link_id, key, device=_device(request))
    home = f"/desk/{company.pk}/"
    response = HttpResponseRedirect(home, status=303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(owner_access.SESSION_LIFE.total_seconds()),
        path=home,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@desk_page("POST")
def leave(request: HttpRequest, session: OwnerSession) -> HttpResponse:
    """Ends this session, or another of the same salon (`session`)."""
    other = request.POST.get("session", "")
    wanted = int(other) if other.isascii() and other.isdigit() else session.pk
    owner_access.revoke(session.company, wanted)
    if wanted != session.pk:
        return HttpResponseRedirect(f"/desk/{session.company_id}/settings", status=303)
    response = HttpResponseRedirect("/desk/", status=303)
    response.delete_cookie(COOKIE, path=f"/desk/{session.company_id}/")
    return response


def context(**values: object) -> dict[str, object]:
    return {
        "support_email": settings.SUPPORT_EMAIL,
        "support_telegram": settings.SUPPORT_TELEGRAM,
        **values,
    }


def _refusal(request: HttpRequest, error: AppError) -> HttpResponse:
    if isinstance(error, UnauthorizedError) and error.code == "desk_session_over":
        # The way back in stands on the page itself.
        return render(request, "desk/front.html", context(over=True), status=error.status)
    if not wants_html(request) and request.method == "GET":
        return HttpResponse(error.message, status=error.status, content_type="text/plain")
    title = _TITLES.get(error.code) or gettext("It did not work")
    shown = context(title=title, text=_ADVICE.get(error.code, error.message), way="/desk/")
    response = render(request, "marketplace/message.html", shown, status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
_BROWSERS = (("YaBrowser", gettext_lazy("Yandex Browser")), ("Edg/", "Edge"), ("OPR/", "Opera"),
             ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


def _device(request: HttpRequest) -> str:
    """ "Chrome, Windows": enough for an owner to recognise their own."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), gettext("Browser"))
    system = next((name for name in _SYSTEMS if name in agent), "")
    return f"{browser}, {system.replace('Macintosh', 'Mac')}" if system else str(browser)
