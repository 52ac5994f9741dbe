"""Names, numbers and ids of withheld records are found in texts, whatever the spelling, and stop their record."""

# ruff: noqa: ANN001, ANN003 - fixtures of conftest.py
from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.records.kinds import Address, Case, Document, Identifier, Note, Outreach, Party, Record, Transaction
from briefcase.records.label import Label
from briefcase.records.values import IdentifierValue, Name, Originator
from briefcase.release.decision import Circumstances, Recipient, alone
from briefcase.release.matrix import Matrix
from briefcase.release.quoting import Mention, Names, called, mentions_of

ID = "01928000-0000-7000-8000-00000000000{}"
MIA = Recipient("Mia", "c" * 64, "AUS", "AUS/ABF")
PLAIN = Label(marking="x")


def party(*texts: str, kind: str = "company", numbers: tuple[str, ...] = (), latin: str = "") -> Party:
    names = tuple(Name(text=text, latin=latin) for text in texts)
    return Party(
        id=ID.format(1), label=PLAIN, party_kind=kind, names=names,
        identifiers=tuple(IdentifierValue(value=one) for one in numbers),
    )  # fmt: skip


def finds(record: Record, text: str) -> bool:
    names = Names()
    names.add(record)
    note = Note(id=ID.format(2), label=PLAIN, title="t", text=text)
    return any(target == record.id for one in mentions_of(note, names) for target, _field in one.targets)


NORTH = party("ООО «Северная Волна Электроникс»")
TURKISH = party("İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti.")
PERSON = party("Игорь Петрович Сафронов", kind="person")
PERSIAN = party("مهندسی پارس آریا کنترل")
CHINESE = party("深圳市恒晟微电子有限公司", latin="Shenzhen Hengsheng Microelectronics Co Ltd")
GREEK = party("Ναυτιλιακή Αιγαίου")


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (NORTH, "Goods went to ООО «Северная Волна Электроникс», they say."),
        (NORTH, "goods for СЕВЕРНАЯ ВОЛНА ЭЛЕКТРОНИКС again"),
        (NORTH, "paid by Severnaya Volna Elektroniks in May"),
        (NORTH, "paid by Severnaja Volna Elektroniks in May"),
        (NORTH, "line\nbreak: Северная\nВолна\nЭлектроникс"),
        (TURKISH, "We spoke of Istanbul Isildak Elektronik."),
        (TURKISH, "İSTANBUL IŞILDAK ELEKTRONİK"),
        (PERSON, "Сафронов was there"),
        (PERSON, "Igor Safronov signed"),
        (PERSON, "Safronov, Igor, signed"),
        (PERSIAN, "sold to مهندسي پارس آريا كنترل"),
        (PERSIAN, "sold to مهندسی پارس آریا\u200cکنترل"),
        (CHINESE, "收货人为深圳市恒晟微电子有限公司。"),
        (CHINESE, "Consignee Shenzhen Hengsheng Microelectronics"),
        (GREEK, "owned by Naftiliaki Aigaiou"),
        (party("x", numbers=("IMO 9074729",)), "the vessel imo-9074729 left"),
        (party("x", numbers=("TR33 0006 1005 1978 6457 8413 26",)), "IBAN TR330006100519786457841326."),
        (party("x", numbers=("TR330006100519786457841326",)), "TR33 0006 1005 1978 6457 8413 26"),
        (Identifier(id=ID.format(1), label=PLAIN, scheme="phone", value="+90 212 555 01 02"), "call 902125550102"),
        (Transaction(id=ID.format(1), label=PLAIN, accounts=("EX00 7731 4409",)), "from EX0077314409 on"),
        (Transaction(id=ID.format(1), label=PLAIN, banks=("Example Bank of Sharjah",)), "via example bank of sharjah"),
        (Case(id=ID.format(1), label=PLAIN, title="Harbour Lantern diversion"), "see harbour-lantern diversion"),
        (Address(id=ID.format(1), label=PLAIN, full="Perpa Ticaret B Blok 1903"), "at PERPA TİCARET B Blok 1903"),
        (Document(id=ID.format(1), label=PLAIN, title="x", file_name="kestrel_contract-2026.pdf"),
         "see kestrel contract 2026 pdf"),
        (Outreach(id=ID.format(1), label=PLAIN, subject="x", contacts=("Mara Vellinga, export manager",)),
         "We rang Vellinga, export manager Mara"),
        (party("x"), f"see {ID.format(1)} for more"),
        (party("x"), f"see {ID.format(1).upper().replace('-', '')} for more"),
    ],
)  # fmt: skip
def test_it_is_found(record: Record, text: str) -> None:
    assert finds(record, text)


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (NORTH, "the northern wave of electronics"),
        (party("Trading Company Ltd"), "a trading company ltd in general"),
        (party("Bank"), "the bank said"),
        (party("Ana", kind="person"), "an analysis by Ana"),
        (party("Germany"), "exports to Germany"),
        (party("x", numbers=("12",)), "12 boxes"),
        (party("x", numbers=("2026",)), "in 2026"),
        (party("Arden Marine"), "the gardenmarine"),
        (party("Arden Marine"), "the arden marines"),
        (Note(id=ID.format(1), label=PLAIN, title="A note", text="x"), "a note was made"),
        (Document(id=ID.format(1), label=PLAIN, title="Commercial invoice"), "the commercial invoice says"),
    ],
)
def test_everyday_words_and_parts_of_words_are_not(record: Record, text: str) -> None:
    assert not finds(record, text)


@given(st.text(max_size=60), st.text(alphabet="abcdefgh ижкл深圳", max_size=40), st.text(max_size=60))
def test_a_telling_name_is_found_wherever_it_stands_between_blanks(before: str, name: str, after: str) -> None:
    record = party(name)
    assert finds(record, f"{before} {name} {after}") or not list(called(record))


def test_reading_takes_time_in_proportion_to_the_text() -> None:
    """Not even names that somebody chose for it make it slow: one head, every length, texts of that head."""
    names = Names()
    for size in range(5, 2000):
        names.add(Party(id=ID.format(1), label=PLAIN, party_kind="company", names=(Name(text="b" * size + "c"),)))

    def seconds(count: int) -> float:
        text, start = "bbbbbb " * count, time.process_time()
        names.found_in(text)
        return time.process_time() - start

    seconds(1000)
    assert max(map(len, names.called)) <= 48
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.01)


# ---------------------------------------------------------------- what a match does


def says(make, n: int, label: Label, **fields: Any) -> Note:  # noqa: ANN401 - fields of a note
    """Return a note whose texts the test gives."""
    return msgspec.structs.replace(make.note(n, label), **fields)


def decided(records, make, pack, *, context=(), confirmed=frozenset(), **more) -> Matrix:
    names = Names()
    for one in (*records, *context):
        names.add(one)
    mentions = [each for one in records for each in mentions_of(one, names)]
    first = Circumstances(make.hmrc, pack, make.now, confirmed=confirmed, **more)
    return Matrix(records, [first], context=context, mentions=mentions)


def verdicts(matrix: Matrix) -> dict[int, tuple[str, str]]:
    found = matrix.decisions(0)
    return {int(key[-12:], 16): (one.verdict.value, one.reasons[-1].code) for key, one in found.items()}


def test_a_note_that_names_a_withheld_party_stays_back_with_all_that_hangs_on_it(make, pack) -> None:
    secret = make.party(1, make.aus)
    note = says(make, 2, make.gbr, title="about MARK-1-")
    quoting = make.note(3, quotes=(note.id,))
    matrix = decided([secret, note, quoting], make, pack)
    assert verdicts(matrix) == {1: ("refuse", "not_named"), 2: ("refuse", "mentions"), 3: ("refuse", "quotes")}
    assert [(one.record_id, one.field, one.targets) for one in matrix.open_mentions(0)] == [
        (note.id, "title", ((secret.id, "names"),))
    ]


def test_the_withheld_need_not_be_in_the_selection(make, pack) -> None:
    assert verdicts(
        decided([says(make, 2, make.gbr, text="MARK-1-")], make, pack, context=[make.party(1, make.aus)])
    ) == {2: ("refuse", "mentions")}
    assert verdicts(decided([says(make, 2, make.gbr, text="MARK-1-")], make, pack, context=[make.party(1)])) == {
        2: ("allow", "released")
    }


def test_a_name_that_the_recipient_gets_anyway_is_no_match(make, pack) -> None:
    secret, known = make.party(1, make.aus), make.party(2)
    known = msgspec.structs.replace(known, names=secret.names)
    note = says(make, 3, make.gbr, text="MARK-1-")
    assert verdicts(decided([secret, known, note], make, pack))[3] == ("allow", "released")
    # It is one again when that party is not handed over, or its name stays back.
    assert verdicts(decided([secret, note], make, pack, context=[known]))[3] == ("refuse", "mentions")
    hidden = msgspec.structs.replace(known, field_labels={"names": make.aus})
    assert verdicts(decided([secret, hidden, note], make, pack))[3] == ("refuse", "mentions")


def test_a_name_in_a_field_that_stays_back_is_no_match_and_a_withheld_field_is(make, pack) -> None:
    secret = make.party(1, make.aus)
    note = says(make, 2, make.gbr, title="About", text="MARK-1-", field_labels={"text": make.aus})
    assert verdicts(decided([secret, note], make, pack))[2][0] == "allow_fields"
    partly = make.party(3, field_labels={"names": make.aus})
    assert verdicts(decided([partly, says(make, 4, make.gbr, text="MARK-3-")], make, pack))[4] == ("refuse", "mentions")


def test_a_chain_of_names_is_followed_to_its_end(make, pack) -> None:
    notes = [
        says(make, n, make.gbr, title=f"The MARK-{n}- papers", text=f"The MARK-{n - 1}- papers") for n in (3, 4, 5)
    ]
    found = verdicts(decided([says(make, 2, make.aus, title="The MARK-2- papers"), *notes], make, pack))
    assert [found[n] for n in (3, 4, 5)] == [("refuse", "mentions")] * 3


def test_the_partners_own_record_is_no_secret_to_him(make, pack) -> None:
    secret, note = make.party(1, make.aus), says(make, 2, make.gbr, text="MARK-1-")
    assert verdicts(decided([secret, note], make, pack, theirs=frozenset({secret.id})))[2][0] == "allow"


def test_a_tear_line_may_not_name_what_it_stands_for(make, pack) -> None:
    line = make.tear_line(2, 1)
    bad = msgspec.structs.replace(line, text="MARK-1- paid.")
    found = verdicts(decided([make.party(1, make.aus), bad], make, pack))
    assert found == {1: ("refuse", "not_named"), 2: ("refuse", "mentions")}


def test_a_confirmation_is_for_one_text_one_record_and_one_name(make, pack) -> None:
    secret, other = make.party(1, make.aus), make.party(5, make.aus)
    note = says(make, 2, make.gbr, text="MARK-1- and MARK-5-")
    both = {(note.id, secret.id, "mark1"), (note.id, other.id, "mark5")}
    for given_ in (both, {next(iter(both))}, {(make.number(9), secret.id, "mark1"), (note.id, other.id, "mark5")}):
        matrix = decided([secret, other, note], make, pack, confirmed=frozenset(given_))
        assert verdicts(matrix)[2][0] == ("allow" if given_ == both else "refuse")


def test_a_file_that_cannot_be_searched_stays_only_while_something_is_withheld(make, pack) -> None:
    document = Document(**make.base(2, make.gbr, title="Photo", sha256="a" * 64))
    mention = Mention(document.id, "sha256", "a" * 64)

    def reason(records: list[Record], **more) -> str:
        around = Circumstances(make.hmrc, pack, make.now, **more)
        return Matrix(records, [around], mentions=[mention]).decisions(0)[document.id].reasons[-1].code

    assert reason([document]) == "released"
    assert reason([document, make.party(1, make.aus)]) == "unsearched"
    assert reason([document, make.party(1, field_labels={"names": make.aus})]) == "unsearched"
    stated = frozenset({(document.id, "", "a" * 64)})
    assert reason([document, make.party(1, make.aus)], confirmed=stated) == "released"
    other = frozenset({(document.id, "", "b" * 64)})
    assert reason([document, make.party(1, make.aus)], confirmed=other) == "unsearched"


def test_many_recipients_at_once_get_what_each_gets_alone(make, pack) -> None:
    records = [
        make.party(1, make.aus), make.party(2, make.both), says(make, 3, make.both, text="MARK-1- here"),
        make.link(4, 1, 2, make.both), make.tear_line(5, 1, label=make.gbr),
        make.note(6, make.both, quotes=(make.number(3),)),
        make.tip(7, make.both, source="x"), make.flag(8, make.both, subject=make.number(1)),
    ]  # fmt: skip
    names = Names()
    for one in records:
        names.add(one)
    mentions = [each for one in records for each in mentions_of(one, names)]
    first = Circumstances(make.hmrc, pack, make.now)
    second = replace(
        first, recipient=Recipient("Mia", "c" * 64, "AUS", "AUS/ABF"), recalled=frozenset({make.number(2)})
    )
    third = replace(
        first, given=frozenset({make.number(1)}), confirmed=frozenset({(make.number(3), make.number(1), "mark1")})
    )
    matrix = Matrix(records, [first, second, third], mentions=mentions)
    for number, one in enumerate((first, second, third)):
        alone = Matrix(records, [one], mentions=mentions)
        assert alone.decisions(0) == matrix.decisions(number)
        assert alone.open_mentions(0) == matrix.open_mentions(number)
    assert len({str(matrix.decisions(number)) for number in range(3)}) == 3


def test_a_label_is_judged_once_but_not_for_somebody_elses_record(make, pack) -> None:
    """TLP binds those who were given something, not its source: the same label, another originator, another answer."""
    label = msgspec.structs.replace(make.gbr, tlp="TLP:AMBER")
    ours, theirs = (
        says(make, n, label, originator=Originator(agency=agency)) for n, agency in ((1, "USA/BIS"), (2, "CAN/CBSA"))
    )
    around = Circumstances(make.hmrc, pack, make.now, agency="USA/BIS")
    for records in ([ours, theirs], [theirs, ours]):
        matrix = Matrix(records, [around])
        assert [matrix.row(one.id)[0] for one in records] == [alone(one, around) for one in records]
        assert {one.id: matrix.row(one.id)[0].goes for one in records} == {ours.id: True, theirs.id: False}
