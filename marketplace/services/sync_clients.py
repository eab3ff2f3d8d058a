"""The step of the sync that reads the client cards, and finds those that are no more."""

from collections.abc import Iterator

from marketplace.services import clients
from marketplace.services.sync_reading import MOST_REREAD, Reading
from marketplace.yclients.errors import NotFound, Permanent
from marketplace.yclients.schemas import Client as Card


def everyone(reading: Reading) -> int:
    """All cards, upserted by phone. A card that YCLIENTS lists no more is deleted softly."""
    company = reading.company
    before = clients.living_cards(company)
    phones: dict[int, str] = {}

    def cards() -> Iterator[Card]:
        found = reading.client.clients(company.salon_id, odd=reading.odd("clients"))
        for card in reading.beaten(found):
            phones[card.id] = card.phone
            yield card

    read = clients.upsert_clients(company, cards())
    _look_for_absent(reading, before, phones)
    return read


def _look_for_absent(
    reading: Reading, before: list[tuple[str, int]], phones: dict[int, str]
) -> None:
    company = reading.company
    shown = set(phones.values())
    missing = [(phone, number) for phone, number in before if phone not in shown]
    # The card is there under another phone. An empty one is a hidden one, which tells nothing.
    gone = [phone for phone, number in missing if phones.get(number)]
    absent = [(phone, number) for phone, number in missing if number not in phones]
    for phone, number in absent[:MOST_REREAD]:
        try:
            card = reading.client.client(company.salon_id, number)
        except NotFound:
            gone.append(phone)
        except Permanent:
            # The list could not show it either: counted there as unreadable.
            continue
        else:
            clients.upsert_clients(company, [card])
            if card.phone not in ("", phone):
                gone.append(phone)
        reading.beat()
    if gone:
        reading.add("clients_gone", clients.delete_phones(company, gone))
