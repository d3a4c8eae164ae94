"""Faults in how a plan lets councils be made up, meet and vote: what nobody could ever meet, and what is told."""

from tests.plans.faults import Fault

SEATS = "  seats: {least: 7, most: 12, odd: false, needs: {chair: 1, vice_chair: 1, secretary: 1, reviewer: 2}}"


def beside(line: str) -> tuple[str, str, str]:
    """A line more under `council`."""
    return "plan.yaml", SEATS, f"  {line}\n{SEATS}"


def seated(old: str, new: str) -> tuple[str, str, str]:
    """The seats with one thing written otherwise."""
    return "plan.yaml", SEATS, SEATS.replace(old, new)


OF_COUNCILS: dict[str, Fault] = {
    "a majority of more than all": (
        beside("majority: 1/1"),
        (
            "plan.yaml",
            "majority: 1/1",
            "More than all who are present would have to be in favour, so that nothing is ever carried.",
            "Write a share below 1: more than that share carries, as 3/4.",
        ),
    ),
    "a majority that is no share": (
        beside("majority: 5/4"),
        ("plan.yaml", "majority: 5/4", "'majority' is not a share.", "Write it as 2/3."),
    ),
    "a failure of more than all": (
        beside("grade: {fail_over: 1}"),
        (
            "plan.yaml",
            "grade: {fail_over: 1}",
            "More than all who are present would have to say fail, so that nothing ever fails.",
            "Write a share below 1: more than that share fails, as 1/3.",
        ),
    ),
    "excellence for nothing": (
        beside("grade: {excellent: 0}"),
        (
            "plan.yaml",
            "grade: {excellent: 0}",
            "A result would be excellent though nobody says so.",
            "Write a share above 0, as 3/4.",
        ),
    ),
    "a score above all scores": (
        beside("score: {passes: 100.5}"),
        (
            "plan.yaml",
            "score: {passes: 100.5}",
            "A score of 100.5 passes, but scores are from 0 to 100: none would ever pass, or each would.",
            "Write a score above 0 and at most 100, as 70.",
        ),
    ),
    "a score that everybody reaches": (
        beside("score: {passes: 0, revises: 0}"),
        (
            "plan.yaml",
            "score: {passes: 0, revises: 0}",
            "A score of 0 passes, but scores are from 0 to 100: none would ever pass, or each would.",
            "Write a score above 0 and at most 100, as 70.",
        ),
    ),
    "changes from below all scores": (
        beside("score: {revises: -1}"),
        (
            "plan.yaml",
            "score: {revises: -1}",
            "Changes are asked for from a score of -1 on, but scores are from 0 to 100.",
            "Write a score from 0 on, at most that which passes.",
        ),
    ),
    "changes from above what passes": (
        beside("score: {passes: 40}"),
        (
            "plan.yaml",
            "score: {passes: 40}",
            "Scores ask for changes from above the score that passes.",
            "Let `revises` be at most `passes`.",
        ),
    ),
    "nobody who may lead": (
        beside("chairs: []"),
        (
            "plan.yaml",
            "chairs: []",
            "No seat may lead a session, so that none would ever have its quorum.",
            "Name at least one seat: `chairs: [chair, vice_chair]`.",
        ),
    ),
    "a leading seat that is not known": (
        beside("chairs: [president]"),
        (
            "plan.yaml",
            "chairs: [president]",
            "There is no seat 'president' in a council.",
            "Use one of: chair, vice_chair, reviewer, secretary, member.",
        ),
    ),
    "fewer members at most than at least": (
        seated("least: 7, most: 12", "least: 5, most: 4"),
        (
            "plan.yaml",
            SEATS.replace("least: 7, most: 12", "least: 5, most: 4").strip(),
            "No council can have the seats that the plan asks for.",
            "Let `least` and the seats under `needs` fit within `most`.",
        ),
    ),
    "an odd number that is even": (
        seated("least: 7, most: 12, odd: false", "least: 12, most: 12, odd: true"),
        (
            "plan.yaml",
            SEATS.replace("least: 7, most: 12, odd: false", "least: 12, most: 12, odd: true").strip(),
            "A council would have 12 members, no more and no fewer, and an odd number, which 12 is not.",
            "Let `least` and `most` leave room for an odd number, or write `odd: false`.",
        ),
    ),
    "two chairs": (
        seated("chair: 1, vice", "chair: 2, vice"),
        (
            "plan.yaml",
            SEATS.replace("chair: 1, vice", "chair: 2, vice").strip(),
            "No council can have 2 members as chair.",
            "Write how many are needed: of the chair 0 or 1, of other seats 0 or more.",
        ),
    ),
    "fewer than no reviewers": (
        seated("reviewer: 2", "reviewer: -2"),
        (
            "plan.yaml",
            SEATS.replace("reviewer: 2", "reviewer: -2").strip(),
            "No council can have -2 members as reviewer.",
            "Write how many are needed: of the chair 0 or 1, of other seats 0 or more.",
        ),
    ),
    "a kind of council that there is not": (
        beside("kinds: {panel: [appraise]}"),
        (
            "plan.yaml",
            "kinds: {panel: [appraise]}",
            "There is no kind of council 'panel'.",
            "Use one of: science, appraisal, acceptance, sector.",
        ),
    ),
    "a purpose that no kind decides": (
        beside("kinds: {sector: [appraise], science: null, acceptance: null}"),
        (
            "plan.yaml",
            "kinds: {sector: [appraise], science: null, acceptance: null}",
            "No kind of council may decide 'accept' at sector, so nobody ever can.",
            "Name 'accept' under `kinds` for one of the kinds.",
        ),
    ),
    "fewer than no votes of the lead unit": (
        beside("lead_unit_votes: -1"),
        (
            "plan.yaml",
            "lead_unit_votes: -1",
            "Fewer than no members of the lead unit would have to vote, so that no ballots could be cast.",
            "Write how many may vote at most: 0 or more.",
        ),
    ),
    "votes of the lead unit from no seat": (
        beside("lead_unit_barred: [chair, vice_chair, reviewer, secretary, member]"),
        (
            "plan.yaml",
            "lead_unit_barred: [chair, vice_chair, reviewer, secretary, member]",
            "Of the lead unit 1 may vote, but from no seat.",
            "Leave a seat out of `lead_unit_barred`, or write `lead_unit_votes: 0`.",
        ),
    ),
}
# As strict or as lenient as can be: the last that is taken, each beside the first that is not.
AT_THE_EDGE = {
    "almost all in favour": beside("majority: 999/1000"),
    "anybody in favour": beside("majority: 0"),
    "all present": beside("quorum: 1"),
    "nobody fails but by more than almost all": beside("grade: {fail_over: 999/1000, excellent: 1}"),
    "one is excellent": beside("grade: {excellent: 1/1000, fail_over: 0}"),
    "the best score alone passes": beside("score: {passes: 100, revises: 100}"),
    "hardly a score passes": beside("score: {passes: 0.01, revises: 0}"),
    "a member leads": beside("chairs: [member]"),
    "one number of members": seated("least: 7, most: 12, odd: false", "least: 11, most: 11, odd: true"),
    "one odd number among two": seated("least: 7, most: 12, odd: false", "least: 11, most: 12, odd: true"),
    "no seat but the chair's need be filled": seated("vice_chair: 1, secretary: 1, reviewer: 2", "reviewer: 0"),
    "as many as there is room for": seated("least: 7, most: 12", "least: 1, most: 5"),
    "nobody of the lead unit votes": beside(
        "lead_unit_votes: 0\n  lead_unit_barred: [chair, vice_chair, reviewer, secretary, member]"
    ),
    "one kind decides it all": beside("kinds: {science: null, appraisal: null, acceptance: null}"),
}
