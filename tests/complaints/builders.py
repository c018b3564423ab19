"""The smallest valid case, made through the real command."""

import io
from email.message import EmailMessage
from itertools import count
from typing import Any

from PIL import Image

from complaints.correspondence import ways_in
from complaints.intake import reporting
from complaints.intake.reporting import Contact, Report
from complaints.models import Area, Attribute, Case, Category, ComplaintSettings, Reporter
from complaints.places.place import Place
from portal.models import Department
from tests.builders import a_department

_number = count(1)
HERE = (48.5, 11.5)


def a_category(**fields: Any) -> Category:
    n = next(_number)
    if "parent" not in fields:
        fields["parent"] = Category.objects.create(name=f"Bereich {n}", slug=f"bereich-{n}")
    fields.setdefault("department", None)
    fields["department"] = fields["department"] or a_department()
    return Category.objects.create(**{"name": f"Straßenlampe {n}", "slug": f"lampe-{n}", **fields})


def a_question(category: Category, **fields: Any) -> Attribute:
    n = next(_number)
    return Attribute.objects.create(
        **{
            "category": category,
            "code": f"q{n}",
            "datatype": "string",
            "description": f"Frage {n}?",
            **fields,
        }
    )


def a_case(
    *,
    text: str = "Die Lampe vor dem Haus ist dunkel.",
    category: Category | None = None,
    email: str = "",
    confirmed: bool = True,
    at: tuple[float, float] | None = None,
    address: str = "",
    department: Department | None = None,
    **more: Any,
) -> Case:
    said = Report(
        text=text,
        category=category or a_category(department=department),
        place=Place(*(at or (None, None)), address=address),
        contact=Contact(email=email, confirmed=confirmed),
        **{k: v for k, v in more.items() if k in Report.__dataclass_fields__},
    )
    rest = {k: v for k, v in more.items() if k not in Report.__dataclass_fields__}
    return reporting.report(said, **rest)


def the_reporter(case: Case) -> Reporter:
    return case.reporters.order_by("pk")[0]


def a_published_case(**fields: Any) -> Case:
    from complaints.public import publishing
    from tests.builders import a_clerk

    case = a_case(**fields)
    return publishing.publish(case=case, public_text="Lampe dunkel (geprüft)", actor=a_clerk())


def complaint_settings(**fields: Any) -> ComplaintSettings:
    return ComplaintSettings.objects.update_or_create(pk=1, defaults=fields)[0]


def a_square(west: float, south: float, size: float) -> dict[str, Any]:
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def an_area(west: float = 11.0, south: float = 48.0, size: float = 1.0, **fields: Any) -> Area:
    n = next(_number)
    return Area.objects.create(
        **{"name": f"Viertel {n}", "slug": f"viertel-{n}", "geometry": a_square(west, south, size), **fields}
    )


def a_photo(*, size: tuple[int, int] = (640, 480), kind: str = "JPEG", gps: bool = True) -> bytes:
    """Picture bytes; with a position and a camera's name in its metadata where the format can carry them."""
    out, picture = io.BytesIO(), Image.new("RGB", size, "teal")
    exif = Image.Exif()
    if gps:
        exif[0x010F] = "SecretCamera"
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 30.0, 0.0), 3: "E", 4: (11.0, 30.0, 0.0)})
    picture.save(out, kind, **({"exif": exif} if gps and kind in {"JPEG", "PNG", "WEBP"} else {}))
    return out.getvalue()


def act(client, case, deed, **values):
    """One deed on the page of a case, as its form sends it."""
    return client.post(f"/amt/anliegen/fall/{case.number}/{deed}/", values)


def a_mail(
    to="anliegen@stadt.example",
    subject="Re: Ihr Anliegen",
    text="Es ist die linke Lampe.",
    sender="eva@example.org",
    **headers,
):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Eva <{sender}>", to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def the_address(case):
    return ways_in.reply_headers(the_reporter(case), complaint_settings())["Reply-To"]
