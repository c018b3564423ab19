"""Is the port free? Asked before long work, with any Python 3.11: `python3 -m portal.running.port 8000`."""

import socket
import sys


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def busy(port: int) -> str:
    return f"Port {port} is in use: stop the other program, or choose another port with PORT={port + 1} make run."


if __name__ == "__main__":
    number = sys.argv[1] if len(sys.argv) > 1 else ""
    if not number.isdecimal() or not 0 < int(number) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {number!r}.")
    if not is_free(int(number)):
        sys.exit(busy(int(number)))
