"""How an address counts: one person should not look like ten."""

import re
from hashlib import sha256

from portal.models import City

CALLING_CODES = {"DE": "49", "AT": "43", "PL": "48", "CZ": "420", "HU": "36", "BG": "359"}
# what is dialled before a number within the country; else 0
TRUNK_PREFIXES = {
    "PL": "",
    "CZ": "",
    "HU": "06",
}
_NOT_DIGITS = re.compile(r"[^\d+]")


def normal_email(email: str) -> str:
    """Lower case, without the part after a plus: `Anna+x@example.org` counts as `anna@example.org`."""
    local, at, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at else ""


def normal_phone(phone: str, country: str = "") -> str:
    """Digits with the country, so that 0170…, +49 170… and 0049 170… are one number (in Germany)."""
    digits = _NOT_DIGITS.sub("", phone)
    land = country or City.current().country
    trunk = TRUNK_PREFIXES.get(land, "0")
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith(trunk):
        digits = CALLING_CODES.get(land, "") + digits[len(trunk) :]
    digits = digits.replace("+", "")
    return digits if len(digits) >= 6 else ""


def key_of(email: str, phone: str) -> str:
    """What open appointments are counted by: the e-mail address, else the phone number."""
    if address := normal_email(email):
        return address
    if number := normal_phone(phone):
        return f"tel:{number}"
    return ""


def network_key(client: str) -> str:
    """The network a request came from, hashed: good for counting, no address kept."""
    parts = client.split(".")
    network = ".".join(parts[:3]) if len(parts) == 4 else client
    return sha256(f"appointments.network:{network}".encode()).hexdigest()[:24]
