"""What the answers of GeoReport v2 hold, and the tree each becomes. Codes and identifiers are always text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from complaints.open311.wire import Listing, Node

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


@dataclass(frozen=True)
class Endpoint:
    url: str
    changeset: datetime
    formats: tuple[str, ...]
    kind: str = "production"


@dataclass(frozen=True)
class Discovery:
    changeset: datetime
    contact: str
    key_service: str
    endpoints: tuple[Endpoint, ...]

    def tree(self) -> Node:
        return {
            "changeset": self.changeset,
            "contact": self.contact,
            "key_service": self.key_service,
            "endpoints": Listing("endpoint", [_endpoint(one) for one in self.endpoints]),
        }


def _endpoint(endpoint: Endpoint) -> Node:
    return {
        "specification": SPECIFICATION,
        "url": endpoint.url,
        "changeset": endpoint.changeset,
        "type": endpoint.kind,
        "formats": Listing("format", endpoint.formats),
    }


@dataclass(frozen=True)
class Service:
    code: str
    name: str
    description: str = ""
    has_attributes: bool = False
    keywords: tuple[str, ...] = ()
    group: str = ""

    def tree(self) -> Node:
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": self.description,
            "metadata": self.has_attributes,
            "type": "realtime",
            "keywords": ",".join(self.keywords),
            "group": self.group,
        }


@dataclass(frozen=True)
class Attribute:
    """A further question of a service. `variable` False: a text that is only shown."""

    code: str
    datatype: str
    description: str
    required: bool = False
    variable: bool = True
    hint: str = ""
    values: tuple[tuple[str, str], ...] = ()  # (key, name)

    def tree(self, order: int) -> Node:
        return {
            "variable": self.variable,
            "code": self.code,
            "datatype": self.datatype,
            "required": self.required,
            "datatype_description": self.hint,
            "order": order,
            "description": self.description,
            "values": Listing("value", [{"key": key, "name": name} for key, name in self.values]),
        }


def definition(service_code: str, attributes: Sequence[Attribute]) -> Node:
    """The service definition: attributes numbered from 1 in the order given."""
    trees = [attribute.tree(order) for order, attribute in enumerate(attributes, start=1)]
    return {"service_code": service_code, "attributes": Listing("attribute", trees)}


@dataclass(frozen=True)
class Note:
    at: datetime
    text: str
    kind: str


@dataclass(frozen=True)
class Answer:
    """One answered attribute of a request, for `extensions=true`."""

    code: str
    name: str
    value: str


@dataclass(frozen=True)
class Request:
    """One published case. What the reporter must not lose is not here: no name, mail address or phone."""

    id: str
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None = None
    agency: str = ""
    service_notice: str = ""
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    media_url: str = ""
    detailed_status: str = ""
    kind: str = ""
    votes: int = 0
    photos: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    def tree(self, *, extensions: bool = False) -> Node:
        plain: dict[str, Node] = {
            "service_request_id": self.id,
            "status": self.status,
            "status_notes": self.status_notes,
            "service_name": self.service_name,
            "service_code": self.service_code,
            "description": self.description,
            "agency_responsible": self.agency,
            "service_notice": self.service_notice,
            "requested_datetime": self.requested_at,
            "updated_datetime": self.updated_at,
            "expected_datetime": self.expected_at,
            "address": self.address,
            "address_id": self.address_id,
            "zipcode": self.zipcode,
            "lat": self.latitude,
            "long": self.longitude,
            "media_url": self.media_url,
        }
        return plain | self._extended() if extensions else plain

    def _extended(self) -> dict[str, Node]:
        return {
            "attributes": Listing(
                "attribute", [{"code": a.code, "name": a.name, "value": a.value} for a in self.answers]
            ),
            "extended_attributes": {
                "detailed_status": self.detailed_status,
                "keyword": self.kind,
                "votes": self.votes,
                "photos": Listing("photo", [{"media_url": url} for url in self.photos]),
            },
            "notes": Listing(
                "note", [{"datetime": n.at, "description": n.text, "type": n.kind} for n in self.notes]
            ),
        }


def requests(found: Sequence[Request], *, extensions: bool = False) -> Node:
    return Listing("request", [one.tree(extensions=extensions) for one in found])


def accepted(*, id: str = "", token: str = "", notice: str = "", account: str = "") -> Node:
    """The answer to a POST: the number, or a token until there is one, never both."""
    if bool(id) == bool(token):
        raise ValueError("either an id or a token")
    named: dict[str, Node] = {"service_request_id": id} if id else {"token": token}
    return Listing("request", [named | {"service_notice": notice, "account_id": account}])


def resolved(*, id: str, token: str) -> Node:
    """The answer to GET tokens/TOKEN: the id is empty as long as there is none."""
    return Listing("request", [{"service_request_id": id, "token": token}])


@dataclass(frozen=True)
class Fault:
    """One reason for a refusal; `code` matches the HTTP status."""

    code: int
    description: str


def errors(faults: Sequence[Fault]) -> Node:
    return Listing("error", [{"code": str(one.code), "description": one.description} for one in faults])


@dataclass(frozen=True)
class Update:
    """One public step of a case, for two-way synchronisation with other report platforms."""

    id: str
    request_id: str
    status: str
    at: datetime
    description: str


def updates(found: Sequence[Update]) -> Node:
    return Listing(
        "request_update",
        [
            {
                "update_id": one.id,
                "service_request_id": one.request_id,
                "status": one.status,
                "updated_datetime": one.at,
                "description": one.description,
                "media_url": "",
            }
            for one in found
        ],
    )
