"""Decisions are numbered without gaps, and each tells its price and what would change our mind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[1] / "docs" / "adr").glob("*.md"))
SECTIONS = ["Status", "Context", "Decision", "Price", "What would change our mind"]
STATUS = re.compile(r"^## Status\n\n(Accepted|Proposed|Superseded by \[.+\]\(.+\)), \d{4}-\d\d-\d\d\.", re.MULTILINE)


def test_numbers_have_no_gap() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_decision_has_its_sections(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert re.match(rf"# {int(page.name[:4])}\. \S", text)
    assert STATUS.search(text)
