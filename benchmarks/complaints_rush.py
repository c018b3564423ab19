"""Complaints, third part: a thousand people report something with a photo at the same time. Imported by the area `complaints`."""

import io
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

from django.conf import settings
from PIL import Image

from benchmarks import measure
from benchmarks.complaints_city import a_large_city, a_plain_category
from benchmarks.harness import Figure, figures
from complaints.models import Case, Photo

SUBMISSIONS, CLIENTS = 1000, 20
_FORM = "/anliegen/melden/"


@figures
def many_at_once() -> Iterator[Figure]:
    """1,000 submissions with a photo by 20 clients who never pause; every tenth presses "send" twice."""
    rush = _Rush()
    with measure.portal(workers=2) as ours:
        clients = [threading.Thread(target=rush.client, args=(ours.port,)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    met = Counter(Case.objects.filter(text__in=rush.sent).values_list("text", flat=True))
    photos = Photo.objects.filter(case__text__in=rush.sent).count()
    name = f"{SUBMISSIONS} submissions by {CLIENTS} clients"
    yield Figure(f"{name}, told they were sent", len(rush.sent), "cases", at_least=SUBMISSIONS)
    yield Figure(f"{name}, lost", len(set(rush.sent) - set(met)), "cases", at_most=0)
    yield Figure(f"{name}, twice", met.total() - len(met), "cases", at_most=0)
    yield Figure(f"{name}, photos lost or twice", abs(photos - len(rush.sent)), "photos", at_most=0)
    for part, seconds in {"request": rush.requests, "whole submission of three requests": rush.whole}.items():
        for share in (0.5, 0.95):
            value = 1000 * sorted(seconds)[int(share * len(seconds))]
            limit = 800 if (part, share) == ("request", 0.95) else None
            yield Figure(f"{name}, {part}, p{share:.0%}".rstrip("%"), value, "ms", at_most=limit)


class _Rush:
    """What the clients share: how many are left to send, what was sent, how long it took (seconds)."""

    def __init__(self) -> None:
        latitude, longitude = a_large_city()
        where = {"latitude": latitude, "longitude": longitude, "address": "Hauptstraße 5"}
        self.where: dict[str, object] = {"category": a_plain_category().pk, **where}
        self.photo = _a_photo()
        self.numbers = iter(range(SUBMISSIONS))
        self.turn = threading.Lock()
        self.sent: list[str] = []
        self.requests: list[float] = []
        self.whole: list[float] = []

    def client(self, port: int) -> None:
        token = uuid4().hex  # any 32 letters that cookie and form agree on
        line = _Line(port, token)
        while True:
            with self.turn:
                number = next(self.numbers, None)
            if number is None:
                return
            text = f"Die Lampe ist dunkel {uuid4()}"
            taken = self._submit(line, text, twice=number % 10 == 0)
            with self.turn:
                self.sent.append(text)
                self.requests += taken
                self.whole.append(sum(taken))

    def _submit(self, line: "_Line", text: str, *, twice: bool) -> list[float]:
        moments = [time.perf_counter()]
        path = line.send_photo(_FORM, {"text": text}, self.photo)
        moments.append(time.perf_counter())
        path = line.send(path, self.where)
        moments.append(time.perf_counter())
        sent = line.send(path, {"email": ""})
        moments.append(time.perf_counter())
        if not sent.endswith("/gesendet/"):
            raise ValueError(f"led to {sent} after the last page")
        if twice:
            line.send(path, {"email": ""})
        return [after - before for before, after in itertools.pairwise(moments)]


class _Line(measure.Connection):
    """One browser: its connection, its cookie, its forms."""

    def __init__(self, port: int, token: str = "") -> None:
        super().__init__(port)
        self.token = token or self.token
        self.cookie = (
            f"Cookie: {settings.CSRF_COOKIE_NAME}={self.token}\r\nReferer: http://127.0.0.1:{port}/\r\n"
        )

    def send(self, path: str, fields: dict[str, object]) -> str:
        return self._led(*self.sent_on(path, {**fields, "csrfmiddlewaretoken": self.token}, self.cookie))

    def send_photo(self, path: str, fields: dict[str, str], photo: bytes) -> str:
        edge = uuid4().hex
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
            for name, value in {**fields, "csrfmiddlewaretoken": self.token}.items()
        ]
        parts.append(
            b'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
            b"Content-Type: image/jpeg\r\n\r\n" + photo
        )
        body = (
            b"".join(f"--{edge}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{edge}--\r\n".encode()
        )
        kind = f"Content-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {len(body)}\r\n"
        found, status, _body = self._ask("POST", path, self.cookie + kind, body)
        return self._led(status, found.get("location", ""))

    @staticmethod
    def _led(status: int, to: str) -> str:
        if status != 303:
            raise ValueError(f"answered {status}")
        return to


def _a_photo() -> bytes:
    picture = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(picture, "JPEG", quality=85)
    return picture.getvalue()
