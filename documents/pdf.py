"""A letter as PDF, set by typst with the fonts that it brings. It reads no font of the machine and no clock."""

import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from documents.letter import Letter

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def pdf_document(letter: Letter, *, made_on: date) -> bytes:
    """The letter as PDF; the same letter gives the same bytes."""
    from typst import compile as set_in_type

    told = json.dumps({**letter, "made_on": made_on.isoformat()}, ensure_ascii=False)
    moment = int(datetime.combine(made_on, time(), UTC).timestamp())
    found = set_in_type(
        _source(), sys_inputs={"letter": told}, format="pdf", ignore_system_fonts=True, font_paths=[], timestamp=moment
    )
    assert isinstance(found, bytes)
    return found


@cache
def _source() -> bytes:
    return TEMPLATE.read_bytes()
