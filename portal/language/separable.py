"""German verbs that stand in two places: `Wo melde ich mein Auto ab?` asks for `abmelden`."""

from collections.abc import Sequence

from portal.language.folding import Token

_PARTICLES = frozenset("an ab auf aus ein um vor nach mit weg zurueck los fest her hin zu zusammen frei bei".split())
_VERBS = (
    "melden holen geben ziehen treten schreiben fordern nehmen stellen reichen legen bauen zahlen rufen laden lehnen schalten "
    "fallen werfen setzen heben kuendigen buchen schicken senden tragen binden bringen fuehren gehen fangen schliessen sagen "
    "steigen drehen weisen teilen richten lassen schaffen stecken sammeln raeumen reissen bestellen fragen hoeren suchen liefern"
).split()
_STRONG = {
    "gibt": "geben", "gibst": "geben", "tritt": "treten", "trittst": "treten", "nimmt": "nehmen", "nimmst": "nehmen",
    "faellt": "fallen", "laedt": "laden", "wirft": "werfen", "traegt": "tragen", "laesst": "lassen", "zog": "ziehen",
    "faengt": "fangen", "gab": "geben", "nahm": "nehmen", "trat": "treten",
}  # fmt: skip
_FORMS = {
    form: verb for verb in _VERBS for form in (verb, verb[:-2] + "e", verb[:-2] + "t", verb[:-2] + "et", verb[:-2] + "st")
} | _STRONG
_FURTHEST = 12


def joined(tokens: Sequence[Token], text: str) -> dict[int, str]:
    """Place of a finite verb in `tokens` -> the infinitive with its particle.

    A particle counts if its clause ends after it: end of text, punctuation, or `und`/`oder`.
    """
    found: dict[int, str] = {}
    for place, token in enumerate(tokens):
        verb = _FORMS.get(token.text)
        if verb is None:
            continue
        for later in range(place + 1, min(place + _FURTHEST, len(tokens))):
            if tokens[later].text in _PARTICLES and _clause_ends(tokens, later, text):
                found[place] = tokens[later].text + verb
                break
    return found


def _clause_ends(tokens: Sequence[Token], place: int, text: str) -> bool:
    if place + 1 == len(tokens):
        return True
    between = text[tokens[place].end : tokens[place + 1].start]
    return tokens[place + 1].text in ("und", "oder") or any(sign in between for sign in ".,;:!?")
