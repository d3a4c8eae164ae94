"""Rules of results: whether the votes carried a selection or a recognition."""

from collections.abc import Iterator

from engine import states as s
from engine import tally
from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_


@rule("customary.majority", N_("{yes} of {present} present were in favour, more than {share}."))
def majority(ask: Ask) -> Iterator[Unmet]:
    """More than the majority of those present are in favour."""
    named = ask.command.session
    session = ask.facts.session(named) if named else None
    yield from _carried(ask, session, session.item(ask.purpose, ask.task.task) if session else None)


@rule("customary.majority", N_("{yes} of {present} present were in favour, more than {share}."))
def initiative_majority(ask: Ask) -> Iterator[Unmet]:
    """Where a session recognises an initiative, more than the majority of those present are in favour."""
    session = ask.facts.session(ask.command.session)
    yield from _carried(ask, session, session.item("recognise", None, ask.command.initiative) if session else None)


def _carried(ask: Ask, session: s.Session | None, item: s.AgendaItem | None) -> Iterator[Unmet]:
    if session is None or item is None or not item.cast or ask.plan is None:
        return
    present = len(tally.sitting(session, item))
    yes = tally.counts(item).get("yes", 0)
    ask.evidence |= {"yes": yes, "present": present, "share": str(ask.plan.council.majority)}
    if not tally.carried(item, present, ask.plan.council):
        yield no(
            N_("{yes} of {present} present were in favour; more than {share} are needed."),
            cure=N_("The ballots stay on record; a later session may vote again."),
            **ask.evidence,
        )
