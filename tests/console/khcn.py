"""Runs `khcn` in this process as a shell would: arguments and input in, exit code and both outputs out."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import time_machine

import cli
from engine.log import Log
from tests.spec import NOW
from tests.world import Command

Json = dict[str, Any]
CODES = (0, 2, 3, 4, 5, 6, 7)  # 1 is what Python ends with when something was not foreseen


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def results(self) -> list[Json]:
        """Each line of the output, which must be JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def outcomes(self) -> list[str]:
        return [result["outcome"] for result in self.results]

    @property
    def fields(self) -> list[list[str]]:
        """For each result the outermost names of the fields in error."""
        return [sorted({error["field"].split(".")[0] for error in result["errors"]}) for result in self.results]


@dataclass
class Khcn:
    """`khcn` on one store, with a folder for files."""

    url: str
    folder: Path

    def __call__(
        self, *arguments: str | Path, stdin: bytes = b"", db: str | None = None, screen: int | None = None
    ) -> Ran:
        """Run; whatever was asked, the code is one of the contract's and nobody sees a traceback.

        `screen`: standard output is a terminal of so many columns."""
        out, err = _stream() if screen is None else _Screen(), _stream()
        argv = ["khcn", "--db", db or self.url, *map(str, arguments)]
        with (
            patch.object(sys, "argv", argv),
            patch.object(sys, "stdin", _stream(stdin)),
            redirect_stdout(out),
            redirect_stderr(err),
            patch.dict(os.environ, {"TERM": "xterm", "COLUMNS": str(screen)} if screen is not None else {}),
            time_machine.travel(NOW),
        ):
            code = _exit_code()
        ran = Ran(code, _text(out), _text(err))

        assert ran.code in CODES, ran.err
        assert "Traceback" not in ran.out + ran.err
        return ran

    def file(self, name: str, content: str | bytes) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def lines(self, commands: Iterable[Any], name: str = "in.jsonl") -> Path:
        """A file of JSON lines."""
        return self.file(name, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in commands))

    def record(self, *commands: Command) -> Ran:
        """Record JSON lines and ask for JSON."""
        return self("record", self.lines(commands), "--json")

    def head(self) -> int:
        """The last position of the log."""
        return _head(self.url)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Within the block nothing is added to the log."""
        before = self.head()
        yield
        assert before == self.head()


def _head(url: str) -> int:
    with Log.open(url) as log:
        return int(log.rows("SELECT count(*) FROM events")[0][0])


def _exit_code() -> int:
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    raise AssertionError("khcn did not end")


class _Screen(io.TextIOWrapper):
    """A terminal that shows no colours."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def isatty(self) -> bool:
        return True


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
