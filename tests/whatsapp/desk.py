"""An owner's browser that is in: the client with the desk's cookie."""

from django.test import Client

from marketplace.models import Company
from marketplace.services import owner_access


def enter(company: Company, client: Client | None = None) -> Client:
    """Opens a link of the salon and presses the button."""
    browser = client or Client()
    answer = browser.post(owner_access.path_for(company))
    assert answer.status_code == 303, answer.content.decode()
    return browser
