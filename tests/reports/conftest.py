"""`khcn` on the store of a test."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import cli
from console.speech import set_language
from tests.console.khcn import Khcn
from tests.spec import Spec

# What a command's options say is put into words when its module is loaded, and of --help when it is first asked for: in
# English, whatever a test speaks later.
for entry in cli.GROUPS.values():
    for made in vars(import_module(entry.place.partition(":")[0])).values():
        if isinstance(made, click.Command):
            made.get_help_option(click.Context(made))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever language a test speaks, the next one begins in English."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def khcn(spec: Spec, tmp_path: Path) -> Khcn:
    return Khcn(spec.url, tmp_path)
