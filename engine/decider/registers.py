"""Decides on people, units, councils, sessions, ballots, budget lines and seminars: what fact follows."""

from collections.abc import Callable, Mapping
from typing import Any

from engine import commands as c
from engine import events as e
from engine import states as s
from engine.ask import Ask
from engine.catalogue import N_, Message
from engine.decider import unityears
from engine.decider.answers import FieldError, Invalid, NotFound, OnRecord
from engine.decider.imports import imported
from engine.envelope import Fact
from engine.fields import RoleAt, Seat
from engine.plan import Plan, RuleUse, plain_use

HOUSE: Mapping[str, tuple[str, ...]] = {
    "adopt_plan": (),
    "add_person": ("unique_id", "separation_of_roles"),
    "erase_person": (),
    "grant_role": ("separation_of_roles",),
    "revoke_role": ("last_administrator",),
    "delegate": ("delegator_holds", "delegation_dates", "separation_of_delegation"),
    "register_unit": ("unique_id",),
    "rename_unit": ("unit_in_force",),
    "set_portal": ("unit_in_force",),
    "merge_units": ("units_in_force", "not_in_a_circle"),
    "assign_research_office": ("unit_in_force",),
    "set_up_council": ("unique_id", "unit_in_force", "council_dates", "council_composition"),
    "change_council_member": ("council_in_force", "council_composition"),
    "open_budget_line": ("unique_id", "unit_in_force"),
    "adjust_budget_line": ("line_in_force", "line_covers"),
    "hold_session": ("unique_id", "council_in_force", "session_quorum", "right_council"),
    "cast_ballots": ("ballots_of_the_item", "ballots_quorum", "conflict_of_interest"),
    "hold_seminar": ("unit_in_force", "seminar_parts"),
    "rescind": ("newest_step", "covered_without_it", "back_to_a_known_state"),
    "migrate_task": ("version_has_state",),
    "import_task": ("unique_id", "level_of_plan"),
    **unityears.HOUSE,
}
OWN_MONEY = ("unit", "other")  # payers whose lines a unit may have
TAKES_PART = (
    "hold_seminar",
    *unityears.HOUSE,
)  # elsewhere a unit that does not take part in the plan may still be named


_COUNCIL_IDS = {
    "council_composition": "composition_rule",
    "session_quorum": "quorum_rule",
    "ballots_quorum": "quorum_rule",
    "conflict_of_interest": "conflict_rule",
}


def word(command: Any) -> str:
    """By which name a command is decided: a commendation of an initiative is no step of a task."""
    return "commend_initiative" if unityears.is_commendation(command) else str(command.command)


def rule_use(name: str, default_id: str, ask: Ask) -> RuleUse | None:
    """How the house uses a rule for this command; None where the plan does not ask for it."""
    command, plan = ask.command, ask.plan
    if name == "seminar_parts":
        return plan.seminar_parts if plan else None
    if name == "initiative_majority" and command.session is None:
        return None
    if name == "unit_in_force":
        return RuleUse(id=default_id, params={"plan": command.command in TAKES_PART})
    if name in _COUNCIL_IDS and plan is not None:
        return plain_use(getattr(plan.council, _COUNCIL_IDS[name]))
    if name == "level_of_plan" and plan is not None:
        return plain_use(plan.level_rule)
    if name == "line_covers" and plan is not None:
        return plain_use(line_rule(plan, command, ask))
    return plain_use(default_id)


def line_rule(plan: Plan, command: Any, ask: Ask) -> str:
    """The rule that keeps a line's amount above its allocations, by the line's payer."""
    line = ask.facts.line(command.line)
    return plan.line_rules.get(line.payer, plan.line_rule) if line else plan.line_rule


def about(command: Any, ask: Ask) -> tuple[str | None, str | None]:
    """The unit that the command concerns (None: the Department) and the plan that governs it."""
    facts = ask.facts
    match command:
        case c.AssignResearchOffice() | c.RenameUnit() | c.SetPortal():
            return command.unit, None
        case c.HoldSeminar() | c.SetUpCouncil():
            return command.unit, command.plan
        case c.OpenBudgetLine():
            return owner(command.payer, command.unit), command.plan
        case c.ImportTask():
            return command.lead_unit, command.plan
        case c.ChangeCouncilMember() | c.HoldSession():
            council = facts.council(command.council)
            return (council.unit, council.plan) if council else (None, None)
        case c.CastBallots():
            session = facts.session(command.session)
            council = facts.council(session.council) if session else None
            return (council.unit, council.plan) if council else (None, None)
        case c.AdjustBudgetLine():
            line = facts.line(command.line)
            return (owner(line.payer, line.unit), line.plan) if line else (None, None)
    return unityears.about(command, ask)


def owner(payer: str, unit: str | None) -> str | None:
    """Whose holders of a role a budget line is for: a unit's own money is the unit's, all other the Department's."""
    return unit if payer in OWN_MONEY else None


def task_of(command: Any, ask: Ask) -> s.Task | None:
    """The task that a command beside its steps is about."""
    match command:
        case c.MigrateTask():
            return ask.facts.task(command.task)
        case c.Rescind() if command.stream.startswith("task:"):
            return ask.facts.task(command.stream.removeprefix("task:"))
    return None


def unfit(ask: Ask) -> Invalid | NotFound | None:
    """What makes a command invalid, or names what is not there, in the light of the facts: told before any rule."""
    check = _UNFIT.get(word(ask.command))
    return check(ask) if check else None


def fact_of(ask: Ask) -> Fact | Invalid | NotFound | OnRecord:
    """The fact that an accepted command becomes; Invalid or NotFound where it cannot be meant so, OnRecord where it
    would change nothing."""
    return _FACTS[word(ask.command)](ask)


def _officer_unit(role: str, unit: str | None, own: str | None) -> str | None:
    return own if role == "unit_officer" and unit is None else unit


_NO_UNIT = N_("A unit officer acts for one unit only: name the unit.")


def _person(ask: Ask) -> Fact:
    cmd: c.AddPerson = ask.command
    return e.PersonAdded(person=cmd.person, name=cmd.name, unit=cmd.unit, roles=_roles_at(cmd))


def _roles_at(cmd: c.AddPerson) -> tuple[RoleAt, ...]:
    return tuple(RoleAt(role=r.role, unit=_officer_unit(r.role, r.unit, cmd.unit)) for r in cmd.roles)


def _officer_of_none(ask: Ask) -> Invalid | None:
    nowhere = any(role.role == "unit_officer" and role.unit is None for role in _roles_at(ask.command))
    return Invalid((FieldError("roles", Message(_NO_UNIT)),)) if nowhere else None


def _erased(ask: Ask) -> Fact | OnRecord:
    cmd: c.ErasePerson = ask.command
    person = ask.facts.person(cmd.person)
    if person is not None and person.erased is not None:
        return OnRecord(f"person:{cmd.person}", *person.erased)
    return e.PersonErased(person=cmd.person, reason=cmd.reason)


def _granted(ask: Ask) -> Fact:
    cmd: c.GrantRole = ask.command
    return e.RoleGranted(person=cmd.person, role=cmd.role, unit=_unit_of_role(ask))


def _granted_nowhere(ask: Ask) -> Invalid | None:
    nowhere = ask.command.role == "unit_officer" and _unit_of_role(ask) is None
    return Invalid((FieldError("unit", Message(_NO_UNIT)),)) if nowhere else None


def _unit_of_role(ask: Ask) -> str | None:
    """The unit that a role is granted or revoked for."""
    person = ask.facts.person(ask.command.person)
    return _officer_unit(ask.command.role, ask.command.unit, person.unit if person else None)


def _revoked(ask: Ask) -> Fact:
    cmd: c.RevokeRole = ask.command
    return e.RoleRevoked(person=cmd.person, role=cmd.role, unit=_unit_of_role(ask))


def _not_held(ask: Ask) -> NotFound | None:
    cmd: c.RevokeRole = ask.command
    person, wanted = ask.facts.person(cmd.person), (cmd.role, _unit_of_role(ask))
    if any((grant.role, grant.unit) == wanted for grant in (person.roles(cmd.on) if person else ())):
        return None
    text = N_("{person} does not hold this role on {day_on}.")
    return NotFound((FieldError("role", Message(text, {"person": cmd.person, "day_on": cmd.on})),))


def _unit(ask: Ask) -> Fact:
    cmd: c.RegisterUnit = ask.command
    return e.UnitRegistered(
        unit=cmd.unit,
        name=cmd.name,
        kind=cmd.kind,
        ownership=cmd.ownership,
        subordinate=cmd.subordinate,
        plans=cmd.plans,
        portal=cmd.portal,
    )


def _delegated(ask: Ask) -> Fact:
    cmd: c.Delegate = ask.command
    return e.Delegated(person=cmd.person, to=cmd.to, role=cmd.role, unit=cmd.unit, since=cmd.from_, until=cmd.until)


def _renamed(ask: Ask) -> Fact:
    return e.UnitRenamed(unit=ask.command.unit, name=ask.command.name)


def _portal(ask: Ask) -> Fact:
    return e.PortalSet(unit=ask.command.unit, portal=ask.command.portal)


def _merged(ask: Ask) -> Fact:
    return e.UnitsMerged(units=tuple(dict.fromkeys(ask.command.units)), into=ask.command.into)


def _office(ask: Ask) -> Fact:
    cmd: c.AssignResearchOffice = ask.command
    return e.ResearchOfficeAssigned(unit=cmd.unit, office=cmd.office, leader=cmd.leader, officer=cmd.officer)


def _rescinded(ask: Ask) -> Fact | NotFound:
    cmd: c.Rescind = ask.command
    newest = ask.task.milestones[-1]
    return e.StepRescinded(
        task=ask.task.task,
        version=cmd.version,
        step=newest.step,
        source=ask.task.state,
        target=newest.before()["state"],
        reason=cmd.reason,
        line=newest.line,
        amount=newest.amount,
    )


def _migrated(ask: Ask) -> Fact:
    return e.TaskMigrated(task=ask.command.task, plan_version=ask.command.version)


def _plan(ask: Ask) -> Fact:
    cmd: c.AdoptPlan = ask.command
    return e.PlanAdopted(plan=cmd.plan, content=cmd.content, sha256=cmd.sha256)


def _seat(member: Seat | None) -> Seat | None:
    return Seat(person=member.person, role=member.role) if member else None


def _council(ask: Ask) -> Fact:
    cmd: c.SetUpCouncil = ask.command
    return e.CouncilSetUp(
        council=cmd.council,
        name=cmd.name,
        kind=cmd.kind,
        unit=cmd.unit,
        plan=cmd.plan,
        in_force_from=cmd.in_force_from,
        in_force_until=cmd.in_force_until,
        members=tuple(Seat(person=member.person, role=member.role) for member in cmd.members),
    )


def _member(ask: Ask) -> Fact:
    cmd: c.ChangeCouncilMember = ask.command
    return e.CouncilMemberChanged(council=cmd.council, out=cmd.out, entered=_seat(cmd.in_))


def _session(ask: Ask) -> Fact:
    cmd: c.HoldSession = ask.command
    return e.SessionHeld(
        session=cmd.session,
        council=cmd.council,
        present=tuple(dict.fromkeys(cmd.present)),
        guests=cmd.guests,
        absent_opinions=cmd.absent_opinions,
        items=tuple(
            e.AgendaEntry(task=i.task, initiative=i.initiative, purpose=i.purpose, reviewers=i.reviewers)
            for i in cmd.items
        ),
    )


def _ballots(ask: Ask) -> Fact:
    cmd: c.CastBallots = ask.command
    return e.BallotsCast(
        session=cmd.session,
        task=cmd.task,
        initiative=cmd.initiative,
        purpose=cmd.purpose,
        ballots=cmd.ballots,
        recused=tuple(dict.fromkeys(cmd.recused)),
        note=cmd.note,
    )


def _line(ask: Ask) -> Fact:
    cmd: c.OpenBudgetLine = ask.command
    return e.BudgetLineOpened(
        line=cmd.line,
        plan=cmd.plan,
        year=cmd.year,
        payer=cmd.payer,
        unit=cmd.unit,
        purpose=cmd.purpose,
        amount=cmd.amount,
    )


def _adjusted(ask: Ask) -> Fact:
    cmd: c.AdjustBudgetLine = ask.command
    return e.BudgetLineAdjusted(line=cmd.line, amount=cmd.amount, reason=cmd.reason)


def _seminar(ask: Ask) -> Fact:
    cmd: c.HoldSeminar = ask.command
    return e.SeminarHeld(unit=cmd.unit, plan=cmd.plan, year=cmd.on.year, reports=cmd.reports)


_UNFIT: Mapping[str, Callable[[Ask], Invalid | NotFound | None]] = {
    "add_person": _officer_of_none,
    "grant_role": _granted_nowhere,
    "revoke_role": _not_held,
    "record_measure": unityears.of_no_target,
}
_FACTS: Mapping[str, Callable[[Ask], Fact | Invalid | NotFound | OnRecord]] = {
    "adopt_plan": _plan,
    "add_person": _person,
    "erase_person": _erased,
    "grant_role": _granted,
    "revoke_role": _revoked,
    "delegate": _delegated,
    "register_unit": _unit,
    "rename_unit": _renamed,
    "set_portal": _portal,
    "merge_units": _merged,
    "assign_research_office": _office,
    "set_up_council": _council,
    "change_council_member": _member,
    "open_budget_line": _line,
    "adjust_budget_line": _adjusted,
    "hold_session": _session,
    "cast_ballots": _ballots,
    "hold_seminar": _seminar,
    "rescind": _rescinded,
    "migrate_task": _migrated,
    "import_task": imported,
    **unityears.FACTS,
}
