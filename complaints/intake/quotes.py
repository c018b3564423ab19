"""What is new in a reply: without what the mail program quoted, in the languages that people's programs speak. Pure.

Nothing is cut on a guess that could cost the citizen's own words: a line counts as the head of a quotation only if it names
a moment or an address and the act of writing, or stands in a block of a mail's head lines. Answers between quoted lines stay.
"""

import re

_LONGEST_LINE = 400  # characters of a line that are looked at
_MOST_LINES_OF_A_HEAD = 3  # programs break the line "On … wrote:" at 72 signs

_WROTE = re.compile(
    r"\b(schrieb|geschrieben|wrote|a écrit|napsala?|napsal\(a\)|napsal/a|píše|napísala?|napísal\(a\)|napisała?|napisał\(a\)"
    r"|pisze|írta|írja|написа|написал|написала|написал\(а\)|пише|пишет|ha scritto|escribió|schreef|a scris|napisao|napisala|yazdı)"
    r"(\W|$)",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d.*\d{1,2}[:.]\d\d")
_ADDRESS = re.compile(r"\S@\S")
_HEAD_BEGINS = re.compile(
    r"(am|on|le|dne|dňa|w dniu|dnia|il|el|op|на|в|у)\s|\d|[^\W\d]{2,12}[.,]+\s*(the\s)?\d|.{0,120}<?\S@",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"(-{2,}|_{2,}|—{2,})\s*("
    r"original message|original appointment|ursprüngliche (nachricht|mail)|original-?nachricht|weitergeleitete nachricht"
    r"|forwarded message|původní (zpráva|e-?mail)|přeposlaná zpráva|pôvodná správa|wiadomość oryginalna|oryginalna wiadomość"
    r"|treść oryginalnej wiadomości|przekazana wiadomość|eredeti üzenet|továbbított üzenet|оригинално съобщение"
    r"|препратено съобщение|исходное сообщение|вихідне повідомлення|message d'origine|messaggio originale|mensaje original"
    r"|oorspronkelijk bericht|orijinal mesaj).*"
    r"|_{10,}",
    re.IGNORECASE,
)
_FROM = frozenset("von from od feladó от de da van отправитель відправник kimden absender nadawca".split())  # noqa: SIM905 - read as a text
_OTHERS = frozenset(
    """gesendet datum an betreff cc kopie antwort-an sent date to subject reply-to odesláno komu předmět kopie wysłano data
    do temat dw küldve dátum címzett tárgy másolatot изпратено дата до относно тема копие envoyé à objet inviato a oggetto
    enviado para asunto verzonden aan onderwerp odoslané predmet надіслано кому отправлено""".split()  # noqa: SIM905 - read as a text
)


def without_quotes(text: str) -> str:
    """The fresh words of a reply; everything if the mail consists of quotations only."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line in {"--", "-- "} and kept:
            break
        if _is_quoted(line):
            at += 1
            continue
        if length := _head(lines, at):
            if not _quotation_follows(lines, at + length):
                break
            at += length
            continue
        if _SEPARATOR.fullmatch(line[:_LONGEST_LINE].strip()) or _mail_head_begins(lines, at):
            break
        kept.append(line)
        at += 1
    fresh = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return fresh or text.strip()


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _head(lines: list[str], at: int) -> int:
    """How many lines "On … somebody wrote:" takes here; 0 if it does not begin here."""
    for length in range(1, _MOST_LINES_OF_A_HEAD + 1):
        part = [line.strip() for line in lines[at : at + length]]
        if len(part) < length or not part[-1] or not part[0] or _is_quoted(part[-1]):
            return 0
        if length > 1 and not _HEAD_BEGINS.match(part[0][:_LONGEST_LINE]):
            return 0
        later = (" ".join(part[start:]) for start in range(1, length))
        if any(_MOMENT.search(rest) and _is_head(rest) for rest in later):
            return 0  # it begins further down: this line is the citizen's own
        if _is_head(" ".join(part)):
            return length
    return 0


def _is_head(line: str) -> bool:
    line = line[:_LONGEST_LINE].rstrip()
    named = _MOMENT.search(line) or _ADDRESS.search(line)
    return line.endswith(":") and bool(named) and bool(_WROTE.search(line))


def _quotation_follows(lines: list[str], at: int) -> bool:
    """Whether the next line with words is marked as quoted: then what comes after the marked lines is an answer."""
    return _is_quoted(next((line for line in lines[at:] if line.strip()), ""))


def _mail_head_begins(lines: list[str], at: int) -> bool:
    """ "From: … Sent: … To: …" as Outlook and web mail put it above the mail that is answered, unmarked."""
    labels, block = [], [line for line in lines[at : at + 10] if line.strip()][:5]
    for line in block:
        label, colon, _rest = line.replace("*", "").strip().partition(":")
        if not colon or label.strip().casefold() not in _FROM | _OTHERS:
            break
        labels.append(label.strip().casefold())
    sure = len(labels) > 2 or "@" in "".join(block[: len(labels)])
    return len(labels) > 1 and sure and bool(_FROM.intersection(labels))
