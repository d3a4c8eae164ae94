"""Founds a store: creates it, adopts the built-in plans, names the first administrator. Twice is as once."""

from collections.abc import Iterable
from typing import Any

from engine.commands import AddPerson, AdoptPlan, Command
from engine.decider.answers import Accepted
from engine.desk import Desk
from engine.envelope import Fact
from engine.events import PersonAdded, PlanAdopted
from engine.fields import RoleAt
from engine.states import FOLD_VERSION
from engine.work import Work

FOUNDER = "khcn"  # who acts where nobody is on record yet


def found(desk: Desk, plans: Iterable[tuple[str, dict[str, object], str]], admin: tuple[str, str] | None) -> list[str]:
    """Create the store where there is none; adopt each plan (id, content, SHA-256) not adopted yet; add the first
    administrator (id, name). Returns the streams that were begun. Raises what the log raises."""
    desk.log.create()
    on = desk.today()
    with desk.log.writer() as writer:
        if writer.meta("fold") is None:
            writer.set_meta("fold", FOLD_VERSION)
        work = Work(writer, {})
        begun: list[str] = []
        for plan, content, sha256 in plans:
            fact: Fact = PlanAdopted(plan=plan, content=content, sha256=sha256)
            adopt = AdoptPlan(actor=FOUNDER, on=on, plan=plan, content=content, sha256=sha256)
            begun += _begin(desk, work, adopt, fact)
        if admin is not None and writer.meta("administrator") is None:
            ident, name = admin
            writer.set_meta("administrator", ident)
            add: Any = AddPerson(command="add_person", actor=FOUNDER, on=on, person=ident, name=name)
            add = work.sealed(add, desk.entropy)
            fact = PersonAdded(person=ident, name=add.name, roles=(RoleAt(role="admin"),), always=True)
            begun += _begin(desk, work, add, fact)
        work.flush(writer)
    return begun


def _begin(desk: Desk, work: Work, command: Command, fact: Fact) -> list[str]:
    if work.get(fact.stream()) is not None:
        return []
    work.stage(command, Accepted(fact, None, None, None, ()), desk.clock())
    return [fact.stream()]
