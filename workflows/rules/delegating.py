"""Rules of acting for somebody else: the role is held, the dates are right, no roles come together that may not."""

from collections.abc import Iterator
from typing import Any

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_
from engine.states import Delegation, Grant
from workflows.rules.always import role_names


@rule("house.role", N_("{person} holds the role that is delegated."))
def delegator_holds(ask: Ask) -> Iterator[Unmet]:
    """The delegator holds the role, for that unit, on the first day of the delegation."""
    command = ask.command
    person = ask.facts.person(command.person)
    ask.evidence["person"] = command.person
    held = person.roles(command.from_) if person else ()
    if not any(g.role == command.role and (command.unit is None or g.unit in (None, command.unit)) for g in held):
        yield no(
            N_("{person} does not hold the role {role} on {since_on} and cannot delegate it."),
            cure=N_("Name a role that {person} holds from that day."),
            person=command.person,
            role=role_names((command.role,)),
            since_on=command.from_,
        )


@rule("house.dates", N_("The delegation ends no earlier than it begins."))
def delegation_dates(ask: Ask) -> Iterator[Unmet]:
    """The last day of the delegation is not before its first."""
    if ask.command.until < ask.command.from_:
        yield no(
            N_("The last day {until_on} is before the first, {since_on}."),
            cure=N_("Check both dates."),
            until_on=ask.command.until,
            since_on=ask.command.from_,
        )


@rule("house.separation_of_roles", N_("No roles come together that may not be held together."))
def separation_of_delegation(ask: Ask) -> Iterator[Unmet]:
    """An administrator's or auditor's role is not delegated to somebody with other roles, nor another's to them."""
    command = ask.command
    person = ask.facts.person(command.to)
    others: tuple[Grant | Delegation, ...] = (*person.grants, *person.delegations) if person else ()
    held = {other.role for other in others if _meet(command, other)}
    together = held | {command.role}
    if together & {"admin", "auditor"} and len(together) > 1:
        yield no(
            N_("{person} would hold these roles together: {roles}. An administrator or auditor holds no other role."),
            cure=N_("Give the role to somebody else, or revoke the other role first."),
            person=command.to,
            roles=role_names(tuple(sorted(together))),
        )


def _meet(command: Any, other: Grant | Delegation) -> bool:
    """Whether a role is held, or acted in for somebody, on a day of the delegation."""
    return other.since <= command.until and (other.until is None or other.until >= command.from_)
