"""Times that partners signed: a clock may be wrong and a time invented, so none of them lies ahead of ours for long.

What is dated later than a day from now is weighed as if it were dated at its taking in: a far date must not keep out
what comes after it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from briefcase.language import _

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_TOLERATED = timedelta(days=1)


def is_ahead(signed: str, now: str) -> bool:
    """Say whether a signed time is later than *now* by more than a day; both UTC."""
    if signed <= now:
        return False
    one, other = (datetime.strptime(each, _TIME).replace(tzinfo=UTC) for each in (signed, now))
    return one - other > _TOLERATED


def weighed(signed: str, now: str) -> str:
    """Return the time that orders what was signed: its own, or *now* when its own lies ahead."""
    return now if is_ahead(signed, now) else signed


def words(signed: str) -> str:
    """Return what to say of a time that lies ahead."""
    said = _("Notice: it says that it was sealed on %(when)s, which is yet to come; ask the sender about his clock.")
    return said % {"when": signed}
