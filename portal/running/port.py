"""May we serve on this port? Asked before long work, with any Python 3.11: `python3 -m portal.running.port 8000`."""

import socket
import sys


def obstacle(port: int, host: str = "127.0.0.1") -> str:
    """Why nothing can be served there, or nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"Port {port} is for root only: choose another port with PORT=8000 make run."
        except OSError:
            another = port + 1 if port < 65535 else 8000
            return f"Port {port} is in use: stop the other program, or choose another port with PORT={another} make run."
    return ""


def answers(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex((host, port)) == 0


if __name__ == "__main__":
    number = sys.argv[1] if len(sys.argv) > 1 else ""
    if not (number.isascii() and number.isdecimal()) or not 0 < int(number) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {number!r}.")
    sys.exit(obstacle(int(number)) or 0)
