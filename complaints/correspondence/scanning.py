"""What the city's virus scanner says of a file before it is kept. A city without one is asked nothing."""

import socket
import struct

from django.conf import settings

_PORT, _SECONDS = 3310, 10


def is_clean(data: bytes) -> bool:
    """Ask clamd at VIRUS_SCANNER ("host:port", INSTREAM over TCP). A scanner that does not answer says no."""
    if not settings.VIRUS_SCANNER:
        return True
    host, _colon, port = settings.VIRUS_SCANNER.partition(":")
    try:
        with socket.create_connection((host, int(port or _PORT)), timeout=_SECONDS) as link:
            link.sendall(b"zINSTREAM\0" + struct.pack("!L", len(data)) + data + struct.pack("!L", 0))
            answer = link.recv(4096)
    except OSError:
        return False
    return answer.rstrip(b"\0\n").endswith(b"OK")
