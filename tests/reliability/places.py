"""A store on SQLite that something befalls, and what must hold of it afterwards."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.desk import Desk
from engine.log import Log
from tests.properties.checks import check_store
from tests.world import Command, changed, person
from workflows.rules import RULES

CHUNK = 100  # commands that share a commit


def people(count: int, prefix: str = "k") -> list[Command]:
    """New people, each with a command id."""
    named = (f"{prefix}{number}" for number in range(count))
    return [changed(person(name, "2026-01-05"), command_id=name) for name in named]


def ids_on_record(url: str) -> list[str]:
    """The command ids that the store knows, in the order of their events."""
    with Log.open(url) as log:
        return [str(row[0]) for row in log.rows("SELECT command_id FROM commands ORDER BY position")]


def checked(url: str) -> int:
    """Everything holds of the store: sealed and whole, states are the folded log, no gap. Returns the events."""
    with Log.open(url) as log:
        check_store(Desk(log, RULES))
        with log.reader() as reader:
            return reader.head()[0]


@dataclass(frozen=True)
class Place:
    """The folder of a store, a folder for what is brought to it, and the file it begins with."""

    folder: Path
    brought: Path
    begin: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'khcn.db'}"

    def anew(self) -> None:
        """Nothing but the store, as it was at the beginning."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        shutil.copyfile(self.begin, self.folder / "khcn.db")

    def lines(self, commands: Iterable[Any], name: str = "in.jsonl") -> Path:
        """A file of JSON lines."""
        path = self.brought / name
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in commands), encoding="utf-8")
        return path

    def file(self, name: str, content: bytes) -> Path:
        """Any file."""
        path = self.brought / name
        path.write_bytes(content)
        return path

    def names(self) -> Sequence[str]:
        """What lies in the store's folder beside the store and what SQLite keeps beside it."""
        mine = ("khcn.db", "khcn.db-wal", "khcn.db-shm")
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file() and path.name not in mine)
