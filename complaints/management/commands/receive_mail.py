"""A mail on standard input, for a mail server's pipe (Postfix: `|manage.py receive_mail`).

Exit status 75 ("try again later") while the database is away or the disk is full, 0 otherwise: a refused mail must not bounce
to a stranger, and one that could not be filed must not get lost.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from complaints.intake import mail_parts, receiving

TRY_LATER = 75


class Command(BaseCommand):
    help = "File one mail from standard input in its case."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(mail_parts.MOST_BYTES + 1)
        try:
            row = receiving.receive(raw)
        except Exception as trouble:  # whatever it is, the mail server keeps the mail
            self.stderr.write(f"not filed, try again later: {type(trouble).__name__}")
            sys.exit(TRY_LATER)
        self.stdout.write(f"{row.verdict}{f' {row.case}' if row.case else ''}")
