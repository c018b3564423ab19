"""Reading one foreign mail. Pure: bytes in, values out; whatever is broken in it becomes empty, never an exception."""

import email.policy
import hashlib
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr

MOST_BYTES = 30 * 1024 * 1024
MOST_WORDS = 100_000  # characters of a text that are looked at: ten times what a message may have
_QUOTE_BEGINS = re.compile(
    r"^\s*(-{2,}\s*(original message|ursprüngliche nachricht|weitergeleitete nachricht).*|_{10,}"
    r"|(on|am|le|dne|w dniu) .{4,120}(wrote|schrieb.*|a écrit|napsal.*|napisał.*):?"
    r"|(von|from|od):\s.+@.+)\s*$",
    re.IGNORECASE,
)
_TAG = re.compile(r"<br\s{0,9}/?>|</p>|</div>|<[^<>]{0,2000}>", re.IGNORECASE)
_UNSAID = re.compile(r"<(/?)(script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
_UNNAMED = frozenset(
    {"application/octet-stream", "application/binary", "binary/octet-stream"}
)  # some phones say no more
_PART_OF_MAIL = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_PICTURES_BEGIN = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF")
_FAILED = re.compile(
    r"undeliver|unzustellbar|fail|return|nicht zugestellt|niedoręcz|nedoruč|kézbesít|недостав", re.IGNORECASE
)
_DAEMONS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|no-?reply|do-?not-?reply)@", re.IGNORECASE)


@dataclass(frozen=True)
class Mail:
    """What matters of a mail. `key` is the same for the same mail; `pictures` are raw bytes, not yet believed."""

    key: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    references: tuple[str, ...]
    text: str
    pictures: tuple[bytes, ...]
    files: tuple[tuple[str, bytes], ...]  # (name, bytes) of what is neither words nor a picture
    is_automatic: bool
    bounce: str  # the status of a failed delivery, or ""
    is_ours: str  # the address of the house that sent it, if one of ours did


class Unreadable(Exception):
    """Larger than we read, or no mail at all."""


def read(raw: bytes) -> Mail:
    """Parse one mail. Raises Unreadable."""
    if len(raw) > MOST_BYTES or not raw.strip():
        raise Unreadable
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    name, sender = parseaddr(_header(message, "From"))
    message_id = _header(message, "Message-ID")
    return Mail(
        key=hashlib.sha256(message_id.encode("utf-8", "replace") if message_id else raw).hexdigest(),
        sender=sender.lower()[:254],
        sender_name=name[:150],
        recipients=_recipients(message),
        subject=_header(message, "Subject")[:500],
        references=_references(message, raw),
        text=without_quotes(_text(message)[:MOST_WORDS]),
        pictures=tuple(_pictures(message)),
        files=tuple(_files(message)),
        is_automatic=_is_automatic(message, sender),
        bounce=_bounce(message, sender),
        is_ours=_header(message, "X-Buergerhaus"),
    )


def without_quotes(text: str) -> str:
    """The fresh words of a reply: what was quoted below or above with ">" goes, and the signature."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line == "-- " or _QUOTE_BEGINS.match(line[:400]):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    fresh = "\n".join(kept).strip()
    return fresh or text.strip()


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = message.get(name)
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        return ""
    return "".join(c for c in str(value or "") if c.isprintable()).strip()


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    headers = [_header(message, n) for n in ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")]
    return tuple(dict.fromkeys(address.lower() for _name, address in getaddresses(headers) if "@" in address))


def _references(message: EmailMessage, raw: bytes) -> tuple[str, ...]:
    """The mails that this one answers; a bounce carries the mail that came back in its body."""
    named = f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}"
    if message.get_content_type() == "multipart/report" or _header(message, "Return-Path") == "<>":
        named += " ".join(
            re.findall(r"(?im)^message-id:\s*(<[^<>\s]{3,300}>)", raw[:200_000].decode("latin-1"))
        )
    return tuple(dict.fromkeys(re.findall(r"<[^<>\s]{3,300}>", named)))[-30:]


def _text(message: EmailMessage) -> str:
    plain: list[str] = []
    marked: list[str] = []
    for part in message.walk():
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain":
            plain.append(_content(part)[:MOST_WORDS])
        elif part.get_content_type() == "text/html":
            marked.append(_words_of(_content(part)))
    return "\n".join(plain).strip() or "\n".join(marked).strip()


def _content(part: EmailMessage) -> str:  # type: ignore[type-arg, unused-ignore]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "latin-1"):
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return ""


def _words_of(markup: str) -> str:
    text = _TAG.sub(
        lambda tag: "\n" if tag[0][:3].lower() in {"<br", "</p", "</d"} else " ", _said(markup[:400_000])
    )
    return re.sub(r"[ \t]{2,}", " ", html.unescape(text))


def _said(markup: str) -> str:
    """Without scripts and styles; in one pass, however many are opened and never closed."""
    kept, at, inside = [], 0, ""
    for tag in _UNSAID.finditer(markup):
        name = tag[2].lower()
        if not inside and not tag[1]:
            kept.append(markup[at : tag.start()])
            inside = name
        elif tag[1] and name == inside:
            at, inside = tag.end(), ""
    return "".join(kept) + ("" if inside else markup[at:])


def _pictures(message: EmailMessage) -> list[bytes]:
    found = []
    for part in message.walk():
        raw = None if part.is_multipart() else part.get_payload(decode=True)
        if (
            isinstance(raw, bytes) and len(raw) > 2000 and _is_picture(part, raw)
        ):  # smaller: logos of signatures
            found.append(raw)
    return found


def _is_picture(part: EmailMessage, raw: bytes) -> bool:  # type: ignore[type-arg, unused-ignore]
    unnamed = part.get_content_type() in _UNNAMED and raw.startswith(_PICTURES_BEGIN)
    return part.get_content_maintype() == "image" or unnamed


def _files(message: EmailMessage) -> list[tuple[str, bytes]]:
    """What else hangs on the mail. Signatures and reports of mail servers are part of the mail itself."""
    found = []
    for part in message.walk():
        kind, maker = part.get_content_type(), part.get_content_maintype()
        words = kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment"
        if part.is_multipart() or words or maker == "message" or kind in _PART_OF_MAIL:
            continue
        raw = part.get_payload(decode=True)
        if not isinstance(raw, bytes) or not raw or _is_picture(part, raw):
            continue
        found.append((_name(part), raw))
    return found


def _name(part: EmailMessage) -> str:  # type: ignore[type-arg, unused-ignore]
    try:
        return "".join(c for c in part.get_filename() or "" if c.isprintable())[:150] or "?"
    except (ValueError, TypeError, LookupError, AttributeError):
        return "?"


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    submitted = _header(message, "Auto-Submitted").lower()
    precedence = _header(message, "Precedence").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or message.get_content_type() == "multipart/report"
        or _header(message, "Return-Path") == "<>"
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or any(
            message.get(name)
            for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response", "List-Id", "List-Unsubscribe")
        )
        or bool(
            re.match(
                r"(auto(matic|matische)?[ -]?(reply|response|antwort)|abwesenheit|out of office)",
                _header(message, "Subject"),
                re.IGNORECASE,
            )
        )
        or bool(_DAEMONS.match(sender))
    )


def _bounce(message: EmailMessage, sender: str) -> str:
    """How a delivery failed: its status ("5.1.1"), "5" where a mail server says so in words of its own, "" if this is none.

    A report of a delay, a receipt and an automatic reply come without an envelope sender too: they are no failures.
    """
    reports = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    if reports:
        fields = [row for report in reports for row in report.get_payload() if isinstance(row, Message)]
        failed = [
            str(row["Status"] or "5") for row in fields if str(row["Action"]).strip().lower() == "failed"
        ]
        return failed[0].strip()[:10] if failed else ""
    receipt = message.get_param("report-type") == "disposition-notification"
    if receipt or _header(message, "Auto-Submitted").lower() == "auto-replied":
        return ""
    daemon = re.match(r"(mailer-daemon|postmaster|mail-daemon)@", sender, re.IGNORECASE)
    return "5" if daemon and _FAILED.search(_header(message, "Subject")) else ""
