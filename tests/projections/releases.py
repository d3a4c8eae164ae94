"""Releases of the program that declare a projection of their own, and events that none of them can take."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.log import Row
from projections.kernel import Projection

Release = Callable[..., Projection[Any]]
TALLY = """
from engine import events as e
from msgspec import Struct
from projections.kernel import Projection


class Tally(Struct, frozen=True):
    task: str
    steps: int
    {more}


tally = Projection("tally", {version}, Tally, key="task")


@tally.on(e.StepTaken, begins=True)
def _step(row, fact, event):
    {first}
    return Tally(fact.task, (row.steps if row else 0) + {a_step})


@tally.on(e.TaskClosed)
def _closed(row, fact, event):
    return None
"""


def release(
    folder: Path, name: str, *, version: int = 1, a_step: int = 1, more: str = "", first: str = "pass"
) -> Projection[Any]:
    """A release with a projection: steps by task, until it is closed."""
    path = folder / f"{name}.py"
    path.write_text(TALLY.format(version=version, a_step=a_step, more=more, first=first))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Projection[Any] = module.tally
    return made


def never_heard(row: Row) -> Row:
    """The row as a kind of event that no release knows."""
    return row._replace(kind="never_heard", body=row.body.replace(row.kind.encode(), b"never_heard", 1))


def cut(row: Row) -> Row:
    """The row with the end of its bytes lost."""
    return row._replace(body=row.body[:-20])
