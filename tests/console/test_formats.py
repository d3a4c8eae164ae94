"""The same commands as JSON lines, YAML, CSV and a workbook are the same events; the example plays as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import intake
from engine.log import Log
from engine.schema import kind_of
from projections.names import Names
from tests.console.khcn import Khcn
from tests.console.samples import NAMES, fields_of
from tests.intake.files import workbook
from tests.world import HP_SECTOR, VP_PROVINCIAL, Command, command, document, story

DATA = Path(__file__).parents[1] / "data"
SHARED = Path(__file__).parents[3] / "shared" / "examples"
Write = Callable[[Path, Sequence[Command]], Path]


def columns(commands: Sequence[Command]) -> list[str]:
    return list(dict.fromkeys(name for one in commands for name in one))


def in_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "có" if value else "không"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def quoted(value: Any) -> str:
    return '"' + str(value).replace('"', '""') + '"' if value is not None else ""


def is_date(one: Command, name: str) -> bool:
    return name in one and kind_of(one["command"], name) == "date"


def by_day(one: Command, name: str) -> Any:
    """What a cell holds, a date as an office writes it."""
    value = in_cell(one.get(name))
    return f"{value[8:]}/{value[5:7]}/{value[:4]}" if is_date(one, name) else value


def real(one: Command, name: str) -> Any:
    """What a cell of a workbook holds, a date as a date."""
    value = in_cell(one.get(name))
    return date.fromisoformat(value) if is_date(one, name) else value


def jsonl(folder: Path, commands: Sequence[Command]) -> Path:
    path = folder / "a.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in commands), encoding="utf-8")
    return path


def yaml_list(folder: Path, commands: Sequence[Command]) -> Path:
    path = folder / "a.yaml"
    path.write_text(yaml.safe_dump(list(commands), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def yaml_documents(folder: Path, commands: Sequence[Command]) -> Path:
    path = folder / "b.yml"
    path.write_text(yaml.safe_dump_all(commands, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def csv(folder: Path, commands: Sequence[Command], mark: str = ",") -> Path:
    names = columns(commands)
    rows = [names, *([by_day(one, name) for name in names] for one in commands)]
    path = folder / "a.csv"
    text = "\r\n".join(mark.join(map(quoted, row)) for row in rows)
    path.write_text("\ufeff" + text, encoding="utf-8", newline="")
    return path


def semicolons(folder: Path, commands: Sequence[Command]) -> Path:
    return csv(folder, commands, ";")


def xlsx(folder: Path, commands: Sequence[Command]) -> Path:
    """Real date cells, nested fields as JSON."""
    names = columns(commands)
    rows = [[real(one, name) for name in names] for one in commands]
    return workbook(folder / "a.xlsx", {"commands": [names, *rows]})


SHEETS = {"estimate": ("content", "amount"), "members": ("person", "role"), "present": ("value",)}


def sheets(folder: Path, commands: Sequence[Command]) -> Path:
    """Nested fields on sheets of their own, a document by its parts."""
    flat = [{name: value for name, value in one.items() if name not in (*SHEETS, "document")} for one in commands]
    for row, one in zip(flat, commands, strict=True):
        row |= {f"document.{part}": value for part, value in one.get("document", {}).items()}
    names = columns(flat)
    book: dict[str, list[list[Any]]] = {"commands": [names]}
    book["commands"] += [[real(one, name) for name in names] for one in flat]
    for field, parts in SHEETS.items():
        book[field] = [["row", *parts]]
        for number, one in enumerate(commands, start=2):
            for each in one.get(field, ()):
                book[field].append([number, *([each[part] for part in parts] if isinstance(each, dict) else [each])])
    return workbook(folder / "b.xlsx", book)


def bodies(url: str) -> list[Any]:
    """Every event but for when it was recorded, people's names opened: sealed, each is another."""
    with Log.open(url) as log, log.reader() as reader:
        rows = [(row.stream, row.version, row.kind, json.loads(row.body)) for row in reader.events()]
        names = Names(reader, "en")
        for stream, _, kind, body in rows:
            names.opened({"stream": stream, "kind": kind, "data": body["data"]})
    return [(*place, {name: value for name, value in body.items() if name != "recorded_at"}) for *place, body in rows]


@pytest.mark.parametrize("workflow", [HP_SECTOR, VP_PROVINCIAL])
@pytest.mark.parametrize("write", [yaml_list, yaml_documents, csv, semicolons, xlsx, sheets])
def test_the_same_commands_in_another_format_are_the_same_events(
    prepared_sqlite: Path, tmp_path: Path, write: Write, workflow: str
) -> None:
    found = []
    for number, each in enumerate((jsonl, write)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "khcn.db").write_bytes(prepared_sqlite.read_bytes())
        khcn = Khcn(f"sqlite:///{folder}/khcn.db", folder)
        ran = khcn("record", each(folder, story(workflow)))

        assert (ran.code, ran.out) == (0, "")
        found.append(bodies(khcn.url))

    assert found[0] == found[1]


NUMBERED = {
    "T1": 7,
    "BV1": 31,
    "HD-NGANH": 8,
    "pi1": 201,
    "tm1": 202,
    **{f"m{seat}": 100 + seat for seat in range(1, 8)},
}


def numbered(value: Any, write: Callable[[int], Any]) -> Any:
    """The commands with ids made of digits, each as `write` writes a number."""
    if isinstance(value, list | dict):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        found = {key: numbered(each, write) for key, each in pairs}
        return found if isinstance(value, dict) else list(found.values())
    return write(NUMBERED[value]) if value in NUMBERED else value


def test_ids_made_of_digits_need_no_quotes_in_yaml(prepared_sqlite: Path, tmp_path: Path) -> None:
    """In lists too: members present, a team, persons commended, members recused, an item's reviewers."""
    commands = [one | ({"recused": ["tm1"]} if one["command"] == "cast_ballots" else {}) for one in story(HP_SECTOR)]
    for one in commands:
        one |= {"items": [item | {"reviewers": ["m3", "m4"]} for item in one["items"]]} if "items" in one else {}
    paper = document("9/QĐ-SYT", "2026-11-02")
    commands.append(
        command("commend", "lead", "2026-11-02", task="T1", persons=["pi1"], form="Giấy khen", document=paper)
    )
    found = []
    for write, as_id in ((jsonl, str), (yaml_list, int)):
        folder = tmp_path / write.__name__
        folder.mkdir()
        (folder / "khcn.db").write_bytes(prepared_sqlite.read_bytes())
        khcn = Khcn(f"sqlite:///{folder}/khcn.db", folder)
        ran = khcn("record", write(folder, numbered(commands, as_id)))

        assert (ran.code, ran.out) == (0, "")
        found.append(bodies(khcn.url))

    assert found[0] == found[1]


def lists_of_texts() -> list[tuple[str, str]]:
    """Every command and list of plain texts in it, also within an object or a list of objects."""
    paths = [
        (name, f"{field}.{inner}" if inner else field)
        for name in NAMES
        for field, node in fields_of(name)
        for inner in ("", *node.get("properties", ()), "reviewers")
    ]
    return [(name, path) for name, path in paths if kind_of(name, f"{path}[]") == "text"]


def test_a_whole_number_is_a_text_in_every_list_of_texts_and_yes_or_no_is_none(tmp_path: Path) -> None:
    lists = lists_of_texts()
    file = tmp_path / "a.yaml"
    nest = ("{}: {{{}: [101, true, 1.5]}}", "{}: [101, true, 1.5]")
    lines = [
        f"- {{command: {name}, {nest[0].format(*path.split('.')) if '.' in path else nest[1].format(path)}}}\n"
        for name, path in lists
    ]
    file.write_text("".join(lines), encoding="utf-8")
    read_back = [line.command or {} for line in intake.read(str(file), kind_of=kind_of)]
    values = []
    for (_, path), one in zip(lists, read_back, strict=True):
        outer, _, inner = path.partition(".")
        values.append(one[outer][inner] if inner else one[outer])  # type: ignore[index]

    assert {"present", "team", "persons", "units", "missing", "items.reviewers", "facts.team"} <= {p for _, p in lists}
    assert [["101", True, 1.5]] * len(lists) == values


def play(founded: Khcn, folder: Path) -> None:
    """The example must be answered line by line as the file beside it says."""
    ran = founded("record", folder / "hp36_sector.jsonl", "--json")
    expected = [json.loads(line) for line in (folder / "hp36_sector.expected.jsonl").read_text().splitlines()]
    found = [
        {"line": r["line"], "outcome": r["outcome"], "rules": sorted(x["rule"] for x in r["refusals"])}
        for r in ran.results
    ]

    assert (3, expected) == (ran.code, found)


def test_the_example_is_answered_line_by_line_as_it_must_be(founded: Khcn) -> None:
    play(founded, DATA)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with the shared examples is not here")
def test_the_shared_example_is_answered_line_by_line_as_it_must_be(founded: Khcn) -> None:
    play(founded, SHARED)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with the shared examples is not here")
@pytest.mark.parametrize("name", ["hp36_sector.jsonl", "hp36_sector.expected.jsonl"])
def test_our_copy_of_the_example_is_the_shared_one(name: str) -> None:
    assert (SHARED / name).read_bytes() == (DATA / name).read_bytes()


def test_the_example_shows_its_task_as_it_must(founded: Khcn) -> None:
    play(founded, DATA)
    shown = json.loads(founded("task", "show", "T1", "--json").out)
    money = {"approved": 110_000_000, "allocated": 110_000_000, "disbursed": 75_000_000, "returned": 35_000_000}

    assert ("closed", "excellent", money) == (
        shown["state"],
        shown["grade"],
        {name: amount for name, amount in shown["money"].items() if name != "estimate"},
    )


def test_the_example_shows_its_task_as_of_a_day(founded: Khcn) -> None:
    play(founded, DATA)

    assert json.loads(founded("task", "show", "T1", "--as-of", "2026-04-01", "--json").out)["state"] == "in_progress"


KEYS = ["task", "plan", "level", "workflow", "state", "title", "lead_unit", "investigator", "money", "grade"]
KEYS += ["published_url", "late", "version", "milestones"]


def test_a_task_is_shown_with_the_keys_of_the_contract(khcn: Khcn) -> None:
    shown = json.loads(khcn("task", "show", "T1", "--json").out)
    nested = [list(shown["workflow"]), list(shown["money"]), list(shown["milestones"][0])]

    assert [key for key in KEYS if key not in shown] == []
    assert nested == [
        ["name", "version"],
        ["estimate", "approved", "allocated", "disbursed", "returned"],
        ["state", "on", "recorded_at", "position", "document"],
    ]


def test_what_can_be_done_is_told_with_the_keys_of_the_contract(khcn: Khcn) -> None:
    told = json.loads(khcn("task", "why", "T1", "--json").out)
    refusals = [refusal for step in told["steps"] for refusal in step["refusals"]]
    keys = {"step": "step allowed roles refusals duties", "refusal": "rule source clause message cure"}

    assert list(told) == ["task", "state", "steps"]
    assert [key for key in keys["step"].split() for step in told["steps"] if key not in step] == []
    assert [key for key in keys["refusal"].split() for refusal in refusals if key not in refusal] == []


def test_a_history_has_the_keys_of_the_contract(khcn: Khcn) -> None:
    told = json.loads(khcn("audit", "history", "task:T1", "--json").out)
    keys = ["position", "stream", "version", "kind", "on", "recorded_at", "actor", "role", "document", "findings"]

    assert [key for key in [*keys, "data"] if key not in told[0]] == []
    assert [key for key in ("rule", "source", "clause", "met") if key not in told[0]["findings"][0]] == []


def test_the_history_of_a_session_with_scores_can_be_read(founded: Khcn) -> None:
    founded("record", founded.lines(story(HP_SECTOR)))
    told = json.loads(founded("audit", "history", "session:T1-appraise", "--json").out)

    assert [ballot["score"] for ballot in told[1]["data"]["ballots"]] == [80] * 7


@pytest.mark.parametrize(("verb", "step"), [("approve", "approve_task"), ("submit", "submit_for_acceptance")])
def test_a_step_is_asked_for_by_its_command_or_its_verb(khcn: Khcn, verb: str, step: str) -> None:
    by_name, by_verb = (khcn("task", "why", "T1", word, "--json") for word in (step, verb))

    assert (by_name.code, [told["step"] for told in json.loads(by_name.out)["steps"]]) == (0, [step])
    assert by_verb == by_name


def test_a_step_that_nobody_has_is_not_found(khcn: Khcn) -> None:
    ran = khcn("task", "why", "T1", "approval")

    assert (ran.code, ran.out) == (5, "")
    assert "There is no step approval" in ran.err


def test_a_history_tells_which_entry_was_put_right_or_taken_back(founded: Khcn) -> None:
    paper = {"reason": "Ghi nhầm", "document": document("75/QĐ-SYT", "2026-11-02")}
    told = {"stream": "task:T1", **paper}
    founded.record(
        *story(HP_SECTOR, "approved"),
        command("correct", "lead", "2026-11-02", version=1, field="title", value="Tên đúng", **told),
        command("rescind", "lead", "2026-11-02", version=3, **told),
    )
    listed = founded("audit", "history", "task:T1").out

    assert "entry corrected: 1 (title)" in listed
    assert "step rescinded: 3" in listed
