"""Results of commands as a person reads them, and the exit code of a batch."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.speech import language, put, say, tell
from engine.catalogue import N_, Message
from engine.words import SOURCES

if TYPE_CHECKING:
    from engine.ask import Verdict
    from engine.desk import Result

_CODES = {"conflict": 4, "invalid": 2, "refused": 3, "not_found": 5}
OUTCOMES = {
    "recorded": N_("recorded"),
    "duplicate": N_("already on record"),
    "refused": N_("refused"),
    "conflict": N_("changed meanwhile"),
    "invalid": N_("invalid"),
    "not_found": N_("not found"),
}


def exit_code(outcomes: Sequence[str]) -> int:
    """The first that applies, in the contract's order."""
    return next((code for outcome, code in _CODES.items() if outcome in outcomes), 0)


def put_result(result: "Result", *, place: Message | None = None) -> None:
    """Put one result on standard output: what became of the command and, where refused, why and what would cure it."""
    head = f"{place.render(language())}: " if place else ""
    where = f" → {result.stream}/{result.version}" if result.position else ""
    put(f"{head}{result.command or '?'}: {say(OUTCOMES[result.outcome])}{where}")
    for verdict in result.refusals:
        put_verdict(verdict)
    for note in result.notes:
        put(f"  ! {note.render(language())}")
    for error in result.errors:
        put(f"  {error.field}: {error.message.render(language())}")


def put_verdict(verdict: "Verdict", indent: str = "  ") -> None:
    """Put a refusal's rule, source, reasons and cures on standard output."""
    put(f"{indent}✗ {verdict.id} ({say(SOURCES[verdict.source])})")
    for problem in verdict.problems:
        put(f"{indent}  {problem.message.render(language())}")
        put(f"{indent}  → {problem.cure.render(language())}")


def summary(outcomes: Sequence[str], *, kept: bool, dry_run: bool) -> None:
    """Tell on standard error how many commands came to what."""
    counts = Counter(outcomes)
    parts = [f"{say(OUTCOMES[name])}: {counts[name]}" for name in OUTCOMES if counts[name]]
    if parts:
        tell(N_("{total} commands - {parts}"), total=len(outcomes), parts=parts)
    if dry_run:
        tell(N_("This was a dry run: nothing was recorded."))
    elif not kept:
        tell(N_("Nothing was recorded: all lines or none."))
