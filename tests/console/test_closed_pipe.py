"""A pipe that nobody reads on ends `khcn` as it ends git: quietly, with 141."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.khcn import Khcn

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "words",
    [("schema",), ("plan", "clauses", "VP57"), ("plan", "show", "HP36", "--json"), ("registry", "units")],
    ids=" ".join,
)
def test_a_closed_pipe_ends_it_quietly(khcn: Khcn, words: tuple[str, ...]) -> None:
    program = [sys.executable, str(ROOT / "cli.py"), *words, "--db", khcn.url]
    ran = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ran.stdout is not None
    ran.stdout.close()
    assert ran.stderr is not None
    told = ran.stderr.read()
    ran.stderr.close()

    assert (told, ran.wait()) == (b"", 141)
