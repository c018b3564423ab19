"""Several questions in one text, each for itself. Pure.

"Was kostet ein Pass, wo bekomme ich ihn und wie lange dauert das?" holds three; "Ich bin umgezogen, was muss ich tun?" one:
a clause that asks nothing belongs to the question after it.
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.assistant import reading
from knowledge.assistant.phrases import named, words_of
from portal.language.analysis import analyser
from portal.language.folding import Token, tokens

MOST_QUESTIONS = 4
MOST_BETWEEN = 2  # little words between "and" and the second thing: "and for a"
AND = {"und", "sowie", "and", "oraz", "i", "a", "es", "и"}
PERSONS = {"ich", "er", "es", "man", "wir", "ihr"}
JOINING = {
    "falls",
    "bevor",
    "nachdem",
    "sofern",
    "sobald",
    "solange",
    "heute",
    "morgen",
    "gern",
    "leider",
    "indem",
}
_SENTENCE = re.compile(r"[^?]*\?+|[^?]+$")
_JOINT = re.compile(
    r"\s*[,;:–]\s*|\s+(?=(?:und|oder|sowie|and|or|oraz|lub|albo|i|a|nebo|anebo|és|vagy|и|или)\s)",
    re.IGNORECASE,
)
_OR = re.compile(r"^[\s,]*(?:oder|or|lub|albo|nebo|anebo|vagy|или)\s", re.IGNORECASE)
_AND = re.compile(r"^(?:und|oder|sowie|and|or|oraz|lub|albo|i|a|nebo|anebo|és|vagy|и|или)\s+", re.IGNORECASE)


def one_by_one(text: str, language: str) -> list[str]:
    """The questions of a text in their order; at most MOST_QUESTIONS, the rest stays with the last."""
    found: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if not any(letter.isalnum() for letter in sentence):
            continue
        if found and "?" not in sentence and not _holds_question(sentence, language):
            found[-1] += sentence  # "… stellen? Ich bin 84 und schlecht zu Fuß."
        else:
            found += _clauses(sentence.strip(), language)
    found = _joined(found, language)
    if len(found) > MOST_QUESTIONS:
        found[MOST_QUESTIONS - 1 :] = [" ".join(found[MOST_QUESTIONS - 1 :])]
    return found or [text]


def two_subjects(question: str, asked: reading.Asked) -> tuple[str, str] | None:
    """The question once for each of two things named side by side: "Was kosten Perso und Pass?"; None if there are not two."""
    pieces = tokens(question)
    words = words_of(question)
    topic = [word in asked.topic for word in words]
    for place, word in enumerate(words):
        if word not in AND or not 0 < place < len(words) - 1:
            continue
        start, stop = place, place + 1
        while start > 0 and topic[start - 1]:
            start -= 1
        while stop < len(words) and not topic[stop] and stop - place <= MOST_BETWEEN:
            stop += 1
        end = stop
        while end < len(words) and topic[end]:
            end += 1
        if start < place and stop < end:
            before, after = question[: pieces[start].start], question[pieces[end - 1].end :]
            first = question[pieces[start].start : pieces[place - 1].end]
            second = question[pieces[stop].start : pieces[end - 1].end]
            return f"{before}{first}{after}", f"{before}{second}{after}"
    return None


def _clauses(sentence: str, language: str) -> list[str]:
    """A sentence cut before each clause that starts like a question, where the clause before it asks, too."""
    parts: list[str] = []
    for start, stop in _spans(sentence):
        clause = sentence[start:stop].strip(" ,;:–")
        asked_apart = asks(clause, language) and not _is_other_half(sentence[start:stop], language)
        if parts and not (asked_apart and _holds_question(parts[-1], language)):
            parts[-1] += sentence[start:stop]
        else:
            parts.append(sentence[start:stop])
    return [part.strip(" ,;:–") for part in parts]


def _is_other_half(clause: str, language: str) -> bool:
    """ "… or can my wife do it?" names no matter of its own: one question with two ends."""
    return bool(_OR.match(clause)) and not reading.read(clause, language).own


def _spans(sentence: str) -> Iterator[tuple[int, int]]:
    """Where a new clause may begin: after a comma, before "and"."""
    start = 0
    for joint in _JOINT.finditer(sentence):
        if joint.start() > start:
            yield start, joint.start()
            start = joint.start()
    yield start, len(sentence)


def asks(clause: str, language: str) -> bool:
    """Whether a clause starts like a question: "was …", "und wie lange …", "darf ich …"."""
    plain = _AND.sub("", clause.strip(" ,;:–"))
    words = words_of(plain)[:3]
    if not words:
        return False
    begun = named("asking", words, [language, "de"])
    by_word = any(0 in begun.get(kind, ()) for kind in ("asking", "verb"))
    return by_word or (language == "de" and _verb_first(plain))


def is_stated(text: str, language: str) -> bool:
    """Whether it tells and asks nothing: "bin schon 70", "it's a puppy"."""
    return "?" not in text and 0 in named("asking", words_of(text), [language]).get("stating", ())


def corrected(text: str, language: str) -> str:
    """What comes after "no, I mean …"; nothing where the text does not begin so."""
    pieces, words = tokens(text), words_of(text)
    start = 0
    while start < len(words) and (no := _no(text, pieces[start:], words[start:], language)):
        start += no
    return text[pieces[start].start :] if 0 < start < len(words) else ""


def _no(text: str, pieces: Sequence[Token], words: Sequence[str], language: str) -> int:
    """How many words at the beginning say no to what was said before."""
    found = named("asking", words, [language])
    places = found.get("no", frozenset())
    plain = next(place for place in range(len(words) + 1) if place not in places)
    if plain or 0 not in found.get("not", ()) or len(pieces) == 1:
        return plain
    # "not married" says no to its own word: such a one stands alone, before a comma or "I mean"
    is_alone = text[pieces[0].end : pieces[1].start].strip()
    return 1 if is_alone or 1 in places else 0


def is_yes_no(question: str, language: str) -> bool:
    """Whether it begins, after a comma or a little word perhaps, with its verb: "muss ich …", "do I …", "czy …"."""
    for start, stop in _spans(question):
        words = words_of(_AND.sub("", question[start:stop].strip(" ,;:–")))
        if 0 in named("asking", words, [language, "de"]).get("verb", ()):
            return True
    return False


def _verb_first(clause: str) -> bool:
    """ "nimmt er …", "sitz ich …": a German verb before its person asks."""
    first, person = ([token.text for token in tokens(clause)] + ["", ""])[:2]
    return person in PERSONS and len(first) > 3 and not analyser("de").is_stop(first) and first not in JOINING


def _holds_question(part: str, language: str) -> bool:
    return any(asks(part[start:stop], language) for start, stop in _spans(part))


def _joined(parts: Sequence[str], language: str) -> list[str]:
    """A part that says nothing goes with the next one ("Können Sie mir sagen"), the last one with the one before it."""
    found: list[str] = []
    waiting = ""
    for number, part in enumerate(parts, start=1):
        asked = reading.read(part, language)
        empty = not (asked.topic or asked.aspects or asked.routes or asked.cases)
        text = f"{waiting} {part}".strip()
        waiting = ""
        if empty and number < len(parts):
            waiting = text
        elif empty and found:
            found[-1] = f"{found[-1]} {text}"
        else:
            found.append(text)
    return found
