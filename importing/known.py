"""Compares rows with what an earlier import put on record; it tells the difference and overwrites nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from engine.catalogue import N_, Message
from engine.commands import Command
from engine.desk import Desk
from engine.entries import events_of
from engine.envelope import Event
from engine.events import PortalSet, TaskImported, UnitRegistered, UnitRenamed
from engine.fold import corrected
from importing.mapping import ImportMap

_NOT_CONTENT = {"command", "command_id", "actor", "on", "source", "document", "plan_version", "came_from"}
Difference = tuple[str, Message, Message]  # field, cause, cure

_CORRECT = N_("Nothing is overwritten: correct what is on record by a document (`correct`), or the cell.")
# What a unit was given later is a new fact of its own day; to correct its registration would rewrite what was.
_RENAME = N_(
    "Nothing is overwritten: a new name is recorded from its day (`khcn unit rename {unit}`); a name that was wrong "
    "from the beginning is corrected by a document (`correct`), or in the cell."
)
_SET_PORTAL = N_(
    "Nothing is overwritten: a new portal is recorded from its day (`khcn unit set-portal {unit}`); one that was wrong "
    "from the beginning is corrected by a document (`correct`), or in the cell."
)
_CURES = {("units", "name"): _RENAME, ("units", "portal"): _SET_PORTAL}


@dataclass(frozen=True, slots=True)
class Known:
    """What brought an id in by an import: as the register had it then, and as it reads with the corrections since.

    `since`: the names and portals that a unit was given later, by date."""

    first: Event
    now: Event
    since: Mapping[str, Sequence[str]]


def on_record(desk: Desk, name: str, commands: Sequence[Command], *, dry_run: bool = False) -> dict[str, Known | None]:
    """Of each id that is on record what brought it in; None where that was no import."""
    found: dict[str, Known | None] = {}
    with desk.reading(without_writing=dry_run) as work:
        keys = {f"{name}:{getattr(command, name)}": str(getattr(command, name)) for command in commands}
        work.load(keys)
        for key, ident in keys.items():
            if work.get(key) is not None:
                found[ident] = _known(list(events_of(work.reader, key)))
    return found


def _known(events: Sequence[Event]) -> Known | None:
    read = list(corrected(events))
    pairs = zip(events, read, strict=True)
    brought = next((pair for pair in pairs if isinstance(pair[0].fact, TaskImported | UnitRegistered)), None)
    return Known(*brought, since=_since(read)) if brought else None


def _since(events: Sequence[Event]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for event in sorted(events, key=lambda event: event.on):
        if isinstance(event.fact, UnitRenamed):
            found.setdefault("name", []).append(event.fact.name)
        elif isinstance(event.fact, PortalSet):
            found.setdefault("portal", []).append(event.fact.portal)
    return found


def differences(command: Command, known: Known | None, mapping: ImportMap) -> Iterator[Difference]:
    """What a row says otherwise than the import that is on record.

    Where an entry was corrected since, the register may say what it said then, or follow the correction; and of a
    unit it may have any name or portal that the unit was given."""
    if known is None:
        yield _not_imported(mapping.id_field, str(getattr(command, mapping.id_field)))
        return
    new, first, now = _content(command), _content(known.first.fact), _content(known.now.fact)
    if "on" in mapping.fields and mapping.fields["on"].columns:
        new["on"], first["on"], now["on"] = (each.on.isoformat() for each in (command, known.first, known.now))
    for each in dict.fromkeys((*new, *now, *first)):
        had = (first.get(each), now.get(each), *known.since.get(each, ()))
        if new.get(each) not in had:
            text = N_("{field} is on record as «{old}»; here it is «{new}».")
            told = {"field": each, "old": _shown(had[-1]), "new": _shown(new.get(each))}
            cure = _CURES.get((mapping.kind, each), _CORRECT)
            yield each, Message(text, told), Message.of(cure, unit=getattr(command, mapping.id_field))


def _not_imported(name: str, ident: str) -> Difference:
    text = N_("The id {ident} is on record, and not from an import.")
    cure = N_("Give the row another id; `khcn audit history {kind}:{ident}` shows what it stands for.")
    told = {"ident": ident, "kind": name}
    return name, Message(text, told), Message(cure, told)


def _content(told: Any) -> dict[str, Any]:
    """What a command or a fact says of its subject, facts side by side with fields."""
    plain: dict[str, Any] = told.model_dump(mode="json", exclude_none=True, exclude=_NOT_CONTENT)
    facts = plain.pop("facts", {})
    return plain | {f"facts.{name}": value for name, value in facts.items()}


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else to_json(value).decode()
