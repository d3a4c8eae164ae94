"""Speaks to the person: in which language, as table, JSON or CSV. Knows no command."""

import csv
import gettext
import io
import os
import re
import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import click
from msgspec.json import Encoder
from msgspec.json import format as indented

from console.words import FIELDS, VALUES
from engine.catalogue import DOMAIN, LOCALE_DIR, N_, Message, Titled, render
from engine.words import COUNCILS, OUTCOMES, PAYERS, ROLES

_ENCODER = Encoder()
_lang = "en"


def set_language(lang: str) -> None:
    """From here on everything is said in `lang`."""
    global _lang
    _lang = lang
    # click looks its own words up in the process's text domain.
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain(DOMAIN, LOCALE_DIR)
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The language in which everything is said."""
    return _lang


# What moves a cursor, clears a screen or turns letters round: it may be on record, and has no place on a screen.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """A text as a screen may have it: a control character as its number, \\x1b; lines and tabs stay."""
    return _UNSEEN.sub(_numbered, text)


def _numbered(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def put(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Put a text for people on standard output (or error); nothing in it steers the terminal."""
    click.echo(visible(text), err=err, nl=nl)


def put_exact(text: str) -> None:
    """Put a text on standard output as it is, where a program or a file takes it; on a screen as `put` does."""
    if sys.stdout.isatty():
        text = visible(text.replace("\r\n", "\n"))
    click.echo(text, nl=False, color=True)  # else click drops from a pipe what looks like colours


def say(text: str, /, **params: Any) -> str:
    """A sentence of the catalogue in the person's language."""
    return visible(render(text, _lang, **params))


def tell(text: str, /, **params: Any) -> None:
    """Put a sentence on standard error: what is for the person, not for the pipe."""
    put(say(text, **params), err=True)


def tell_message(message: Message) -> None:
    """Put a message on standard error."""
    put(message.render(_lang), err=True)


def put_json(value: Any) -> None:
    """Put a value on standard output as JSON."""
    click.echo(indented(_encoded(value), indent=2).decode())


def indented_json(value: Any) -> bytes:
    """A value as JSON that people read too, with its last line ended."""
    return indented(_encoded(value), indent=2) + b"\n"


def json_line(value: Any) -> str:
    """A value as one line of JSON."""
    return _encoded(value).decode()


def _encoded(value: Any) -> bytes:
    """A value as JSON in which what steers a terminal is told by its number too: to a program it is the same."""
    data = _ENCODER.encode(value)
    return data if data.isascii() else _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", data.decode()).encode()


def put_rows(
    rows: Sequence[Mapping[str, Any]], form: str, *, columns: Sequence[str] | None = None, head: Sequence[str] = ()
) -> None:
    """Put rows on standard output: all of them as JSON or CSV, `columns` of them as a table.

    `head`: every column that a row has, so that the CSV of an empty list is told apart from no answer."""
    if form == "json":
        put_json(list(rows))
    elif form == "csv":
        put_exact(as_csv(rows, head))
    else:
        put_table(rows, columns or (list(rows[0]) if rows else []))


def as_csv(rows: Sequence[Mapping[str, Any]], head: Sequence[str] = ()) -> str:
    """Rows as CSV that Excel opens as it is meant: with a byte order mark, and no cell that becomes a formula.

    The first line names the columns: those of `head`, and what a row has beside them."""
    columns = list(dict.fromkeys(chain(head, *rows)))
    if not columns:
        return ""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        value = json_line(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def heading(name: str) -> str:
    """What stands over a column, in the person's language."""
    return say(HEADINGS.get(name) or FIELDS.get(name, name))


def put_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Put a table on standard output, headings in the person's language."""
    if not rows:
        put(say(N_("Nothing is on record for this.")))
        return
    from console.drawing import Column, draw

    drawn = []
    for name in columns:
        number = any(isinstance(row.get(name), int) and not isinstance(row.get(name), bool) for row in rows)
        drawn.append(Column(heading(name), right=number, whole=name in TIMES))
    draw(drawn, [[shown(name, row.get(name)) for name in columns] for row in rows])


def shown(name: str, value: Any) -> str:
    """A value as a person reads it: amounts with separators, dates by the language."""
    from engine.text import format_amount, format_date, format_period, holds_day

    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, int):
        return format_amount(value, _lang) if name in MONEY else str(value)
    if isinstance(value, list | tuple):
        return ", ".join(shown(name, each) for each in value)
    if not isinstance(value, str) and isinstance(value, Titled):  # what a plan calls it
        return one_line(value.within(_lang))
    if holds_day(name) and (day := format_date(str(value), _lang)) != value:
        return day
    if name == "period":
        return format_period(str(value), _lang)
    if name in ("state", "grade", "status", "what") and value in WORDS:
        return say(WORDS[value])
    if name == "payer" and value in PAYERS:
        return say(PAYERS[value])
    if name in ("role", "roles") and value in ROLES:
        return say(ROLES[value])
    if name in VALUES and isinstance(value, str) and value in VALUES[name]:
        return say(VALUES[name][value])
    if name in TIMES:
        return local_time(value)
    return str(value) if name in COMPOSED else one_line(str(value))


def one_line(text: str) -> str:
    """A text of the record in one line, so that it cannot pass for lines of its own."""
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text


def local_time(moment: str) -> str:
    """A recording time (UTC, ISO) as the clock on a Vietnamese wall showed it, to the second."""
    from datetime import datetime

    from engine.times import VIETNAM

    shape = "%d/%m/%Y %H:%M:%S" if _lang == "vi" else "%Y-%m-%d %H:%M:%S"
    return datetime.fromisoformat(moment).astimezone(VIETNAM).strftime(shape)


TIMES = ("recorded_at", "built_at")  # day and hour stay together
COMPOSED = ("text", "changed", "corrections", "old", "new")  # of lines, by this program
MONEY = ("estimate", "approved", "allocated", "disbursed", "returned", "amount", "left")
HEADINGS = {
    "task": N_("task"),
    "plan": N_("plan"),
    "level": N_("level"),
    "year": N_("year"),
    "title": N_("title"),
    "state": N_("state"),
    "lead_unit": N_("lead unit"),
    "investigator": N_("investigator"),
    "estimate": N_("estimate"),
    "approved": N_("approved"),
    "allocated": N_("allocated"),
    "disbursed": N_("disbursed"),
    "returned": N_("returned"),
    "grade": N_("grade"),
    "position": N_("position"),
    "version": N_("version"),
    "kind": N_("kind"),
    "on": N_("decided on"),
    "recorded_at": N_("recorded at"),
    "actor": N_("actor"),
    "role": N_("role"),
    "acting_for": N_("acting for"),
    "document": N_("document"),
    "step": N_("step"),
    "allowed": N_("allowed"),
    "roles": N_("by"),
    "line": N_("line"),
    "outcome": N_("outcome"),
    "command": N_("command"),
    "stream": N_("stream"),
    "id": N_("id"),
    "number": N_("number"),
    "text": N_("text"),
    "carried_by": N_("carried by"),
    "rule": N_("rule"),
    "source": N_("source"),
    "times": N_("times"),
    "message": N_("message"),
    "name": N_("name"),
    "unit": N_("unit"),
    "payer": N_("payer"),
    "amount": N_("amount"),
    "left": N_("left to allocate"),
    "in_force_from": N_("in force from"),
    "in_force_until": N_("in force until"),
    "members": N_("members"),
    "sessions": N_("sessions"),
    "recognised_on": N_("recognised on"),
    "published_on": N_("published on"),
    "url": N_("page"),
    "days_waiting": N_("days waiting"),
    "portal": N_("portal"),
    "research_office": N_("research office"),
    "merged_into": N_("merged into"),
    "reports": N_("reports"),
    "due": N_("last day"),
    "status": N_("status"),
    "what": N_("duty"),
    "period": N_("for the period"),
    "clause": N_("clause"),
    "done_on": N_("done on"),
    "working_days_left": N_("working days left"),
    "initiative": N_("initiative"),
    "authors": N_("authors"),
    "commendations": N_("commendations"),
    "registered_on": N_("registered on"),
    "appraised_on": N_("appraised on"),
    "approved_on": N_("approved on"),
    "funded_on": N_("funded on"),
    "started_on": N_("started on"),
    "accepted_on": N_("accepted on"),
    "closed_on": N_("closed on"),
    "published_url": N_("published page"),
    "late": N_("late"),
    "names": N_("names"),
    "ownership": N_("ownership"),
    "subordinate": N_("subordinate"),
    "plans": N_("plans"),
    "plan_submitted": N_("plan submitted on"),
    "regulation": N_("regulation issued on"),
    "procedure": N_("procedure issued on"),
    "leader": N_("leader"),
    "officer": N_("officer"),
    "session": N_("session"),
    "tasks": N_("tasks"),
    "funding": N_("funding"),
    "councils": N_("councils"),
    "publications": N_("publications"),
    "units": N_("units"),
    "seminars": N_("seminars"),
    "obligations": N_("obligations"),
    "initiatives": N_("initiatives"),
    "decisions": N_("decisions"),
    "date": N_("date"),
    "issuer": N_("issuer"),
    "signer_capacity": N_("signed as"),
    "did": N_("what it did"),
    "file": N_("file"),
    "sha256": N_("SHA-256"),
    "changed": N_("changed"),
    "corrections": N_("corrected"),
    "row": N_("row"),
    "size": N_("bytes"),
    "present": N_("kept"),
    "lag": N_("events behind"),
    "lag_seconds": N_("seconds behind"),
    "rows": N_("rows"),
    "built_at": N_("built at"),
    "taken": N_("taken"),
    "waiting": N_("in quarantine"),
    "change": N_("change"),
    "key": N_("row named"),
    "before": N_("before"),
    "after": N_("after"),
    "documents": N_("documents"),
    "found_in": N_("found in"),
    "spelt": N_("spelt as"),
}
WORDS = {
    **OUTCOMES,
    **COUNCILS,
    "open": N_("open"),
    "on_time": N_("done on time"),
    "late": N_("done late"),
    "overdue": N_("overdue"),
    "unit_plan": N_("unit plan"),
    "regulation": N_("regulation with incentives"),
    "unit_procedure": N_("research procedure"),
    "seminar": N_("monthly seminar"),
    "self_inspection": N_("self-inspection"),
    "half_year_report": N_("half-year report"),
    "year_report": N_("yearly report"),
    "quarter_report": N_("quarterly report"),
    "yes": N_("yes"),
    "no": N_("no"),
    "department": N_("the Department"),
    "unit": N_("unit"),
    "province": N_("province"),
    "city": N_("city"),
    "ministry": N_("ministry"),
    "state": N_("the state"),
    "other": N_("other"),
    "by_unit": N_("the unit itself"),
    "by_department": N_("the Department"),
    "random": N_("at random"),
    "scheduled": N_("scheduled"),
    "task": N_("task"),
    "use_of_result": N_("use of the result"),
    "submitted_late": N_("handed in late"),
    "beyond_end": N_("beyond its planned end"),
    "continuous": N_("all the time"),
    "yearly": N_("every year"),
    "after_guidance": N_("after guidance"),
    "percent": N_("%"),
    "count": N_("count"),
    "events": N_("by events"),
    "entered": N_("entered with its document"),
    "not_measured": N_("not measured yet"),
    "select": N_("select"),
    "appraise": N_("appraise"),
    "accept": N_("accept"),
    "recognise": N_("recognise"),
    "live": N_("live"),
    "behind": N_("behind"),
    "stale": N_("stale"),
    "quarantined": N_("in quarantine"),
    "building": N_("being built"),
}
