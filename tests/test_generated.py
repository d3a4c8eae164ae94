"""Generated pages say what the product says now; `make docs` writes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docs import generate


@pytest.mark.parametrize(("path", "write"), generate.PAGES, ids=[path for path, _ in generate.PAGES])
def test_the_page_is_what_make_docs_writes(path: str, write: Callable[[], str]) -> None:
    assert generate.difference(path, generate.fresh(write)) == ""


@pytest.mark.parametrize("path", generate.COPIES)
def test_copy_is_what_it_is_a_copy_of(path: str) -> None:
    assert generate.difference(path, generate.copied(path)) == ""
