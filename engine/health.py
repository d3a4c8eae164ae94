"""Whether a store is as it should be, as far as can be told at once: its guards, settings, clock, seal and index.

It reads no whole log: whether that is what was sealed, `engine.verify` tells."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple

from engine.catalogue import N_, Message
from engine.log import Log, Reader
from engine.states import FOLD_VERSION
from engine.times import instant

State = Literal["ok", "warning", "bad"]


class Check(NamedTuple):
    """What was looked at, how it stands, and what to do where it is not well."""

    name: str
    state: State
    message: Message
    cure: Message | None = None


def well(name: str, text: str, /, **params: Any) -> Check:
    """What is as it should be; `text` is of the catalogue, filled in with the params."""
    return Check(name, "ok", Message(text, params))


def ill(name: str, state: State, text: str, /, *, cure: str, **params: Any) -> Check:
    """What is not, and what to do; `text` and `cure` are of the catalogue, the params fill in the text."""
    return Check(name, state, Message(text, params), Message(cure))


def checks(log: Log, now: datetime) -> Iterator[Check]:
    """Look at a store at a time. Raises StoreMissing, StoreOutdated, StoreUnavailable, StoreDamaged."""
    with log.reader() as reader:
        events, recorded_at = reader.head()
        yield well("store", N_("{events} events at {store}."), events=events, store=log.shown)
        yield _guards(reader, log.dialect)
        if log.read_only:
            yield well(
                "settings", N_("The store can only be read: nothing is recorded in it, and nothing can be lost.")
            )
        else:
            yield _settings(reader, log.dialect)
        yield _clock(recorded_at, instant(now))
        yield _seal(reader, events)
        yield _checkpoint(reader, events)
        yield _index(reader, events, read_only=log.read_only)


def _guards(reader: Reader, dialect: str) -> Check:
    from engine.tables import GUARDS  # with SQLAlchemy, which no other command on SQLite needs

    wanted = {found[1]: _bare(guard) for guard in GUARDS[dialect] if (found := re.search(r"TRIGGER (\w+)", guard))}
    if dialect == "sqlite":
        there = {name: _bare(sql) for name, sql in reader.rows("SELECT name, sql FROM sqlite_master WHERE sql <> ''")}
        gone = [name for name, guard in wanted.items() if there.get(name) != guard]
    else:
        on = {row[0] for row in reader.rows("SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal")}
        gone = [name for name in wanted if name not in on]
        body = reader.rows("SELECT prosrc FROM pg_proc WHERE proname = 'khcn_refuse'")
        gone += [] if body and any(_bare(body[0][0]) in _bare(guard) for guard in GUARDS[dialect]) else ["khcn_refuse"]
    if not gone:
        return well("guards", N_("The log cannot be changed: its guards stand."))
    return ill(
        "guards",
        "bad",
        N_("Guards of the log are gone or changed: {gone}. Somebody may have altered the record."),
        cure=N_(
            "Hold the log against a checkpoint kept elsewhere (`khcn audit verify --checkpoint FILE`); restore a"
            " backup."
        ),
        gone=gone,
    )


def _bare(sql: str) -> str:
    return " ".join(sql.split())


def _settings(reader: Reader, dialect: str) -> Check:
    if dialect == "sqlite":
        found = {"journal_mode": str(reader.rows("PRAGMA journal_mode")[0][0])}
        # A backup has no write-ahead log, and a rollback journal is as safe.
        wrong = found["journal_mode"] in ("off", "memory")
    else:
        names = ("fsync", "full_page_writes", "synchronous_commit")
        found = {name: str(reader.rows(f"SHOW {name}")[0][0]) for name in names}
        wrong = "off" in found.values()
    told = [f"{name} = {value}" for name, value in found.items()]
    if not wrong:
        return well("settings", N_("What is recorded survives a crash ({settings})."), settings=told)
    return ill(
        "settings",
        "bad",
        N_("What was recorded may be lost in a crash: {settings}."),
        cure=N_("Set it right in the database's settings, and take a backup."),
        settings=told,
    )


def _clock(recorded_at: str, now: str) -> Check:
    if recorded_at <= now:
        return well("clock", N_("The clock is not behind the record."))
    return ill(
        "clock",
        "warning",
        N_("The newest event was recorded at {recorded_at}, but this machine's clock says {now}."),
        cure=N_("Set the clock right. Until then what is recorded bears the time of the newest event."),
        recorded_at=recorded_at,
        now=now,
    )


def _seal(reader: Reader, events: int) -> Check:
    sealed = int(reader.rows("SELECT coalesce(max(position), 0) FROM seals")[0][0])
    if sealed == events:
        return well("seal", N_("Every event is sealed; `khcn audit verify` tells whether it is what was sealed."))
    return ill(
        "seal",
        "bad",
        N_("{events} events are on record, but {sealed} are sealed: somebody wrote past the program."),
        cure=N_("`khcn audit verify` names the first bad position. Restore a backup."),
        events=events,
        sealed=sealed,
    )


def _checkpoint(reader: Reader, events: int) -> Check:
    size = int(reader.rows("SELECT coalesce(max(size), 0) FROM checkpoints")[0][0])
    if size:
        text = N_("The newest checkpoint covers {size} of {events} events.")
        return well("checkpoint", text, size=size, events=events)
    return ill(
        "checkpoint",
        "warning",
        N_("No checkpoint was taken: nobody outside could tell if the whole record were replaced."),
        cure=N_("`khcn audit keygen`, then `khcn audit checkpoint` every night; keep the files elsewhere."),
    )


def _index(reader: Reader, events: int, *, read_only: bool) -> Check:
    if reader.meta("fold") == FOLD_VERSION or not events:
        return well("index", N_("The decision index is of this release."))
    if read_only:
        return well("index", N_("There is no decision index of this release: each command folds the log in memory."))
    return ill(
        "index",
        "warning",
        N_("The decision index is of another release, or was not folded yet: the next command folds it anew."),
        cure=N_("`khcn init --reindex` does it now."),
    )
