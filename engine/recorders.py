"""The log as the eventsourcing library wants it: its recorders and their factory. The door to eventsourcing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    ProcessRecorder,
    ProgrammingError,
    Recorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from engine.log import Conflict, Log, Row, StoreError, StoreMissing

R = TypeVar("R", bound="LogRecorder")


class LogRecorder(Recorder):
    """What the recorders share: a log, how ids are read back, and one way to insert."""

    def __init__(self, log: Log, *, originator_id_type: str = "text") -> None:
        self.log = log
        self._id: Callable[[str], UUID | str] = UUID if originator_id_type == "uuid" else str

    def _insert(self, stored: Sequence[StoredEvent], tracking: Tracking | None = None) -> list[int]:
        with library_errors(), self.log.writer() as writer:
            first = writer.head()[0] + 1
            rows = [
                Row(position, str(e.originator_id), e.originator_version, e.topic, "", e.state)
                for position, e in enumerate(stored, first)
            ]
            if rows:
                writer.append(rows)
            if tracking is not None:
                writer.track(tracking.application_name, tracking.notification_id)
        return [row.position for row in rows]

    def _rows(self, *parts: tuple[str, Sequence[Any]]) -> list[Any]:
        sql = " ".join(text for text, _ in parts)
        with library_errors():
            return self.log.rows(sql, [value for _, values in parts for value in values])


class LogAggregateRecorder(LogRecorder, AggregateRecorder):
    """Events by stream."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append events, all or none. Raises IntegrityError where a version is taken."""
        self._insert(stored_events)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream, by version."""
        found = self._rows(
            ("SELECT version, kind, body FROM events WHERE stream = ?", [str(originator_id)]),
            *_given("AND version > ?", gt),
            *_given("AND version <= ?", lte),
            ("ORDER BY version DESC" if desc else "ORDER BY version", ()),
            *_given("LIMIT ?", limit),
        )
        return [StoredEvent(originator_id, version, kind, body) for version, kind, body in found]


class LogApplicationRecorder(LogAggregateRecorder, ApplicationRecorder):
    """Events by stream and by position."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append events, all or none, and return their positions. Raises IntegrityError where a version is taken."""
        return self._insert(stored_events)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Up to `limit` events from position `start` to `stop`, only of the kinds in `topics` if there are any."""
        marks = ", ".join("?" * len(topics))
        found = self._rows(
            ("SELECT stream, version, kind, body, position FROM events WHERE position > 0", ()),
            *_given("AND position >= ?" if inclusive_of_start else "AND position > ?", start),
            *_given("AND position <= ?", stop),
            *([(f"AND kind IN ({marks})", topics)] if topics else []),
            ("ORDER BY position LIMIT ?", [limit]),
        )
        return [Notification(self._id(stream), *rest) for stream, *rest in found]

    def max_notification_id(self) -> int | None:
        """The last position, or None in an empty log."""
        found: int | None = self._rows(("SELECT max(position) FROM events", ()))[0][0]
        return found

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """An iterator over the events after position `gt`, which waits for more at the end."""
        return LogSubscription(recorder=self, gt=gt, topics=topics)


class LogTrackingRecorder(LogRecorder, TrackingRecorder):
    """How far each consumer has come; no two consumers of one name can record the same position."""

    def insert_tracking(self, tracking: Tracking) -> None:
        """Note a position. Raises IntegrityError unless it is further than before."""
        self._insert([], tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position noted last, or None."""
        found = self._rows(("SELECT position FROM tracking WHERE name = ?", [application_name]))
        return int(found[0][0]) if found else None


class LogProcessRecorder(LogTrackingRecorder, LogApplicationRecorder, ProcessRecorder):
    """Events and the position of the consumer that led to them, in one transaction."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append events and note `tracking`, all or nothing. Raises IntegrityError where either is taken."""
        return self._insert(stored_events, kwargs.get("tracking"))


class LogSubscription(ListenNotifySubscription[LogApplicationRecorder]):
    """Follows the log: by LISTEN on PostgreSQL, by asking for changes on SQLite."""

    def __init__(self, recorder: LogApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listener = Thread(target=self._listen)
        self._listener.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._listener.join()

    def _listen(self) -> None:
        try:
            with self._recorder.log.listening() as heard:
                # What was committed after the first look and before listening began would wait for the next event.
                self._has_been_notified.set()
                while not self._has_been_stopped:
                    if heard(0.1):
                        self._has_been_notified.set()
        except BaseException as error:
            self._thread_error = self._thread_error or error
            self.stop()


class Factory(InfrastructureFactory[LogTrackingRecorder]):
    """Recorders for an eventsourcing application whose PERSISTENCE_MODULE is this module.

    Reads KHCN_DATABASE_URL, ORIGINATOR_ID_TYPE (text or uuid), and CREATE_TABLE, which unlike the library's own is off:
    a store is created once."""

    DATABASE_URL = "KHCN_DATABASE_URL"
    ORIGINATOR_ID_TYPE = "ORIGINATOR_ID_TYPE"
    CREATE_TABLE = "CREATE_TABLE"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        url = self.env.get(self.DATABASE_URL)
        if not url:
            raise InfrastructureFactoryError(f"{self.DATABASE_URL} is not set")
        self._ids = self.env.get(self.ORIGINATOR_ID_TYPE) or "text"
        if self._ids not in ("text", "uuid"):
            raise InfrastructureFactoryError(f"{self.ORIGINATOR_ID_TYPE} is {self._ids!r}, neither text nor uuid")
        self.log = Log.open(url)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """A recorder of events by stream. Raises InfrastructureFactoryError for snapshots: the log holds none."""
        if purpose != "events":
            raise InfrastructureFactoryError(f"the log holds events, not {purpose}")
        return self._made(LogAggregateRecorder)

    def application_recorder(self) -> ApplicationRecorder:
        """A recorder of events by stream and position."""
        return self._made(self._chosen(self.APPLICATION_RECORDER_TOPIC, LogApplicationRecorder))

    def tracking_recorder(
        self, tracking_recorder_class: type[LogTrackingRecorder] | None = None
    ) -> LogTrackingRecorder:
        """A recorder of how far consumers have come."""
        return self._made(tracking_recorder_class or self._chosen(self.TRACKING_RECORDER_TOPIC, LogTrackingRecorder))

    def process_recorder(self) -> ProcessRecorder:
        """A recorder of both."""
        return self._made(self._chosen(self.PROCESS_RECORDER_TOPIC, LogProcessRecorder))

    def close(self) -> None:
        """Close the connections."""
        self.log.close()

    def _chosen(self, name: str, default: type[R]) -> type[R]:
        topic = self.env.get(name)
        chosen: type[R] = resolve_topic(topic) if topic else default
        if not issubclass(chosen, default):
            raise InfrastructureFactoryError(f"{name} is not a {default.__name__}")
        return chosen

    def _made(self, recorder_class: type[R]) -> R:
        if strtobool(self.env.get(self.CREATE_TABLE) or "n"):
            with library_errors():
                self.log.create()
        return recorder_class(self.log, originator_id_type=self._ids)


@contextmanager
def library_errors() -> Iterator[None]:
    """Let eventsourcing see its own exceptions instead of the store's."""
    try:
        yield
    except Conflict as error:
        raise IntegrityError(str(error)) from error
    except StoreMissing as error:
        raise ProgrammingError(str(error)) from error
    except StoreError as error:
        raise OperationalError(str(error)) from error


def _given(condition: str, value: int | None) -> list[tuple[str, list[int]]]:
    return [] if value is None else [(condition, [value])]
