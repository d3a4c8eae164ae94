"""Rules of councils and sessions: how a council is made up, when it is in force, who must be present."""

from collections import Counter
from collections.abc import Iterator

from engine import tally
from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message
from engine.plan import Seats
from engine.words import COUNCILS, PURPOSES, SEATS
from workflows.rules.initiatives import recognised_by

OF_THE_DEPARTMENT = "sector"  # the kind of council that no unit has


@rule("customary.council_composition", N_("The council is made up as it must be."))
def council_composition(ask: Ask) -> Iterator[Unmet]:
    """A council has the seats that must be filled, as many members as allowed, an odd number, nobody twice."""
    command = ask.command
    if ask.plan is None:
        return
    if command.command == "set_up_council":
        seats = [(member.person, member.role) for member in command.members]
        yield from _made_up(seats, ask.plan.council.seats, at_set_up=True)
        return
    council = ask.facts.council(command.council)
    if council is None:
        return
    if command.out is not None and command.out not in council.members(command.on):
        yield no(
            N_("{person} is not a member of the council {council} on {day_on}."),
            cure=N_("Name the member who leaves; `khcn registry councils` lists the members."),
            person=command.out,
            council=council.council,
            day_on=command.on,
        )
    entered = (command.in_.person, command.in_.role) if command.in_ else None
    after = council.changed(command.out, entered, command.on)
    now = [(seat.person, seat.role) for seat in after if seat.sits(command.on)]
    yield from _made_up(now, ask.plan.council.seats, at_set_up=False)


def _made_up(seats: list[tuple[str, str]], rules: Seats, *, at_set_up: bool) -> Iterator[Unmet]:
    twice = [person for person, times in Counter(person for person, _ in seats).items() if times > 1]
    if twice:
        yield no(N_("Named twice: {people}."), cure=N_("Give each member one seat."), people=twice)
    held = Counter(role for _, role in seats)
    for role, least in rules.needs.items():
        if held[role] < least:
            yield no(
                N_("The council has {held} of the {least} it needs as {seat}."),
                cure=N_("Name at least {least} as {seat}."),
                held=held[role],
                least=least,
                seat=Message(SEATS[role]),
            )
    if held["chair"] > 1:
        yield no(N_("The council has {held} chairs."), cure=N_("Name one chair."), held=held["chair"])
    if not rules.least <= len(seats) <= rules.most:
        yield no(
            N_("The council has {count} members; {least} to {most} are allowed."),
            cure=N_("Name {least} to {most} members."),
            count=len(seats),
            least=rules.least,
            most=rules.most,
        )
    if at_set_up and rules.odd and len(seats) % 2 == 0:
        yield no(
            N_("The council has an even number of members ({count})."),
            cure=N_("Set it up with an odd number of members."),
            count=len(seats),
        )


@rule("house.dates", N_("The last day in force is not before the first."))
def council_dates(ask: Ask) -> Iterator[Unmet]:
    """The council's last day in force is not before its first."""
    command = ask.command
    if command.in_force_until is not None and command.in_force_until < command.in_force_from:
        yield no(
            N_("The last day in force {until_on} is before the first, {since_on}."),
            cure=N_("Check both dates."),
            until_on=command.in_force_until,
            since_on=command.in_force_from,
        )


@rule("house.in_force", N_("The council {council} is in force on the date."))
def council_in_force(ask: Ask) -> Iterator[Unmet]:
    """The council is in force on the decision date."""
    council = ask.facts.council(ask.command.council)
    ask.evidence["council"] = ask.command.council
    if council is not None and not council.in_force(ask.command.on):
        yield no(
            N_("The council {council} is not in force on {day_on}; it is from {since_on}{until}."),
            cure=N_("Check the date, or name a council that is in force then."),
            council=council.council,
            day_on=ask.command.on,
            since_on=council.since,
            until=Message(N_(" to {until_on}"), {"until_on": council.until}) if council.until else "",
        )


@rule("customary.quorum", N_("The session had its quorum, with chair or vice-chair and all reviewers."))
def session_quorum(ask: Ask) -> Iterator[Unmet]:
    """Enough members are present, with chair or vice-chair and all reviewers; only members are listed as present."""
    council = ask.facts.council(ask.command.council)
    if council is None or ask.plan is None:
        return
    members = council.members(ask.command.on)
    listed = set(ask.command.present)
    strangers = sorted(listed - set(members))
    if strangers:
        yield no(
            N_("Listed as present but not members on that date: {people}."),
            cure=N_("List them as guests."),
            people=strangers,
        )
    present = listed & set(members)
    yield from present_enough(ask, members, present)
    wanted: set[str] = set()
    for item in ask.command.items:
        wanted |= set(item.reviewers or reviewers_of(members))
    yield from reviewers_present(wanted if ask.command.items else set(reviewers_of(members)), members, present)


def present_enough(ask: Ask, members: dict[str, str], present: set[str]) -> Iterator[Unmet]:
    """The quorum over all members, chair or vice-chair included."""
    rules = ask.plan.council if ask.plan else None
    if rules is None:
        return
    if not tally.enough(len(present), len(members), rules.quorum):
        yield no(
            N_("{count} of {members} members count as present; at least {share} are needed."),
            cure=N_("Without a quorum nothing can be decided; hold the session again with enough members."),
            count=len(present),
            members=len(members),
            share=str(rules.quorum),
        )
    if not any(members[person] in rules.chairs for person in present):
        yield no(
            N_("Neither the chair nor a vice-chair counts as present."),
            cure=N_("One of them must lead the item; correct the list or hold the session again."),
        )


def reviewers_of(members: dict[str, str]) -> list[str]:
    """The council's own reviewers."""
    return [person for person, seat in members.items() if seat == "reviewer"]


def reviewers_present(wanted: set[str], members: dict[str, str], present: set[str]) -> Iterator[Unmet]:
    """The reviewers wanted are members, and count as present."""
    outside = sorted(wanted - set(members))
    if outside:
        yield no(
            N_("Named as reviewers but not members on that date: {people}."),
            cure=N_("Name members as reviewers, or change the council's members by a document first."),
            people=outside,
        )
    absent = sorted((wanted & set(members)) - present)
    if absent:
        yield no(
            N_("Reviewers who do not count as present: {people}."),
            cure=N_("All reviewers must be present and not recused; name other reviewers for the item."),
            people=absent,
        )


@rule("house.right_council", N_("The council may decide on each item."))
def right_council(ask: Ask) -> Iterator[Unmet]:
    """The council's kind may do it, it is the one the workflow names (whose), under the task's plan."""
    council = ask.facts.council(ask.command.council)
    if council is None or ask.plan is None:
        return
    kinds = ask.plan.council.kinds
    for item in ask.command.items:
        initiative = ask.facts.initiative(item.initiative) if item.initiative else None
        if initiative is not None:
            yield from recognised_by(ask, council, item, initiative)
        task = ask.facts.task(item.task) if item.task else None
        if task is None or ask.plan_of is None:
            continue
        workflow = ask.plan_of(task).workflows[task.level]
        rule_id = workflow.purpose_id(item.purpose)
        kind, purpose_name = Message(COUNCILS[council.kind]), Message(PURPOSES[item.purpose])
        about = {"council": council.council, "task": task.task, "kind": kind, "purpose": purpose_name}
        if item.purpose not in kinds.get(council.kind, ()):
            yield no(
                N_("The council {council} ({kind}) may not decide on this purpose: {purpose}."),
                cure=N_("Bring it to a council of a kind that may."),
                rule_id=rule_id,
                **about,
            )
        if council.kind == OF_THE_DEPARTMENT and council.unit is not None:
            yield no(
                N_("The council {council} ({kind}) is of the unit {of_unit}; this kind is the Department's alone."),
                cure=N_("Bring it to a council of the unit of another kind, or to the Department's."),
                rule_id=rule_id,
                of_unit=council.unit,
                **about,
            )
        if council.plan != task.plan:
            yield no(
                N_("The council {council} acts under {other}, the task {task} belongs to {plan}."),
                cure=N_("Bring it to a council of the task's plan."),
                rule_id=rule_id,
                other=council.plan,
                plan=task.plan,
                **about,
            )
        purpose = workflow.decides.get(item.purpose)
        if purpose is None:
            continue  # the workflow lacks the purpose: refused at the step
        if purpose.by == "body":
            yield no(
                N_("An outside body decides on {task} for this purpose ({purpose}), not a council."),
                cure=N_("Record the document of that body with the step itself."),
                rule_id=rule_id,
                **about,
            )
        elif not ask.same_unit(council.unit, task.lead_unit if purpose.whose == "unit" else None):
            yield no(
                N_("{task} goes to a council of its lead unit {unit}.")
                if purpose.whose == "unit"
                else N_("{task} goes to a council of the Department."),
                cure=N_("Bring it to that council."),
                rule_id=rule_id,
                unit=task.lead_unit,
                **about,
            )
