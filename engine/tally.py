"""Computes results from ballots: presence, majority, average, grade. Exact arithmetic; nobody types a result in."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from engine.plan import CouncilRules, GradeRule, ScoreRule
from engine.states import AgendaItem, Session


def sitting(session: Session, item: AgendaItem) -> tuple[str, ...]:
    """Those who count as present for the item: present and not recused."""
    return tuple(person for person in session.present if person not in item.recused)


def counts(item: AgendaItem) -> dict[str, int]:
    """Votes by kind."""
    return dict(Counter(ballot.vote for ballot in item.ballots if ballot.vote is not None))


def carried(item: AgendaItem, present: int, rules: CouncilRules) -> bool:
    """Whether more than the majority of those present are in favour (abstentions count as present)."""
    return Fraction(counts(item).get("yes", 0)) > rules.majority * present


def average(item: AgendaItem) -> Fraction | None:
    """The exact average of the scores cast; None where nobody scored."""
    # Decimals add up exactly: a score has two places. (Fractions would too, and take ten times as long.)
    scores = [Decimal(ballot.score) for ballot in item.ballots if ballot.score is not None]
    return Fraction(sum(scores, Decimal(0))) / len(scores) if scores else None


def appraisal(points: Fraction, rules: ScoreRule) -> str:
    """passed, revision or failed."""
    if points >= rules.passes:
        return "passed"
    return "revision" if points >= rules.revises else "failed"


def grade(item: AgendaItem, present: int, rules: GradeRule) -> str:
    """excellent, pass or fail, in shares of those present."""
    votes = counts(item)
    if votes.get("excellent", 0) >= rules.excellent * present and not votes.get("fail", 0):
        return "excellent"
    return "fail" if votes.get("fail", 0) > rules.fail_over * present else "pass"


def enough(present: int, members: int, share: Fraction) -> bool:
    """Whether at least `share` of the members are present."""
    return Fraction(present) >= share * members
