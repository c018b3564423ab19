"""A program that is told to end gives back what it holds."""

import subprocess
import sys

from portal.running import endings

SCRIPT = """
import atexit, os, signal, sys, time
from portal.running import endings
endings._SAID_AGAIN_AFTER = 0.05
atexit.register(print, "given back")
endings.heed(signal.SIGTERM)
class Thing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        sum(range(1000))
"""


def run(last: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT + last], capture_output=True, text=True, timeout=20, check=False
    )


def test_a_polite_kill_runs_what_is_registered_for_the_exit():
    done = run("os.kill(os.getpid(), signal.SIGTERM); time.sleep(10)")
    assert (done.returncode, done.stdout) == (endings.INTERRUPTED, "given back\n")


def test_a_kill_that_python_swallows_is_said_again():
    done = run("Thing(); print('swallowed'); time.sleep(10)")
    assert (done.returncode, done.stdout) == (endings.INTERRUPTED, "swallowed\ngiven back\n")


def test_while_tidying_up_further_kills_are_not_heard():
    done = run("endings.hear_no_more(); os.kill(os.getpid(), signal.SIGTERM); print('tidied')")
    assert (done.returncode, done.stdout) == (0, "tidied\ngiven back\n")
