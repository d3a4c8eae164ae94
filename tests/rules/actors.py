"""Many actors at one command, each on the same store: a refusal leaves it as it was."""

from collections.abc import Iterable

from tests.spec import Spec
from tests.world import Command


def answers(spec: Spec, wanted: Command, actors: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each actor the outcome and the rules that refuse."""
    found = {}
    for actor in actors:
        spec.when(wanted | {"actor": actor})
        assert spec.result is not None
        found[actor] = (spec.result.outcome, *sorted(verdict.id for verdict in spec.result.refusals))
    return found


def all_refused(actors: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What `answers` gives where nobody holds the role."""
    return dict.fromkeys(actors, ("refused", "house.role"))
