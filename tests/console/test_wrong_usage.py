"""Wrong usage ends with 2, what is not on record with 5; neither writes anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.khcn import Khcn
from tests.world import person

ROOT = Path(__file__).parents[2]
PERSON = person("p9", "2026-03-01")
USAGE = (
    ("--format", "xml"),
    ("--format", "csv"),
    ("--lang", "fr"),
    ("--unheard",),
)


@pytest.mark.parametrize("options", USAGE, ids=" ".join)
def test_wrong_usage_ends_in_2(khcn: Khcn, options: tuple[str, ...]) -> None:
    with khcn.unchanged():
        ran = khcn("record", khcn.lines([PERSON]), *options)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err != ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("record",),
        ("recrod", "x"),
        ("task",),
        ("task", "fly", "T1"),
        ("task", "show"),
        ("task", "show", "T1", "T2"),
        ("task", "show", "T1", "--as-of", "yesterday"),
        ("task", "show", "T1", "--as-of", "2026-02-30"),
        ("task", "show", "T1", "--known-at", "noon"),
        ("task", "show", "T1", "--known-at", "2026-13-01"),
        ("task", "show", "T1", "--format", "xml"),
        ("task", "why", "T1", "--on", "31/02/2026"),
    ],
    ids=" ".join,
)
def test_wrong_words_end_in_2(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    ran = khcn(*arguments)

    assert ran.code == 2
    assert ran.err + ran.out != ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("task", "show", "T9"),
        ("task", "show", "T1", "--as-of", "2026-02-19"),
        ("task", "show", "T1", "--known-at", "2026-01-01"),
        ("task", "show", "a b:c"),
        ("task", "show", "x" * 5000),
        ("task", "show", ""),
        ("task", "why", "T9"),
        ("task", "why", "T1", "fly"),
        ("audit", "history", "task:T9"),
        ("audit", "history", "T1"),
        ("schema", "fly"),
    ],
    ids=lambda words: " ".join(words)[:40],
)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["table", "json"])
def test_what_is_not_on_record_ends_in_5(khcn: Khcn, arguments: tuple[str, ...], form: tuple[str, ...]) -> None:
    ran = khcn(*arguments, *(form if arguments[0] != "schema" else ()))

    assert (ran.code, ran.out) == (5, "")
    assert ran.err != ""


@pytest.mark.parametrize(
    "arguments",
    [(b"task", b"show", b"b\xff"), (b"task", b"list", b"--search", b"\xff"), (b"audit", b"history", b"task:\xff")],
    ids=["show", "search", "history"],
)
def test_an_argument_that_is_no_utf8_is_wrong_usage(khcn: Khcn, arguments: tuple[bytes, ...]) -> None:
    ran = subprocess.run(
        [sys.executable.encode(), b"-m", b"cli", *arguments, b"--lang", b"en"],
        cwd=ROOT, env={**os.environ, "KHCN_DATABASE_URL": khcn.url}, capture_output=True, check=False,
    )  # fmt: skip

    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"not text in UTF-8" in ran.stderr
    assert b"Traceback" not in ran.stderr
