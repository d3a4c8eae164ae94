"""Rules of results: whether the votes carried a selection or a recognition."""

from collections.abc import Iterator

from engine import tally
from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_


@rule("customary.majority", N_("{yes} of {present} present were in favour, more than {share}."))
def majority(ask: Ask) -> Iterator[Unmet]:
    """More than the majority of those present are in favour."""
    named = ask.command.session
    session = ask.facts.session(named) if named else None
    item = session.item(ask.purpose, ask.task.task) if session else None
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
