#!/usr/bin/env python3
"""Django's command line for Bürgerhaus."""

import os
import signal
import sys

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error

from portal.running import embedded, endings, obstacles


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    endings.heed(signal.SIGTERM, signal.SIGHUP)
    try:
        embedded.hold_until_exit()
        execute_from_command_line(sys.argv)
    except (embedded.CannotStart, ImproperlyConfigured) as refusal:  # this host: one sentence, no traceback
        sys.exit(str(refusal))
    except (Error, psycopg.Error) as refusal:
        if sentence := obstacles.sentence(refusal):
            sys.exit(sentence)
        raise
    except KeyboardInterrupt:
        sys.exit(endings.INTERRUPTED)
    finally:
        endings.hear_no_more()


if __name__ == "__main__":
    main()
