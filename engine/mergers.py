"""Which units a unit became part of, one after the other. It reads nothing and never goes round in a circle."""

from collections.abc import Callable


def chain(unit: str, into: Callable[[str], str | None]) -> list[str]:
    """What a unit was merged into, and what that was merged into in turn; empty where it still is itself.

    `into`: the successor of a unit, or None. In a log that was tampered with the last may lead back to an earlier one:
    the chain ends before it."""
    found: list[str] = []
    seen = {unit}
    further = into(unit)
    while further is not None and further not in seen:
        found.append(further)
        seen.add(further)
        further = into(further)
    return found


def last(unit: str, into: Callable[[str], str | None]) -> str:
    """What a unit became in the end: itself, where it still is. `into` as for `chain`."""
    return [unit, *chain(unit, into)][-1]
