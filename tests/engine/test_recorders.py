"""The recorders pass the test cases that eventsourcing ships, on both databases.

None of the shipped cases is left out: AggregateRecorder, ApplicationRecorder (with its optional test of subscriptions),
NonInterleavingNotificationIDs, TrackingRecorder, ProcessRecorder and InfrastructureFactory. Two things differ:
`new_originator_id` also gives text, since our streams are text; and the cipher that the cases import is the library's
second one, of the same interface, since the first needs a package that nothing else here does. The library ships no
case for snapshots; ours is that the factory refuses them.
"""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator
from unittest import TestCase, defaultTestLoader
from uuid import UUID, uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactoryError,
    IntegrityError,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, get_topic

from engine.log import Log
from engine.recorders import (
    Factory,
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogProcessRecorder,
    LogTrackingRecorder,
)

sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

from eventsourcing.tests import persistence as shipped  # noqa: E402

_serial = itertools.count(1)


class MyTrackingRecorder(LogTrackingRecorder):
    """A subclass, to be chosen by its topic."""


class OnAStore:
    """Where and with what kind of ids the shipped cases work. pytest cannot give a TestCase a parametrised fixture, so
    the cases are not collected but run by `test_shipped_case`."""

    __test__ = False
    log: Log
    ids: str

    def new_originator_id(self) -> UUID | str:
        return uuid4() if self.ids == "uuid" else f"task:T{next(_serial)}"


class AggregateCase(OnAStore, shipped.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return LogAggregateRecorder(self.log, originator_id_type=self.ids)


class ApplicationCase(OnAStore, shipped.ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        return LogApplicationRecorder(self.log, originator_id_type=self.ids)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class NonInterleavingCase(OnAStore, shipped.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return LogApplicationRecorder(self.log, originator_id_type=self.ids)


class TrackingCase(OnAStore, shipped.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return LogTrackingRecorder(self.log)


class ProcessCase(OnAStore, shipped.ProcessRecorderTestCase):
    def create_recorder(self) -> ProcessRecorder:
        return LogProcessRecorder(self.log, originator_id_type=self.ids)


class FactoryCase(OnAStore, shipped.InfrastructureFactoryTestCase[Factory]):
    def setUp(self) -> None:
        # The module as PERSISTENCE_MODULE: exactly one factory must be found in it.
        env = {"PERSISTENCE_MODULE": "engine.recorders", "KHCN_DATABASE_URL": self.log.url}
        self.env = Environment(name="TestCase", env=env | {"ORIGINATOR_ID_TYPE": self.ids})
        super().setUp()

    def expected_factory_class(self) -> type[Factory]:
        return Factory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return LogAggregateRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return LogApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return LogTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return MyTrackingRecorder

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return LogProcessRecorder


CASES: tuple[type[TestCase], ...] = (
    AggregateCase,
    ApplicationCase,
    NonInterleavingCase,
    TrackingCase,
    ProcessCase,
    FactoryCase,
)
FOUND = {case: list(defaultTestLoader.getTestCaseNames(case)) for case in CASES}
SHIPPED = [pytest.param(case, name, id=f"{case.__name__}.{name}") for case, names in FOUND.items() for name in names]


@pytest.fixture
def log(store_url: str) -> Iterator[Log]:
    with Log.open(store_url) as opened:
        opened.create()
        yield opened


@pytest.mark.parametrize("ids", ["text", "uuid"])
@pytest.mark.parametrize(("case", "name"), SHIPPED)
def test_shipped_case(log: Log, case: type[TestCase], name: str, ids: str) -> None:
    before = set(threading.enumerate())
    type(case.__name__, (case,), {"log": log, "ids": ids})(name).debug()

    for thread in set(threading.enumerate()) - before:  # one case does not wait for its readers
        thread.join()


def test_every_shipped_case_is_run() -> None:
    assert [len(FOUND[case]) for case in CASES] == [2, 5, 1, 2, 4, 9]


def test_events_and_position_are_kept_together_or_not_at_all(log: Log) -> None:
    recorder = LogProcessRecorder(log)
    recorder.insert_events([], tracking=Tracking("upstream", 5))

    with pytest.raises(IntegrityError):
        recorder.insert_events([StoredEvent("task:T1", 1, "topic", b"state")], tracking=Tracking("upstream", 5))
    assert recorder.select_notifications(start=None, limit=1) == []


def test_a_subscription_hears_of_what_another_process_commits(log: Log) -> None:
    with Log.open(log.url) as other, LogApplicationRecorder(log).subscribe() as subscription:
        LogApplicationRecorder(other).insert_events([StoredEvent("task:T1", 1, "topic", b"state")])

        assert next(subscription).id == 1


@pytest.mark.parametrize(
    "settings",
    [{}, {"KHCN_DATABASE_URL": "sqlite:///khcn.db", "ORIGINATOR_ID_TYPE": "number"}],
    ids=["no URL", "no such type of ids"],
)
def test_a_factory_without_its_settings_is_refused(settings: dict[str, str]) -> None:
    with pytest.raises(InfrastructureFactoryError):
        Factory(settings)


def test_the_factory_refuses_snapshots_and_classes_of_another_kind(log: Log) -> None:
    wrong = get_topic(MyTrackingRecorder)
    with Factory({"KHCN_DATABASE_URL": log.url, "PROCESS_RECORDER_TOPIC": wrong}) as factory:
        with pytest.raises(InfrastructureFactoryError):
            factory.aggregate_recorder("snapshots")
        with pytest.raises(InfrastructureFactoryError):
            factory.process_recorder()


@pytest.mark.parametrize(("create", "made"), [("", False), ("n", False), ("y", True)])
def test_the_factory_makes_tables_only_when_told(store_url: str, create: str, made: bool) -> None:
    factory = Factory({"KHCN_DATABASE_URL": store_url, "CREATE_TABLE": create})
    recorder = factory.application_recorder()

    assert made is factory.log.created()
    if not made:
        with pytest.raises(ProgrammingError):
            recorder.max_notification_id()
    factory.close()
