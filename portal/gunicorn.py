"""gunicorn's configuration: `gunicorn -c python:portal.gunicorn portal.wsgi`. Threads, so that idle browsers hold no worker."""

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import get_resolver

from portal import env
from portal.language import thesaurus
from portal.running import embedded, memory

bind = env.text("BIND", f"127.0.0.1:{env.number('PORT', 8000)}")
workers = env.number("WEB_WORKERS", min(os.cpu_count() or 1, 4))
worker_class = "portal.gate.web_worker.Worker"
threads = env.number("WEB_THREADS", 4)
timeout = 10
graceful_timeout = 20
keepalive = 75
max_requests = 20_000  # a worker is renewed now and then, not all at once
max_requests_jitter = 5_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  the heartbeat file must not wait for a disk
control_socket_disable = True  # its default path is shared by all instances of a user
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1")
limit_request_line = 65_535  # see portal.gate.web_worker
errorlog = "-"
accesslog = None  # addresses of citizens are nobody's business
loglevel = "warning"

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # of malloc.h


def post_worker_init(worker: Any) -> None:
    """Load what pages need, leave it out of later collections, and give back what loading it left over."""
    get_resolver().url_patterns  # noqa: B018  loads the pages before the first citizen asks
    thesaurus.shipped(settings.LANGUAGE_CODE)  # and the words, which take half a second
    memory.leave_out_what_is_loaded()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc
            c = ctypes.CDLL(None)
            # threads take turns anyway: one heap, not one with its own leftovers each
            c.mallopt(_ARENA_MAX, 1)
            c.mallopt(_MMAP_THRESHOLD, 65536)  # pages and rows of answers are given back when they are sent
            c.malloc_trim(0)


def on_starting(server: Any) -> None:
    embedded.hold_until_exit()
