"""What is nested in a row of a registry, as people read it: briefly in a table, in full in a cell of a workbook."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.speech import heading as brief_heading
from console.speech import one_line, say, shown
from engine.catalogue import N_

Rows = Iterable[Mapping[str, Any]]
Told = Callable[[Any], Any]


def heading(column: str) -> str:
    """What stands over a column whose values are told in full: where a table counts, the list itself is here."""
    return say(COUNTED[column]) if column in COUNTED else brief_heading(column)


def brief(column: str, value: Any) -> Any:
    """What is nested, as it fits into a cell of a table on screen."""
    told = BRIEFLY.get(column)
    return told(value) if told else value


def in_full(column: str, value: Any) -> Any:
    """A value as a cell of a workbook has it: numbers as they are, words in the person's language, nothing for None."""
    if value is None or value == [] or value == "":
        return None
    if column in FULLY:
        return "\n".join(one_line(line) for line in FULLY[column](value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return shown(column, value)


def _reports(reports: Rows) -> list[str]:
    return [f"{report['presenter']}: {report['title']}" for report in reports]


def _sitting(members: Rows) -> list[str]:
    return [member["person"] for member in members if member["until"] is None]


def _shares(authors: Rows) -> list[str]:
    return [f"{author['person']} {author['share']} %" for author in authors]


def _deeds(did: Rows) -> list[str]:
    return [f"{deed['stream']}/{deed['version']} {shown('kind', deed['kind'])}" for deed in did]


def _deeds_in_full(did: Rows) -> list[str]:
    return [
        f"{deed['stream']}/{deed['version']}: {shown('kind', deed['kind'])}, {shown('on', deed['on'])}"
        + (f" ({shown('as', deed['as'])})" if deed["as"] != "document" else "")
        for deed in did
    ]


def _reports_in_full(reports: Rows) -> list[str]:
    return [line + _task(report) for line, report in zip(_reports(reports), reports, strict=True)]


def _task(report: Mapping[str, Any]) -> str:
    return f" ({say(N_('task'))} {report['task']})" if report.get("task") else ""


def _span(row: Mapping[str, Any]) -> str:
    since, until = shown("from", row["from"]), row["until"]
    return f"{since} - {shown('until', until)}" if until else say(N_("from {since}"), since=since)


def _names(names: Rows) -> list[str]:
    return [f"{name['name']} ({_span(name)})" for name in names]


def _members(members: Rows) -> list[str]:
    return [f"{each['person']}, {shown('seat', each['role'])} ({_span(each)})" for each in members]


def _sessions(sessions: Rows) -> list[str]:
    return [
        f"{each['session']}, {shown('on', each['on'])}, {say(N_('present'))} {len(each['present'])}/{each['members']}: "
        + "; ".join(_item(item) for item in each["items"])
        for each in sessions
    ]


def _item(item: Mapping[str, Any]) -> str:
    told = f"{shown('purpose', item['purpose'])} {item['task'] or item['initiative'] or ''}".rstrip()
    told += f", {say(N_('{count} ballots'), count=item['ballots'])}" if item["ballots"] else ""
    if item["recused"]:
        told += f", {say(N_('recused: {people}'), people=item['recused'])}"
    return f"{told} - {shown('result', item['result'])}" if item["result"] else told


def _commendations(commendations: Rows) -> list[str]:
    return [
        f"{shown('on', each['on'])}, {each['form']}: " + ", ".join([*each["persons"], *filter(None, [each["unit"]])])
        for each in commendations
    ]


def _changed(changed: Rows) -> list[str]:
    return [
        f"{heading(each['column'])}: {in_words(each['column'], each['from'])} → {in_words(each['column'], each['to'])}"
        for each in changed
    ]


def _corrections(corrections: Rows) -> list[str]:
    told = N_("{field} corrected to {value} by version {version}, {document}: {reason}")
    return [
        say(
            told,
            field=heading(each["field"]),
            value=in_words(each["field"], each["value"]),
            version=each["version"],
            document=each["document"] or "-",
            reason=each["reason"],
        )
        for each in corrections
    ]


def in_words(column: str, value: Any) -> str:
    """A value of a row or a state as the log's fold has it, in one line."""
    if isinstance(value, list | tuple | dict) and value:
        try:
            return "; ".join(FULLY[column](value)) if column in FULLY else _loose(value)
        except (KeyError, TypeError):  # an older fold's shape: told as it lies
            return _loose(value)
    return shown(column, None if value == [] or value == {} else value)


def _loose(value: Any) -> str:
    """Whatever is nested, as names and values."""
    if isinstance(value, Mapping):
        return ", ".join(f"{heading(name)}: {_loose_value(name, each)}" for name, each in value.items())
    return "; ".join(_loose(each) if isinstance(each, Mapping | list | tuple) else str(each) for each in value)


def _loose_value(name: str, value: Any) -> str:
    return _loose(value) if isinstance(value, Mapping | list | tuple) else shown(name, value)


COUNTED = {"sessions": N_("sessions held")}  # their word in a table says that it is a number
BRIEFLY: dict[str, Told] = {
    "did": _deeds,
    "members": _sitting,
    "sessions": len,
    "reports": _reports,
    "authors": _shares,
    "commendations": len,
}
FULLY: dict[str, Callable[[Any], list[str]]] = {
    "did": _deeds_in_full,
    "members": _members,
    "sessions": _sessions,
    "reports": _reports_in_full,
    "authors": _shares,
    "names": _names,
    "commendations": _commendations,
    "changed": _changed,
    "corrections": _corrections,
}
