"""A small OpenID Connect server: authorization code with PKCE (S256), the answer to `person=` in the address of its form."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

SECRET, KEY = "geheim", "a key that nobody checks: the answer comes straight from the server"
PEOPLE = {
    "known": {"sub": "1", "email": "Anna.Amt@city.example", "email_verified": True},
    "claimed": {"sub": "2", "email": "anna.amt@city.example", "email_verified": False},
    "new": {"sub": "3", "email": "new@city.example", "email_verified": True},
    "overheard": {"sub": "1", "nonce": "of another browser"},
    "closed": {"sub": "4", "email": "closed@city.example", "email_verified": True},
}


class CityServer(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}


class _Answer(BaseHTTPRequestHandler):
    server: CityServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        if address.path == "/.well-known/openid-configuration":
            here = self.server.address
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self._json({f"{end}_endpoint": f"{here}/{name}" for end, name in ends.items()} | self._named())
        elif address.path == "/authorize":
            self._let_in(asked)
        elif address.path == "/userinfo":
            token = self.headers["Authorization"].removeprefix("Bearer ")
            self._json(self.server.tokens.get(token, {}), 200 if token in self.server.tokens else 401)

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = self.server.codes.pop(form["code"], {})
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = ("S256", base64.urlsafe_b64encode(digest).rstrip(b"=").decode())
        same = form["redirect_uri"] == asked.get("redirect_uri") and form["client_secret"] == SECRET
        if not same or proof != (asked["code_challenge_method"], asked["code_challenge"]):
            self._json({"error": "invalid_grant"}, 400)
            return
        person, token, now = PEOPLE[asked["person"]], secrets.token_urlsafe(), int(time.time())
        self.server.tokens[token] = person
        claims = {"iss": self.server.address, "aud": form["client_id"], "iat": now, "exp": now + 60}
        claims |= {"nonce": asked.get("nonce"), **person}
        self._json(
            {"access_token": token, "token_type": "Bearer", "id_token": jwt.encode(claims, KEY, "HS256")}
        )

    def log_message(self, format: str, *args: Any) -> None:
        """Not on the terminal of the tests."""

    def _let_in(self, asked: dict[str, str]) -> None:
        code = secrets.token_urlsafe()
        self.server.codes[code] = asked
        answer = {"code": code} if asked["person"] in PEOPLE else {"error": asked["person"]}
        self.send_response(302)
        self.send_header(
            "Location", f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}"
        )
        self.end_headers()

    def _named(self) -> dict[str, Any]:
        return {
            "issuer": self.server.address,
            "jwks_uri": self.server.address + "/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _json(self, answer: Any, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def standing() -> Iterator[CityServer]:
    with CityServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
