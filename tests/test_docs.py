"""What the docs show is what happens: each ```console block is run, in a folder of its own for each page.

In a block, a line `$ khcn ...` is run and the lines below it are what it must print (both outputs together). `...`
stands for any text within a line, or for any lines on a line of its own. `$ export NAME=VALUE`, `NAME=VALUE khcn ...`,
`khcn ... < FILE`, `khcn ... > FILE`, `$ cat FILE` and `$ echo $?` work too; a command goes on after a backslash at the
end of its line. Exit code 1, which the product never gives on purpose, fails the page. A block that opens
```yaml file=NAME (or jsonl, csv ...) is written to that file first. A block is not run when it is marked
```console notest, or when all its commands are `make`, `git` or `cd`. Other commands are an error.

KHCN_DOCS_UPDATE=1 make test ARGS=tests/test_docs.py writes what was printed into the pages, for you to read and commit.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.processes import khcn

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if path.exists())
UPDATE = "KHCN_DOCS_UPDATE" in os.environ
FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
NOT_RUN = {"make", "git", "cd"}


@dataclass
class Shell:
    """As much of a shell as the docs use."""

    folder: Path
    environment: dict[str, str]
    last_code: int = 0

    def run(self, command: str) -> str:
        words = shlex.split(command, comments=True)
        settings = {}
        while words and re.match(r"[A-Z_]+=", words[0]):
            name, _, value = words.pop(0).partition("=")
            settings[name] = value
        match words:
            case ["export", *pairs]:
                self.environment |= {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
                return ""
            case ["echo", "$?"]:
                return f"{self.last_code}\n"
            case ["chmod", mode, name]:
                (self.folder / name).chmod(int(mode, 8))
                return ""
            case ["cat", name]:
                return (self.folder / name).read_text(encoding="utf-8")
            case ["khcn", *arguments]:
                return self._khcn(arguments, settings)
            case _:
                raise ValueError(f"the docs may not run {command!r}")

    def _khcn(self, arguments: list[str], settings: dict[str, str]) -> str:
        arguments, given = _redirected(arguments, "<")
        arguments, taken = _redirected(arguments, ">")
        read = (self.folder / given).read_bytes() if given else b""
        done = khcn(arguments, self.folder, self.environment | settings, given=read, together=not taken)
        self.last_code = done.code
        if taken:
            (self.folder / taken).write_bytes(done.out)
            return done.err.decode()
        return done.out.decode()


@dataclass
class Step:
    command: str
    source: list[str]
    expected: list[str] = field(default_factory=list)


def steps_of(body: str) -> list[Step]:
    steps: list[Step] = []
    going_on = False
    for line in body.splitlines():
        if going_on:
            steps[-1].command += " " + line.strip().removesuffix("\\")
            steps[-1].source.append(line)
        elif line.startswith("$ "):
            steps.append(Step(line[2:].removesuffix("\\"), [line]))
        elif steps:
            steps[-1].expected.append(line)
        else:
            raise ValueError(f"a console block starts with a command, not with {line!r}")
        going_on = (going_on or line.startswith("$ ")) and line.endswith("\\")
    return steps


def pattern_of(expected: list[str]) -> re.Pattern[str]:
    """`...` stands for any text of a line, and on a line of its own for any lines."""
    parts = []
    for line in expected:
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*")
        else:
            parts.append("[^\n]*".join(re.escape(part) for part in line.rstrip().split("...")) + "\n")
    return re.compile("".join(parts))


def tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\n" for line in lines)


def is_run(body: str) -> bool:
    programs = {words[0] for line in body.splitlines() if line.startswith("$ ") and (words := line[2:].split())}
    return not programs <= NOT_RUN


def play(body: str, shell: Shell) -> tuple[str, list[str]]:
    """Run a block; give what it should look like, and what went wrong."""
    lines, wrong = [], []
    for step in steps_of(body):
        printed = tidy(shell.run(step.command))
        expected = step.expected
        while expected and not expected[-1].strip():
            expected = expected[:-1]
        as_expected = pattern_of(expected).fullmatch(printed) is not None
        if shell.last_code == 1 and step.command.startswith("khcn"):
            wrong.append(f"$ {step.command}\n(exit code 1)\n{printed}")
        elif not as_expected:
            wrong.append(f"$ {step.command}\nexpected:\n{chr(10).join(expected)}\nprinted:\n{printed}")
        lines += [*step.source, *(step.expected if as_expected else printed.splitlines())]
    return "".join(f"{line}\n" for line in lines), wrong


def _redirected(arguments: list[str], sign: str) -> tuple[list[str], str | None]:
    if sign not in arguments:
        return arguments, None
    at = arguments.index(sign)
    return arguments[:at] + arguments[at + 2 :], arguments[at + 1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_console_blocks_print_what_they_show(page: Path, tmp_path: Path) -> None:
    plain = {"COLUMNS": "120", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PYTHONUTF8": "1", "TERM": "dumb", "TZ": "UTC"}
    shell = Shell(tmp_path, {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **plain})
    wrong: list[str] = []

    def run_block(block: re.Match[str]) -> str:
        kind, _, marks = block["info"].strip().partition(" ")
        body = re.sub(rf"^{block['indent']}", "", block["body"], flags=re.MULTILINE)
        if named := re.search(r"\bfile=(\S+)", marks):
            (tmp_path / named[1]).write_text(body, encoding="utf-8")
        if kind != "console" or "notest" in marks or not is_run(body):
            return block[0]
        fresh, found = play(body, shell)
        wrong.extend(found)
        fresh = re.sub(r"^(?=.)", block["indent"], fresh, flags=re.MULTILINE)
        return f"{block['indent']}```{block['info']}\n{fresh}{block['indent']}```"

    text = page.read_text(encoding="utf-8")
    fresh_text = FENCE.sub(run_block, text)
    if UPDATE and fresh_text != text:
        page.write_text(fresh_text, encoding="utf-8")

    assert "\n".join(wrong) == ""


def commands() -> list[tuple[list[str], str]]:
    from docs.generate import walk_commands

    return walk_commands()


def test_every_command_has_help() -> None:
    import click

    import cli

    def without_help(command: click.Command, words: str) -> list[str]:
        lacking = [] if command.help or command.hidden else [words]
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                lacking += without_help(inner, f"{words} {name}") if inner else [f"{words} {name}"]
        return lacking

    assert without_help(cli.program(), "khcn") == []


def test_every_command_is_in_the_docs() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert [" ".join(words) for words, _ in commands() if " ".join(words) not in text] == []


@pytest.mark.parametrize(
    ("expected", "printed", "matches"),
    [
        (["one", "two"], "one\ntwo\n", True),
        (["one", "..."], "one\ntwo\nthree\n", True),
        (["..."], "", True),
        (["o... (x)"], "one (x)\n", True),
        (["one"], "one\ntwo\n", False),
        ([], "one\n", False),
        (["o..."], "o\ntwo\n", False),
    ],
)
def test_three_dots_match_any_text(expected: list[str], printed: str, matches: bool) -> None:
    assert (pattern_of(expected).fullmatch(printed) is not None) is matches


def test_a_console_block_is_split_at_its_commands() -> None:
    body = "$ khcn init \\\n    --admin a\nmade\n\n$ echo $?\n0\n"

    assert [(step.command.split(), step.expected) for step in steps_of(body)] == [
        (["khcn", "init", "--admin", "a"], ["made", ""]),
        (["echo", "$?"], ["0"]),
    ]


@pytest.mark.parametrize(
    ("body", "runs"), [("$ make check\n", False), ("$ git clone x\n$ make\n", False), ("$ khcn\n", True)]
)
def test_blocks_of_make_and_git_are_not_run(body: str, runs: bool) -> None:
    assert is_run(body) is runs
