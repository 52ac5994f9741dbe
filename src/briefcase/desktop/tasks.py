"""Work in the background: the one place that starts threads.

One worker thread makes every call to the services, one after the other, so a vault is only ever touched by the thread
that opened it. An operation is a value: ``Operation(work).success(show).failure(tell)``, handed to ``Tasks.start``.
Its work gets a ``Control`` to report progress and to ask whether it was cancelled; its outcome arrives in the window's
thread. A result is dropped when the widget that asked is gone or the operation was superseded.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from briefcase.desktop.errors import Cancelled
from briefcase.errors import BriefcaseError, InternalError

_MINIMUM_FOR_ESTIMATE = 0.5


class Control:
    """What running work sees of the window: a place to report progress, and whether to stop."""

    def __init__(self, report: Callable[[int, int], None]) -> None:
        self._report = report
        self._stop = threading.Event()

    def progress(self, done: int, total: int) -> None:
        """Report that *done* of *total* units are done; cheap, may be called often."""
        self._report(done, total)

    def bytes_of(self, total: int) -> Callable[[int], None]:
        """Return a reporter of bytes done of *total*; it ends the work by raising ``Cancelled`` when asked to stop."""
        return lambda done: self.counted(done, total)

    def counted(self, done: int, total: int) -> None:
        """Report like ``progress``, and end the work by raising ``Cancelled`` when asked to stop."""
        if self.cancelled():
            raise Cancelled
        self.progress(done, total)

    def cancelled(self) -> bool:
        """Say whether the officer asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next convenient point."""
        self._stop.set()


Work = Callable[[Control], Any]


@dataclass(frozen=True)
class Operation:
    """One piece of background work and what to do with its outcome, all in the window's thread."""

    work: Work
    owner: QObject | None = None
    on_success: Callable[[Any], None] | None = None
    on_failure: Callable[[BriefcaseError], None] | None = None
    on_progress: Callable[[int, int, float | None], None] | None = None
    lane: str = ""

    def success(self, act: Callable[[Any], None]) -> Operation:
        """Return the operation with *act* called on its result."""
        return replace(self, on_success=act)

    def failure(self, act: Callable[[BriefcaseError], None]) -> Operation:
        """Return the operation with *act* called on its error."""
        return replace(self, on_failure=act)

    def progress(self, act: Callable[[int, int, float | None], None]) -> Operation:
        """Return the operation with *act* called with done, total and the estimated seconds left (or None)."""
        return replace(self, on_progress=act)

    def superseding(self, lane: str) -> Operation:
        """Return the operation such that a later one in the same *lane* makes its result stale: it is dropped."""
        return replace(self, lane=lane)


@dataclass
class _Running:
    operation: Operation
    number: int
    control: Control
    started: float = field(default_factory=time.monotonic)
    last_report: float = 0.0


def seconds_left(elapsed: float, done: int, total: int) -> float | None:
    """Estimate the seconds left from the share that is done; None while there is too little to go by."""
    if done <= 0 or total <= 0 or done > total or elapsed < _MINIMUM_FOR_ESTIMATE:
        return None
    return elapsed * (total - done) / done


def as_error(error: BaseException) -> BriefcaseError:
    """Return *error* as one the officer can be shown: kind and place of a program fault, never its text."""
    if isinstance(error, BriefcaseError):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
    return InternalError(kind=type(error).__name__, where=where)


class Tasks(QObject):
    """The queue of operations and its one worker thread; ``busy`` tells the window when there is work."""

    busy = Signal(bool)
    failed = Signal(object)
    _finished = Signal(int, object, object)
    _reported = Signal(int, int, int)

    REPORT_EVERY = 0.05

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.SimpleQueue[_Running | None] = queue.SimpleQueue()
        self._open: dict[int, _Running] = {}
        self._newest: dict[str, int] = {}
        self._number = 0
        self._finished.connect(self._deliver)
        self._reported.connect(self._show_progress)
        self._thread = threading.Thread(target=self._run, name="briefcase-worker", daemon=True)
        self._thread.start()

    def start(self, operation: Operation) -> Control:
        """Queue *operation*; return its control, whose ``cancel`` may be called from the window."""
        self._number += 1
        number = self._number
        running = _Running(operation, number, Control(lambda done, total: self._report(running, done, total)))
        self._open[number] = running
        if operation.lane:
            stale = self._open.get(self._newest.get(operation.lane, 0))
            if stale is not None:
                stale.control.cancel()
            self._newest[operation.lane] = number
        self._queue.put(running)
        self.busy.emit(True)  # noqa: FBT003 - a signal has no names
        return running.control

    def cancel_all(self) -> None:
        """Ask everything to stop and drop every outcome that has not been delivered (the vault is locking)."""
        for running in self._open.values():
            running.control.cancel()
            running.operation = Operation(running.operation.work)

    def finish(self, seconds: float = 10.0) -> None:
        """Let what is queued run to its end (a locking vault is being closed), then end the thread."""
        self._queue.put(None)
        self._thread.join(seconds)

    @property
    def pending(self) -> int:
        """How many operations are queued or running."""
        return len(self._open)

    def _run(self) -> None:
        while (running := self._queue.get()) is not None:
            result: Any = None
            error: BaseException | None = None
            running.started = time.monotonic()
            try:
                result = running.operation.work(running.control)
            except Exception as caught:  # noqa: BLE001 - every failure is told to the officer, none is swallowed
                error = caught
            self._finished.emit(running.number, result, error)

    def _report(self, running: _Running, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - running.last_report < self.REPORT_EVERY:
            return
        running.last_report = now
        # Units may be bytes beyond 32 bits; the window needs thousandths only.
        share = done * 1000 // total if total else 0
        self._reported.emit(running.number, share, 1000)

    def _show_progress(self, number: int, done: int, total: int) -> None:
        running = self._open.get(number)
        if running is None or running.operation.on_progress is None or not _alive(running.operation):
            return
        left = seconds_left(time.monotonic() - running.started, done, total)
        running.operation.on_progress(done, total, left)

    def _deliver(self, number: int, result: object, error: BaseException | None) -> None:
        running = self._open.pop(number)
        operation = running.operation
        stale = bool(operation.lane) and self._newest.get(operation.lane) != number
        if not stale and _alive(operation):
            if error is None:
                if operation.on_success is not None:
                    operation.on_success(result)
            elif operation.on_failure is not None:
                operation.on_failure(as_error(error))
            else:
                self.failed.emit(as_error(error))
        if not self._open:
            self.busy.emit(False)  # noqa: FBT003 - a signal has no names


def _alive(operation: Operation) -> bool:
    return operation.owner is None or isValid(operation.owner)
