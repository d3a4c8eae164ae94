"""What the engine knows of each stream: the folded states that decisions look at. Plain values; they decide nothing."""

from datetime import date, datetime
from typing import Any, cast

from msgspec import Struct
from msgspec.json import Decoder, Encoder, decode
from msgspec.structs import replace

from engine.administrators import Administrators
from engine.money import Line, Share, highest
from engine.seating import Membership as Membership
from engine.seating import changed

FOLD_VERSION = "8"  # a change of any state's shape or fold: the decision index is built anew from the log
NEW = "new"  # where a task stands before its registration


class Grant(Struct, frozen=True, array_like=True):
    """A role held from `since` to `until`, both days included."""

    role: str
    unit: str | None
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the role is held on that date."""
        return self.since <= on and (self.until is None or on <= self.until)


class Delegation(Struct, frozen=True, array_like=True):
    """A role that `by` let somebody act in from `since` to `until`, both days included."""

    role: str
    unit: str | None
    by: str
    since: date
    until: date

    def holds(self, on: date) -> bool:
        """Whether it is good on that date (as far as `by` holds the role then)."""
        return self.since <= on <= self.until


class Talk(Struct, frozen=True, array_like=True):
    """A seminar report that a person gave."""

    on: date
    plan: str
    task: str | None


class Person(Struct, frozen=True):
    """A person: sealed name, unit, roles by date, tasks led, seminar reports given; where the name was erased."""

    person: str
    name: str
    unit: str | None = None
    grants: tuple[Grant, ...] = ()
    leads: tuple[str, ...] = ()
    talks: tuple[Talk, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    erased: tuple[int, int] | None = None  # version, position
    version: int = 0

    def roles(self, on: date) -> tuple[Grant, ...]:
        """The roles held on that date."""
        return tuple(grant for grant in self.grants if grant.holds(on))


class Portal(Struct, frozen=True, array_like=True):
    """A unit's portal from a date on."""

    since: date
    url: str


class Office(Struct, frozen=True, array_like=True):
    """Who manages research in a unit from a date on."""

    since: date
    office: str | None
    leader: str | None
    officer: str | None


class Named(Struct, frozen=True, array_like=True):
    """A unit's name from a date on."""

    since: date
    name: str


class Unit(Struct, frozen=True):
    """A unit: name, plans it takes part in, portal and research office by date; merged into another from a date on."""

    unit: str
    name: str
    kind: str
    ownership: str
    subordinate: bool
    plans: tuple[str, ...]
    since: date
    portals: tuple[Portal, ...] = ()
    offices: tuple[Office, ...] = ()
    names: tuple[Named, ...] = ()
    absorbed: tuple[Named, ...] = ()  # units that became part of this one, and since when
    merged_into: str | None = None
    merged_on: date | None = None
    version: int = 0

    def in_force(self, on: date) -> bool:
        """Whether the unit exists on that date; from the merger's date on it does not."""
        return self.since <= on and (self.merged_on is None or on < self.merged_on)

    def portal(self, on: date) -> str | None:
        """The portal in force on that date."""
        return next((p.url for p in reversed(self.portals) if p.since <= on), None)

    def office(self, on: date) -> Office | None:
        """The research office on record for that date."""
        return next((o for o in reversed(self.offices) if o.since <= on), None)


class Council(Struct, frozen=True):
    """A council: whose it is, when it is in force, who sits in it by date. No unit: the Department's."""

    council: str
    name: str
    kind: str
    unit: str | None
    plan: str
    since: date
    until: date | None
    seats: tuple[Membership, ...]
    version: int = 0

    def in_force(self, on: date) -> bool:
        """Whether the council may sit on that date."""
        return self.since <= on and (self.until is None or on <= self.until)

    def members(self, on: date) -> dict[str, str]:
        """Member -> role on that date."""
        return {seat.person: seat.role for seat in self.seats if seat.sits(on)}

    def changed(self, out: str | None, entered: tuple[str, str] | None, on: date) -> tuple[Membership, ...]:
        """The seats once `out` left and `entered` (person, role) came in on a date."""
        return changed(self.seats, out, Membership(*entered, on) if entered else None, on)


class Vote(Struct, frozen=True, array_like=True):
    """One ballot: a vote, or a score as exact decimal text."""

    person: str
    vote: str | None
    score: str | None


class AgendaItem(Struct, frozen=True):
    """An item of a session, with its ballots once they are cast."""

    purpose: str
    task: str | None = None
    initiative: str | None = None
    reviewers: tuple[str, ...] = ()
    cast: bool = False
    ballots: tuple[Vote, ...] = ()
    recused: tuple[str, ...] = ()


class Session(Struct, frozen=True):
    """A meeting of a council."""

    session: str
    council: str
    on: date
    present: tuple[str, ...]
    items: tuple[AgendaItem, ...]
    minutes: dict[str, str] | None = None
    version: int = 0

    def item(self, purpose: str, task: str | None, initiative: str | None = None) -> AgendaItem | None:
        """The item with that purpose for that task or initiative."""
        wanted = (purpose, task, initiative)
        return next((i for i in self.items if (i.purpose, i.task, i.initiative) == wanted), None)


class Milestone(Struct, frozen=True, omit_defaults=True):
    """A state that was reached."""

    state: str
    on: date
    recorded_at: datetime
    position: int
    version: int
    step: str
    document: dict[str, str] | None = None
    line: str | None = None  # of an allocation that changed the state
    amount: int | None = None
    undo: str = "{}"  # JSON of what the step changed, as it was before: a rescission puts it back

    def before(self) -> dict[str, Any]:
        """What the step changed, as it was before."""
        return cast("dict[str, Any]", decode(self.undo))


class Waiver(Struct, frozen=True, array_like=True):
    """A rule waived for the next step of that name, from its own date on."""

    rule: str
    step: str
    on: date
    document: str


class Amendment(Struct, frozen=True, array_like=True):
    """What holds for a task from a day on; None: as it was."""

    since: date
    end: date | None = None
    investigator: str | None = None
    team: tuple[str, ...] | None = None
    estimate: tuple[tuple[str, int], ...] | None = None


class Task(Struct, frozen=True, omit_defaults=True):
    """A research task. Before its registration there may be waivers only, and the state is `new`. Whole đồng."""

    task: str
    plan: str = ""
    plan_version: int = 0
    level: str = ""
    year: int = 0
    title: str = ""
    title_en: str | None = None
    lead_unit: str = ""
    investigator: str = ""
    team: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    topic_group: int | None = None
    human_subjects: bool = False
    start: date = date.min
    end: date = date.min
    estimate: tuple[tuple[str, int], ...] = ()
    appraised: tuple[tuple[str, int], ...] | None = None  # the estimate that passed the appraisal
    approved: int | None = None
    approved_estimate: tuple[tuple[str, int], ...] = ()
    state: str = NEW
    came_from: str = NEW
    registered_by: tuple[str, ...] = ()  # who acted, and for whom
    approved_by: tuple[str, ...] = ()
    money: dict[str, Share] = {}  # line -> share
    brought: Share = Share()  # of an imported task: the money of the time before, of no line on record
    unsettled: int = 0  # of it what the register has neither as spent nor as returned, where it tells of either
    imported: bool = False
    spent: dict[str, int] = {}  # content -> whole đồng
    reported: date | None = None  # the earliest progress report
    handed_in: date = date.min  # the newest resubmission or submission
    heard: tuple[str, ...] = ()  # purpose and session of each step that followed from ballots
    grade: str | None = None
    failures: tuple[date, ...] = ()
    newest_result: tuple[date, str] | None = None
    recognised: bool = False
    published_url: str | None = None
    late: bool = False
    extended: int = 0  # how often the end was put off
    amended: tuple[Amendment, ...] = ()  # by date; the first is how it was before
    milestones: tuple[Milestone, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    migrated: tuple[int, date] | None = None  # the newest move to another plan version: which entry, of which day
    version: int = 0

    @property
    def allocated(self) -> int:
        """Allocations, returns not taken off."""
        return self.brought.allocated + sum(share.allocated for share in self.money.values())

    @property
    def disbursed(self) -> int:
        """What was paid out."""
        return self.brought.disbursed + sum(share.disbursed for share in self.money.values())

    @property
    def returned(self) -> int:
        """What went back to the lines."""
        return self.brought.returned + sum(share.returned for share in self.money.values())

    def granted(self, on: date) -> int:
        """Allocations less returns: the most that it comes to on a day or after it."""
        moves = [move for share in self.money.values() for move in share.granted]
        return self.brought.allocated - self.brought.returned + highest(moves, on)

    def on(self, day: date) -> "Task":
        """The task with the end, people and estimate in force on a day, in whatever order they were recorded."""
        if not self.amended:
            return self
        held: dict[str, Any] = {}
        for each in self.amended:
            if each.since <= day:
                held |= {name: value for name in AMENDED if (value := getattr(each, name)) is not None}
        if "estimate" in held:
            held["approved_estimate"] = held.pop("estimate")
        return replace(self, **held)

    @property
    def last_step_on(self) -> date:
        """The decision date of the newest step that changed the state."""
        return self.milestones[-1].on if self.milestones else date.min


AMENDED = ("end", "investigator", "team", "estimate")


class PlanVersions(Struct, frozen=True):
    """The adopted versions of a plan by SHA-256, the first is number 1; `adopted`: where in the stream each is."""

    plan: str
    hashes: tuple[str, ...] = ()
    adopted: tuple[int, ...] = ()
    version: int = 0


class PlanList(Struct, frozen=True):
    """The ids of all adopted plans."""

    ids: tuple[str, ...] = ()


class Deed(Struct, frozen=True, array_like=True):
    """What a unit did that it owes: what (as obligations name it), for which period, when."""

    what: str
    period: str
    on: date


class UnitYear(Struct, frozen=True):
    """What a unit did under a plan in a year, as far as it was owed."""

    key: str
    deeds: tuple[Deed, ...] = ()
    version: int = 0


class Initiative(Struct, frozen=True):
    """An initiative (sáng kiến): its authors with their shares in percent (exact decimals), and its recognition."""

    initiative: str
    unit: str
    plan: str
    year: int
    title: str
    authors: tuple[tuple[str, str], ...]
    registered_on: date
    recognised_on: date | None = None
    version: int = 0


TYPES: dict[str, type[Struct]] = {
    "person": Person,
    "unit": Unit,
    "council": Council,
    "session": Session,
    "line": Line,
    "task": Task,
    "plan": PlanVersions,
    "plans": PlanList,
    "administrators": Administrators,
    "unit_year": UnitYear,
    "initiative": Initiative,
}
_DECODERS: dict[str, Decoder[Struct]] = {}
_ENCODER = Encoder()


def encode_state(state: Struct) -> bytes:
    """A state as the decision index keeps it."""
    return _ENCODER.encode(state)


def decode_state(key: str, data: bytes) -> Struct:
    """A state from the decision index; its type follows from the key's kind."""
    name = key.split(":", 1)[0]
    decoder = _DECODERS.get(name)
    if decoder is None:
        decoder = _DECODERS[name] = Decoder(TYPES[name])
    return decoder.decode(data)
