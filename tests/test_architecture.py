"""Imports point one way, and each library has its door: the contracts of pyproject.toml, kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]


def test_imports_keep_the_contracts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    outcome = lint_imports(config_filename="pyproject.toml", no_logo=True, no_cache=True)

    assert outcome == EXIT_STATUS_SUCCESS, capsys.readouterr().out
