"""Whatever the case looks like: nothing withheld shows, order does not matter, and losing a consent opens nothing."""

# ruff: noqa: ANN003 - makers pass fields on
from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from briefcase.records.canonical import encode
from briefcase.records.kinds import Document, Link, Note, Party, Record, RedFlag, TearLine, Tip, Transaction
from briefcase.records.label import Label
from briefcase.records.names import references_of
from briefcase.records.packs import shipped
from briefcase.records.values import Name
from briefcase.release.decision import Circumstances, Consent, Recipient, alone
from briefcase.release.matrix import check
from briefcase.release.view import views

PACK = shipped("exercise")
RECIPIENT = Recipient("Owen", "b" * 64, "GBR", "GBR/HMRC")
NOW = "2026-11-24T06:02:56Z"
MOST = 9


def _label(marking: str, *countries: str, caveats: tuple[str, ...] = ()) -> Label:
    level = marking.partition("//")[0]
    codes = tuple(f"country:{one}" for one in countries)
    return Label(marking=marking, policy="EXERCISE", level=level, releasable_to=codes, caveats=caveats)


LABELS = st.sampled_from(
    [
        _label("EXERCISE OFFICIAL//REL TO USA, GBR", "USA", "GBR"),
        _label("EXERCISE OFFICIAL//REL TO USA, GBR", "USA", "GBR"),
        _label("EXERCISE OFFICIAL//REL TO USA, AUS", "USA", "AUS"),
        _label("EXERCISE OFFICIAL//ORCON//REL TO USA, GBR", "USA", "GBR", caveats=("ORCON",)),
        _label("EXERCISE OFFICIAL//NATIONAL//REL TO USA, GBR", "USA", "GBR", caveats=("NATIONAL",)),
        _label("SOMETHING ELSE", "GBR"),
    ]
)


def _id(n: int) -> str:
    return f"00000000-0000-7000-8000-{n:012x}"


def _mark(n: int) -> str:
    return f"MARK-{n}-"


@st.composite
def _records(draw: st.DrawFn) -> list[Record]:
    count = draw(st.integers(1, MOST))
    others = st.lists(st.integers(0, count), max_size=3, unique=True)
    found = []
    for n in range(count):
        some = tuple(_id(one) for one in draw(others) if one != n)
        one, other = (*some, "", "")[:2]
        text = _mark(n)
        base = {"id": _id(n), "label": draw(LABELS), "revision": f"{n:032x}", "created": NOW, "author": "Ann"}
        base |= {"sources": tuple(_id(each) for each in draw(others)), "case_ids": tuple(_id(e) for e in draw(others))}
        base["quotes"] = some if draw(st.integers(0, 3)) == 0 else ()
        base["field_labels"] = {"title": draw(LABELS)} if draw(st.integers(0, 4)) == 0 else {}
        kind = draw(st.integers(0, 7))
        makers = (
            lambda **more: Party(party_kind="company", names=(Name(text=text),), **more),  # noqa: B023 - called at once
            lambda **more: Note(title=text, text=text, about=some, **more),  # noqa: B023
            lambda **more: RedFlag(flag="KYC-01", fact=text, subject=one, **more),  # noqa: B023
            lambda **more: Link(role="owns", from_id=one, to_id=other, **more),  # noqa: B023
            lambda **more: Tip(text=text, source=f"SOURCE-{text}", about=some, **more),  # noqa: B023
            lambda **more: TearLine(text="Wider words.", stands_for=some, **more),  # noqa: B023
            lambda **more: Transaction(purpose=text, **more),  # noqa: B023
            lambda **more: Document(title=text, file_name=text, about=some, **more),  # noqa: B023
        )
        found.append(makers[kind](**base))
    return found


CONSENTS = st.lists(
    st.builds(
        lambda n, fields, until: Consent(
            f"C-{n}", _id(n), f"{n:032x}", "GBR/HMRC", "2026-01-01T00:00:00Z", until, tuple(fields)
        ),
        st.integers(0, MOST),
        st.lists(st.sampled_from(["title", "text", "names", "remarks"]), max_size=2, unique=True),
        st.sampled_from(["2026-06-01T00:00:00Z", "2026-12-01T00:00:00Z", "2027-06-01T00:00:00Z"]),
    ),
    max_size=4,
    unique_by=lambda one: one.serial,
)
SOME_IDS = st.frozensets(st.integers(0, MOST).map(_id), max_size=3)


def _around(consents: list[Consent], given_before: frozenset[str], **more) -> Circumstances:
    return Circumstances(RECIPIENT, PACK, NOW, consents=tuple(consents), given=given_before, **more)


@settings(max_examples=150, deadline=None)
@given(_records(), CONSENTS, SOME_IDS)
def test_nothing_withheld_shows_in_any_view(
    records: list[Record], consents: list[Consent], known: frozenset[str]
) -> None:
    decisions = check(records, _around(consents, known))
    seen = views(records, decisions, given=known)
    text = b"\n".join(encode(one) for one in seen)
    assert b"SOURCE-" not in text
    for n, record in enumerate(records):
        if not decisions[record.id].goes:
            assert _mark(n).encode() not in text
            assert record.id in known or record.id.encode() not in text
    arrive = {one.id for one in seen} | known
    for one in seen:
        assert references_of(one) <= arrive
        assert not isinstance(one, TearLine) or not one.stands_for
        assert not isinstance(one, Link) or (one.from_id and one.to_id)
        for name in decisions[one.id].withheld:
            assert not getattr(one, name)
            assert name not in one.field_labels


@settings(max_examples=100, deadline=None)
@given(_records(), CONSENTS, SOME_IDS, st.randoms(use_true_random=False))
def test_the_order_of_records_and_consents_does_not_matter(
    records: list[Record], consents: list[Consent], known: frozenset[str], chance: random.Random
) -> None:
    first = check(records, _around(consents, known))
    shuffled, papers = list(records), list(consents)
    chance.shuffle(shuffled)
    chance.shuffle(papers)
    assert check(shuffled, _around(papers, known)) == first


@settings(max_examples=100, deadline=None)
@given(records=_records(), consents=CONSENTS, known=SOME_IDS, kept=st.integers(0, 3), late=st.booleans())
def test_losing_consents_and_standing_opens_nothing_but_tear_lines(
    records: list[Record], consents: list[Consent], known: frozenset[str], kept: int, *, late: bool
) -> None:
    before = check(records, _around(consents, known))
    less = replace(
        _around(consents[:kept], known), now="2026-12-02T00:00:00Z" if late else NOW, unverified=frozenset({_id(0)})
    )
    after = check(records, less)
    # A tear-line becomes needed when what it stands for does not go any more, and carries along what rests on it.
    torn = {one.id for one in records if isinstance(one, TearLine)}
    for record in records:
        opened = after[record.id].goes and not before[record.id].goes
        assert not opened or record.id in torn or references_of(record) & torn
        if before[record.id].goes and after[record.id].goes:
            assert after[record.id].withheld >= before[record.id].withheld


@settings(max_examples=100, deadline=None)
@given(_records(), CONSENTS, SOME_IDS)
def test_deciding_for_fewer_records_gives_no_record_more(
    records: list[Record], consents: list[Consent], known: frozenset[str]
) -> None:
    whole = check(records, _around(consents, known))
    half = records[: len(records) // 2 + 1]
    part = check(half, _around(consents, known), context=records)
    torn = {one.id for one in records if isinstance(one, TearLine)}
    for record in half:
        opened = part[record.id].goes and not whole[record.id].goes
        assert not opened or record.id in torn or references_of(record) & torn


@settings(max_examples=150, deadline=None)
@given(_records(), CONSENTS, SOME_IDS)
def test_a_decision_names_exactly_the_consents_without_which_less_would_go(
    records: list[Record], consents: list[Consent], known: frozenset[str]
) -> None:
    """Those that no decision names may be taken away: the same goes, with the same fields."""
    whole = check(records, _around(consents, known))
    named = {serial for decision in whole.values() for serial in decision.consents}
    part = check(records, _around([one for one in consents if one.serial in named], known))
    assert {key: (one.goes, one.withheld) for key, one in part.items()} == {
        key: (one.goes, one.withheld) for key, one in whole.items()
    }
    for record in records:
        bare = alone(record, _around([], known))
        full = alone(record, _around(consents, known))
        more = full.goes and (not bare.goes or full.withheld < bare.withheld)
        assert bool(full.consents) == more


@settings(max_examples=100, deadline=None)
@given(_records(), CONSENTS, SOME_IDS, st.sampled_from(["C-0", "C-1", "C-2", "C-3"]))
def test_a_consent_for_another_recipient_or_time_changes_nothing(
    records: list[Record], consents: list[Consent], known: frozenset[str], serial: str
) -> None:
    left = [one for one in consents if one.serial != serial]
    for changes in (
        {"recipient": "NZL/CUSTOMS"},
        {"recipient": ""},
        {"recipient": "GBR"},
        {"until": NOW},
        {"since": "2026-11-24T06:02:57Z"},
        {"revision": "f" * 32},
    ):
        idle = [replace(one, **changes) for one in consents if one.serial == serial]
        assert check(records, _around([*left, *idle], known)) == check(records, _around(left, known))
