"""People whose data YCLIENTS signed, and salons in which "connect" was just pressed."""

from marketplace.services.access import SignedUser
from tests.sandboxes import YclientsSandbox

OWNER = SignedUser(user_id=501, name="Шура", email="t@example.test", salon_name="Лилия")
STRANGER = SignedUser(user_id=502, name="Чужой", email="c@example.test", salon_name="Лилия")
OTHER = SignedUser(user_id=503, name="Другой", salon_name="Лилия")


def installed_salon(yclients: YclientsSandbox, title: str) -> int:
    """A salon whose owner has just pressed "connect" in the marketplace."""
    salon_id: int = yclients.new_salon(seed="small", title=title)["salon_id"]
    yclients.post(f"/salons/{salon_id}/status", status="pending")
    return salon_id
