"""Web server and worker are kept running, and stopped together."""

import fcntl
import os
import signal
import subprocess
import sys
import termios
import time

import psutil
import pytest

from portal.running import supervisor

DIES = [sys.executable, "-c", "raise SystemExit(3)"]
SCRIPT = """
import sys
from portal.running import supervisor
supervisor.run({"first": ["sleep", "100"], "second": [sys.executable, "-c", "open(sys.argv[1], 'a').write('x'); import time; time.sleep(100)", sys.argv[1]]})
print("stopped in good order")
"""
SCRIPT = SCRIPT.replace('-c", "open(sys.argv[1]', '-c", "import sys; open(sys.argv[1]')


def test_a_child_that_dies_again_and_again_stops_everything_with_a_sentence(monkeypatch):
    monkeypatch.setattr(supervisor, "_DEATHS_ALLOWED", 2)
    with pytest.raises(supervisor.GaveUp, match="The web server ended 2 times within a minute"):
        supervisor.run({"web server": DIES, "job worker": ["sleep", "100"]})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_both(tmp_path, number):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    started(tmp_path / "log", 1)
    process.send_signal(number)
    assert process.communicate(timeout=10)[0] == "stopped in good order\n"


def test_a_closed_terminal_stops_both_even_if_its_first_program_tells_nobody(tmp_path):
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "log")],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hold_the_terminal_and_hear_no_hangup,
    )
    os.close(theirs)
    started(tmp_path / "log", 1)
    os.close(ours)
    assert process.communicate(timeout=10)[0] == "stopped in good order\n"


def hold_the_terminal_and_hear_no_hangup() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def test_a_killed_child_is_started_again(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "log")], stderr=subprocess.PIPE, text=True
    )
    started(tmp_path / "log", 1)
    victim = next(
        child for child in psutil.Process(process.pid).children() if str(tmp_path / "log") in child.cmdline()
    )
    victim.kill()
    started(tmp_path / "log", 2)
    process.terminate()
    assert "The second ended with -9; it is started again." in process.communicate(timeout=10)[1]


def started(log, times: int) -> None:
    until = time.monotonic() + 10
    while not log.exists() or len(log.read_text()) < times:
        assert time.monotonic() < until
        time.sleep(0.05)
