"""Photos come in as anything and are kept as our own JPEG: type by content, bounded in bytes and pixels, no metadata.

Every way in (website, Open311, mail) calls `clean`. Nothing of the sent bytes is kept, so no position, no camera
number and no second file hidden behind the picture survives.
"""

import contextlib
import io
import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from complaints.correspondence import scanning
from complaints.models import Case, Draft, Message, Photo

MOST_PHOTOS = 5
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = {"JPEG": 60_000_000}  # decoded at a fraction: a 50-megapixel phone passes, a bomb does not
MOST_PIXELS_ELSE = 25_000_000
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 320
QUALITY = 80
_BLUR_PARTS = 12  # a blurred box keeps at most so many blots a side: no number plate can be read back

# what a file begins with; the name and the declared type are not believed
_BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF"}


class PhotoRefused(Exception):
    """Base of the named refusals; nothing was kept."""


class TooLarge(PhotoRefused):
    """More bytes or more pixels than we decode."""


class NotAPhoto(PhotoRefused):
    """Not a JPEG, PNG, WebP or GIF, or one that is broken."""


class Infected(PhotoRefused):
    """The virus scanner objects, or could not be asked."""


class TooMany(PhotoRefused):
    """More than MOST_PHOTOS for one report."""


@dataclass(frozen=True)
class Clean:
    """JPEG bytes that we made ourselves."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int


def clean(data: bytes) -> Clean:
    """Decode and encode again. Raises TooLarge, NotAPhoto or Infected."""
    if len(data) > MOST_BYTES:
        raise TooLarge
    kind = _kind(data)
    if kind is None:
        raise NotAPhoto
    if not scanning.is_clean(data):
        raise Infected
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as raw:
            if raw.width * raw.height > MOST_PIXELS.get(kind, MOST_PIXELS_ELSE) or min(raw.size) < 1:
                raise TooLarge
            raw.draft("RGB", _at_most(raw.size, LONGEST_SIDE))  # JPEG: decode at a fraction, not all pixels
            picture = _upright(raw)
    except PhotoRefused:
        raise
    except Image.DecompressionBombError:
        raise TooLarge from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, EOFError, MemoryError):
        raise NotAPhoto from None
    return Clean(_jpeg(picture), _jpeg(_small(picture)), picture.width, picture.height)


def keep(
    image: Clean, *, draft: Draft | None = None, case: Case | None = None, message: Message | None = None
) -> Photo:
    """Store one photo in the caller's transaction; if that is rolled back, `undone` takes the files away again."""
    photo = Photo(draft=draft, case=case, message=message, width=image.width, height=image.height)
    name = photo.key.hex
    photo.file.save(f"{name}.jpg", ContentFile(image.image), save=False)
    photo.thumbnail.save(f"{name}-s.jpg", ContentFile(image.thumbnail), save=False)
    photo.save()
    return photo


@contextlib.contextmanager
def undone(kept: Sequence[Photo]) -> Iterator[None]:
    """Delete the files of `kept` if the block fails: no half-stored report leaves pictures behind."""
    try:
        yield
    except BaseException:
        for photo in kept:
            photo.file.delete(save=False)
            photo.thumbnail.delete(save=False)
        raise


def drop(rows: QuerySet[Photo]) -> None:
    """Delete photos, row first: their files go once that is certain, so that no row is left without its picture."""
    for photo in rows:
        photo.delete()
        for file in (photo.file, photo.thumbnail, photo.published):
            _delete_later(file)


@transaction.atomic
def blur(
    *, photo: Photo, boxes: Sequence[tuple[float, float, float, float]], public: bool, for_good: bool = False
) -> Photo:
    """Write the copy that everyone may see: each box (left, top, width, height as shares of 1) is unreadable. `for_good`:
    nobody keeps what was below the boxes, neither the original nor its thumbnail."""
    with Image.open(photo.file) as source:
        picture = source.convert("RGB")
    for left, top, width, height in boxes:
        _blur_box(picture, left, top, width, height)
    photo = Photo.objects.select_for_update().get(pk=photo.pk)
    _delete_later(photo.published)  # an earlier copy may show what is blurred now
    photo.published.save(f"{uuid.uuid4().hex}.jpg", ContentFile(_jpeg(picture)), save=False)
    photo.boxes, photo.is_public = [list(box) for box in boxes], public
    if for_good and boxes:
        _replace_original(photo, picture)
    photo.save(update_fields=["file", "thumbnail", "published", "boxes", "is_public"])
    return photo


def _replace_original(photo: Photo, picture: Image.Image) -> None:
    name = uuid.uuid4().hex
    for old in (photo.file, photo.thumbnail):
        _delete_later(old)
    photo.file.save(f"{name}.jpg", ContentFile(_jpeg(picture)), save=False)
    photo.thumbnail.save(f"{name}-s.jpg", ContentFile(_jpeg(_small(picture))), save=False)
    photo.boxes = []  # they are part of the picture now


def keep_only_published(photo: Photo) -> None:
    """The picture before it was blurred goes; what everyone may see stays in its place."""
    for original in (photo.file, photo.thumbnail):
        _delete_later(original)
    Photo.objects.filter(pk=photo.pk).update(file=photo.published.name, thumbnail=photo.published.name)


def _delete_later(file: FieldFile) -> None:
    if name := file.name:
        transaction.on_commit(partial(file.storage.delete, name))


def _blur_box(picture: Image.Image, left: float, top: float, width: float, height: float) -> None:
    x0, y0 = (max(0, int(left * picture.width)), max(0, int(top * picture.height)))
    x1 = min(picture.width, int((left + width) * picture.width) + 1)
    y1 = min(picture.height, int((top + height) * picture.height) + 1)
    if x1 <= x0 or y1 <= y0:
        return
    part = picture.crop((x0, y0, x1, y1))
    few = (min(_BLUR_PARTS, part.width), min(_BLUR_PARTS, part.height))
    blots = part.resize(few, Image.Resampling.BOX).resize(part.size, Image.Resampling.BILINEAR)
    picture.paste(blots.filter(ImageFilter.GaussianBlur(4)), (x0, y0))


def _kind(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)


def _at_most(size: tuple[int, int], side: int) -> tuple[int, int]:
    """`size` scaled so that its longer side has at most `side` pixels."""
    share = min(1.0, side / max(size))
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))


def _upright(raw: Image.Image) -> Image.Image:
    """Turned as the camera meant it, scaled down, on white where it is transparent, free of metadata."""
    raw.thumbnail((LONGEST_SIDE * 2, LONGEST_SIDE * 2), Image.Resampling.BOX)
    ImageOps.exif_transpose(raw, in_place=True)
    turned: Image.Image = raw
    if "A" in turned.getbands() or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        turned = Image.new("RGB", layer.size, "white")
        turned.paste(layer, mask=layer.getchannel("A"))
    if turned.mode != "RGB":
        turned = turned.convert("RGB")
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", turned.size)
    bare.paste(turned)
    return bare


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize(_at_most(picture.size, THUMBNAIL_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
