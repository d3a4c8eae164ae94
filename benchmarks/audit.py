"""What an auditor waits for, and what the seal costs who records: verify, one proof, replay, sealing.

    python -m benchmarks.audit [--quick] [--events N] [--rounds N]

On SQLite; what is compared is measured in the same run, in turns."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from unittest.mock import patch

import engine.log
from benchmarks.desk import Bench, databases
from benchmarks.filling import BLOCK, desk_of, founded, recorded
from benchmarks.measuring import Line, Times, put
from engine.drivers import INSERT_COMMAND, INSERT_EVENT, UPSERT_STATE
from engine.entries import events_of
from engine.evidence import prove, take_checkpoint
from engine.log import KnownCommand, Log, Reader, Row, Writer
from engine.notes import LOG_KEY, PrivateKey
from engine.parse import ask_for
from engine.verify import verify
from projections.replay import replay
from tests.world import HP_SECTOR, command, life, step

EVENTS_A_TASK = 8.2  # of the made-up tasks, at all their stages
KEY = PrivateKey("bench.example", LOG_KEY, sha256(b"bench").digest())
VERIFY_AIM, PROOF_AIM, SEAL_AIM, REPLAY_AIM = 50_000, 10.0, 1.15, 2.0
PROOFS, REPLAYS, BATCHES, BATCH = 200, 100, 10, 100
A_LIFE = 40  # events
_serial = count(1)


class Unsealed(Writer):
    """A writer that does all but seal; its store is good for nothing else."""

    def append(
        self,
        rows: Sequence[Row],
        states: Mapping[str, tuple[int, bytes]] | None = None,
        commands: Sequence[KnownCommand] = (),
        *,
        commit: bool = False,
    ) -> None:
        """Add events without their seals."""
        self.dirty = True
        put_states = [(key, position, data) for key, (position, data) in (states or {}).items()]
        parts = [(INSERT_EVENT, rows), (INSERT_COMMAND, commands), (UPSERT_STATE, put_states)]
        self._session.append(parts, commit=commit)
        self.committed = commit
        self._head = (rows[-1].position, rows[-1].recorded_at)


def hashed(reader: Reader) -> bytes:
    """The floor of a verification: every byte of every event, read and hashed once."""
    total = sha256()
    for row in reader.events():
        total.update(row.body)
    return total.digest()


def verifying(log: Log, times: Times) -> None:
    """Go through the whole log, and hash its bytes."""
    with log.reader() as reader:
        with times.of("verify"):
            found = verify(reader)
        with times.of("hash"):
            hashed(reader)
    if not found.ok:
        raise ValueError(str(found))


def proving(log: Log, times: Times, events: int) -> None:
    """Prove events all over the log, and read as many by their key."""
    with log.reader() as reader:
        places = [1 + number * (events - 1) // PROOFS for number in range(PROOFS)]
        known = [reader.rows("SELECT stream, version FROM events WHERE position = ?", [place])[0] for place in places]
    for place, (stream, version) in zip(places, known, strict=True):
        with times.of("read"), log.reader() as reader:
            reader.rows("SELECT body FROM events WHERE position = ?", [place])
        with times.of("prove"), log.reader() as reader:
            prove(reader, stream, version)


def replaying(log: Log, times: Times) -> None:
    """Replay a task of forty events, and read them."""
    for _ in range(REPLAYS):
        with times.of("replay"):
            steps = list(replay(log, "R1"))
        with times.of("events"), log.reader() as reader:
            events = list(events_of(reader, "task:R1"))
        if not len(steps) == len(events) == A_LIFE:
            raise ValueError(f"{len(events)} events")


def sealing(sealed: Bench, unsealed: Bench) -> None:
    """Record hundreds of registrations, with the seal and without."""
    for _ in range(BATCHES):
        for name, bench in (("sealed", sealed), ("unsealed", unsealed)):
            prefix = f"x{next(_serial)}"
            asked = [
                ask_for(command("add_person", "admin", "2026-02-05", person=f"{prefix}-{number}", name="Người bịa"))
                for number in range(BATCH)
            ]
            with without_seal(name == "unsealed"), bench.times.of(name):
                good = all(result.good for result in bench.desk.batch(asked, chunk=BATCH))
            if not good:
                raise ValueError("a registration was not recorded")


@contextmanager
def without_seal(wanted: bool) -> Iterator[None]:
    """Leave the seal out for the block."""
    with patch.object(engine.log, "Writer", Unsealed if wanted else Writer):
        yield


def with_a_long_life(url: str) -> None:
    """Record a task whose stream comes to forty events."""
    with Log.open(url) as log:
        desk = desk_of(log)
        commands = life(HP_SECTOR, task="R1", until="in_progress", investigator="pi2")
        recorded(desk, commands)
        with log.reader() as reader:
            there = reader.version("task:R1")
        recorded(desk, [step(HP_SECTOR, "report_progress", "R1") for _ in range(A_LIFE - there)])


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds on 100,000 events")
    parser.add_argument("--events", type=int)
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    events = given.events or (100_000 if given.quick else 1_000_000)
    rounds = given.rounds or (3 if given.quick else 5)
    with databases("sqlite") as fresh:
        url, times = fresh("audited"), Times()
        founded(url, int(events / EVENTS_A_TASK) // BLOCK * BLOCK)
        with_a_long_life(url)
        pair = [Bench(fresh(name), times) for name in ("sealed", "unsealed")]
        for bench in pair:
            founded(bench.log.url, BLOCK)
        with Log.open(url) as log:
            take_checkpoint(log, KEY)
            with log.reader() as reader:
                there = reader.head()[0]
            for _ in range(rounds):
                times.begin()
                verifying(log, times)
                proving(log, times, there)
                replaying(log, times)
                sealing(*pair)
        for bench in pair:
            bench.close()
        put(f"SQLite, {there:,} events, {rounds} rounds", lines(times))
        speed = there / times.median("verify")
        print(f"\nverify: {speed:,.0f} events/s (at least {VERIFY_AIM:,}: {'yes' if speed >= VERIFY_AIM else 'NO'})")


def lines(times: Times) -> list[Line]:
    """What the table says."""
    return [
        times.line("verify / SHA-256 over the same bytes", "verify", "hash"),
        times.line("a proof / a read by primary key", "prove", "read", PROOFS, PROOF_AIM),
        times.line("replay of 40 events / reading them", "replay", "events", REPLAYS, REPLAY_AIM),
        times.line("a batch of a hundred: sealed / not", "sealed", "unsealed", BATCHES, SEAL_AIM),
    ]


if __name__ == "__main__":
    main()
