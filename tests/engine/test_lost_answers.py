"""The connection is lost while a decision is committed, or just after: asking again records it once, and says so.

Between the desk and PostgreSQL stands a relay that hangs up at the message with the COMMIT."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import make_url

from engine.log import StoreUnavailable
from engine.verify import verify
from tests import stores
from tests.spec import Spec
from tests.world import person

When = Literal["before", "after"]  # the server has read the message


class Relay:
    """Hands on what client and server say, on a socket of its own; once it is `armed`, not all of it."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.armed: When | None = None
        self._server = server
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(folder / ".s.PGSQL.5432"))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._hand_on, args=(client,), daemon=True).start()

    def _hand_on(self, client: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as server, client, suppress(OSError):
            server.connect(str(self._server))
            answers = threading.Thread(target=self._answer, args=(server, client), daemon=True)
            answers.start()
            while data := client.recv(1 << 20):
                if self.armed == "before" and b"COMMIT" in data:
                    self.armed = None
                    client.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(data)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 20):
                if self.armed == "after" and b"COMMIT" in data:  # it is done, and the server says so
                    self.armed = None
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(data)


@contextmanager
def relayed(url: str, folder: Path) -> Iterator[tuple[Relay, str]]:
    """A relay to a database, and the URL of the database by way of it."""
    parsed = make_url(url)
    relay = Relay(folder, Path(str(parsed.query["host"])) / ".s.PGSQL.5432")
    try:
        yield relay, parsed.update_query_dict({"host": str(folder)}).render_as_string(hide_password=False)
    finally:
        relay.close()


@pytest.mark.parametrize(("when", "answer"), [("before", "recorded"), ("after", "duplicate")])
def test_a_decision_whose_answer_was_lost_is_recorded_once(
    when: When, answer: str, postgres_url: str, prepared_postgres: str, tmp_path: Path
) -> None:
    url = stores.fresh_database(postgres_url, prepared_postgres)
    with relayed(url, tmp_path) as (relay, by_relay):
        spec = Spec(by_relay).given(person("p0", "2026-02-05"))
        asked = person("p1", "2026-02-05") | {"command_id": "once"}
        relay.armed = when
        with pytest.raises(StoreUnavailable):
            spec.when(asked)
        again = spec.when(asked).result
        other = spec.when(person("p2", "2026-02-05")).result
        with spec.log.reader() as reader:
            found = verify(reader)
            named = [row.stream for row in reader.events()]
        spec.close()

    assert again is not None
    assert other is not None
    assert (again.outcome, other.outcome) == (answer, "recorded")
    assert named.count("person:p1") == 1
    assert found.ok
