"""A store in which much has happened: a task to its end, one stepped back, a correction, a waiver, a new name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine.evidence import take_checkpoint
from engine.log import Log
from engine.notes import Note
from engine.times import instant
from tests import stores
from tests.console.khcn import Khcn
from tests.exporting.bundles import KEY
from tests.rules.correcting import correction, rescission
from tests.spec import Spec
from tests.world import HP_SECTOR, Command, command, document, life, world

ODD_TITLE = 'Tên\tcó ]]> & "hai"\nvà <ba> dòng \x01'


@dataclass(frozen=True)
class Lived:
    """A store and when the newest command of each name was recorded."""

    url: str
    times: dict[str, str]


def commands() -> list[Command]:
    """What is recorded, in order."""
    waiver = {"task": "T3", "rule": "customary.two_running_tasks", "step": "register_task"}
    paper = {"reason": "Thiên tai", "document": document("77/QĐ-SYT", "2026-11-02")}
    return [
        *world("HP36"),
        *life(HP_SECTOR, until="closed"),
        *life(HP_SECTOR, task="T2", until="approved", title=ODD_TITLE),
        command("waive_rule", "lead", "2026-11-02", **waiver, **paper),
        {**rescission(3), "stream": "task:T2"},
        correction("task:T1", 1, "title", "Tên đúng"),
        command("rename_unit", "admin", "2026-11-03", unit="BV1", name="Bệnh viện Mới"),
    ]


def record(url: str) -> dict[str, str]:
    """Record it all, a minute apart."""
    spec, times = Spec(url), {}
    for each in commands():
        spec.now += timedelta(minutes=1)
        spec.given(each)
        times[each["command"]] = instant(spec.now)
    spec.close()
    return times


@pytest.fixture(scope="session")
def lived_template(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> tuple[Path, dict[str, str]]:
    times: dict[str, str] = {}
    folder = tmp_path_factory.mktemp("lived")

    def prepare(url: str) -> None:
        Path(url.removeprefix("sqlite:///")).write_bytes(prepared_sqlite.read_bytes())
        times.update(record(url))

    return stores.sqlite_template(folder, prepare), times


@pytest.fixture
def lived(lived_template: tuple[Path, dict[str, str]], tmp_path: Path) -> Lived:
    file, times = lived_template
    return Lived(stores.fresh_sqlite(tmp_path, file), times)


@pytest.fixture
def log(lived: Lived) -> Iterator[Log]:
    with Log.open(lived.url) as opened:
        yield opened


@pytest.fixture
def khcn(lived: Lived, tmp_path: Path) -> Khcn:
    return Khcn(lived.url, tmp_path)


@pytest.fixture
def note(log: Log) -> Note:
    return take_checkpoint(log, KEY)


@pytest.fixture
def bundled(khcn: Khcn, note: Note) -> Callable[..., Path]:
    """Make a bundle and unpack it into a folder of its own."""

    def make(*arguments: str) -> Path:
        (khcn.folder / "out.zip").unlink(missing_ok=True)  # none is written over
        ran = khcn("audit", "bundle", khcn.folder / "out.zip", "--public", str(KEY.public), *arguments)
        assert ran.code == 0, ran.err
        folder = khcn.folder / f"unpacked{len(list(khcn.folder.iterdir()))}"
        with ZipFile(khcn.folder / "out.zip") as zipped:
            zipped.extractall(folder)
        return folder

    return make
