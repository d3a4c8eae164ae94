"""The command `khcn`: parses, calls, prints. What a command needs is imported when it is called."""

import os
import sys
from typing import Any

import click

from console.frame import Entry, Lazy, Setting, common_options, run
from console.speech import say, set_language
from engine.catalogue import N_, pick_language

GROUPS = {
    "init": Entry("console.store:init", N_("Create the store; name the first administrator.")),
    "record": Entry("console.record:record", N_("Record the commands in files.")),
    "import": Entry("console.importing:import_", N_("Take over a register of the time before, by a mapping.")),
    "task": Entry("console.groups:task", N_("Research tasks: register, approve, fund ... show, why, list.")),
    "session": Entry("console.groups:session", N_("Sessions of councils and their ballots.")),
    "council": Entry("console.groups:council", N_("Councils and their members.")),
    "line": Entry("console.groups:line", N_("Budget lines.")),
    "unit": Entry("console.groups:unit", N_("Units and their research offices.")),
    "person": Entry("console.groups:person", N_("People.")),
    "role": Entry("console.groups:role", N_("Roles, granted and revoked by date.")),
    "seminar": Entry("console.groups:seminar", N_("Science seminars.")),
    "entry": Entry("console.groups:entry", N_("Entries put right: corrected or rescinded.")),
    "unit-year": Entry("console.groups:unit_year", N_("What units do in a year: plans, reports, inspections ...")),
    "initiative": Entry("console.groups:initiative", N_("Initiatives: register, recognise, commend.")),
    "due": Entry("console.due:due", N_("What units owe and have not done, also as a calendar.")),
    "registry": Entry("console.registry:registry", N_("The current registries.")),
    "report": Entry("console.report:report", N_("Reports on a plan for a period: tables, Excel, Word, PDF.")),
    "backup": Entry("console.backup:backup", N_("Copy the whole store into a file.")),
    "restore": Entry("console.backup:restore", N_("Bring a backup back into a new store.")),
    "doctor": Entry("console.doctor:doctor", N_("Is everything well with the store, its registers, its disk?")),
    "projections": Entry("console.projections:projections", N_("The tables of registers: status, rebuild, verify ...")),
    "plan": Entry("console.plans:plan", N_("Plans: clauses, workflows, new versions.")),
    "doc": Entry("console.groups:doc", N_("Files of documents: list, get, verify.")),
    "audit": Entry("console.groups:audit", N_("History of every stream.")),
    "schema": Entry("console.store:schema", N_("The JSON Schema of every command.")),
    "demo": Entry("console.demo:demo", N_("Play a made-up province and city through both plans.")),
}


def spoken(argv: list[str]) -> str:
    """The language of this run: --lang wherever it stands, KHCN_LANG, the locale, else English."""
    flag = None
    for place, word in enumerate(argv):
        if word == "--lang" and place + 1 < len(argv):
            flag = argv[place + 1]
        elif word.startswith("--lang="):
            flag = word.removeprefix("--lang=")
    return pick_language(flag, os.environ)


def program() -> click.Group:
    """The whole command line, in the language of this run."""
    about = N_("Records every decision on research tasks of a health department, and says why one is refused.")
    root = Lazy("khcn", entries=GROUPS, help=say(about), no_args_is_help=True, params=list(common_options(root=True)))
    root.callback = click.pass_context(lambda ctx, **_: ctx.ensure_object(Setting))
    click.version_option(package_name="khcn-ledger", prog_name="khcn")(root)
    return root


def printable(stream: Any) -> None:
    """Let a stream take every letter: files and pipes are UTF-8; a terminal that lacks a letter shows its number."""
    if (getattr(stream, "encoding", None) or "utf-8").lower() in ("utf-8", "utf8") or not hasattr(
        stream, "reconfigure"
    ):
        return
    asked = stream.isatty() or "PYTHONIOENCODING" in os.environ
    stream.reconfigure(encoding=None if asked else "utf-8", errors="backslashreplace")


def take_the_places_of_closed_streams() -> None:
    """Put what takes everything, and has nothing, where who started us closed standard input, output or errors.

    Whoever writes there finds a stream, and no file that we open is given the number of one: what somebody then writes
    to standard output would end up in the store."""
    for name, mode in (
        ("stdin", "r"),
        ("stdout", "w"),
        ("stderr", "w"),
    ):  # by number: each gets the lowest that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - it lives as long as we do


def main() -> None:
    """Run `khcn`; exit with the contract's code."""
    take_the_places_of_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        printable(stream)
    set_language(spoken(sys.argv[1:]))
    sys.exit(run(program()))


if __name__ == "__main__":
    main()
