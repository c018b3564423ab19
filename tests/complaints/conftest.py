import socketserver
import struct
import threading

import pytest

from tests.builders import a_clerk, a_department, the_city
from tests.complaints.open311_stage import a_secret, the_department, the_lamp


@pytest.fixture
def office(client, settings, tmp_path):
    """A signed-in clerk of a department, and the department."""
    settings.MEDIA_ROOT = tmp_path
    the_city()
    department = a_department()
    clerk = a_clerk(department=department, first_name="Ada", last_name="Lund")
    client.force_login(clerk)
    return clerk, department


@pytest.fixture
def lamp():
    """The topic that everybody reports by Open311."""
    return the_lamp(the_department())


@pytest.fixture
def secret():
    """The key of another program."""
    return a_secret()


class _Scanner(socketserver.StreamRequestHandler):
    """Speaks as clamd does: it finds something in every file that says "virus"."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        self.wfile.write(b"stream: Made.Up FOUND\0" if b"virus" in data else b"stream: OK\0")


@pytest.fixture
def scanner(settings):
    """The city has a virus scanner."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Scanner) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.VIRUS_SCANNER = f"127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()
