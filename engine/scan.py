"""Looks for a text in bytes, however it may be spelt there, and says where it could not look. It opens no file."""

import json
import tarfile
import unicodedata
import zlib
from base64 import b64encode
from bz2 import BZ2File
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gzip import GzipFile
from io import BufferedIOBase, BytesIO
from lzma import LZMAError, LZMAFile
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from engine.catalogue import N_

FEWEST = 4  # characters: of less, chance finds too many
DEEPEST = 5  # packed in packed in packed ...: nobody does so but to hide something, or to fill the memory
LARGEST = 1 << 30  # bytes of one packed part

OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SEALED_OFFICE = "EncryptedPackage".encode("utf-16-le")
FOREIGN = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd")  # 7-Zip, RAR, Zstandard
STREAMS: dict[bytes, Callable[[BytesIO], BufferedIOBase]] = {
    b"\x1f\x8b\x08": lambda packed: GzipFile(fileobj=packed),
    b"BZh": BZ2File,
    b"\xfd7zXZ\x00": LZMAFile,
}
BLOCK = 1 << 16
REASONS = {
    "encrypted": N_("it is encrypted"),
    "unknown_packing": N_("it is packed in a way that this program cannot unpack"),
    "drawn": N_("a PDF holds its text packed, as signs that are drawn"),
    "damaged": N_("it is damaged, so that it cannot be unpacked whole"),
    "too_deep": N_("it is packed in too many layers"),
    "too_large": N_("unpacked it is too large"),
    "unreadable": N_("it cannot be read"),
    "no_folder": N_("kept files are on record, and their folder is not there"),
}
CURES = {
    "encrypted": N_("Open it with its password, save it without one, and scan that; or have its owner search it."),
    "unknown_packing": N_("Unpack it with the program that packed it, and scan the folder with what comes out."),
    "drawn": N_("Search it in a PDF reader; a scanned page must be read."),
    "damaged": N_("Get a whole copy of it, and scan that."),
    "too_deep": N_("Unpack it, and scan the folder with what comes out."),
    "too_large": N_("Unpack it, and scan the folder with what comes out."),
    "unreadable": N_("See to it that you may read it, and scan it again."),
    "no_folder": N_("Set KHCN_FILES to the folder where the files are kept, and scan again."),
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where the text lies, and how it is spelt there; or a place that nobody looked into, and why."""

    place: str
    spelt: str | None = None
    unread: str | None = None  # one of REASONS


def spellings(text: str) -> dict[str, bytes]:
    """Every way in which a text may lie in a file: how it is spelt -> the bytes to look for."""
    found: dict[str, bytes] = {}
    for form in ("NFC", "NFD"):
        given = unicodedata.normalize(form, text)
        raw = given.encode()
        found[f"{form} UTF-8"] = raw
        found[f"{form} UTF-16-LE"], found[f"{form} UTF-16-BE"] = given.encode("utf-16-le"), given.encode("utf-16-be")
        escaped = json.dumps(given)[1:-1]
        if (quoted := json.dumps(given, ensure_ascii=False)[1:-1]) != given:
            found[f"{form} JSON, quoted"] = quoted.encode()
        found[f"{form} JSON"], found[f"{form} JSON, large"] = escaped.encode(), _large(escaped).encode()
        for offset in range(3):  # what precedes decides how the letters fall; the first and the last sign may differ
            found[f"{form} base64 {offset}"] = b64encode(b"\0" * offset + raw)[2 if offset else 0 :].rstrip(b"=")[2:-2]
        found[f"{form} hex"] = raw.hex().encode()
    once = {sought: how for how, sought in reversed(found.items())}  # of plain letters several are one
    return {how: sought for how, sought in found.items() if once[sought] == how and len(sought) >= FEWEST}


def sightings(name: str, data: bytes, sought: dict[str, bytes], *, depth: int = 0) -> Iterator[Sighting]:
    """Where and how it is spelt: in the data, and in all that is packed in it (workbooks, letters, bundles).

    What could not be looked into is told in the same list: silence would read as 'it is not there'."""
    yield from (Sighting(name, spelt=how) for how, wanted in sought.items() if wanted in data)
    parts = _parts(data)
    if parts is None:
        return
    if depth == DEEPEST:
        yield Sighting(name, unread="too_deep")
        return
    for part, content in parts:
        place = f"{name}!{part}" if part else name
        if isinstance(content, bytes):
            yield from sightings(place, content, sought, depth=depth + 1)
        else:
            yield Sighting(place, unread=content)


Parts = Iterator[tuple[str, bytes | str]]  # its name, and what is in it or the reason why nobody knows


def _parts(data: bytes) -> Parts | None:
    """What is packed in the data; None where nothing is."""
    if data.startswith(b"%PDF-"):
        return iter([("", "drawn")])
    if data.startswith(OFFICE):
        return iter([("", "encrypted")]) if SEALED_OFFICE in data else None
    if data.startswith(FOREIGN):
        return iter([("", "unknown_packing")])
    for sign, unpack in STREAMS.items():
        if data.startswith(sign):
            return _stream(data, unpack)
    if data[257:262] == b"ustar":
        return _tar(data)
    return _zip(data) if data.startswith(b"PK\x03\x04") or is_zipfile(BytesIO(data)) else None


def _stream(data: bytes, unpack: Callable[[BytesIO], BufferedIOBase]) -> Parts:
    try:
        with unpack(BytesIO(data)) as unpacked:
            content = _content(unpacked)
    except (OSError, EOFError, ValueError, zlib.error, LZMAError):
        yield "", "damaged"
        return
    yield "" if content == "too_large" else "unpacked", content


def _content(unpacked: IO[bytes] | BufferedIOBase) -> bytes | str:
    """What comes out, read in blocks: a few packed bytes may stand for any number, whatever they say of themselves."""
    content = BytesIO()
    while block := unpacked.read(BLOCK):
        content.write(block)
        if content.tell() > LARGEST:
            return "too_large"
    return content.getvalue()


def _tar(data: bytes) -> Parts:
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as packed:
            for member in packed:
                content = packed.extractfile(member) if member.isfile() else None
                if content is not None:
                    yield member.name, _content(content)  # a sparse file is larger than its archive
    except tarfile.TarError:
        yield "", "damaged"


def _zip(data: bytes) -> Parts:
    try:
        with ZipFile(BytesIO(data)) as zipped:
            for member in zipped.infolist():
                yield member.filename, _member(zipped, member)
    except (BadZipFile, OSError, ValueError, NotImplementedError):  # the list itself cannot be read
        yield "", "damaged"


def _member(zipped: ZipFile, member: ZipInfo) -> bytes | str:
    if member.flag_bits & 0x1:
        return "encrypted"
    try:
        with zipped.open(member) as unpacked:
            return _content(unpacked)
    except NotImplementedError:  # a compression that zipfile does not know, or a patch, or strong encryption
        return "unknown_packing"
    except (BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error, LZMAError):
        return "damaged"


def _large(escaped: str) -> str:
    first, *rest = escaped.split("\\u")
    return "\\u".join([first, *(part[:4].upper() + part[4:] for part in rest)])
