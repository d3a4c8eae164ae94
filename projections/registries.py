"""The registries by name: from which projections each is read, and in what shape. It folds and prints nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from msgspec import Struct, to_builtins

from engine.log import Log
from engine.text import fold
from engine.transactions import Reader
from projections import decisions as paper_rows
from projections import funding as funding_rows
from projections import obligations
from projections import tasks as task_rows
from projections import units as unit_rows
from projections.councils import CouncilRow, SessionRow, councils, outcomes, results_of, sessions, stream_of
from projections.decisions import papers
from projections.folding import Poison
from projections.funding import FundingRow, funding
from projections.history import past
from projections.initiatives import InitiativeRow, initiatives
from projections.kernel import EVERYTHING, Projection, Shelf, Wanted
from projections.seminars import SeminarRow, seminars
from projections.store import Tables, Warn, unheard
from projections.tasks import TaskRow, tasks
from projections.units import UnitRow, units

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry: its projections, and how its rows are listed for a day.

    `columns` are those of a table on screen, `fields` all that a row has, in their order."""

    projections: tuple[Projection[Any], ...]
    listed: Callable[[Shelf, Wanted, date], list[Json]]
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    plans: tuple[Projection[Any], ...] = ()  # what plans say, of which each day has what governed it


def registry(
    log: Log,
    name: str,
    *,
    day: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
    wanted: Wanted = EVERYTHING,
    warn: Warn = unheard,
) -> list[Json]:
    """A registry in the contract's shape, as it is, or as it stood by a day or was known at a time.

    `day` is the one on which it is asked for. `warn` is told of events that the rows lack since they could not be
    taken; the rows they concern, as far as that can be told, are marked `doubtful`. For a time of the past such an
    event raises UnknownKind, BadEvent, Poisoned. Raises StoreMissing, StoreUnavailable."""
    asked = REGISTRIES[name]
    if as_of is not None or known_at is not None:
        with log.reader() as reader:
            return registry_then(reader, name, day=day, as_of=as_of, known_at=known_at, wanted=wanted)
    with Tables(log).reading(*asked.projections, *asked.plans) as shelf:
        rows = asked.listed(shelf, wanted, day)
        poison = shelf.poison()
    if poison:
        warn(poison)
        rows = _doubted(rows, poison)
    return rows


def registry_then(
    reader: Reader,
    name: str,
    *,
    day: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
    wanted: Wanted = EVERYTHING,
) -> list[Json]:
    """A registry as it stood by a day or was known at a time, of what the reader sees.

    Raises UnknownKind, BadEvent, Poisoned, StoreUnavailable."""
    asked = REGISTRIES[name]
    then = past(reader, asked.projections, as_of=as_of, known_at=known_at)
    plans = past(reader, asked.plans, as_of=as_of, known_at=known_at, governing=True)
    return asked.listed(then | plans, wanted, day)


def _doubted(rows: list[Json], poison: Sequence[Poison]) -> list[Json]:
    """The rows, with a mark on those that an event concerns which could not be taken."""
    known = every()
    doubtful = {(known[each.name].key, key) for each in poison for key in each.keys}
    return [row | {"doubtful": True} if doubtful & set(_strings(row)) else row for row in rows]


def _strings(row: Json) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in row.items() if isinstance(value, str))


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search as the search column has them."""
    return tuple(fold(text).split())


def shown(row: Struct, hidden: tuple[str, ...] = ()) -> Json:
    """A row as JSON values, without what only the fold needs."""
    found: Json = to_builtins(row)
    for name in hidden:
        del found[name]
    return found


def _successors(shelf: Shelf) -> dict[str, str]:
    """Merged unit -> the unit that it counts as by now."""
    return unit_rows.successors(shelf.rows(units))


def _tasks(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    successors = _successors(shelf)
    unit = wanted.equal.get("lead_unit")
    if unit is None or not successors:
        rows = shelf.rows(tasks, wanted)
    else:  # a merged unit's tasks are its successor's too
        equal = {name: value for name, value in wanted.equal.items() if name != "lead_unit"}
        every = shelf.rows(tasks, replace(wanted, equal=equal, limit=None))
        rows = [row for row in every if successors.get(row.lead_unit, row.lead_unit) == unit][: wanted.limit]
    return [shown(row, task_rows.HIDDEN) | {"lead_unit": successors.get(row.lead_unit, row.lead_unit)} for row in rows]


def _funding(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    successors = _successors(shelf)
    return [
        shown(row, funding_rows.HIDDEN) | {"unit": successors.get(row.unit or "", row.unit)}
        for row in shelf.rows(funding, wanted)
    ]


# What is recognised waits to be published; what is published without a recognition (HP36) has not waited. Of a task
# from an old register the days may not be known.
PUBLISHABLE = (
    Wanted(filled=("recognised_on", "published_on", "published_url")),
    Wanted(equal={"state": "recognised"}),
    Wanted(equal={"state": "published"}),
)


def _publications(shelf: Shelf, _: Wanted, day: date) -> list[Json]:
    found = {row.task: row for wanted in PUBLISHABLE for row in shelf.rows(tasks, wanted)}
    return [_publication(row, day) for _, row in sorted(found.items())]


def _publication(row: TaskRow, day: date) -> Json:
    waited = None
    if row.recognised_on is not None:
        until = date.fromisoformat(row.published_on) if row.published_on else day
        waited = (until - date.fromisoformat(row.recognised_on)).days
    return {
        "task": row.task,
        "state": row.state,
        "recognised_on": row.recognised_on,
        "published_on": row.published_on,
        "url": row.published_url,
        "days_waiting": waited,
    }


def _units(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    return [_unit(row) for row in shelf.rows(units, wanted)]


def _unit(row: UnitRow) -> Json:
    return shown(row, unit_rows.HIDDEN)


def _councils(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    held: dict[str, list[SessionRow]] = {}
    for session in shelf.rows(sessions):
        held.setdefault(session.council, []).append(session)
    successors, results = _successors(shelf), results_of(shelf.rows(outcomes))
    rows = shelf.rows(councils, wanted)
    return [
        _council(row, held.get(row.council, []), results) | {"unit": successors.get(row.unit or "", row.unit)}
        for row in rows
    ]


Results = Mapping[tuple[str, str, str], str]


def _council(row: CouncilRow, held: list[SessionRow], results: Results) -> Json:
    met = sorted(held, key=lambda session: (session.on, session.session))
    return shown(row) | {"sessions": [_session(session, row, results) for session in met]}


def _session(session: SessionRow, council: CouncilRow, results: Results) -> Json:
    found = shown(session)
    del found["council"]
    found["items"] = [
        shown(item) | {"result": results.get((session.session, item.purpose, stream_of(item)))}
        for item in session.items
    ]
    return found | {"members": council.seated(session.on)}


def _seminars(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    rows = sorted(shelf.rows(seminars, wanted), key=lambda row: (row.on, row.unit, row.plan))
    return [shown(row) for row in rows]


def _obligations(shelf: Shelf, _: Wanted, day: date) -> list[Json]:
    return obligations.listed(shelf, day, obligations.end_of_year(day))


def _initiatives(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    return [_initiative(row) for row in shelf.rows(initiatives, wanted)]


def _initiative(row: InitiativeRow) -> Json:
    authors = [{"person": author.person, "share": _number(author.share)} for author in row.authors]
    return shown(row) | {"authors": authors}


def _decisions(shelf: Shelf, wanted: Wanted, _: date) -> list[Json]:
    found = paper_rows.by_document(shelf.rows(papers, replace(wanted, limit=None)))
    return found if wanted.limit is None else found[: wanted.limit]


def _number(text: str) -> int | float:
    """Decimals as JSON has them."""
    return float(text) if "." in text else int(text)


def _fields(row: type[Struct], hidden: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What `shown` gives of such a row."""
    return tuple(name for name in row.__struct_encode_fields__ if name not in hidden)


PUBLICATION = ("task", "state", "recognised_on", "published_on", "url", "days_waiting")
DECISION = ("number", "date", "issuer", "signer_capacity", "file", "sha256", "did")
REGISTRIES = {
    "tasks": Registry(
        (tasks, units),
        _tasks,
        ("task", "plan", "level", "year", "title", "lead_unit", "investigator", "state", "approved", "allocated"),
        _fields(TaskRow, task_rows.HIDDEN),
    ),
    "funding": Registry(
        (funding, units),
        _funding,
        ("line", "plan", "year", "payer", "unit", "amount", "allocated", "disbursed", "returned", "left"),
        _fields(FundingRow, funding_rows.HIDDEN),
    ),
    "councils": Registry(
        (councils, sessions, outcomes, units),
        _councils,
        ("council", "name", "kind", "unit", "plan", "in_force_from", "in_force_until", "members", "sessions"),
        (*_fields(CouncilRow), "sessions"),
    ),
    "publications": Registry((tasks,), _publications, PUBLICATION, PUBLICATION),
    "units": Registry(
        (units,),
        _units,
        ("unit", "name", "kind", "portal", "research_office", "merged_into"),
        _fields(UnitRow, unit_rows.HIDDEN),
    ),
    "seminars": Registry((seminars,), _seminars, ("unit", "plan", "on", "reports"), _fields(SeminarRow)),
    "obligations": Registry(
        obligations.DATED,
        _obligations,
        ("due", "status", "what", "period", "unit", "plan", "clause", "done_on"),
        obligations.FIELDS,
        plans=obligations.PLANS,
    ),
    "initiatives": Registry(
        (initiatives,),
        _initiatives,
        ("initiative", "unit", "plan", "year", "title", "authors", "state", "recognised_on", "commendations"),
        _fields(InitiativeRow),
    ),
    "decisions": Registry((papers,), _decisions, ("date", "number", "issuer", "signer_capacity", "did"), DECISION),
}


def every() -> dict[str, Projection[Any]]:
    """The projections that the registries are read from, by name."""
    of_all = (each for asked in REGISTRIES.values() for each in (*asked.projections, *asked.plans))
    return {each.name: each for each in of_all}
