"""A writer that stops in the middle and never comes back holds nobody up for ever, and readers pass nothing by."""

from __future__ import annotations

import time

import pytest

from engine.log import Log, StoreUnavailable
from tests import stores
from tests.engine.logs import append, fact, positions


def parked_while(parked: Log, other: Log, waited: list[float]) -> None:
    """Begin to write, stop, and go on after another has written."""
    with parked.writer() as writer:
        writer.append([fact(2, stream="task:parked")])
        began = time.monotonic()
        append(other, fact(2, stream="task:other"))
        waited.append(time.monotonic() - began)
        writer.append([fact(3, stream="task:parked")])


def test_on_postgresql_a_parked_writer_is_given_up_and_what_it_had_not_committed_is_nowhere(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.tables.PARKED_SECONDS", 0.3)
    url = stores.fresh_database(postgres_url)
    waited: list[float] = []
    with Log.open(url) as parked, Log.open(url) as other:
        parked.create()
        append(other, fact(1))
        with pytest.raises(StoreUnavailable):
            parked_while(parked, other, waited)

        assert 0.1 < waited[0] < 9
        with other.reader() as reader:
            assert [row.stream for row in reader.events()][1:] == ["task:other"]
        append(parked, fact(3))
        assert positions(other) == [1, 2, 3]
    stores.drop_database(postgres_url, url)


def test_readers_see_nothing_of_a_writer_that_waits_and_all_of_it_once_it_is_done(store_url: str) -> None:
    with Log.open(store_url) as slow, Log.open(store_url) as other:
        slow.create()
        append(other, fact(1))
        with slow.writer() as writer:
            writer.append([fact(2), fact(3)])
            seen = positions(other)

        assert (seen, positions(other)) == ([1], [1, 2, 3])
