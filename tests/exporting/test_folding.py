"""The objects of an export stand as the decision index has them, whatever was corrected, and in each order."""

from __future__ import annotations

import json
from typing import Any

from engine.envelope import decode
from engine.log import Log
from engine.states import decode_state
from engine.times import instant
from exporting.objects import OUTSIDE, Objects, values_of
from exporting.ocel import chunks
from projections.history import corrections_of_all
from projections.names import Names
from tests.rules.correcting import correction
from tests.spec import Spec
from tests.world import HP_GRASSROOTS, HP_SECTOR, life, world

CORRECTIONS = (
    correction("task:T1", 1, "investigator", "pi2"),
    correction("task:T1", 1, "investigator", "tm1"),
    correction("line:L-department", 1, "amount", 700_000_000),
    correction("line:L-city", 1, "purpose", "Mục đích đúng"),
    correction("person:m7", 1, "name", "Tên Đúng"),
    correction("unit:BV2", 1, "name", "Bệnh viện Hai Đúng"),
)


def test_the_newest_values_are_those_of_the_decision_index(prepared_store_url: str) -> None:
    spec = Spec(prepared_store_url)
    spec.given(*world("HP36"), *life(HP_SECTOR, until="registered"), *life(HP_GRASSROOTS, task="T2", until="published"))
    spec.given(*CORRECTIONS)
    spec.close()
    with Log.open(prepared_store_url) as log, log.reader() as reader:
        names = Names(reader, "en")
        objects = Objects(names, corrections_of_all(reader))
        for row in reader.events():
            objects.take(decode(row.position, row.stream, row.version, row.body))
        keys = [key for key in objects.states if key.split(":")[0] not in OUTSIDE]
        index = {key: decode_state(key, data) for key, data in reader.states(keys).items()}

        assert sorted(index) == sorted(keys)
        assert {key: objects.states[key] for key in keys} == index
        assert {key: objects.things[key].values for key in keys} == {
            key: values_of(key, index[key], names) | empty(objects.things[key].values) for key in keys
        }


def empty(values: dict[str, Any]) -> dict[str, Any]:
    """What a thing had once and has no more."""
    return {name: value for name, value in values.items() if value == ""}


def test_each_correction_shows_from_its_recording_on(prepared_store_url: str) -> None:
    spec = Spec(prepared_store_url)
    spec.given(*world("HP36"), *life(HP_SECTOR, until="registered"))
    times = []
    for number, each in enumerate(CORRECTIONS[:2]):
        spec.now = spec.now.replace(minute=10 + number)
        spec.given(each)
        times.append(instant(spec.now))
    spec.close()
    with Log.open(prepared_store_url) as log, log.reader() as reader:
        found = json.loads(b"".join(chunks(reader)))
    (task,) = [each for each in found["objects"] if each["id"] == "task:T1"]
    led = [(each["time"], each["value"]) for each in task["attributes"] if each["name"] == "investigator"]

    assert [value for _, value in led] == ["pi1", "pi2", "tm1"]
    assert [when for when, _ in led[1:]] == times
    assert ("person:tm1", "investigator") in [(r["objectId"], r["qualifier"]) for r in task["relationships"]]
