"""The letter exchange with the assistant: a page that needs no JavaScript, a fragment where there is some."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from knowledge.assistant import log, phrasing
from knowledge.assistant.conversation import converse
from knowledge.assistant.models import AssistantSettings
from knowledge.assistant.thread import Thread, sign_turn, turn_of
from portal import throttle
from portal.pages import no_store, render_page, wants_fragment

MOST_TYPED = 2000  # read no further: the guard refuses anything above 300 characters


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("assistant.ask", limit=30, seconds=60)
def ask(request: HttpRequest) -> HttpResponse:
    """GET shows the page (and a question that a link brings along); POST answers."""
    switches = AssistantSettings.current()
    if not switches.enabled:
        return render_page(request, "assistant/off.html", {"switches": switches})
    typed = _typed(request)[:MOST_TYPED]
    thread = Thread.unpack(request.POST.get("thread", ""))
    fresh = _answer(thread, typed, switches) if request.method == "POST" else []
    context: dict[str, Any] = {
        "switches": switches,
        "turns": [_shown(*turn) for turn in (fresh if wants_fragment(request) else thread.turns)],
        "thread": thread.pack() if thread.turns else "",
        # beside a choice the half-typed question stays
        "asked": (request.POST if request.POST.get("choice") else request.GET).get("q", "")[:300],
        "home_language": settings.LANGUAGE_CODE,
        "is_panel": "panel" in request.GET or "panel" in request.POST,
    }
    fragment = "assistant/_turns.html" if request.method == "POST" else "assistant/_panel.html"
    return no_store(render_page(request, "assistant/ask.html", context, fragment=fragment))


def _typed(request: HttpRequest) -> str:
    """The question of the button that was pressed, or else what was typed."""
    return request.POST.get("choice") or request.POST.get("q", "")


def _answer(thread: Thread, typed: str, switches: AssistantSettings) -> list[tuple[Any, int]]:
    """Add the answers to the thread and to the log; gives the new turns."""
    budget = phrasing.Budget()
    reword = partial(phrasing.reword, budget=budget) if switches.use_model else None
    replies, thread.memory = converse(
        typed, memory=thread.memory, language=get_language() or "de", reword=reword
    )
    fresh = []
    for reply in replies:
        said = phrasing.phrase(reply, budget) if switches.use_model else reply
        fresh.append((said, log.note(said).pk))
        thread.add(*fresh[-1])
    return fresh


def _shown(reply: Any, turn_id: int) -> dict[str, Any]:
    return {
        "reply": reply,
        "turn": sign_turn(turn_id),
        "can_rate": reply.is_rateable,
    }


@require_POST
@throttle.limited("assistant.rate", limit=60, seconds=60)
def rate(request: HttpRequest) -> HttpResponse:
    """The thumb, with a reason if the citizen gives one."""
    good = request.POST.get("helpful") == "yes"
    reason = request.POST.get("reason", "")[:MOST_TYPED]
    turn = request.POST.get("turn", "")
    known = log.rate(turn_of(turn), good=good, reason=reason)
    context = {"known": known, "good": good, "turn": turn, "reason": reason}
    return no_store(render_page(request, "assistant/rated.html", context, fragment="assistant/_rated.html"))
