"""Where something is, as people and programs say it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where. Both coordinates or none; an address alone will do."""

    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    address_id: str = ""
    postal_code: str = ""

    def __bool__(self) -> bool:
        return self.latitude is not None or bool(self.address or self.address_id)


NOWHERE = Place()
