"""The idle lock: a deadline in wall-clock time, so that time asleep counts.

``IdleLock`` watches the program's own keyboard and mouse input; after ``IDLE_SECONDS`` without any it tells why and
the window locks. Nothing is asked and nothing is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

IDLE_SECONDS = 600.0
CHECK_MILLISECONDS = 1000

_INPUT = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
    QEvent.Type.Drop,
)


class IdleLock(QObject):
    """Emits ``expired`` once when the deadline has passed while the lock is armed."""

    expired = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._clock = clock
        self._deadline = 0.0
        self._last = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_MILLISECONDS)
        self._timer.timeout.connect(self.check)

    @property
    def seconds(self) -> float:
        """How long no input may be given before it locks."""
        return self._seconds

    @property
    def armed(self) -> bool:
        """Whether a vault is open and being watched."""
        return self._timer.isActive()

    def arm(self) -> None:
        """Start watching: a vault was opened."""
        self.touch()
        self._timer.start()

    def disarm(self) -> None:
        """Stop watching: the vault is locked."""
        self._timer.stop()

    def touch(self) -> None:
        """Note input: the deadline moves."""
        self._last = self._clock()
        self._deadline = self._last + self._seconds

    def check(self) -> None:
        """Lock when the deadline has passed; a clock set back counts as passed time, for safety."""
        now = self._clock()
        if self.armed and (now >= self._deadline or now < self._last - self._seconds):
            self.disarm()
            self.expired.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See every event of the application; never take one away."""
        if event.type() in _INPUT and self.armed:
            if self._clock() >= self._deadline:
                self.check()
            else:
                self.touch()
        return super().eventFilter(watched, event)
