"""What went wrong, in words: errors of the store, the log, the registers and the seal to a code and a message."""

import re
import sys
from typing import Any

from engine.catalogue import N_, Message
from engine.oserrors import reason_of, said

Told = tuple[int, Message]
_SURROGATE = re.compile("[\ud800-\udfff]")  # a byte that is no UTF-8, as Python has it in an argument
GIVEN = N_("given")  # in place of a URL that is none
# What the store, and SQLite, say of themselves; what is not among them (a server's words) is told as it is.
REASONS = frozenset(
    (
        N_("its URL is not like sqlite:///FILE or postgresql://HOST/DATABASE"),
        N_("only SQLite and PostgreSQL hold a store"),
        N_("a store is a file: sqlite:///FILE"),
        N_("the transaction was rolled back"),
        N_("a text with a NUL character in it"),
        N_("database is locked"),
        N_("attempt to write a readonly database"),
        N_("unable to open database file"),
        N_("database or disk is full"),
        N_("disk I/O error"),
    )
)


def explained(error: Exception) -> Told | None:
    """The exit code of the contract for an error, and what a person is told; None where nobody foresaw it."""
    if type(error).__name__ in ("BadNote", "BadProof"):  # told by name: what signs need not be loaded to say so
        return _told(6, N_("This proves nothing: {reason}."), reason=getattr(error, "reason", error))
    if isinstance(error, UnicodeEncodeError) and any(map(_SURROGATE.search, sys.argv)):
        return _told(
            2, N_("What was typed is not text in UTF-8. See that the terminal's language is one (LANG=C.UTF-8).")
        )
    if type(error).__module__ == "engine.evidence":
        return _of_evidence(error)
    if type(error).__module__.startswith("projections.") and (found := _of_projections(error)):
        return found
    return _of_store(error)


def _told(code: int, text: str, /, **params: Any) -> Told:
    return code, Message(text, params)


def _of_store(error: Exception) -> Told | None:
    from engine.decider.references import KIND_NAMES
    from engine.envelope import BadEvent, UnknownKind
    from engine.files import FilesUnavailable
    from engine.log import (
        Conflict,
        EventGone,
        SealBroken,
        StoreDamaged,
        StoreError,
        StoreFull,
        StoreMissing,
        StoreOutdated,
        StoreReadOnly,
        StoreTorn,
    )
    from projections.views import NotOnRecord

    match error:
        case NotOnRecord(kind="stream") if ":" not in error.ident:
            return _told(
                5,
                N_("{stream} names no stream: kind and id, as task:T1. Kinds are: {kinds}."),
                stream=error.ident,
                kinds=list(KIND_NAMES),
            )
        case NotOnRecord():
            return _told(
                5,
                N_("There is no {kind} {ident} on record (for the day or time asked)."),
                kind=Message(error.kind),
                ident=error.ident,
            )
        case Conflict():
            return _told(4, N_("Somebody else changed it meanwhile; look again and repeat."))
        case StoreMissing():
            return _told(7, N_("There is no store yet. Create it with `khcn init --admin ID --name NAME`."))
        case StoreOutdated() if error.older:
            return _told(
                7,
                N_("The store is of an older release ({made}, needed {known}): `khcn init` brings it up to date."),
                made=error.made,
                known=error.known,
            )
        case StoreOutdated():
            return _told(
                7,
                N_("The store is of a newer release ({made}, this program knows {known}): use the newer program."),
                made=error.made,
                known=error.known,
            )
        case StoreDamaged():
            return _told(
                6,
                N_(
                    "The store's file is damaged, or its disk cannot be read ({reason}). Try once more; if it comes "
                    "again, restore a backup, and keep this file."
                ),
                reason=error.reason,
            )
        case SealBroken():
            return _told(
                6,
                N_("The seal of position {position} is gone: somebody changed the store; see `khcn audit verify`."),
                position=error.position,
            )
        case EventGone():
            return _told(
                6,
                N_("The event {place} is gone: somebody changed the store; see `khcn audit verify`. Restore a backup."),
                place=error.place,
            )
        case FilesUnavailable():
            return _told(
                7,
                N_("Files cannot be kept in {folder} ({reason}): check that folder and its disk, and repeat."),
                folder=error.folder,
                reason=said(error.reason),
            )
        case StoreFull():
            text = N_(
                "There is no room left on the disk of the store {store}: make room, and give the command again. What "
                "was recorded before stays, and can be read."
            )
            return _told(7, text, store=error.url)
        case StoreReadOnly():
            return _told(
                7,
                N_(
                    "The store {store} can only be read: its file, its folder or its disk lets nothing be written. To"
                    " record in it, make them writable, or restore it into a new store (`khcn restore`)."
                ),
                store=error.url,
            )
        case StoreTorn():
            return _told(
                7,
                N_(
                    "What was recorded last in {store} lies in {wal} beside it, which can be read only where something"
                    " may be written beside it. Copy both files into a folder of your own, and read them there."
                ),
                store=error.url,
                wal=error.wal,
            )
        case StoreError():
            return _told(7, N_("The store cannot be reached or is locked: {reason}"), reason=_unusable(error))
        case BadEvent():
            return _told(
                6,
                N_("The log is damaged: position {position} holds no event ({reason}). Restore a backup."),
                position=error.position,
                reason=error.reason,
            )
        case OSError():
            return _told(2, N_("A file, or the output, cannot be read or written: {reason}"), reason=reason_of(error))
        case UnknownKind():
            return _told(
                6,
                N_(
                    "The log holds an event this release does not know: {reason}. Install the release that recorded "
                    "it, or a newer one, and run this again."
                ),
                reason=str(error),
            )
    return None


def _unusable(error: Exception) -> Message | str:
    """What a store says of itself that cannot be used; of any other error what it says."""
    from engine.storeerrors import StoreUnavailable

    if not isinstance(error, StoreUnavailable):
        return str(error)
    where = Message(error.url) if error.url == GIVEN else error.url
    return Message(N_("the store {url} cannot be used: {reason}"), {"url": where, "reason": _why(error.reason)})


def _why(reason: str) -> Message | str:
    return Message(reason) if reason in REASONS else said(reason)


def _of_evidence(error: Exception) -> Told | None:
    from engine.evidence import NoCheckpoint, NoSuchEvent, NotWhole

    match error:
        case NoSuchEvent():
            return _told(5, N_("{stream} has no version {version}."), stream=error.stream, version=error.version)
        case NoCheckpoint():
            text = N_("No checkpoint covers position {position}: take one with `khcn audit checkpoint`.")
            return _told(5, text, position=error.position)
        case NotWhole():
            text = N_("Not signed. First bad position: {position}. {reason}")
            return _told(6, text, position=error.bad.position, reason=error.bad.reason)
    return None


def _of_projections(error: Exception) -> Told | None:
    from console.process import told
    from projections.building import Overtaken
    from projections.folding import Poisoned
    from projections.rebuild import Busy, NothingBefore

    match error:
        case Poisoned():
            return _told(
                6,
                N_(
                    "The projection {name} cannot take the event at position {position} ({stream}, {kind}): {reason}. "
                    "What people see stays as it is. Correct the entry (`khcn entry correct`), or install a release "
                    "that can take it; then run this again: it goes on where it stopped."
                ),
                **error.poison._asdict(),
            )
        case Busy():
            return _told(
                7,
                N_("Somebody else is rebuilding: {who}; {name} is at {position} of {target} events. Try again later."),
                who=told(error.owner),
                name=error.name,
                position=error.position,
                target=error.target,
            )
        case NothingBefore():
            return _told(5, N_("There is no version of {name} before the live one to go back to."), name=error.name)
        case Overtaken():
            return _told(4, N_("Somebody else has taken this rebuild over; `khcn projections status` tells who."))
    return None
