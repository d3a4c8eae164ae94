"""Checks how a plan lets councils be made up, meet and vote: that what it asks for can be, and says something.

A regulation may be as strict or as lenient as a department likes; only what nobody could ever meet, or what could never
come out otherwise, is told. Changes nothing."""

from fractions import Fraction
from typing import Any, Final, NamedTuple

from engine.catalogue import N_
from engine.plan import CouncilRules, Plan
from workflows import vocabulary as words
from workflows.problems import Findings
from workflows.yamlfile import Node

BEST_SCORE: Final = 100
OF_THE_DEPARTMENT: Final = "sector"  # the kind of council that no unit has
ONE_OF: Final = N_("Use one of: {names}.")


class _Case(NamedTuple):
    plan: Plan
    tree: Node
    findings: Findings

    @property
    def rules(self) -> CouncilRules:
        return self.plan.council

    def tell(self, path: tuple[str | int, ...], message: str, cure: str, **params: Any) -> None:
        self.findings.add(self.tree.at("council", *path), message, cure, **params)


def check_council(plan: Plan, tree: Node, findings: Findings) -> None:
    """Take a plan and the nodes it was made of; add what is wrong with its councils to `findings`."""
    case = _Case(plan, tree, findings)
    _check_kinds(case)
    _check_seats(case)
    _check_leading(case)
    _check_shares(case)
    _check_scores(case)
    _check_lead_unit(case)


def _check_kinds(case: _Case) -> None:
    for kind, purposes in case.rules.kinds.items():
        if kind not in words.COUNCIL_KINDS:
            text = N_("There is no kind of council '{kind}'.")
            case.tell(("kinds", kind), text, ONE_OF, kind=kind, names=words.COUNCIL_KINDS)
        for purpose in sorted(set(purposes) - set(words.COUNCIL_PURPOSES)):
            text = N_("A council does not decide '{purpose}'.")
            case.tell(("kinds", kind), text, ONE_OF, purpose=purpose, names=words.COUNCIL_PURPOSES)
    for level, workflow in case.plan.workflows.items():
        for purpose, decides in workflow.decides.items():
            if decides.by != "council" or f"{purpose}_task" not in workflow.steps:
                continue
            of_a_unit = decides.whose == "unit"
            able = {kind for kind, may in case.rules.kinds.items() if purpose in may} & set(words.COUNCIL_KINDS)
            if not able - ({OF_THE_DEPARTMENT} if of_a_unit else set()):
                text = N_("No kind of council may decide '{purpose}' at {level}, so nobody ever can.")
                cure = N_("Name '{purpose}' under `kinds` for a kind that a unit has: science, appraisal, acceptance.")
                if not of_a_unit:
                    cure = N_("Name '{purpose}' under `kinds` for one of the kinds.")
                case.tell(("kinds",), text, cure, purpose=purpose, level=level)


def _check_seats(case: _Case) -> None:
    seats = case.rules.seats
    named = {("seats", "needs"): [*seats.needs], ("chairs",): case.rules.chairs}
    named |= {("lead_unit_barred",): case.rules.lead_unit_barred}
    for path, found in named.items():
        for seat in sorted(set(found) - set(words.SEATS)):
            text = N_("There is no seat '{seat}' in a council.")
            case.tell((*path, seat), text, ONE_OF, seat=seat, names=words.SEATS)
    for seat, number in seats.needs.items():
        if number < 0 or (seat == "chair" and number > 1):
            text = N_("No council can have {number} members as {seat}.")
            cure = N_("Write how many are needed: of the chair 0 or 1, of other seats 0 or more.")
            case.tell(("seats", "needs", seat), text, cure, number=number, seat=seat)
    needed = sum(number for number in seats.needs.values() if number > 0)
    if needed > seats.most or seats.least > seats.most or seats.most < 1:
        text = N_("No council can have the seats that the plan asks for.")
        case.tell(("seats",), text, N_("Let `least` and the seats under `needs` fit within `most`."))
    elif seats.odd and max(seats.least, needed) == seats.most and seats.most % 2 == 0:
        text = N_("A council would have {most} members, no more and no fewer, and an odd number, which {most} is not.")
        cure = N_("Let `least` and `most` leave room for an odd number, or write `odd: false`.")
        case.tell(("seats",), text, cure, most=seats.most)


def _check_leading(case: _Case) -> None:
    if not case.rules.chairs:
        text = N_("No seat may lead a session, so that none would ever have its quorum.")
        case.tell(("chairs",), text, N_("Name at least one seat: `chairs: [chair, vice_chair]`."))


def _check_shares(case: _Case) -> None:
    rules = case.rules
    shares: dict[tuple[str, ...], Fraction] = {("quorum",): rules.quorum, ("majority",): rules.majority}
    shares |= {("grade", "excellent"): rules.grade.excellent, ("grade", "fail_over"): rules.grade.fail_over}
    for path, share in shares.items():
        if not 0 <= share <= 1:
            case.tell(path, N_("'{name}' is not a share."), N_("Write it as 2/3."), name=path[-1])
    if rules.majority == 1:
        text = N_("More than all who are present would have to be in favour, so that nothing is ever carried.")
        case.tell(("majority",), text, N_("Write a share below 1: more than that share carries, as 3/4."))
    if rules.grade.fail_over == 1:
        text = N_("More than all who are present would have to say fail, so that nothing ever fails.")
        case.tell(("grade", "fail_over"), text, N_("Write a share below 1: more than that share fails, as 1/3."))
    if rules.grade.excellent == 0:
        text = N_("A result would be excellent though nobody says so.")
        case.tell(("grade", "excellent"), text, N_("Write a share above 0, as 3/4."))


def _check_scores(case: _Case) -> None:
    score = case.rules.score
    if not 0 < score.passes <= BEST_SCORE:
        text = N_("A score of {passes} passes, but scores are from 0 to {best}: none would ever pass, or each would.")
        cure = N_("Write a score above 0 and at most {best}, as 70.")
        case.tell(("score", "passes"), text, cure, passes=_written(score.passes), best=BEST_SCORE)
    if score.revises < 0:
        text = N_("Changes are asked for from a score of {revises} on, but scores are from 0 to {best}.")
        cure = N_("Write a score from 0 on, at most that which passes.")
        case.tell(("score", "revises"), text, cure, revises=_written(score.revises), best=BEST_SCORE)
    if score.revises > score.passes:
        text = N_("Scores ask for changes from above the score that passes.")
        case.tell(("score",), text, N_("Let `revises` be at most `passes`."))


def _written(score: Fraction) -> str:
    """A score as people write it: 70, 100.5; else as a fraction."""
    short = Fraction(str(float(score)))
    return f"{float(score):g}" if short == score else str(score)


def _check_lead_unit(case: _Case) -> None:
    votes, barred = case.rules.lead_unit_votes, case.rules.lead_unit_barred
    if votes < 0:
        text = N_("Fewer than no members of the lead unit would have to vote, so that no ballots could be cast.")
        case.tell(("lead_unit_votes",), text, N_("Write how many may vote at most: 0 or more."))
    elif votes and set(words.SEATS) <= set(barred):
        text = N_("Of the lead unit {votes} may vote, but from no seat.")
        cure = N_("Leave a seat out of `lead_unit_barred`, or write `lead_unit_votes: 0`.")
        case.tell(("lead_unit_barred",), text, cure, votes=votes)
