"""What the councils did in a period: sessions, who came, what was decided. It counts no ballot again."""

from engine.catalogue import N_, Message
from projections.councils import CouncilRow, Item, SessionRow
from projections.reports.ground import Ground
from projections.reports.shape import Column, Json, Section, added_up
from projections.reports.targets import Measured, rounded

RESULTS = {
    "select": "task_selected",
    "appraise": "task_appraised",
    "accept": "task_accepted",
    "recognise": "task_recognised",
}


def councils(ground: Ground) -> Section:
    """Every council of the plan: its sessions in the period, attendance, items, and how many of them were decided."""
    rows = [_council(ground, row) for row in ground.councils]
    columns = (
        Column("name", Message(N_("council")), width=7),
        Column("kind", Message(N_("kind")), "word", 3),
        Column("sessions", Message(N_("sessions")), "number", 2),
        Column("attendance", Message(N_("attendance, %")), "number", 3),
        Column("items", Message(N_("items")), "number", 2),
        Column("decided", Message(N_("decided")), "number", 2),
        Column("results", Message(N_("results")), "word", 6),
    )
    totals = added_up(rows, "sessions", "items", "decided")
    return Section("councils", Message(N_("Councils")), columns, rows, totals=totals)


def _council(ground: Ground, row: CouncilRow) -> Json:
    held = [session for session in ground.sessions if session.council == row.council]
    items = [_item(ground, session, item) for session in held for item in session.items]
    present = sum(len(session.present) for session in held)
    seats = sum(row.seated(session.on) for session in held)
    return {
        "council": row.council,
        "name": row.name,
        "kind": row.kind,
        "unit": ground.counts_as(row.unit) if row.unit else None,
        "unit_name": ground.unit(row.unit),
        "sessions": len(held),
        "present": present,
        "seats": seats,
        "attendance": rounded(Measured(present, seats).value()) if seats else None,
        "items": len(items),
        "decided": sum(item["result"] is not None for item in items),
        "results": _results(items),
    }


def _results(items: list[Json]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in items:
        if item["result"] is not None:
            found[item["result"]] = found.get(item["result"], 0) + 1
    return dict(sorted(found.items()))


def sessions(ground: Ground) -> Section:
    """Every item of every session of the period: who was there, the ballots, the result once a step has taken it up."""
    councils_by_id = {row.council: row for row in ground.councils}
    rows = [
        _sat(session, councils_by_id[session.council]) | _item(ground, session, item)
        for session in ground.sessions
        for item in session.items
    ]
    columns = (
        Column("on", Message(N_("held on")), "date", 3),
        Column("session", Message(N_("session")), width=4),
        Column("name", Message(N_("council")), width=6),
        Column("present", Message(N_("present")), "number", 2),
        Column("members", Message(N_("members")), "number", 2),
        Column("purpose", Message(N_("purpose")), "word", 3),
        Column("about", Message(N_("task or initiative")), width=4),
        Column("ballots", Message(N_("ballots")), "number", 2),
        Column("result", Message(N_("result")), "word", 3),
    )
    return Section("sessions", Message(N_("Sessions")), columns, rows)


def _sat(session: SessionRow, council: CouncilRow) -> Json:
    return {
        "on": session.on,
        "session": session.session,
        "council": session.council,
        "name": council.name,
        "present": len(session.present),
        "members": council.seated(session.on),
    }


def _item(ground: Ground, session: SessionRow, item: Item) -> Json:
    return {
        "purpose": item.purpose,
        "task": item.task,
        "initiative": item.initiative,
        "about": item.task or item.initiative,
        "ballots": item.ballots,
        "recused": list(item.recused),
        "result": _result(ground, session, item),
    }


def _result(ground: Ground, session: SessionRow, item: Item) -> str | None:
    """What the step that took the item up came to; nothing where there was none, or it was rescinded."""
    if item.initiative is not None:
        return ground.results_of_initiatives.get((item.initiative, session.session))
    task = ground.task(item.task or "")
    for entry in task.entries if task else ():
        if entry.session == session.session and entry.kind == RESULTS.get(item.purpose):
            return entry.grade or entry.target
    return None
