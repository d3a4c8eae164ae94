"""Rules of initiatives: the authors' shares, which council may recognise one, and in which order."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from engine import states as s
from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message
from engine.words import PURPOSES

WHOLE = 100  # percent


@rule("house.shares", N_("The authors' shares add up to 100."))
def shares(ask: Ask) -> Iterator[Unmet]:
    """Every author has a share, nobody is named twice, and the shares add up to exactly 100 percent."""
    authors = ask.command.authors
    total = sum((Fraction(author.share) for author in authors), Fraction(0))
    if total != WHOLE:
        yield no(
            N_("The authors' shares add up to {total}, not to 100."),
            cure=N_("Give every author's share in percent so that they add up to exactly 100."),
            total=str(sum((author.share for author in authors), start=0)),
        )
    idle = [author.person for author in authors if not author.share]
    if idle:
        yield no(
            N_("Named as authors without a share: {people}."),
            cure=N_("Give them a share or leave them out."),
            people=idle,
        )
    twice = [person for person, times in Counter(author.person for author in authors).items() if times > 1]
    if twice:
        yield no(N_("Named twice as authors: {people}."), cure=N_("Name each author once."), people=twice)


def recognised_by(ask: Ask, council: s.Council, item: s.AgendaItem, initiative: s.Initiative) -> Iterator[Unmet]:
    """Why this council may not decide on an initiative: it is neither its unit's nor the Department's, acts under
    another plan, or has another purpose than to recognise it."""
    purpose = Message(PURPOSES[item.purpose])
    about: dict[str, Any] = {"council": council.council, "initiative": initiative.initiative, "purpose": purpose}
    if item.purpose != "recognise":
        yield no(
            N_("The initiative {initiative} is there to be recognised; {purpose} is for research tasks."),
            cure=N_("Put it on the agenda for its recognition."),
            **about,
        )
    if council.plan != initiative.plan:
        yield no(
            N_("The council {council} acts under {other}, the initiative {initiative} belongs to {plan}."),
            cure=N_("Bring it to a council of the initiative's plan."),
            other=council.plan,
            plan=initiative.plan,
            **about,
        )
    if council.unit is not None and not ask.same_unit(council.unit, initiative.unit):
        yield no(
            N_("The council {council} is of the unit {other}, the initiative {initiative} of {unit}."),
            cure=N_("Bring it to a council of that unit or of the Department."),
            other=council.unit,
            unit=initiative.unit,
            **about,
        )


@rule("house.order_of_steps", N_("The initiative is registered and not recognised yet."))
def initiative_order(ask: Ask) -> Iterator[Unmet]:
    """An initiative is recognised once; a session named has decided on it since its registration."""
    known = ask.facts.initiative(ask.command.initiative)
    if known is None:
        return
    if known.recognised_on is not None:
        yield no(
            N_("The initiative {initiative} is recognised already, since {other_on}."),
            cure=N_("Nothing more is to be done; a wrong entry is corrected by a document."),
            initiative=known.initiative,
            other_on=known.recognised_on,
        )
    if ask.command.session is not None:
        yield from _session_decided(ask, known)


def _session_decided(ask: Ask, known: s.Initiative) -> Iterator[Unmet]:
    session = ask.facts.session(ask.command.session)
    item = session.item("recognise", None, known.initiative) if session else None
    about = {"session": ask.command.session, "item": known.initiative, "day_on": ask.command.on}
    if session is None or item is None:
        yield no(
            N_("The session {session} did not have {item} on its agenda for this purpose ({purpose})."),
            cure=N_("Name the session that decided on it, or record that session first."),
            purpose=Message(PURPOSES["recognise"]),
            **about,
        )
        return
    if not item.cast or not item.ballots:
        yield no(
            N_("No ballots are on record for {item} in the session {session}."),
            cure=N_("Record the ballots first (`khcn session ballots`)."),
            **about,
        )
    if not known.registered_on <= session.on <= ask.command.on:
        yield no(
            N_("The session {session} of {other_on} is not between the registration and the step of {day_on}."),
            cure=N_("Name a session held after the registration, and a step on its day or later."),
            other_on=session.on,
            **about,
        )


@rule("house.order_of_steps", N_("The initiative is recognised."))
def initiative_recognised(ask: Ask) -> Iterator[Unmet]:
    """Only an initiative that is recognised is commended."""
    known = ask.facts.initiative(ask.command.initiative)
    if known is not None and known.recognised_on is None:
        yield no(
            N_("The initiative {initiative} is not recognised."),
            cure=N_("Have it recognised first (`khcn initiative recognise`)."),
            initiative=known.initiative,
        )


@rule("house.chronology", N_("The date is not before what happened to the initiative so far."))
def initiative_dates(ask: Ask) -> Iterator[Unmet]:
    """The decision date is not before the initiative's registration, nor before its recognition."""
    known = ask.facts.initiative(ask.command.initiative)
    newest = max(known.registered_on, known.recognised_on or known.registered_on) if known else None
    if known is not None and newest is not None and ask.command.on < newest:
        yield no(
            N_("The date {day_on} is before the newest step of the initiative {initiative}, of {newest_on}."),
            cure=N_("Check the date on the paper; a step cannot come before the one it builds on."),
            day_on=ask.command.on,
            initiative=known.initiative,
            newest_on=newest,
        )
