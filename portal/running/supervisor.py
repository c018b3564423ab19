"""Run the web server and the job worker side by side: one stops, the other is looked after; Ctrl-C stops both."""

import ctypes
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from portal.running import endings

_PR_SET_PDEATHSIG = 1
_GRACE = 25.0  # seconds a child gets to finish its requests and jobs
_DEATHS_ALLOWED = 5
_WITHIN = 60.0


class GaveUp(Exception):
    """A child died again and again; the text names it."""


@dataclass
class _Child:
    name: str
    command: list[str]
    process: "subprocess.Popen[bytes]"
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=_DEATHS_ALLOWED))


def run(commands: Mapping[str, list[str]], *, beside: Callable[[], None] = lambda: None) -> None:
    """Keep one process of each command running until SIGINT or SIGTERM; raise GaveUp if one cannot be kept.

    `beside` looks after what they all need, five times a second, before them.
    """
    held_by_a_terminal = endings.in_foreground()
    with _asked_to_stop() as asked:
        children = [_Child(name, command, _spawn(command)) for name, command in commands.items()]
        try:
            while not asked and not (held_by_a_terminal and endings.terminal_is_gone()):
                time.sleep(0.2)
                beside()
                for child in children:
                    _look_after(child)
        finally:
            _stop(children)


def _look_after(child: _Child) -> None:
    code = child.process.poll()
    if code is None:
        return
    now = time.monotonic()
    child.deaths.append(now)
    if len(child.deaths) == _DEATHS_ALLOWED and now - child.deaths[0] < _WITHIN:
        raise GaveUp(
            f"The {child.name} ended {_DEATHS_ALLOWED} times within a minute (last with {code}); everything was stopped."
        )
    sys.stderr.write(f"The {child.name} ended with {code}; it is started again.\n")
    time.sleep(0.5 * len(child.deaths))
    child.process = _spawn(child.command)


def _stop(children: list[_Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + _GRACE
    for child in children:
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _spawn(command: list[str]) -> "subprocess.Popen[bytes]":
    # a session of its own: Ctrl-C reaches us alone, and we stop the children in good order
    return subprocess.Popen(
        command, start_new_session=True, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent
    )


def _die_with_parent() -> None:
    """On Linux, a child whose supervisor was killed is asked to stop by the kernel."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    earlier = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
        earlier[signal.SIGHUP] = signal.signal(signal.SIGHUP, note)
    try:
        yield asked
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
