"""The registry of initiatives: authors with their shares, recognition, commendations. It adds up no shares."""

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from projections.kernel import Projection


class Author(Struct, frozen=True):
    """An author and the share in percent, exact decimals as text."""

    person: str
    share: str


class Commendation(Struct, frozen=True):
    """Who was commended, when, in which form."""

    on: str
    form: str
    persons: tuple[str, ...]
    unit: str | None


class InitiativeRow(Struct, frozen=True):
    """An initiative; recognised in a session, or by a document."""

    initiative: str
    unit: str
    plan: str
    year: int
    title: str
    authors: tuple[Author, ...]
    state: str
    registered_on: str
    recognised_on: str | None = None
    session: str | None = None
    document: str | None = None
    commendations: tuple[Commendation, ...] = ()


initiatives = Projection("initiatives", 1, InitiativeRow, key="initiative")


@initiatives.on(e.InitiativeRegistered, begins=True)
def _registered(_: InitiativeRow | None, fact: e.InitiativeRegistered, event: Event) -> InitiativeRow:
    return InitiativeRow(
        initiative=fact.initiative,
        unit=fact.unit,
        plan=fact.plan,
        year=fact.year,
        title=fact.title,
        authors=tuple(Author(author.person, author.share) for author in fact.authors),
        state="registered",
        registered_on=event.on.isoformat(),
    )


@initiatives.on(e.InitiativeRecognised)
def _recognised(row: InitiativeRow, fact: e.InitiativeRecognised, event: Event) -> InitiativeRow:
    number = event.document.number if event.document else None
    return replace(row, state="recognised", recognised_on=event.on.isoformat(), session=fact.session, document=number)


@initiatives.on(e.InitiativeCommended)
def _commended(row: InitiativeRow, fact: e.InitiativeCommended, event: Event) -> InitiativeRow:
    made = Commendation(event.on.isoformat(), fact.form, fact.persons, fact.unit)
    return replace(row, commendations=(*row.commendations, made))
