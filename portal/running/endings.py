"""How a program of ours ends when it is told to: what it holds is given back, however it was told and however often."""

import os
import signal
from types import FrameType
from typing import NoReturn

_ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAID_AGAIN_AFTER = 1.0  # seconds
INTERRUPTED = 128 + signal.SIGINT  # the exit code that shells know


class ToldToEnd(SystemExit):
    """Ends the program as any exit does: what is registered for it runs."""


def heed(*numbers: signal.Signals) -> None:
    """End by `ToldToEnd` on these signals; what somebody ignores for us (nohup) stays ignored."""
    signal.signal(signal.SIGALRM, _end)
    for number in numbers:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def hear_no_more() -> None:
    """Who presses Ctrl-C again while we tidy up would leave half of it lying about."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in _ALL:
        signal.signal(number, signal.SIG_IGN)


def in_foreground() -> bool:
    """Do we hold a terminal, so that its end is ours?"""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def terminal_is_gone() -> bool:
    """Its closing is told to the first program in it only: that may be make, which tells nobody."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False


def _end(number: int, frame: FrameType | None) -> NoReturn:
    # Python swallows what is raised while it throws an object away, so say it until somebody hears
    signal.setitimer(signal.ITIMER_REAL, _SAID_AGAIN_AFTER)
    raise ToldToEnd(INTERRUPTED)
