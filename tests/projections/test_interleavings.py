"""However several lives are interleaved, and in whatever chunks the tables catch up, they are the fold from zero."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.log import Log, Row
from projections import building
from projections.rebuild import Rebuild
from tests.projections.shelves import EVERY, append, check, folds, founding, lives, past_of, shelved, stored

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


@settings(max_examples=10)
@given(chunks=interleavings(), workers=st.integers(1, 3), step=st.integers(5, 60))
def test_at_every_prefix_rebuilt_incremental_and_as_of_now_are_the_same(
    empty_logs: Callable[[], AbstractContextManager[Log]], chunks: list[list[Row]], workers: int, step: int
) -> None:
    with empty_logs() as log, pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "INTERVAL", step)
        append(log, founding())
        for chunk in chunks:
            append(log, chunk)
            expected = folds(log, EVERY)
            then = past_of(log, EVERY, as_of=date.max)

            assert shelved(log) == expected
            assert {each.name: then.rows(each) for each in EVERY} == expected
            Rebuild(log, "here:1:1", lambda *_: False, workers=workers).run(EVERY)
            assert {each.name: stored(log, each) for each in EVERY} == expected


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

            assert shelved(log) == folds(log, EVERY)
        check(log)
