"""Joining versions of one record that several agencies keep together, field by field, by what each version changed.

A pure function of the set of versions: neither their order nor their repetition changes the result. Of every field the
last changes count, those that no other change follows. When they agree, or there is one, the field is merged; when
they differ it is in conflict, and every value is kept with its origin until an officer decides. A label, or the
circle of agencies, is not weakened by others than the originator and ourselves: that waits for an officer, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import msgspec

from briefcase.records.fields import all_fields

GUARDED = frozenset({"label", "field_labels", "shared_by"})
"""Fields that are never weakened without an officer."""
_FIXED = frozenset({"id", "originator", "author", "created", "revision", "parents"})
Weaker = Callable[[str, object, object], bool]
"""Says of a guarded field, its value before and its value after whether the second keeps less back."""


@dataclass(frozen=True)
class Version:
    """One version of a record.

    Attributes:
        revision: its id.
        parents: revisions that it follows; those that are not here count as unknown.
        agency: whose word it is, as our officer set it.
        author: the officer who wrote it.
        created: UTC.
        values: by name, of every field in ``joined_fields``.
        merged: made by the program out of others; it changes nothing and decides nothing.
    """

    revision: str
    parents: tuple[str, ...]
    agency: str
    author: str
    created: str
    values: Mapping[str, object]
    merged: bool = False


@dataclass(frozen=True)
class Claim:
    """One of the values of a field in conflict, and who gave it when."""

    revision: str
    agency: str
    author: str
    created: str
    value: object


@dataclass(frozen=True)
class Joined:
    """What the versions are together.

    Attributes:
        heads: the versions that no other follows, ascending; those that the program made are not among them.
        values: by field; of a field in conflict the one that is shown meanwhile.
        conflicts: by field, at least two claims, ascending by revision.
    """

    heads: tuple[str, ...]
    values: dict[str, object]
    conflicts: dict[str, tuple[Claim, ...]]


@cache
def joined_fields(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind that are joined one by one, in the order of the form."""
    return tuple(spec.name for spec in all_fields(kind) if spec.name not in _FIXED)


def merge_id(record_id: str, heads: Iterable[str], *more: str) -> str:
    """Return the revision id of a merge of *heads*: the same wherever the same versions meet.

    It is made of random ids alone, so it says nothing about the content.
    """
    text = "\n".join(["briefcase-merge-v1", record_id, *sorted(heads), "", *more])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def ancestry(parents: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return all that each version follows, directly or through others that are here.

    Two versions that each claim to follow the other follow neither.
    """
    reach: dict[str, frozenset[str]] = {}
    for start in parents:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            new = {one for one in parents[waiting.pop()] if one in parents} - found
            found |= new
            waiting += new
        reach[start] = frozenset(found)
    return {one: frozenset(each for each in before if one not in reach[each]) for one, before in reach.items()}


def join(versions: Iterable[Version], *, trusted: Iterable[str], weaker: Weaker) -> Joined:
    """Join versions of one record.

    Args:
        versions: at least one, each once, all of one kind.
        trusted: agencies whose officers may weaken a guarded field: our own and the originator.
        weaker: see ``Weaker``; asked for guarded fields only.
    """
    work = _Join({one.revision: one for one in versions}, frozenset(trusted), weaker)
    return work.result()


@dataclass
class _Join:
    """One joining; ``tops`` are, by version and field, the last changes up to and with that version."""

    by_id: dict[str, Version]
    trusted: frozenset[str]
    weaker: Weaker
    before: dict[str, frozenset[str]] = field(default_factory=dict)
    tops: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def result(self) -> Joined:
        self.before = ancestry({key: one.parents for key, one in self.by_id.items()})
        for key in sorted(self.by_id, key=lambda one: (len(self.before[one]), one)):
            self._follow(self.by_id[key])
        real = {key for key, one in self.by_id.items() if not one.merged}
        followed = frozenset[str]().union(*(self.before[one] for one in real))
        last = {name: self._last(name, self.by_id) for name in self._names()}
        claims = {name: self._claims(name, tops) for name, tops in last.items()}
        return Joined(
            heads=tuple(sorted(real - followed)),
            values={name: self._shown(name, found) for name, found in claims.items()},
            conflicts={name: found for name, found in claims.items() if len(distinct(one.value for one in found)) > 1},
        )

    def _names(self) -> tuple[str, ...]:
        return tuple(next(iter(self.by_id.values())).values)

    def _follow(self, one: Version) -> None:
        known = [each for each in one.parents if each in self.before[one.revision]]
        parents = [each for each in known if not any(each in self.before[other] for other in known)]
        self.tops[one.revision] = {
            name: self._with(one, name, self._last(name, parents), parents) for name in self._names()
        }

    def _last(self, name: str, where: Iterable[str]) -> frozenset[str]:
        """Return the changes of a field up to some versions that no other of them takes the place of."""
        found = frozenset[str]().union(*(self.tops[one][name] for one in where))
        return frozenset(one for one in found if not any(self._replaces(each, one, name) for each in found))

    def _replaces(self, later: str, earlier: str, name: str) -> bool:
        if earlier not in self.before[later]:
            return False
        new, old = self.by_id[later], self.by_id[earlier]
        held = name in GUARDED and new.agency not in self.trusted
        return not (held and self.weaker(name, old.values[name], new.values[name]))

    def _with(self, one: Version, name: str, last: frozenset[str], parents: list[str]) -> frozenset[str]:
        if not self._changes(one, name, last, parents):
            return last
        kept = {each for each in last if not self._replaces(one.revision, each, name)}
        return frozenset({one.revision, *kept})

    def _changes(self, one: Version, name: str, last: frozenset[str], parents: list[str]) -> bool:
        """Say whether a version gave a field its value, or decided between several."""
        if not parents:
            return True
        if one.merged:
            return False
        value, values = one.values[name], distinct(self.by_id[each].values[name] for each in last)
        if value not in values:
            return True
        if len(parents) == 1 and value != self.by_id[parents[0]].values[name]:
            return True
        # Who names every value that is in conflict, whatever he chose, has decided between them.
        return len(values) > 1 and len(one.parents) > 1 and last <= set(one.parents)

    def _claims(self, name: str, tops: frozenset[str]) -> tuple[Claim, ...]:
        found = (self.by_id[one] for one in sorted(tops))
        return tuple(Claim(one.revision, one.agency, one.author, one.created, one.values[name]) for one in found)

    def _shown(self, name: str, claims: tuple[Claim, ...]) -> object:
        """Return what is shown while a field is in conflict: the strictest of a guarded one, else any.

        It depends on the values alone, for two vaults may know one change by different versions.
        """
        if name in GUARDED:
            strict = [one for one in claims if not any(self.weaker(name, each.value, one.value) for each in claims)]
            claims = tuple(strict) or tuple(one for one in claims if one.agency in self.trusted) or claims
        return max((one.value for one in claims), key=msgspec.json.encode)


def distinct(values: Iterable[object]) -> list[object]:
    """Return each value once, in order."""
    found: list[object] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
