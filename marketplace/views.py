"""Pages for people: the landing with YCLIENTS's redirect, the connect page, the owner's decision about
somebody's access, and what went wrong."""

import functools
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from aiadmin.core import texts
from aiadmin.core.api import address_of, throttle, wants_html
from aiadmin.core.errors import AppError, UnauthorizedError
from marketplace.api.base import KEYED_LIMIT, PUBLIC_LIMIT, WINDOW
from marketplace.api.views import NoSuchView, OnlyReadView
from marketplace.models.company import INT32_MAX
from marketplace.services import access, approvals, consent, onboarding, tokens

_SALON_PARAMETER = re.compile(r"salon_ids?(\[\d*\])?")

# Titles of the pages that explain a refusal; the sentence below comes with the error.
_TITLES = {
    "token_expired": gettext_lazy("The link is too old"),
    "token_invalid": gettext_lazy("The link does not fit"),
    "bad_signature": gettext_lazy("The way from YCLIENTS could not be checked"),
    "already_connected": gettext_lazy("The salon is connected already"),
    "too_many_requests": gettext_lazy("Too many attempts"),
    "yclients_unavailable": gettext_lazy("YCLIENTS does not answer"),
    "session_invalid": gettext_lazy("The page does not fit"),
    "session_expired": gettext_lazy("The page is too old"),
    "session_spent": gettext_lazy("This button has worked already"),
    "approval_required": gettext_lazy("The request is being looked at"),
    "link_expired": gettext_lazy("The link works no more"),
    "consent_changed": gettext_lazy("The terms have changed"),
}

# The API's sentence names the fault; a person needs to hear what to do.
_ADVICE = {
    "bad_signature": gettext_lazy(
        "Open the app in YCLIENTS again. If it does not help, write to us"
    ),
    "already_connected": gettext_lazy("The connection is managed from the app in YCLIENTS"),
    "session_invalid": gettext_lazy("Open the app in YCLIENTS again"),
    "session_expired": gettext_lazy("Open the app in YCLIENTS again"),
    "session_spent": gettext_lazy(
        "If the page with the code was closed, open the app in YCLIENTS again"
    ),
    "approval_required": gettext_lazy(
        "The salon's owner or our employee looks at the request. Then open the app again"
    ),
    "link_expired": gettext_lazy("Requests are seen in the app, too: open AI Admin in YCLIENTS"),
    "consent_changed": gettext_lazy("Open the app in YCLIENTS again and read them"),
}
_FRESH_LINK = gettext_lazy("Open the app in YCLIENTS again: the link works for 24 hours")

Page = Callable[..., HttpResponse]


def _page(*forms: str) -> Callable[[Page], Page]:
    """A page is never cached (its address may hold a token) and tells its refusals in words.

    `forms`: it also takes a POST with one of these fields. A secret in the form or in the address protects
    it, no cookie: we are framed by YCLIENTS, where browsers keep our cookies from us.
    """

    def wrap(view: Page) -> Page:
        @functools.wraps(view)
        def run(request: HttpRequest, **path: int) -> HttpResponse:
            pressed = request.method == "POST" and any(name in request.POST for name in forms)
            if request.method not in {"GET", "HEAD"} and not pressed:
                refused: HttpResponse = OnlyReadView.as_view()(request)
                return refused
            try:
                response = view(request, **path)
            except AppError as error:
                response = _refusal(request, error)
            response["Cache-Control"] = "no-store"
            return response

        return csrf_exempt(run)

    return wrap


@_page()
def landing(request: HttpRequest) -> HttpResponse:
    """What the product does; with YCLIENTS's redirect parameters, a button for each salon."""
    raw_ids = _salon_values(request.GET)
    user_data = request.GET.get("user_data", "")
    if not raw_ids and not user_data:
        context = _context(
            model=bool(settings.LLM_BASE_URL and settings.LLM_MODEL),
            voice=bool(settings.LLM_BASE_URL and settings.TRANSCRIPTION_MODEL),
        )
        return render(request, "marketplace/landing.html", context)
    throttle("public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW)
    proof = _proof(user_data, request.GET.get("user_data_sign", ""))
    visit = onboarding.visit(salon_ids=_salon_ids(raw_ids), proof=proof)
    if not visit.doors:
        return _awaiting(request)
    context = _context(visit=visit, consent=consent)
    return render(request, "marketplace/onboarding.html", context)


@_page("session", "consent")
def connect(request: HttpRequest) -> HttpResponse:
    """The connect page of the token's company; what happens next comes over the WebSocket.

    A POST is the pressed button of the onboarding page, whose session buys the token, or the consent of
    whoever came here by a link.
    """
    if request.method == "POST":
        throttle("public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW)
        return HttpResponseRedirect(_pressed(request.POST), status=303)
    token = request.GET.get("token", "")
    try:
        company = tokens.company_for_token(token)
    except UnauthorizedError as error:
        throttle("public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW)
        # The script looks whether this tab still holds its token: the address bar lost it on purpose.
        context = _context(title=_TITLES[error.code], text=_FRESH_LINK, resume=not token)
        return render(request, "marketplace/message.html", context, status=error.status)
    throttle("key", f"company:{company.pk}", limit=KEYED_LIMIT, window=WINDOW)
    context = _context(
        company=company,
        connected=bool(company.whatsapp_connected),
        consent=consent if consent.wanted(company) else None,
        texts=texts.for_scripts(),
    )
    return render(request, "marketplace/connect.html", context)


def _pressed(form: QueryDict) -> str:
    """The path of the connect page that the pressed button opens. Raises AppError."""
    agreed_to = form.get("consent", "")
    session = form.get("session")
    if session is not None:
        return onboarding.start(session, agreed_to=agreed_to)
    return onboarding.agree(form.get("token", ""), agreed_to=agreed_to)


@_page("decision")
def decide_access(request: HttpRequest, request_id: int) -> HttpResponse:
    """The owner's page about somebody who asks for the salon; its key came in a letter or our page."""
    throttle("public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW)
    item = approvals.question(request_id, request.GET.get("key", ""))
    wish = request.POST.get("decision")
    if wish in {"approve", "refuse"}:
        approvals.decide(request_id, approve=wish == "approve", by="владелец салона")
        item = approvals.question(request_id, request.GET.get("key", ""))
    return render(request, "marketplace/access.html", _context(item=item))


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Paths nobody serves: a page for a browser, the one error shape for a program."""
    if wants_html(request):
        return render(request, "404.html", status=404)
    answer: HttpResponse = NoSuchView.as_view()(request)
    return answer


def _proof(user_data: str, signature: str) -> access.Proof | None:
    if user_data:
        return access.signed_user(user_data, signature)
    return access.OpenProof() if settings.MARKETPLACE_OPEN_REGISTRATION else None


def _salon_values(query: QueryDict) -> list[str]:
    """Values of salon_id, salon_ids[] and salon_ids[0], [1], …, in their order, without repeats."""
    found = [
        value
        for name, values in query.lists()
        if _SALON_PARAMETER.fullmatch(name)
        for value in values
    ]
    return list(dict.fromkeys(found))


def _salon_ids(values: list[str]) -> list[int]:
    """Raises AppError when there is none, or one is not a salon's number."""
    ids = [
        int(value)
        for value in values[:100]
        if value.isascii() and value.isdigit() and len(value) <= 10 and 0 < int(value) <= INT32_MAX
    ]
    if not ids or len(ids) != len(values[:100]):
        raise AppError(
            gettext("YCLIENTS did not tell the salon's number. Open the app in YCLIENTS again")
        )
    return ids


def _awaiting(request: HttpRequest) -> HttpResponse:
    context = _context(
        title=gettext_lazy("The request is being looked at"),
        text=gettext_lazy(
            "We could not make sure ourselves that this salon is yours. Its owner or our "
            "employee looks at the request; then open the app in YCLIENTS again. If it is "
            "urgent, write to us"
        ),
        calm=True,
    )
    return render(request, "marketplace/message.html", context, status=202)


def _refusal(request: HttpRequest, error: AppError) -> HttpResponse:
    title = _TITLES.get(error.code, gettext_lazy("It did not work"))
    context = _context(title=title, text=_ADVICE.get(error.code, error.message))
    response = render(request, "marketplace/message.html", context, status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def _context(**values: object) -> dict[str, object]:
    return {
        "support_email": settings.SUPPORT_EMAIL,
        "support_telegram": settings.SUPPORT_TELEGRAM,
        **values,
    }
