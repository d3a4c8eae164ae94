"""Every command of the outside contract, through each entrance: the schema, its verb, and a file of commands.

tests/data/commands.tsv is the contract's table, and `erase_person`: `?` marks what may be left out, `a|b` is either,
`a+b` is both."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

import cli
from demo.play import FILES
from engine.commands import COMMANDS
from engine.log import Log
from engine.parse import Asked, ask_for
from engine.schema import json_schema
from projections.names import Names
from tests.console.khcn import Khcn
from tests.world import Command
from workflows.load import builtin_plans

HERE = Path(__file__).resolve().parents[1]
TABLE = dict(row.split("\t") for row in (HERE / "data" / "commands.tsv").read_text("utf-8").splitlines())
DOCUMENTS = ("document", "minutes", "contract", "ethics")  # one that is missing is refused by a rule, not invalid
HEADER = ("command", "command_id", "actor", "on")
EVERY = sorted(TABLE)


def required(fields: str) -> dict[str, bool]:
    """Each field, and whether a command without it is invalid."""
    found: dict[str, bool] = {}
    for words in fields.split():
        names = words.replace("+", "|").split("|")
        for name in names:
            given = name.removesuffix("?")
            found[given] = len(names) == 1 and given == name and given not in DOCUMENTS
    return found


@cache
def verbs() -> dict[tuple[str, str], click.Command]:
    """Group and verb -> what click makes of it."""
    program = cli.program()
    context = click.Context(program)
    found = {}
    for group in {group for cls in COMMANDS.values() for group in (cls.GROUP, cls.ALSO) if group}:
        inner = program.get_command(context, group)
        assert isinstance(inner, click.Group)
        for word in inner.list_commands(context):
            command = inner.get_command(context, word)
            assert command is not None
            found[group, word] = command
    return found


def played() -> Iterator[Command]:
    """Lives in which every command is recorded: those of the demo, and what the demo has none of."""
    demo = Path(cli.__file__).parent / "demo"
    for file in (*(demo / name for name in FILES), HERE / "data" / "other_commands.jsonl"):
        yield from map(json.loads, file.read_text("utf-8").splitlines())


def argv(raw: Command, group: str) -> list[str]:
    """The command as words on a command line."""
    words = [group, COMMANDS[raw["command"]].VERB, "--actor", raw["actor"]]
    for name, value in raw.items():
        if name not in ("command", "command_id", "actor"):
            words += options(name, value)
    return words


def options(name: str, value: Any) -> list[str]:
    flag = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return [flag if value else f"--no-{name.replace('_', '-')}"]
    values = value if isinstance(value, list) else [value]
    return [word for each in values for word in (flag, each if isinstance(each, str) else json.dumps(each))]


def second_version(folder: Path) -> Path:
    """HP36 once more, under another number, for tasks to migrate to."""
    shutil.copytree(builtin_plans()["HP36"].parent, folder)
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("number: 36/KH-SYT", "number: 99/KH-SYT", 1), "utf-8")
    return plan


def told(url: str) -> list[tuple[Any, ...]]:
    """What the log says, but for when it was recorded and under which command id, with the names it seals opened."""
    with Log.open(url) as log, log.reader() as reader:
        names = Names(reader, "en")
        rows = [
            (row.stream, row.version, names.opened({"stream": row.stream} | json.loads(row.body)))
            for row in reader.events()
        ]
    return [(stream, version, body | {"recorded_at": "", "command_id": ""}) for stream, version, body in rows]


def found(khcn: Khcn) -> None:
    assert khcn("init", "--admin", "admin", "--name", "Quản trị").code == 0
    plan = second_version(khcn.folder / "hp36")
    assert khcn("plan", "add", plan, "--actor", "admin", "--on", "2026-10-29").code == 0


def test_the_table_has_every_command() -> None:
    assert sorted(COMMANDS) == EVERY


@pytest.mark.parametrize("name", EVERY)
def test_the_schema_asks_for_the_fields_of_the_table(name: str) -> None:
    schema = json_schema(name)
    asked = {field: field in schema["required"] for field in schema["properties"] if field not in HEADER}

    assert asked == required(TABLE[name])
    assert {"command", "actor", "on"} <= set(schema["required"])


def test_khcn_schema_prints_them_all(bare: Khcn) -> None:
    assert sorted(json.loads(bare("schema").out)) == EVERY


@pytest.mark.parametrize("name", EVERY)
def test_its_verb_has_an_option_for_each_field(name: str) -> None:
    cls = COMMANDS[name]
    opts = {option for param in verbs()[cls.GROUP, cls.VERB].params for option in param.opts}

    assert {f"--{field.replace('_', '-')}" for field in required(TABLE[name])} - opts == set()
    assert {"--on", "--actor", "--command-id", "--dry-run", "--json"} - opts == set()


def test_a_commendation_is_a_verb_of_initiatives_too() -> None:
    options_of = {option for param in verbs()["initiative", "commend"].params for option in param.opts}

    assert {"--initiative", "--persons", "--unit", "--form", "--document"} - options_of == set()
    assert "--task" not in options_of


def test_every_command_is_recorded_from_a_file_and_its_verb_says_the_same(bare: Khcn, tmp_path: Path) -> None:
    by_verb = Khcn(f"sqlite:///{tmp_path / 'verbs.db'}", tmp_path / "verbs")
    by_verb.folder.mkdir()
    found(bare)
    found(by_verb)
    commands = list(played())
    outcomes = bare("record", bare.lines(commands), "--json").outcomes
    first: dict[tuple[str, str], int] = {}
    for place, (raw, outcome) in enumerate(zip(commands, outcomes, strict=True)):
        if outcome == "recorded":
            cls = COMMANDS[raw["command"]]
            first.setdefault((raw["command"], cls.ALSO if cls.ALSO in raw else cls.GROUP), place)
    waiting: list[Command] = []
    spoken = {place: group for (_, group), place in first.items()}
    codes = {}
    for place, raw in enumerate(commands):
        if place not in spoken:
            waiting.append(raw)
            continue
        if waiting:
            by_verb("record", by_verb.lines(waiting))
        waiting = []
        codes[raw["command"], spoken[place]] = by_verb(*argv(raw, spoken[place])).code
    by_verb("record", by_verb.lines(waiting))

    assert sorted({name for name, _ in first}) == EVERY
    assert dict.fromkeys(first, 0) == codes
    assert told(by_verb.url) == told(bare.url)


def test_a_verb_takes_what_comes_first_as_words(bare: Khcn) -> None:
    bare("init", "--admin", "admin", "--name", "Quản trị")
    for unit in ("BV1", "BV2", "BV3"):
        kept = ("--kind", "hospital", "--ownership", "public", "--subordinate", "--plans", "HP36", "--name", unit)
        assert bare("unit", "register", unit, *kept, "--on", "2026-02-05", "--actor", "admin").code == 0
    paper = ("--document", "1/QĐ-UBND; 01/03/2026; UBND thành phố", "--on", "01/03/2026", "--actor", "admin")
    ran = bare("unit", "merge", "BV1", "BV2", "--into", "BV3", *paper)
    listed = json.loads(bare("registry", "units", "--json").out)

    assert (ran.code, ran.out) == (0, "merge_units: recorded → unit:BV3/2\n")
    assert [row["merged_into"] for row in listed] == ["BV3", "BV3", None]


def test_what_comes_first_is_given_once(bare: Khcn) -> None:
    ran = bare("task", "approve", "T1", "--task", "T2", "--actor", "lead")

    assert (ran.code, ran.out) == (2, "")
    assert "task is given twice" in ran.err


def test_a_verbs_help_tells_the_values_that_are_counted(bare: Khcn) -> None:
    assert "--kind [hospital|health_centre|department|other]" in bare("unit", "register", "--help").out


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("session", "hold", "S"), "absent_opinions", ["p1=Điểm p = 0,05", "p2=100"]),
        (("task", "submit", "T1"), "dossier", ["[PL1] Báo cáo", "Phụ lục"]),
        (("session", "ballots", "S"), "ballots", ["p1=yes", "p2=80", "p3=82.5"]),
        (("task", "approve", "T1"), "estimate", ["Vật tư = bông=80000000", '{"content": "Công", "amount": 1}']),
        (("person", "add", "p"), "roles", ["leader", "secretary=BV1"]),
        (("initiative", "register", "I"), "authors", ["p1=66.7", "p2=33.3"]),
    ],
)
def test_short_forms_of_lists_are_read(
    bare: Khcn, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], field: str, value: list[str]
) -> None:
    seen: list[Any] = []

    def note(raw: Any, **_: Any) -> Asked:
        seen.append(raw)
        return ask_for(raw, actor="admin")

    monkeypatch.setattr("console.attaching.ask_for", note)
    bare("init", "--admin", "admin", "--name", "Quản trị")
    bare(*words, *(word for each in value for word in (f"--{field.replace('_', '-')}", each)))

    assert SHORT_FORMS[field] == seen[0][field]


SHORT_FORMS: dict[str, Any] = {
    "absent_opinions": [{"person": "p1", "text": "Điểm p = 0,05"}, {"person": "p2", "text": "100"}],
    "dossier": ["[PL1] Báo cáo", "Phụ lục"],
    "ballots": [{"person": "p1", "vote": "yes"}, {"person": "p2", "score": 80}, {"person": "p3", "score": 82.5}],
    "estimate": [{"content": "Vật tư = bông", "amount": 80_000_000}, {"content": "Công", "amount": 1}],
    "roles": ["leader", {"role": "secretary", "unit": "BV1"}],
    "authors": [{"person": "p1", "share": 66.7}, {"person": "p2", "share": 33.3}],
}


def test_a_year_of_two_digits_is_no_date(founded: Khcn) -> None:
    with founded.unchanged():
        ran = founded("person", "add", "p9", "--name", "X", "--on", "20/02/26", "--actor", "admin")
        paper = founded(
            "role",
            "grant",
            "p9",
            "--role",
            "leader",
            "--document",
            "1/QĐ;20/02/26;Sở",
            "--on",
            "2026-02-20",
            "--actor",
            "admin",
            "--json",
        )

    assert (ran.code, "YYYY-MM-DD" in ran.out) == (2, True)
    assert json.loads(paper.out)["errors"][0]["field"] == "document.date"


def test_a_number_of_thousands_of_digits_is_wrong_usage(bare: Khcn) -> None:
    ran = bare("line", "adjust", "L1", "--amount", "9" * 5000, "--on", "2026-02-20", "--actor", "admin")

    assert (ran.code, "too large" in ran.err) == (2, True)


def test_who_acts_is_the_same_however_his_id_was_typed(founded: Khcn) -> None:
    founded("person", "add", "Đấu", "--name", "X", "--roles", "admin", "--on", "2026-02-20", "--actor", "admin")
    decomposed = unicodedata.normalize("NFD", "Đấu")
    ran = founded("person", "add", "p9", "--name", "Y", "--on", "2026-02-20", "--actor", decomposed)

    assert ran.code == 0
