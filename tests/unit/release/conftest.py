"""Makers of records and circumstances; every id is a small number, so that a failure can be read."""

# ruff: noqa: ANN003, D102 - the makers pass fields on, and their names say what they make
from __future__ import annotations

import pytest

from briefcase.records.kinds import Link, Note, Party, Record, RedFlag, TearLine, Tip
from briefcase.records.label import Label
from briefcase.records.packs import Pack, shipped
from briefcase.records.values import Name
from briefcase.release.decision import Circumstances, Consent, Recipient
from briefcase.release.matrix import check

NOW = "2026-11-24T06:02:56Z"


def number(n: int) -> str:
    return f"00000000-0000-7000-8000-{n:012x}"


def exercise(*codes: str, level: str = "EXERCISE OFFICIAL", caveats: tuple[str, ...] = (), rel: str = "") -> Label:
    """Return a label whose marking agrees with its fields; *rel* replaces the words after REL TO."""
    names = sorted(code.partition(":")[2] for code in codes)
    stated = rel or ", ".join(["USA", *(name for name in names if name != "USA")])
    parts = [level, *(["/".join(caveats)] if caveats else []), *([f"REL TO {stated}"] if codes else [])]
    return Label(marking="//".join(parts), policy="EXERCISE", level=level, releasable_to=codes, caveats=caveats)


GBR = exercise("country:GBR", "country:USA")
AUS = exercise("country:AUS", "country:USA")
BOTH = exercise("country:AUS", "country:GBR", "country:USA")
HMRC = Recipient("Owen", "b" * 64, "GBR", "GBR/HMRC")


class Make:
    """Makes complete records with a marker in every text, and labels and consents for them."""

    now, gbr, aus, both, hmrc = NOW, GBR, AUS, BOTH, HMRC
    number = staticmethod(number)
    label = staticmethod(exercise)

    def consent(self, record: Record, **more) -> Consent:
        """Return a consent for HMRC that is in force now."""
        said = {"serial": "C-1", "recipient": HMRC.agency, "since": "2026-01-01T00:00:00Z"}
        until = "2027-01-01T00:00:00Z"
        return Consent(**{**said, "record_id": record.id, "revision": record.revision, "until": until, **more})

    def base(self, n: int, label: Label, **more):  # noqa: ANN201
        return {"id": number(n), "label": label, "revision": f"{n:032x}", "created": NOW, "author": "Ann", **more}

    def party(self, n: int, label: Label = GBR, **more) -> Party:
        return Party(**self.base(n, label, party_kind="company", names=(Name(text=f"MARK-{n}-"),), **more))

    def note(self, n: int, label: Label = GBR, **more) -> Note:
        return Note(**self.base(n, label, title="A note", text=f"MARK-{n}-", **more))

    def flag(self, n: int, label: Label = GBR, **more) -> RedFlag:
        return RedFlag(**self.base(n, label, flag="KYC-01", fact=f"MARK-{n}-", **more))

    def link(self, n: int, one: int, other: int, label: Label = GBR, **more) -> Link:
        ends = {"from_id": number(one), "to_id": number(other)}
        return Link(**self.base(n, label, role="owns", **ends, **more))

    def tip(self, n: int, label: Label = GBR, **more) -> Tip:
        return Tip(**self.base(n, label, text=f"MARK-{n}-", **more))

    def tear_line(self, n: int, *stands_for: int, label: Label = GBR, **more) -> TearLine:
        replaced = tuple(number(one) for one in stands_for)
        return TearLine(
            **self.base(n, label, text="Financing ran through a third country.", stands_for=replaced, **more)
        )


@pytest.fixture(scope="session")
def pack() -> Pack:
    return shipped("exercise")


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def decide(pack):  # noqa: ANN001, ANN201
    """Return a function that gives verdict and reason codes by small number, under circumstances given by name."""

    def decided(records, recipient=HMRC, context=(), **more):  # noqa: ANN001, ANN202
        around = Circumstances(**{"recipient": recipient, "pack": pack, "now": NOW, **more})
        found = check(records, around, context=context)
        return {int(key[-12:], 16): decision for key, decision in found.items()}

    return decided
