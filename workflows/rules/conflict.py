"""Rules of one item's ballots: who may cast them, who must recuse, whether the quorum still stands."""

from collections import Counter
from collections.abc import Iterator

from engine import states as s
from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message
from engine.words import PURPOSES, SEATS
from workflows.rules.council import present_enough, reviewers_of, reviewers_present


def _item(ask: Ask) -> tuple[s.Session, s.Council, s.AgendaItem, dict[str, str]] | None:
    command = ask.command
    session = ask.facts.session(command.session)
    council = ask.facts.council(session.council) if session else None
    if session is None or council is None:
        return None
    found = session.item(command.purpose, command.task, command.initiative)
    item = found or s.AgendaItem(command.purpose, command.task, command.initiative)
    return session, council, item, council.members(session.on)


@rule("house.order_of_steps", N_("The session has the item, and its ballots were not cast before."))
def ballots_of_the_item(ask: Ask) -> Iterator[Unmet]:
    """The session has the item; its ballots are cast once, on the session's day."""
    command = ask.command
    session = ask.facts.session(command.session)
    if session is None:
        return
    item = session.item(command.purpose, command.task, command.initiative)
    purpose = Message(PURPOSES[command.purpose])
    about = {"session": session.session, "item": command.task or command.initiative, "purpose": purpose}
    if item is None:
        yield no(
            N_("The session {session} did not have {item} on its agenda for this purpose ({purpose})."),
            cure=N_("Name an item of that session; `khcn audit history session:{session}` lists them."),
            **about,
        )
    elif item.cast:
        yield no(
            N_("The ballots for {item} in the session {session} are already on record; they are cast once."),
            cure=N_("A wrong entry is corrected by a document; a new vote needs a new session."),
            **about,
        )
    if command.on != session.on:
        yield no(
            N_("Ballots are cast on the session's day, {session_on}, not on {day_on}."),
            cure=N_("Give the session's date."),
            session_on=session.on,
            day_on=command.on,
            **about,
        )


@rule("customary.quorum", N_("Only members present cast ballots, one each, and the item kept its quorum."))
def ballots_quorum(ask: Ask) -> Iterator[Unmet]:
    """Ballots come only from members present, one each; without those recused the quorum still stands."""
    found = _item(ask)
    if found is None:
        return
    session, _, item, members = found
    voters = Counter(ballot.person for ballot in ask.command.ballots)
    absent = sorted(set(voters) - (set(session.present) & set(members)))
    if absent:
        yield no(
            N_("Ballots from people who were not present as members: {people}."),
            cure=N_("Only members present vote; an absent member's opinion is kept with the session."),
            people=absent,
        )
    twice = sorted(person for person, times in voters.items() if times > 1)
    if twice:
        yield no(N_("More than one ballot from: {people}."), cure=N_("Record one ballot each."), people=twice)
    present = (set(session.present) & set(members)) - set(ask.command.recused)
    yield from present_enough(ask, members, present)
    yield from reviewers_present(set(item.reviewers or reviewers_of(members)), members, present)


@rule("customary.conflict_of_interest", N_("Whoever has an interest in the task was recused."))
def conflict_of_interest(ask: Ask) -> Iterator[Unmet]:
    """Those on the task are recused; in the Department's councils few of the lead unit vote, in no leading seat."""
    found = _item(ask)
    if found is None:
        return
    session, council, item, members = found
    recused = set(ask.command.recused)
    voted = {ballot.person for ballot in ask.command.ballots}
    both = sorted(recused & voted)
    if both:
        yield no(
            N_("Recused and yet with a ballot: {people}."),
            cure=N_("Leave out the ballot of whoever was recused."),
            people=both,
        )
    people, unit = _whose(ask)
    interested = sorted((people & set(session.present)) - recused)
    if interested:
        yield no(
            N_("On the task, present and not recused: {people}.")
            if ask.command.task
            else N_("Authors of the initiative, present and not recused: {people}."),
            cure=N_("Enter them as recused; the quorum is then taken without them."),
            people=interested,
        )
    if council.unit is None and unit is not None:
        yield from _lead_unit(ask, unit, item, members, voted - recused)


def _whose(ask: Ask) -> tuple[set[str], str | None]:
    """Who has an interest in the item, and which unit's it is."""
    command, facts = ask.command, ask.facts
    task = facts.task(command.task) if command.task else None
    if task is not None:
        then = task.on(command.on)
        return {then.investigator, *then.team}, task.lead_unit
    initiative = facts.initiative(command.initiative) if command.initiative else None
    if initiative is not None:
        return {person for person, _ in initiative.authors}, initiative.unit
    return set(), None


def _lead_unit(ask: Ask, unit: str, item: s.AgendaItem, members: dict[str, str], voted: set[str]) -> Iterator[Unmet]:
    rules = ask.plan.council if ask.plan else None
    if rules is None:
        return
    people = {person: ask.facts.person(person) for person in sorted(voted)}
    own = [person for person, known in people.items() if known and ask.same_unit(known.unit, unit)]
    if len(own) > rules.lead_unit_votes:
        yield no(
            N_("{count} members from the lead unit {unit} voted: {people}; at most {most} may."),
            cure=N_("Enter the others as recused."),
            count=len(own),
            unit=unit,
            people=own,
            most=rules.lead_unit_votes,
        )
    for person in own:
        seat = members.get(person, "member")
        seat = "member" if seat == "reviewer" and item.reviewers else seat
        seat = "reviewer" if person in item.reviewers else seat
        if seat in rules.lead_unit_barred:
            yield no(
                N_("{person} is from the lead unit {unit} and voted as {seat}."),
                cure=N_("From the lead unit only an ordinary member may vote; enter {person} as recused."),
                person=person,
                unit=unit,
                seat=Message(SEATS[seat]),
            )
