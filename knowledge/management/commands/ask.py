"""Ask the assistant from the command line; several questions are one conversation."""

import json
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from knowledge.assistant.conversation import converse
from knowledge.assistant.replies import Memory, Reply


class Command(BaseCommand):
    help = "Ask the assistant. Several questions are asked one after the other, as in one conversation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", nargs="+")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        memory = Memory()
        with translation.override(options["language"]):
            for question in options["question"]:
                started = perf_counter()
                replies, memory = converse(question, memory=memory, language=options["language"])
                ms = round(1000 * (perf_counter() - started), 1)
                for reply in replies:
                    self._write(reply, ms, as_json=options["json"])

    def _write(self, reply: Reply, ms: float, *, as_json: bool) -> None:
        if as_json:
            row = {"question": reply.question, **reply.as_json(), "ms": ms}
            self.stdout.write(json.dumps(row, ensure_ascii=False))
            return
        self.stdout.write(reply.text)
        for fact in reply.facts:
            self.stdout.write(f"  {fact.label}: {' | '.join(fact.lines)}")
        if reply.quote:
            self.stdout.write(f"  „{''.join(piece.text for piece in reply.quote.pieces)}“")
        for source in reply.candidates:
            self.stdout.write(f"  ? {source.title} ({source.url})")
        if reply.source:
            self.stdout.write(
                f"  Source: {reply.source.title} ({reply.source.url}), text of {reply.source.as_of or '–'}"
            )
        if reply.buttons:
            self.stdout.write("  [" + "] [".join(button.label for button in reply.buttons) + "]")
        self.stdout.write("")
