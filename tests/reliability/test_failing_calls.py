"""Each call on the store's files fails, once or for good, or is the process's last, or the power goes with it.

Whichever it was: the command says so or has done it, its event is there whole or not at all, the store verifies, and
the same command given again completes it. (After SQLite's own tests, which fail the n-th call for every n.)"""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reliability.length import LONG, some, told
from tests.reliability.places import Place, checked, ids_on_record, people
from tests.reliability.runner import Ran, Runner
from tests.reliability.supervised import CHANGING, EVERY, Deed, Fault, missing
from tests.world import command, document

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")
BRIEFLY = 4  # of some thirty calls; those between are of the same kinds
# A lock that cannot be had for good is waited for, ten seconds each time: such a call fails once only.
CALLS = EVERY if LONG else CHANGING
UNLOCKED = tuple(name for name in CALLS if name != "fcntl")
FAULTS = {
    "fails once": Fault("", calls=CALLS),
    "fails for good": Fault("", for_good=True, calls=UNLOCKED),
    "no room for good": Fault("", code=errno.ENOSPC, for_good=True, calls=("write", "truncate", "mkdir")),
    "is the last": Fault("", deed="kill", calls=UNLOCKED),
    "goes with the power": Fault("", deed="power"),
}
BRIEF = {"record with a file": ("fails once", "is the last", "goes with the power"), "rebuild": ("is the last",)}
PAPER = document("12/QĐ-SYT", "2026-11-01") | {"file": "qd.txt"}
RENAME = command("rename_unit", "admin", "2026-11-01", unit="BV1", name="Tên mới", document=PAPER, command_id="r1")


@dataclass(frozen=True)
class Act:
    """What is done, and what it must have come to once it said that it is done."""

    name: str
    words: Callable[[Place], tuple[str | Path, ...]]
    done: Callable[[Runner, Place], bool]


def _record(place: Place) -> tuple[str | Path, ...]:
    return "record", place.lines(people(1)), "--json"


def _record_with_file(place: Place) -> tuple[str | Path, ...]:
    place.file("qd.txt", b"Quy\xe1\xba\xbft \xc4\x91\xe1\xbb\x8bnh\n" * 9000)
    return "record", place.lines([RENAME]), "--json"


def _whole(khcn: Runner, place: Place) -> bool:
    """Every file that an event names is kept as it was."""
    return ids_on_record(place.url) == ["r1"] and khcn("doc", "verify", db=place.url).code == 0


def _rebuilt(khcn: Runner, place: Place) -> bool:
    return khcn("projections", "verify", db=place.url).code == 0


ACTS = (
    Act("record", _record, lambda _, place: ids_on_record(place.url) == ["k0"]),
    Act("record with a file", _record_with_file, _whole),
    Act("rebuild", lambda _: ("projections", "rebuild", "--json"), _rebuilt),
)


def no_worse(khcn: Runner, place: Place, act: Act, ran: Ran, before: int) -> None:
    """What holds after the fault: of the store, of what was answered, and of what is done next."""
    if ran.code >= 0:
        assert ran.code in (0, 6, 7), ran
    after = checked(place.url)
    assert after in (before, before + 1)
    if ran.code == 0 and act.name != "rebuild":
        assert ran.results[0]["outcome"] == "recorded"
        assert after == before + 1
    if ran.code == 0:
        assert act.done(khcn, place)
    again = khcn(*act.words(place), db=place.url)
    assert again.code == 0, again
    if act.name != "rebuild":
        outcome = "recorded" if after == before else "duplicate"
        assert [result["outcome"] for result in again.results] == [outcome]
        assert checked(place.url) == before + 1
    assert act.done(khcn, place)


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        pytest.param(act, fault, id=f"{act.name}, {fault}")
        for act in ACTS
        for fault in FAULTS
        if LONG or fault in BRIEF.get(act.name, FAULTS)
    ],
)
def test_whichever_call_it_is_nothing_is_half_there_and_the_next_command_works(
    khcn: Runner, place: Place, act: Act, fault: str
) -> None:
    kind = FAULTS[fault]
    folder = str(place.folder)
    if act.name == "rebuild":
        khcn("projections", "update", db=place.url)
    words = act.words(place)
    before = checked(place.url)
    begun = (place.folder / "khcn.db").read_bytes()
    counted = khcn(*words, db=place.url, fault=_at(kind, folder, 0))
    assert counted.code == 0, counted
    codes: Counter[int] = Counter()
    tried = some(len(counted.calls), BRIEFLY)
    for at in tried:
        place.anew()
        (place.folder / "khcn.db").write_bytes(begun)
        ran = khcn(*act.words(place), db=place.url, fault=_at(kind, folder, at))
        codes[ran.code] += 1
        try:
            no_worse(khcn, place, act, ran, before)
        except AssertionError as error:
            raise AssertionError(f"call {at} of {counted.calls}: {ran}\n{error}") from error
    told(f"{act.name}, {fault}: {len(tried)} calls of {len(counted.calls)}; exit codes {dict(codes)}")

    assert set(codes) - {0}, "a fault that nobody notices tests nothing"


def _at(kind: Fault, folder: str, at: int) -> Fault:
    return Fault(folder, at, kind.deed, kind.code, kind.for_good, kind.calls)


def test_what_was_acknowledged_survives_the_power(khcn: Runner, place: Place) -> None:
    """The power goes at each of the last calls, which come after the answer, and at those before them."""
    file = place.lines(people(3))
    last = len(khcn("record", file, "--json", db=place.url, fault=Fault(str(place.folder), deed="power")).calls)
    answered = 0
    for at in range(1 if LONG else last - 12, last + 1):
        place.anew()
        ran = khcn("record", file, "--json", db=place.url, fault=Fault(str(place.folder), at, deed="power"))
        there = ids_on_record(place.url)
        answered += bool(ran.acknowledged)

        assert (at, set(ran.acknowledged) - set(there)) == (at, set())
        assert len(there) in (0, 3)
    assert answered > 3


def test_a_store_is_made_whole_or_made_again(khcn: Runner, place: Place) -> None:
    making = ("init", "--admin", "admin", "--name", "Quản trị")
    url = f"sqlite:///{place.folder / 'new.db'}"
    folder = str(place.folder)
    tried: Sequence[int] = (12, 60)
    if LONG:
        tried = range(1, len(khcn(*making, db=url, fault=Fault(folder)).calls) + 1)
    deeds: tuple[Deed, ...] = ("error", "kill") if LONG else ("kill",)
    for deed in deeds:
        for at in tried:
            place.anew()
            ended = khcn(*making, db=url, fault=Fault(folder, at, deed, for_good=True))
            made = khcn(*making, db=url)

            assert ended.code == -9 or deed == "error", at
            assert made.code == 0, (at, made)
            assert checked(url) == 3
