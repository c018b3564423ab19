#!/usr/bin/env python3
"""Django's command line for Bürgerhaus."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from portal.running import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        embedded.hold_until_exit()
    except embedded.CannotStart as refusal:
        sys.exit(str(refusal))
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:  # a setting of this host: one sentence, no traceback
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
