"""Files that come with a mail and are no photos: documents are kept for clerks, everything else is left out and named.

What a file is called or says it is is not believed. A document is stored as it came, scanned for viruses, under a name of
ours; it leaves the house only as a download.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from complaints.correspondence import scanning
from complaints.models import Attachment, Case, Message

MOST, MOST_BYTES = 5, 10 * 1024 * 1024
_MOST_PARTS = 2000  # inside one office document
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_RUNS = re.compile(r"vbaproject|/basic/|/scripts/|\.(exe|dll|js|vbs|bat|cmd|ps1|jar)$", re.IGNORECASE)
_UNSAFE_IN_NAMES = re.compile(r"[^\w .()+-]+")


@dataclass(frozen=True)
class File:
    """As it came. `name` is what the sender calls it."""

    name: str
    data: bytes


def sorted_out(files: Iterable[File]) -> tuple[list[File], list[str]]:
    """The documents that may stay, and the names of what may not."""
    kept: list[File] = []
    refused: list[str] = []
    for file in files:
        ending = _ending(file.data)
        if ending and len(kept) < MOST and scanning.is_clean(file.data):
            kept.append(File(f"{_stem(file.name)}.{ending}", file.data))
        else:
            refused.append(_UNSAFE_IN_NAMES.sub("_", file.name)[:80] or "?")
    return kept, refused


def keep(files: Sequence[File], *, case: Case, message: Message | None = None) -> None:
    """Store them in the caller's transaction; if one fails, none is left behind."""
    kept: list[Attachment] = []
    try:
        for file in files:
            row = Attachment(case=case, message=message, name=file.name, size=len(file.data))
            row.file.save(f"{row.key.hex}.bin", ContentFile(file.data), save=False)
            kept.append(row)
            row.save()
    except BaseException:
        for row in kept:
            row.file.delete(save=False)
        raise


def drop(rows: QuerySet[Attachment]) -> None:
    """Delete rows, and their files once that is certain."""
    for row in rows:
        name = row.file.name or ""
        row.delete()
        transaction.on_commit(partial(row.file.storage.delete, name))


def _ending(data: bytes) -> str:
    """What the bytes are: PDF, an office document without macros, or plain text; "" for everything else."""
    if not data or len(data) > MOST_BYTES:
        return ""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return "txt" if _is_text(data) else ""


def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError):
        return ""  # broken, with a name that is no text, or of a newer kind than we can read
    if len(names) > _MOST_PARTS or any(_RUNS.search(name) for name in names):
        return ""
    if data[30:].startswith(_OPEN_DOCUMENT):
        return {b"t": "odt", b"s": "ods"}.get(data[30 + len(_OPEN_DOCUMENT) :][:1], "")
    if "[Content_Types].xml" not in names:
        return ""
    inside = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
    return next((ending for part, ending in inside.items() if part in names), "")


def _is_text(data: bytes) -> bool:
    """Words, not markup or a program: a browser or a shell would do something with those."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    strange = any(ord(c) < 32 and c not in "\t\n\r\f" for c in text)
    return not strange and not text.lstrip("\ufeff \t\r\n").startswith(("<", "#!", "{", "@echo"))


def _stem(name: str) -> str:
    stem = name.rpartition(".")[0] or name
    return _UNSAFE_IN_NAMES.sub("_", stem).strip(" .")[:100] or "document"
