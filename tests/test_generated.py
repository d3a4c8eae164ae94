"""Generated pages say what the product says now; `make docs` writes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs import generate

ROOT = Path(__file__).parents[1]
DIFFERENCES = (
    "import json; from docs.generate import PAGES, difference, fresh;"
    "print(json.dumps({path: difference(path, fresh(write)) for path, write in PAGES}))"
)


@pytest.fixture(scope="module")
def differences() -> dict[str, str]:
    """In a process of its own, as `make docs` is: this one may have read its options in Vietnamese."""
    spoken = {name: value for name, value in os.environ.items() if name != "KHCN_LANG"} | {"LC_ALL": "C.UTF-8"}
    ran = subprocess.run([sys.executable, "-c", DIFFERENCES], cwd=ROOT, env=spoken, capture_output=True, check=True)
    found: dict[str, str] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("path", [path for path, _ in generate.PAGES])
def test_the_page_is_what_make_docs_writes(path: str, differences: dict[str, str]) -> None:
    assert differences[path] == ""


@pytest.mark.parametrize("path", generate.COPIES)
def test_copy_is_what_it_is_a_copy_of(path: str) -> None:
    assert generate.difference(path, generate.copied(path)) == ""
