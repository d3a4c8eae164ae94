"""The groups of verbs, each with what can be read beside it."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import click

from console.frame import Entry, Lazy, Leaf
from console.speech import say
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.commands import Command


class Verbs(Lazy):
    """A group of verbs beside its other entries; a verb's options are made only when it is called."""

    @cached_property
    def verbs(self) -> dict[str, tuple[str, type["Command"]]]:
        """Verb -> name and class of its command."""
        from engine.commands import COMMANDS

        own = ((name, cls) for name, cls in sorted(COMMANDS.items()) if self.name in (cls.GROUP, cls.ALSO))
        return {cls.VERB: (name, cls) for name, cls in own}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names: the entries, then the verbs by name."""
        return [*super().list_commands(ctx), *sorted(self.verbs)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The entry or verb, made now."""
        if cmd_name in self.entries or cmd_name not in self.verbs:
            return super().get_command(ctx, cmd_name)
        from console.verbs import verb

        return verb(*self.verbs[cmd_name], group=self.name or "")

    def told(self) -> list[tuple[str, str]]:
        """Name and purpose of each command."""
        listed = ((name, Leaf(name, help=cls.__doc__)) for name, (_, cls) in sorted(self.verbs.items()))
        return super().told() + [(name, leaf.get_short_help_str(90)) for name, leaf in listed]


def group(name: str, text: str, extra: dict[str, Entry] | None = None) -> Callable[[], click.Group]:
    """A group made of the verbs of `name` and the lazily loaded `extra` commands."""
    return lambda: Verbs(name, entries=extra, help=say(text), no_args_is_help=True)


task = group(
    "task",
    N_("Research tasks."),
    {
        "show": Entry("console.showing:show", N_("A task as it stands, or as it stood.")),
        "why": Entry("console.seeing:why", N_("What can be done next, by whom, and what stands in the way.")),
        "list": Entry("console.registry:tasks", N_("Tasks by state, unit, plan, level, year, or words.")),
    },
)
session = group("session", N_("Sessions of councils and their ballots."))
council = group("council", N_("Councils and their members."))
line = group("line", N_("Budget lines."))
unit = group("unit", N_("Units and their research offices."))
person = group("person", N_("People."))
role = group("role", N_("Roles, granted and revoked by date."))
entry = group("entry", N_("Entries put right: corrected or rescinded."))
seminar = group("seminar", N_("Science seminars."))
unit_year = group("unit-year", N_("What units do in a year: plans, reports, inspections ..."))
initiative = group("initiative", N_("Initiatives: register, recognise, commend."))


def doc() -> click.Group:
    """The files of documents."""
    entries = {
        "list": Entry("console.documents:list_", N_("Every document with a file.")),
        "get": Entry("console.documents:get", N_("A copy of a kept file.")),
        "verify": Entry("console.documents:verify", N_("Is every file kept and unaltered?")),
    }
    return Lazy("doc", entries=entries, help=say(N_("Documents and their files.")), no_args_is_help=True)


def audit() -> click.Group:
    """What an auditor reads."""
    entries = {
        "history": Entry("console.seeing:history", N_("Every event of a stream.")),
        "replay": Entry("console.replaying:replay", N_("A task state by state, as the record of it grew.")),
        "diff": Entry("console.replaying:diff", N_("What differs between two times, in a task or a registry.")),
        "refusals": Entry("console.replaying:refusals", N_("Attempts that were refused, and by which rules.")),
        "verify": Entry("console.sealing:verify", N_("Is the record whole, as it was sealed and signed?")),
        "conformance": Entry("console.auditing:conformance", N_("Was every decision lawful when it was taken?")),
        "checkpoint": Entry("console.sealing:checkpoint", N_("Sign the record as it is now.")),
        "prove": Entry("console.sealing:prove", N_("A file that proves one event without the store.")),
        "check-proof": Entry("console.sealing:check_proof", N_("Check such a file.")),
        "prove-growth": Entry("console.growing:prove_growth", N_("A file that proves that the record has only grown.")),
        "check-growth": Entry("console.growing:check_growth", N_("Check that, without the store.")),
        "export": Entry("console.exporting:export", N_("The whole record for other tools: JSON lines, OCEL, XES.")),
        "bundle": Entry("console.exporting:bundle", N_("Evidence for somebody who trusts nobody: a zip with proofs.")),
        "scan": Entry("console.scanning:scan", N_("Is a text anywhere in the store or in files made of it?")),
        "keygen": Entry("console.sealing:keygen", N_("Make a key that signs checkpoints.")),
        "witness": Entry("console.growing:witness", N_("Co-sign a checkpoint of somebody else's record.")),
    }
    return Lazy("audit", entries=entries, help=say(N_("What an auditor reads.")), no_args_is_help=True)
