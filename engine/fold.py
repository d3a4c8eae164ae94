"""Folds facts into states: copies what happened, asks no rule, no clock, no environment."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine import states as s
from engine.administrators import Administrators
from engine.envelope import Event, Fact, upcast
from engine.fields import Document, Item, Seat
from engine.money import Line

Evolve = Callable[[Any, Any, Event], Struct]
_HANDLERS: dict[tuple[str, type[Fact]], Evolve] = {}


def folds(key_kind: str, *facts: type[Fact]) -> Callable[[Evolve], Evolve]:
    """Declare how these classes of facts change the states whose keys are of a kind ('task', 'line', ...)."""

    def enter(handler: Evolve) -> Evolve:
        for fact in facts:
            _HANDLERS[key_kind, fact] = handler
        return handler

    return enter


def evolve(key: str, state: Struct | None, event: Event) -> Struct:
    """The state of `key` after the event. The stream's own state also counts its version.

    A correction changes what an earlier event says, so it shows in a fold from zero (`fold`), not in one step."""
    fact = event.fact
    if isinstance(fact, e.EntryCorrected) and state is not None:
        after: Struct = state
    else:
        key_kind = key.split(":", 1)[0]
        handler = _HANDLERS.get((key_kind, type(fact)))
        if handler is None:
            raise KeyError(f"{type(fact).__name__} does not change {key}")
        after = handler(state, fact, event)
    return replace(after, version=event.version) if key == event.stream else after


def fold(events: Iterable[Event]) -> dict[str, Struct]:
    """All states, folded from zero, with what was corrected since."""
    states: dict[str, Struct] = {}
    for event in corrected(list(events)):
        advance(states, event)
    return states


def advance(states: dict[str, Struct], event: Event) -> None:
    """Take one event into the states."""
    for key in event.fact.touches():
        states[key] = evolve(key, states.get(key), event)


def corrected(events: Sequence[Event]) -> Iterator[Event]:
    """The events as they read with the corrections among them."""
    fixes = {(f.of, f.version): f for f in (event.fact for event in events) if isinstance(f, e.EntryCorrected)}
    for event in events:
        fix = fixes.get((event.stream, event.version))
        yield reads_now(event, fix) if fix else event


def reads_now(event: Event, fix: e.EntryCorrected) -> Event:
    """An event as it reads with its newest correction."""
    fact = upcast(fix.kind, fix.schema_, fix.data, event.position)
    return replace(event, fact=fact, on=fix.on, document=fix.document)


def paper(document: Document | None) -> dict[str, str] | None:
    """A document as plain text values."""
    return cast("dict[str, str]", document.model_dump(mode="json", exclude_none=True)) if document else None


def sums(items: Iterable[Item]) -> tuple[tuple[str, int], ...]:
    """An estimate as (content, whole đồng) pairs."""
    return tuple((item.content, item.amount) for item in items)


@folds("plan", e.PlanAdopted)
def _plan_adopted(state: s.PlanVersions | None, fact: e.PlanAdopted, event: Event) -> Struct:
    before = state or s.PlanVersions(plan=fact.plan)
    return replace(before, hashes=(*before.hashes, fact.sha256), adopted=(*before.adopted, event.version))


@folds("plans", e.PlanAdopted)
def _plan_listed(state: s.PlanList | None, fact: e.PlanAdopted, _: Event) -> Struct:
    ids = state.ids if state else ()
    return s.PlanList(ids if fact.plan in ids else (*ids, fact.plan))


@folds("person", e.PersonAdded)
def _person_added(_: None, fact: e.PersonAdded, event: Event) -> Struct:
    since = event.on.min if fact.always else event.on
    grants = tuple(s.Grant(role.role, role.unit, since) for role in fact.roles)
    return s.Person(person=fact.person, name=fact.name, unit=fact.unit, grants=grants)


@folds("administrators", e.PersonAdded)
def _first_of_roles(state: Administrators | None, fact: e.PersonAdded, event: Event) -> Struct:
    return (state or Administrators()).with_one(fact.person, event.on.min if fact.always else event.on)


@folds("administrators", e.RoleGranted)
def _administers(state: Administrators | None, fact: e.RoleGranted, event: Event) -> Struct:
    return (state or Administrators()).with_one(fact.person, event.on)


@folds("administrators", e.RoleRevoked)
def _administers_no_more(state: Administrators | None, fact: e.RoleRevoked, event: Event) -> Struct:
    return (state or Administrators()).without(fact.person, event.on)


@folds("person", e.PersonErased)
def _person_erased(state: s.Person, _: e.PersonErased, event: Event) -> Struct:
    return replace(state, erased=state.erased or (event.version, event.position))


@folds("person", e.RoleGranted)
def _role_granted(state: s.Person, fact: e.RoleGranted, event: Event) -> Struct:
    return replace(state, grants=(*state.grants, s.Grant(fact.role, fact.unit, event.on)))


@folds("person", e.RoleRevoked)
def _role_revoked(state: s.Person, fact: e.RoleRevoked, event: Event) -> Struct:
    def ended(grant: s.Grant) -> s.Grant:
        same = (grant.role, grant.unit) == (fact.role, fact.unit)
        return replace(grant, until=event.on - timedelta(days=1)) if same and grant.holds(event.on) else grant

    return replace(state, grants=tuple(ended(grant) for grant in state.grants))


@folds("person", e.Delegated)
def _may_act(state: s.Person, fact: e.Delegated, _: Event) -> Struct:
    made = s.Delegation(fact.role, fact.unit, fact.person, fact.since, fact.until)
    return replace(state, delegations=(*state.delegations, made))


@folds("person", e.TaskRegistered, e.TaskImported)
def _leads(state: s.Person, fact: e.TaskRegistered | e.TaskImported, _: Event) -> Struct:
    return replace(state, leads=(*state.leads, fact.task))


@folds("person", e.TaskAmended)
def _leads_from_now(state: s.Person, fact: e.TaskAmended, _: Event) -> Struct:
    return state if fact.task in state.leads else replace(state, leads=(*state.leads, fact.task))


@folds("person", e.SeminarHeld)
def _talked(state: s.Person, fact: e.SeminarHeld, event: Event) -> Struct:
    talks = tuple(s.Talk(event.on, fact.plan, r.task) for r in fact.reports if r.presenter == state.person)
    return replace(state, talks=state.talks + talks)


@folds("unit", e.UnitRegistered)
def _unit_registered(_: None, fact: e.UnitRegistered, event: Event) -> Struct:
    return s.Unit(
        unit=fact.unit,
        name=fact.name,
        kind=fact.kind,
        ownership=fact.ownership,
        subordinate=fact.subordinate,
        plans=fact.plans,
        since=event.on,
        portals=(s.Portal(event.on, fact.portal),) if fact.portal else (),
        names=(s.Named(event.on, fact.name),),
    )


@folds("unit", e.UnitRenamed)
def _unit_renamed(state: s.Unit, fact: e.UnitRenamed, event: Event) -> Struct:
    names = sorted((*state.names, s.Named(event.on, fact.name)), key=lambda n: n.since)
    return replace(state, names=tuple(names), name=names[-1].name)


@folds("unit", e.PortalSet)
def _portal_set(state: s.Unit, fact: e.PortalSet, event: Event) -> Struct:
    portals = sorted((*state.portals, s.Portal(event.on, fact.portal)), key=lambda p: p.since)
    return replace(state, portals=tuple(portals))


@folds("unit", e.UnitsMerged)
def _units_merged(state: s.Unit, fact: e.UnitsMerged, event: Event) -> Struct:
    if state.unit != fact.into:
        return replace(state, merged_into=fact.into, merged_on=event.on)
    return replace(state, absorbed=(*state.absorbed, *(s.Named(event.on, unit) for unit in dict.fromkeys(fact.units))))


@folds("unit", e.ResearchOfficeAssigned)
def _office_assigned(state: s.Unit, fact: e.ResearchOfficeAssigned, event: Event) -> Struct:
    office = s.Office(event.on, fact.office, fact.leader, fact.officer)
    return replace(state, offices=tuple(sorted((*state.offices, office), key=lambda o: o.since)))


@folds("council", e.CouncilSetUp)
def _council_set_up(_: None, fact: e.CouncilSetUp, __: Event) -> Struct:
    return s.Council(
        council=fact.council,
        name=fact.name,
        kind=fact.kind,
        unit=fact.unit,
        plan=fact.plan,
        since=fact.in_force_from,
        until=fact.in_force_until,
        seats=tuple(s.Membership(m.person, m.role, date.min) for m in fact.members),
    )


def _seat(entered: Seat | None) -> tuple[str, str] | None:
    return (entered.person, entered.role) if entered else None


@folds("council", e.CouncilMemberChanged)
def _member_changed(state: s.Council, fact: e.CouncilMemberChanged, event: Event) -> Struct:
    return replace(state, seats=state.changed(fact.out, _seat(fact.entered), event.on))


@folds("session", e.SessionHeld)
def _session_held(_: None, fact: e.SessionHeld, event: Event) -> Struct:
    items = tuple(s.AgendaItem(i.purpose, i.task, i.initiative, i.reviewers) for i in fact.items)
    return s.Session(fact.session, fact.council, event.on, fact.present, items, paper(event.document))


@folds("session", e.BallotsCast)
def _ballots_cast(state: s.Session, fact: e.BallotsCast, _: Event) -> Struct:
    votes = tuple(s.Vote(b.person, b.vote, None if b.score is None else str(b.score)) for b in fact.ballots)

    def filled(item: s.AgendaItem) -> s.AgendaItem:
        if (item.purpose, item.task, item.initiative) != (fact.purpose, fact.task, fact.initiative):
            return item
        return replace(item, cast=True, ballots=votes, recused=fact.recused)

    return replace(state, items=tuple(filled(item) for item in state.items))


@folds("line", e.BudgetLineOpened)
def _line_opened(_: None, fact: e.BudgetLineOpened, event: Event) -> Struct:
    return Line(fact.line, fact.plan, fact.year, fact.payer, fact.unit, fact.amount, event.on)


@folds("line", e.BudgetLineAdjusted)
def _line_adjusted(state: Line, fact: e.BudgetLineAdjusted, event: Event) -> Struct:
    return state.adjusted(event.on, fact.amount)


@folds("line", e.TaskFunded)
def _line_allocated(state: Line, fact: e.TaskFunded, event: Event) -> Struct:
    after = state.taken(event.on, allocated=fact.amount)
    return after if fact.source == fact.target else replace(after, began={**after.began, fact.task: event.on})


@folds("line", e.FundsDisbursed)
def _line_disbursed(state: Line, fact: e.FundsDisbursed, _: Event) -> Struct:
    return replace(state, disbursed=state.disbursed + fact.amount)


@folds("line", e.FundsReturned)
def _line_returned(state: Line, fact: e.FundsReturned, event: Event) -> Struct:
    return state.taken(event.on, returned=fact.amount)


@folds("line", e.StepRescinded)
def _allocation_rescinded(state: Line, fact: e.StepRescinded, _: Event) -> Struct:
    return state.without(fact.task, fact.amount or 0)
