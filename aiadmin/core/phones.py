"""Phone numbers: E.164 at the edge, digits for WhatsApp, a mask for logs. Plain Python."""

import phonenumbers


def normalize(raw: str | int, *, region: str = "RU") -> str:
    """Returns E.164 ("+79001234567"). Accepts 8…, 7…, +7…, spaces and brackets, or digits as an int.

    Raises ValueError when it is not a possible number.
    """
    text = str(raw).strip()
    digits = "".join(ch for ch in text if ch.isdigit())
    # "79001234567" comes from YCLIENTS and WhatsApp without a plus; "8900…" is how Russians write it.
    if not text.startswith("+") and (len(digits) > 11 or (len(digits) == 11 and digits[0] == "7")):
        text = f"+{digits}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digits(e164: str) -> str:
    """ "+79001234567" → "79001234567", as YCLIENTS and WhatsApp write it."""
    return e164.lstrip("+")


def pretty(e164: str) -> str:
    """ "+79001234567" → "+7 900 123-45-67"; anything unparsable comes back unchanged."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask(text: str) -> str:
    """For logs: keeps the country digit and the last two ("+79001234567" → "+7•••67")."""
    found = [ch for ch in text if ch.isdigit()]
    if len(found) < 5:
        return "•••"
    return f"+{found[0]}•••{''.join(found[-2:])}"
