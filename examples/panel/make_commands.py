"""Turns the panel's scores into a file of commands for `khcn record`: python make_commands.py > commands.jsonl

A rating of 0 is the best and 40 the worst, so a score of 0 to 100 is (40 - rating) * 100 / 40, a multiple of 2.5.
A blank is a member who was recused.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

RATINGS = Path(__file__).with_name("aibs_ratings.csv")
WORST = 40
CHAIR, VICE_CHAIR, SECRETARY = "judge_2", "judge_4", "judge_1"
COUNCIL_REVIEWERS = ("judge_3", "judge_5")
DAY, PER_SESSION = "2019-03-12", 7
Json = dict[str, Any]


def read_ratings(path: Path = RATINGS) -> dict[str, dict[str, int | None]]:
    """By proposal, what each judge gave it; None where nothing stands."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    proposals = [name for name in rows[0] if name != "judge"]
    return {
        proposal: {row["judge"]: int(row[proposal]) if row[proposal] else None for row in rows}
        for proposal in proposals
    }


def commands(ratings: dict[str, dict[str, int | None]]) -> list[Json]:
    """Every command, in the order in which it is recorded."""
    judges = list(next(iter(ratings.values())))
    made = [*people(judges), council(judges)]
    for number, proposal in enumerate(ratings, 1):
        made += registration(proposal, number)
    names = list(ratings)
    for first in range(0, len(names), PER_SESSION):
        made += session(f"session_{first // PER_SESSION + 1}", judges, names[first : first + PER_SESSION], ratings)
    return made


def people(judges: list[str]) -> list[Json]:
    """One unit, its officer, the Department's secretary, and the judges."""
    unit = {"name": "Viện Nghiên cứu Thử Nghiệm", "kind": "other", "ownership": "public", "subordinate": True}
    officer = [{"role": "unit_officer", "unit": "VIEN"}]
    return [
        command("register_unit", "admin", "2019-01-10", unit="VIEN", plans=["PANEL"], **unit),
        command("add_person", "admin", "2019-01-10", person="secretary", name="Thư Ký Sở", roles=["secretary"]),
        command("add_person", "admin", "2019-01-10", person="officer", name="Cán Bộ Viện", unit="VIEN", roles=officer),
        *(
            command("add_person", "admin", "2019-01-10", person=judge, name=f"Người Chấm {judge.split('_')[1]}")
            for judge in judges
        ),
    ]


def council(judges: list[str]) -> Json:
    """The panel of all judges. Who led it is not in the data: the seats are our choice."""
    seats = {CHAIR: "chair", VICE_CHAIR: "vice_chair", SECRETARY: "secretary"}
    seats |= dict.fromkeys(COUNCIL_REVIEWERS, "reviewer")
    members = [{"person": judge, "role": seats.get(judge, "member")} for judge in judges]
    named = {"council": "PANEL-12", "name": "Hội đồng chấm điểm đề xuất", "kind": "appraisal", "plan": "PANEL"}
    issued = {"in_force_from": "2019-02-01", "document": document("02/QĐ-SYT", "2019-02-01")}
    return command("set_up_council", "secretary", "2019-02-01", **named, **issued, members=members)


def registration(proposal: str, number: int) -> list[Json]:
    """A proposal and who made it."""
    applicant = f"applicant_{number}"
    named = {"task": proposal, "plan": "PANEL", "level": "panel", "year": 2019, "title": f"Đề xuất nghiên cứu {number}"}
    span = {"start": "2019-07-01", "end": "2021-06-30", "estimate": [{"content": "Nghiên cứu", "amount": 500_000_000}]}
    who = {"lead_unit": "VIEN", "investigator": applicant}
    return [
        command("add_person", "admin", "2019-02-15", person=applicant, name=f"Chủ Nhiệm {number}", unit="VIEN"),
        command("register_task", "officer", "2019-02-15", **named, **who, **span),
    ]


def session(
    name: str, judges: list[str], proposals: list[str], ratings: dict[str, dict[str, int | None]]
) -> list[Json]:
    """A session with some of the proposals; then ballots and result of each."""
    items = [
        {"task": proposal, "purpose": "appraise", "reviewers": reviewers(proposal, ratings[proposal])}
        for proposal in proposals
    ]
    told = {"session": name, "council": "PANEL-12", "minutes": document(f"{name}/BB", DAY), "items": items}
    made = [command("hold_session", "secretary", DAY, **told, present=judges)]
    for proposal in proposals:
        given = ratings[proposal]
        ballots = [{"person": judge, "score": score(rating)} for judge, rating in given.items() if rating is not None]
        recused = [judge for judge, rating in given.items() if rating is None]
        about = {"session": name, "task": proposal}
        made.append(
            command("cast_ballots", "secretary", DAY, **about, purpose="appraise", ballots=ballots, recused=recused)
        )
        made.append(command("appraise_task", "secretary", DAY, **about))
    return made


def reviewers(proposal: str, given: dict[str, int | None]) -> list[str]:
    """Two who scored it and lead nothing, in turn from proposal to proposal."""
    able = [judge for judge, rating in given.items() if rating is not None and judge not in (CHAIR, VICE_CHAIR)]
    start = int(proposal.split("_")[1]) % len(able)
    return [able[start], able[(start + 1) % len(able)]]


def score(rating: int) -> float:
    """A rating as a score of 0 to 100."""
    return (WORST - rating) * 100 / WORST


def document(number: str, date: str) -> Json:
    """A document of the Department."""
    return {"number": number, "date": date, "issuer": "Sở Y tế Thử Nghiệm"}


def command(name: str, actor: str, on: str, /, **fields: Any) -> Json:
    """One command."""
    return {"command": name, "actor": actor, "on": on, **fields}


if __name__ == "__main__":
    sys.stdout.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in commands(read_ratings()))
