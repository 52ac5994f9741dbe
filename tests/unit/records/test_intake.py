"""Taking records in, editing them, checking them whole, and what lists and indexes show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase.records import canonical, intake, reasons
from briefcase.records.errors import RecordInvalid, RecordLineInvalid
from briefcase.records.fields import reference_fields
from briefcase.records.kinds import KINDS, Case, Link, Note, Party, Record, Tip, kind_of
from briefcase.records.label import Label
from briefcase.records.names import (
    filter_references,
    latin_title_of,
    names_of,
    references_of,
    texts_of,
    title_of,
)
from briefcase.records.packs import shipped
from briefcase.records.validate import validate
from briefcase.records.values import ID_PATTERN, Name

PACK = shipped("exercise")
MARK = '"label":{"marking":"EXERCISE SENSITIVE//REL TO USA, GBR"}'
LABEL = Label(
    marking="EXERCISE SENSITIVE//REL TO USA, GBR",
    policy="EXERCISE",
    level="EXERCISE SENSITIVE",
    releasable_to=("country:USA", "country:GBR"),
)
_IDS = [f"0193bf6e-9a10-7000-8000-{number:012x}" for number in range(6)]


def take(*lines: str) -> list[Record]:
    """Return the records of lines under the exercise pack; ``@`` stands for a label."""
    text = "\n".join(line.replace("@", MARK) for line in lines)
    return list(intake.resolve(intake.parse_lines(text), pack=PACK))


def test_names_of_a_file_become_ids_everywhere() -> None:
    case, party, flag, link = take(
        '{"kind":"case","id":"c.1","title":"T",@}',
        '{"kind":"party","id":"p","party_kind":"company","names":[{"text":"N"}],"case_ids":["c.1"],@}',
        '{"kind":"red_flag","flag":"KYC-01","fact":"f","subject":"p","quotes":["l"],"sources":["c.1","p"],@}',
        '{"kind":"link","id":"l","role":"owns","from_id":"p","to_id":"c.1",@}',
    )
    assert party.case_ids == (case.id,)
    assert references_of(flag) == {party.id, link.id, case.id}
    assert (getattr(link, "from_id", ""), getattr(link, "to_id", "")) == (party.id, case.id)
    assert len({case.id, party.id, flag.id, link.id}) == 4


def test_a_uuid_is_kept_and_may_point_outside_the_file() -> None:
    (note,) = take(f'{{"kind":"note","id":"{_IDS[0]}","title":"t","text":"x","about":["{_IDS[1]}"],@}}')
    assert note.id == _IDS[0]
    assert references_of(note) == {_IDS[1]}


def test_the_label_is_completed_from_the_pack() -> None:
    (note,) = take('{"kind":"note","title":"t","text":"x",@,"field_labels":{"text":{"marking":"EXERCISE SECRET"}}}')
    assert note.label == LABEL
    assert note.field_labels["text"].level == "EXERCISE SECRET"


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ('{"kind":"note","title":"t","text":"x"}', "label", reasons.MISSING),
        ('{"kind":"note","title":"t","text":"x","label":{}}', "label", reasons.MISSING),
        ('{"kind":"note","title":"t","text":"x","label":null}', "label", reasons.MISSING),
        ('{"kind":"note","title":"t","text":"x","label":"CUI"}', "label", reasons.WRONG_TYPE),
        ('{"kind":"note","title":"t","text":"x","label":{"marking":"CUI//REL TO USA, GBR","releasable_to":["AUS"]}}',
         "label.marking", reasons.LABEL_DISAGREES),
        ('{"kind":"note","title":"t","text":"x",@,"field_labels":{"text":{"marking":"?","policy":"USA"}}}',
         "field_labels.text.marking", reasons.UNKNOWN_LEVEL),
        ('{"kind":"note","title":"t","text":"x",@,"field_labels":{"body":{"marking":"EXERCISE OPEN"}}}',
         "field_labels", reasons.UNKNOWN_FIELD),
        ('{"kind":"note","title":"t",@}', "text", reasons.MISSING),
        ('{"kind":"note","title":"t","text":"x","author":"A",@}', "author", reasons.SET_BY_PROGRAM),
        ('{"kind":"note","title":"t","text":"x","originator":{},@}', "originator", reasons.SET_BY_PROGRAM),
        ('{"kind":"note","title":"t","text":"x","revision":"",@}', "revision", reasons.SET_BY_PROGRAM),
        ('{"kind":"note","title":"t","text":"x","parents":[],@}', "parents", reasons.SET_BY_PROGRAM),
        ('{"kind":"note","title":"t","text":"x","created":"",@}', "created", reasons.SET_BY_PROGRAM),
        ('{"kind":"document","title":"t","sha256":"",@}', "sha256", reasons.SET_BY_PROGRAM),
        ('{"kind":"note","title":"t","text":"x","about":["who"],@}', "about[0]", reasons.NO_SUCH_ALIAS),
        ('{"kind":"note","title":"t","text":"x","case_ids":["who"],@}', "case_ids[0]", reasons.NO_SUCH_ALIAS),
        ('{"kind":"note","title":"t","text":"x","id":"a b",@}', "id", reasons.WRONG_FORM),
        ('{"kind":"note","title":"t","text":"x","extra":1,@}', "extra", reasons.UNKNOWN_FIELD),
        ('{"kind":"note","title":"t","text":"x","İ":1,@}', "?", reasons.UNKNOWN_FIELD),
        ('{"kind":"spy",@}', "kind", reasons.UNKNOWN_KIND),
        ('{"title":"t",@}', "kind", reasons.MISSING),
        ("[1]", "$", reasons.NOT_JSON),
        ('{"kind":"note","kind":"note"}', "$", reasons.DUPLICATE_KEY),
        ('{"kind":"party","party_kind":"firm","names":[{"text":"x"}],@}', "party_kind", reasons.NOT_IN_VOCABULARY),
        ('{"kind":"party","party_kind":"company","names":[],@}', "names", reasons.MISSING),
        ('{"kind":"party","party_kind":"company","names":[{"text":""}],@}', "names[0].text", reasons.MISSING),
        ('{"kind":"party","party_kind":"company","names":[{"text":"x"}],"countries":["UK"],@}', "countries[0]",
         reasons.NOT_IN_VOCABULARY),
        ('{"kind":"party","party_kind":"company","names":[{"text":"x"}],"since":"2023-02-30",@}', "since",
         reasons.NO_SUCH_DATE),
        ('{"kind":"case","title":"t","opened":"2023-05","closed":"2022",@}', "closed", reasons.UNTIL_BEFORE_SINCE),
        ('{"kind":"case","title":"a\\nb",@}', "title", reasons.LINE_BREAK),
        ('{"kind":"note","title":"t","text":"a\\u0000b",@}', "text", reasons.CONTROL_CHARACTER),
        ('{"kind":"item","description":"d","hs6":"8542.39",@}', "hs6", reasons.WRONG_FORM),
        ('{"kind":"item","description":"d","value":"1e5",@}', "value", reasons.WRONG_FORM),
        ('{"kind":"item","description":"d","serials":[""],@}', "serials[0]", reasons.MISSING),
        ('{"kind":"address","full":"x","latitude":"91",@}', "latitude", reasons.OUT_OF_RANGE),
        ('{"kind":"link","id":"a","role":"owns","from_id":"a","to_id":"a",@}', "from_id", reasons.SELF_REFERENCE),
        ('{"kind":"shipment","title":"t","legs":[{"origin_country":"ZZ"}],@}', "legs[0].origin_country",
         reasons.NOT_IN_VOCABULARY),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(line: str, field: str, reason: str) -> None:
    with pytest.raises(RecordInvalid) as caught:
        list(intake.resolve([intake.parse_line(line.replace("@", MARK))], pack=PACK))
    assert caught.value.facts == {"field": field, "reason": reason}


def test_a_file_names_the_line() -> None:
    with pytest.raises(RecordLineInvalid) as caught:
        take('{"kind":"case","title":"t",@}', "", '{"kind":"case",@}')
    assert caught.value.facts == {"field": "title", "reason": reasons.MISSING, "line": 3}
    with pytest.raises(RecordLineInvalid) as caught:
        take('{"kind":"case","id":"a","title":"t",@}', '{"kind":"case","id":"a","title":"t",@}')
    assert caught.value.facts == {"field": "id", "reason": reasons.DUPLICATE_ID, "line": 2}


def test_periods_of_unequal_precision_may_touch() -> None:
    take('{"kind":"case","title":"t","opened":"2023-05-31","closed":"2023",@}')


def test_a_partners_record_may_lack_fields_and_have_terms_of_its_own() -> None:
    label = Label(marking="DIFFUSION RESTREINTE", policy="FRA", level="DR", releasable_to=("country:GBR",))
    validate(Note(id=_IDS[0], label=label), received=True)
    validate(Party(id=_IDS[0], label=label, party_kind="consortium"), received=True)
    with pytest.raises(RecordInvalid):
        validate(Party(id=_IDS[0], label=label, since="2023-02-30"), received=True)
    with pytest.raises(RecordInvalid):
        validate(Note(id=_IDS[0], label=Label()), received=True)


def test_a_record_built_in_code_is_checked_too() -> None:
    with pytest.raises(RecordInvalid) as caught:
        validate(Note(id="x", label=LABEL, title="t", text="x"))
    assert caught.value.facts["field"] == "id"


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    before = Case(id=_IDS[0], label=LABEL, title="A", status="open", revision="a" * 32)
    after = intake.apply_edit(before, {"title": "B", "status": None}, pack=PACK)
    assert (after.title, after.status, after.revision) == ("B", "", "a" * 32)  # type: ignore[union-attr]
    assert intake.changed_fields(before, after) == ("title", "status")


def test_a_new_marking_replaces_the_whole_label() -> None:
    before = Case(id=_IDS[0], label=LABEL, title="A")
    after = intake.apply_edit(before, {"label": {"marking": "EXERCISE OPEN//REL TO USA, AUS"}}, pack=PACK)
    assert after.label.releasable_to == ("country:USA", "country:AUS")
    assert after.label.level == "EXERCISE OPEN"


@pytest.mark.parametrize("name", ["id", "kind", "originator", "created", "revision", "parents", "author", "nothing"])
def test_an_edit_cannot_change_what_the_program_sets(name: str) -> None:
    with pytest.raises(RecordInvalid) as caught:
        intake.apply_edit(Case(id=_IDS[0], label=LABEL, title="A"), {name: "x"})
    assert caught.value.facts["field"] == name


def test_an_edit_makes_no_other_record_of_it() -> None:
    for change in ({"id": _IDS[1]}, {"kind": "operation"}):
        with pytest.raises(RecordInvalid) as caught:
            intake.apply_edit(Case(id=_IDS[0], label=LABEL, title="A"), dict(change))
        assert caught.value.facts["reason"] == reasons.CANNOT_CHANGE


def test_an_edit_cannot_empty_the_label_or_a_required_field() -> None:
    for change, field in (({"label": None}, "label"), ({"title": None}, "title")):
        with pytest.raises(RecordInvalid) as caught:
            intake.apply_edit(Case(id=_IDS[0], label=LABEL, title="A"), dict(change))
        assert caught.value.facts["field"] == field


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Return a record of any kind with references in any of its fields."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    values: dict[str, object] = {"id": _IDS[0], "label": LABEL}
    for spec in reference_fields(kind):
        some = draw(st.lists(st.sampled_from(_IDS[1:]), max_size=3, unique=True))
        values[spec.name] = tuple(some) if spec.shape == "references" else "".join(some[:1])
    return KINDS[kind](**values)  # type: ignore[arg-type]


@given(records(), st.sets(st.sampled_from(_IDS[1:])))
def test_a_filtered_record_names_only_what_was_given(record: Record, keep: set[str]) -> None:
    view = filter_references(record, keep)
    assert references_of(view) == references_of(record) & keep
    written = canonical.encode(view).decode()
    assert not [one for one in _IDS[1:] if one not in keep and one in written]
    assert kind_of(view) == kind_of(record)
    assert filter_references(record, set(_IDS)) == record


def test_parents_are_dropped_unless_they_were_given() -> None:
    note = Note(id=_IDS[0], label=LABEL, parents=("a" * 32, "b" * 32))
    assert filter_references(note, set()).parents == ()
    assert filter_references(note, set(), revisions={"b" * 32}).parents == ("b" * 32,)


def test_reference_fields_are_found_by_their_type() -> None:
    found = {spec.name for kind in KINDS for spec in reference_fields(kind)}
    assert {"case_ids", "sources", "quotes", "about", "from_id", "to_id", "evidence", "stands_for", "items"} <= found
    patterns = {spec.pattern for kind in KINDS for spec in reference_fields(kind)}
    assert all(ID_PATTERN in pattern for pattern in patterns)


def test_a_party_is_named_by_all_its_names() -> None:
    party = Party(
        id=_IDS[0],
        label=LABEL,
        names=(Name(text="Alias", kind="alias"), Name(text="Игорь Сафронов", latin="Igor Safronov")),
        remarks="Seen in Almaty.",
    )
    assert names_of(party) == ["Alias", "Игорь Сафронов", "Igor Safronov"]
    assert title_of(party) == "Игорь Сафронов"
    assert latin_title_of(party) == "Igor Safronov"
    assert "Seen in Almaty." in texts_of(party).splitlines()
    assert _IDS[0] not in texts_of(party)


def test_every_kind_has_a_title_even_when_empty() -> None:
    for kind in KINDS.values():
        record = kind(id=_IDS[0], label=LABEL)
        assert "\n" not in title_of(record)
        assert isinstance(names_of(record), list)
    assert title_of(Link(id=_IDS[0], label=LABEL, role="owns")) == "Owns"
    assert len(title_of(Tip(id=_IDS[0], label=LABEL, text="word " * 100))) <= 120


def test_ids_brought_along_are_told() -> None:
    drafts = [intake.Draft("note", _IDS[0]), intake.Draft("note", "alias"), intake.Draft("note", "")]
    assert intake.known_ids(drafts) == {_IDS[0]}
