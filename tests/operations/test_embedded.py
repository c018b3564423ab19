"""The embedded server: shared by processes, kept while one of them uses it, back after a crash."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from portal.running import embedded

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")


def runs(folder: Path) -> bool:
    return embedded._answers(folder / "postgres")


def ask(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT lower('ÄŽ')").fetchone()[0]


def ask_until_refused(url: str) -> None:
    for _ in range(100):
        ask(url)
        time.sleep(0.02)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "with space's"


def test_it_starts_answers_and_stops(folder):
    with embedded.held(folder) as url:
        assert ask(url) == "äž"
    assert not runs(folder)


def test_a_second_process_neither_starts_nor_stops_the_server_of_the_first(folder):
    code = f"from pathlib import Path; from portal.running import embedded\nwith embedded.held(Path({str(folder)!r})): print('in')"
    with embedded.held(folder) as url:
        pid = (folder / "postgres/postmaster.pid").read_text().split()[0]
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "in\n"
        assert ask(url) == "äž"
        assert (folder / "postgres/postmaster.pid").read_text().split()[0] == pid


def test_a_killed_server_comes_back(folder):
    with embedded.held(folder):
        os.kill(int((folder / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        time.sleep(0.2)
        with embedded.held(folder) as url:
            assert ask(url) == "äž"


def test_a_start_while_the_server_is_stopping_waits_until_it_is_back(folder):
    with embedded.held(folder) as url:
        pid = int((folder / "postgres/postmaster.pid").read_text().split()[0])
        with psycopg.connect(url) as somebody:
            # stops when its last visitor has left, and lets nobody in until then
            os.kill(pid, signal.SIGTERM)
            threading.Timer(0.5, somebody.close).start()
            with pytest.raises(psycopg.OperationalError, match="shutting down"):
                ask_until_refused(url)
            with embedded.held(folder) as again:
                assert ask(again) == "äž"


def test_a_pid_file_that_names_another_program_is_stale(folder):
    with embedded.held(folder):
        pass
    sleeper = subprocess.Popen(["sleep", "60"])
    pid_file = folder / "postgres/postmaster.pid"
    pid_file.write_text(
        f"{sleeper.pid}\n{folder}/postgres\n1700000000\n5432\n{folder}/postgres\n\n1 2\nready\n"
    )
    os.chown(pid_file, (folder / "postgres").stat().st_uid, -1)
    try:
        with embedded.held(folder) as url:
            assert ask(url) == "äž"
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_path_too_long_for_a_socket_works_too(tmp_path):
    with embedded.held(tmp_path / ("long" * 25)) as url:
        assert ask(url) == "äž"


def test_an_unwritable_folder_gets_one_sentence():
    with (
        pytest.raises(
            embedded.CannotStart,
            match=r"^The data folder /proc/nowhere cannot be written \(.*\): set DATA_DIR",
        ),
        embedded.held(Path("/proc/nowhere")),
    ):
        pass


def test_a_disk_that_is_nearly_full_gets_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "_ROOM", shutil.disk_usage(tmp_path).total)
    with (
        pytest.raises(
            embedded.CannotStart,
            match=r"has room for \d+ MB, a database needs \d+: make room, or set DATA_DIR",
        ),
        embedded.held(tmp_path / "data"),
    ):
        pass
