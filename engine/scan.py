"""Looks for a text in bytes, however it may be spelt there. It opens no file and knows no store."""

import json
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

FEWEST = 4  # characters: of less, chance finds too many


def spellings(text: str) -> dict[str, bytes]:
    """Every way in which a text may lie in a file: how it is spelt -> the bytes to look for."""
    found: dict[str, bytes] = {}
    for form in ("NFC", "NFD"):
        given = unicodedata.normalize(form, text)
        raw = given.encode()
        found[f"{form} UTF-8"] = raw
        found[f"{form} UTF-16-LE"], found[f"{form} UTF-16-BE"] = given.encode("utf-16-le"), given.encode("utf-16-be")
        escaped = json.dumps(given)[1:-1]
        found[f"{form} JSON"], found[f"{form} JSON, large"] = escaped.encode(), _large(escaped).encode()
        for offset in range(3):  # what precedes decides how the letters fall; the first and the last sign may differ
            found[f"{form} base64 {offset}"] = b64encode(b"\0" * offset + raw)[2 if offset else 0 :].rstrip(b"=")[2:-2]
        found[f"{form} hex"] = raw.hex().encode()
    return {how: sought for how, sought in found.items() if len(sought) >= FEWEST}


def occurrences(name: str, data: bytes, sought: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Where and how it is spelt: in the data, and in the parts of what is zipped (workbooks, letters, bundles)."""
    for part, content in _parts(name, data):
        found = [how for how, wanted in sought.items() if wanted in content]
        yield from ((part, how) for how in found)


def _parts(name: str, data: bytes) -> Iterable[tuple[str, bytes]]:
    yield name, data
    if data.startswith(b"PK\x03\x04"):
        try:
            with ZipFile(BytesIO(data)) as zipped:
                for member in zipped.namelist():
                    yield f"{name}!{member}", zipped.read(member)
        except (BadZipFile, OSError, RuntimeError, NotImplementedError):
            return


def _large(escaped: str) -> str:
    first, *rest = escaped.split("\\u")
    return "\\u".join([first, *(part[:4].upper() + part[4:] for part in rest)])
