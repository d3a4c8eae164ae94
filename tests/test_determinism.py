"""Nothing that decides, folds or reports reads a clock, chance, the environment or the process: it is handed in.

Else a replay would come to something else than what was recorded. Each exception is named here, with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "workflows", "projections", "importing", "documents", "exporting", "intake")
FORBIDDEN = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "os": {"environ", "getenv", "urandom", "getpid", "getlogin", "uname"},
    "time": {"time", "time_ns", "monotonic", "perf_counter", "localtime", "sleep"},
    "Path": {"cwd", "home"},
    "socket": {"gethostname"},
}
MODULES = {"random", "secrets", "uuid"}
ALLOWED = {
    "engine/desk.py": {"datetime.now", "os.urandom"},  # what the desk takes where nobody hands another in
    "engine/drivers.py": {"time.monotonic", "time.sleep"},  # how long a listener waits
    "engine/files.py": {"os.getpid"},  # the name of a copy that nobody has decided on yet
    "engine/recorders.py": {"uuid"},  # a type that the library's interface names
    "engine/store.py": {"time.monotonic", "time.sleep"},  # how long a lock is waited for, a connection is idle
    "projections/rebuild.py": {"time.monotonic"},  # how long it took, as it is told
    "projections/store.py": {"datetime.now"},  # when a table was built, where nobody hands a clock in
}


def reads(source: str) -> set[str]:
    """What a module reads that differs from run to run."""
    return set(_reads(ast.parse(source)))


def _reads(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in FORBIDDEN.get(node.value.id, ()):
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from [node.module] if node.module in MODULES else []
            yield from (
                f"{node.module}.{name.name}" for name in node.names if name.name in FORBIDDEN.get(node.module, ())
            )


def test_what_differs_from_run_to_run_is_handed_in() -> None:
    found = {
        str(path.relative_to(ROOT)): read
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "offline" not in path.parts and (read := reads(path.read_text(encoding="utf-8")))
    }

    assert found == ALLOWED


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("from datetime import date\nx = date.today()", {"date.today"}),
        ("import os\nx = os.environ['KHCN_DAY']", {"os.environ"}),
        ("from os import urandom", {"os.urandom"}),
        ("import random", {"random"}),
        ("from uuid import uuid4", {"uuid"}),
        ("def f(ask): return ask.today", set()),
    ],
)
def test_what_is_read_is_seen(source: str, read: set[str]) -> None:
    assert reads(source) == read
