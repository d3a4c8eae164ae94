"""The task registry as the eventsourcing library does it: its runner, a tracking recorder, a commit an event."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from eventsourcing.application import Application
from eventsourcing.persistence import Notification, Tracking
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder

from engine.envelope import Event, decode
from projections.rows import RowTable, layout_of
from projections.tasks import tasks

TABLE = RowTable(layout_of(tasks), "task_registry")


class Reader:
    """What makes an event of a notification: as the desk reads it."""

    def to_domain_event(self, notification: Notification) -> Event:
        """The event at a place of the log."""
        stream, version = str(notification.originator_id), notification.originator_version
        return decode(notification.id, stream, version, notification.state)


class Ledger(Application[str]):
    """An application over the same log, by the recorders that it has for the library."""

    env: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "engine.recorders"}

    def construct_mapper(self) -> Any:
        """What reads events."""
        return Reader()


class View(SQLiteTrackingRecorder):
    """The registry's table, and how far it has come, in a database of its own."""

    def construct_create_table_statements(self) -> list[str]:
        """The library's statements and the registry's."""
        columns = ", ".join(f'"{name}"' for name in TABLE.columns if name != tasks.key)
        table = f'CREATE TABLE IF NOT EXISTS task_registry ("{tasks.key}" TEXT PRIMARY KEY, {columns})'
        return [*super().construct_create_table_statements(), table]

    def take(self, event: Event, tracking: Tracking) -> None:
        """Bring the rows that an event changes up to it, and note its place: in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            for key in tasks.keys(event):
                cursor.execute(f"{TABLE.select} WHERE {TABLE.key} = ?", [key])
                found = cursor.fetchone()
                rows = {key: TABLE.layout.row(tuple(found)) if found else None}
                tasks.apply(event, rows)
                if rows[key] is not None:
                    cursor.execute(TABLE.upsert, TABLE.layout.values(rows[key]))
            self._insert_tracking(cursor, tracking)


class TaskRegistry(Projection[View]):
    """The registry of tasks."""

    def process_event(self, domain_event: Event, tracking: Tracking) -> None:
        """Take an event in."""
        self.view.take(domain_event, tracking)


def run_library(url: str, view: Path, upto: int) -> None:
    """Let the library's runner bring the registry up to a position."""
    env = {
        "KHCN_DATABASE_URL": url,
        "TASKREGISTRY_PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "TASKREGISTRY_SQLITE_DBNAME": str(view),
    }
    runner = ProjectionRunner(application_class=Ledger, projection_class=TaskRegistry, view_class=View, env=env)
    with runner:
        runner.wait(upto, timeout=3600)
