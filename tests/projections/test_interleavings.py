"""However several lives are interleaved, and in whatever chunks the tables catch up, they are the fold from zero."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.log import Log, Row
from tests.projections.shelves import EVERY, append, check, folded, founding, lives, shelved

LIVES = lives()


@st.composite
def interleavings(draw: st.DrawFn) -> list[list[Row]]:
    """Up to four lives, some not to their end, each in its own order, cut into chunks."""
    chosen = draw(st.lists(st.sampled_from(LIVES), min_size=1, max_size=4, unique_by=id))
    left = [list(life[: draw(st.integers(1, len(life)))]) for life in chosen]
    order = draw(st.permutations([place for place, life in enumerate(left) for _ in life]))
    rows = [left[place].pop(0) for place in order]
    cuts = sorted(draw(st.sets(st.integers(1, len(rows)), max_size=4)))
    return [part for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True) if (part := rows[start:end])]


@settings(max_examples=25)
@given(chunks=interleavings(), ahead=st.booleans())
def test_any_interleaving_in_any_chunks_comes_to_the_fold_from_zero(
    empty_logs: Callable[[], AbstractContextManager[Log]], chunks: list[list[Row]], ahead: bool
) -> None:
    with empty_logs() as log:
        append(log, founding())
        if ahead:
            check(log)
        for chunk in chunks:
            append(log, chunk)

            assert shelved(log) == {projection.name: folded(log, projection) for projection in EVERY}
        check(log)
