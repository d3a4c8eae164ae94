"""`khcn doctor`: is the store as it should be, are the registers, is there room on the disk?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.frame import Leaf, Setting, form_options
from console.speech import language, put, put_json, put_rows, say
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.health import Check
    from engine.log import Log

MARKS = {"ok": N_("OK"), "warning": N_("WARNING"), "bad": N_("BAD")}
ROOM = 3  # times the store's size: a rebuild has up to three tables of a register


@click.command(cls=Leaf)
@form_options
@click.pass_obj
def doctor(setting: Setting, form: str) -> int:
    """Look at the store, its registers and its disk; say what is not well, and what to do. Exit 6 if it is bad."""
    with setting.log() as log:
        found = list(_checks(log, datetime.now(UTC)))
    told = [
        {
            "check": each.name,
            "state": each.state,
            "message": each.message.render(language()),
            "cure": each.cure.render(language()) if each.cure else None,
        }
        for each in found
    ]
    ok = all(each.state != "bad" for each in found)
    if form == "json":
        put_json({"ok": ok, "checks": told})
    elif form == "csv":
        put_rows(told, form)
    else:
        for each, row in zip(found, told, strict=True):
            put(f"{say(MARKS[each.state]):10}{row['message']}")
            if row["cure"]:
                put(f"{'':10}{row['cure']}")
    return 0 if ok else 6


def _checks(log: Log, now: datetime) -> Iterator[Check]:
    from engine.health import checks

    yield from checks(log, now)
    yield _registers(log, now)
    yield _disk(log)


def _registers(log: Log, now: datetime) -> Check:
    from console.process import alive
    from engine.health import ill, well
    from projections.checking import status
    from projections.registries import every

    rows = status(log, list(every().values()), now, alive)
    held = [row["name"] for row in rows if row["quarantined"]]
    stale = [row["name"] for row in rows if row["state"] == "stale"]
    if held:
        text, cure = N_("Events are in quarantine: {names}."), N_("`khcn projections status` names them and tells why.")
        return ill("registers", "bad", text, cure=cure, names=held)
    if stale:
        text, cure = N_("Built by another release: {names}. Reading is slow."), N_("`khcn projections rebuild`.")
        return ill("registers", "warning", text, cure=cure, names=stale)
    lag = max(row["lag"] for row in rows)
    return well("registers", N_("The furthest register is {lag} events behind; readers catch up."), lag=lag)


def _disk(log: Log) -> Check:
    """Room on the disk of a store in a file; where else a store's disk is, only its server knows."""
    from engine.health import ill, well

    if log.file is None:
        return well("disk", N_("The server keeps the store; look at its disk there."))
    size, free = Path(log.file).stat().st_size, shutil.disk_usage(Path(log.file).absolute().parent).free
    text = N_("{free} MB are free on the disk; the store has {size} MB.")
    told = {"free": free // 1024**2, "size": -(-size // 1024**2)}
    if free > ROOM * size:
        return well("disk", text, **told)
    return ill("disk", "warning", text, cure=N_("Make room: a rebuild and a backup need it."), **told)
