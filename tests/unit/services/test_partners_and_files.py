"""Contacts, plain files, names of files, and the ways into a vault."""

# ruff: noqa: ANN001, ANN201, D102 - the arguments are fixtures, and a name says what a test is about
from __future__ import annotations

import base64
import dataclasses
import os
import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefcase import resources
from briefcase.records.label import Label
from briefcase.seal.card import card_text
from briefcase.seal.errors import CardInvalid, WordsInvalid
from briefcase.seal.identity import create_identity
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, files, media
from briefcase.services.errors import (
    AgencyInvalid,
    CaseAmbiguous,
    CaseUnknown,
    ContactAmbiguous,
    ContactOwnCard,
    ContactRevoked,
    ContactUnknown,
    FileExists,
    FileUnreadable,
    FileUnwritable,
    PassphraseShort,
    PassphraseWrong,
    RecordExists,
    RecordNotDocument,
    ServiceError,
    WordsDiffer,
)
from briefcase.services.session import create_vault, unlock
from briefcase.vault.errors import VaultExists

FAST = KdfParameters(1, 8192)


def bring(world, name: str, agency: str = "GBR/HMRC") -> contacts.Contact:
    """Import a new card of that name into the vault of the USA."""
    identity = create_identity(name, agency, agency[:3])
    path = world.folder / f"{identity.fingerprint}.card"
    path.write_text(card_text(identity.signed_card), encoding="utf-8")
    return contacts.import_card(world.usa, path)


class TestContacts:
    """A name that could mean two people means nobody; what a card says of its owner is not believed."""

    def test_a_name_or_the_beginning_of_a_fingerprint_finds_one(self, world):
        fingerprint = world.gbr.fingerprint
        for asked in ("Owen", " owen ", fingerprint, fingerprint[:16].upper()):
            assert contacts.find(world.usa, asked).fingerprint == fingerprint

    @pytest.mark.parametrize("asked", ["", "  ", "!", "Ow", "Nobody", "0" * 64])
    def test_what_means_nobody_is_refused(self, world, asked):
        bring(world, "...")
        with pytest.raises(ContactUnknown):
            contacts.find(world.usa, asked)

    def test_a_short_fingerprint_is_not_enough(self, world):
        with pytest.raises(ContactUnknown):
            contacts.find(world.usa, world.gbr.fingerprint[:15])

    @pytest.mark.parametrize("name", ["Owen", "OWEN", "Öwen", "Оwеn", "Οwen", "O wen"])
    def test_two_that_look_alike_are_ambiguous(self, world, name):
        bring(world, name)
        with pytest.raises(ContactAmbiguous):
            contacts.find(world.usa, "Owen")

    def test_a_new_card_is_unverified_and_its_agency_unset(self, world):
        contact = bring(world, "New", "USA/BIS")
        assert (contact.state, contact.agency, contact.country) == ("unverified", "", "")
        assert contact.claimed == "USA/BIS"

    def test_importing_a_known_card_again_changes_nothing(self, world):
        path = world.folder / "again.card"
        contacts.export_card(world.gbr, path)
        assert contacts.import_card(world.usa, path, agency="AUS/ABF", country="AUS").state == "verified"
        assert contacts.get(world.usa, world.gbr.fingerprint).agency == "GBR/HMRC"

    def test_our_own_card_is_no_contact(self, world):
        path = world.folder / "own.card"
        contacts.export_card(world.usa, path)
        with pytest.raises(ContactOwnCard):
            contacts.import_card(world.usa, path)

    def test_a_card_with_a_changed_letter_is_refused(self, world):
        text = card_text(create_identity("Pat", "GBR/HMRC", "GBR").signed_card)
        path = world.folder / "bad.card"
        first, *lines, last = text.splitlines()
        data = base64.b64decode("".join(lines)).replace(b'"name":"Pat"', b'"name":"Pit"')
        path.write_text("\n".join([first, base64.encodebytes(data).decode(), last]) + "\n", encoding="utf-8")
        assert b'"Pit"' in data
        with pytest.raises(CardInvalid):
            contacts.import_card(world.usa, path)

    def test_the_words_decide(self, world):
        one, other = bring(world, "One"), bring(world, "Other")
        with pytest.raises(WordsDiffer):
            contacts.verify(world.usa, one.fingerprint, " ".join(other.words), "GBR/HMRC", "GBR")
        with pytest.raises(WordsInvalid):
            contacts.verify(world.usa, one.fingerprint, "not words", "GBR/HMRC", "GBR")
        with pytest.raises((WordsDiffer, WordsInvalid)):
            contacts.verify(world.usa, one.fingerprint, " ".join(one.words[:11]), "GBR/HMRC", "GBR")
        assert contacts.get(world.usa, one.fingerprint).state == "unverified"
        assert "contact.words-differ" in [entry.action for entry in world.usa.vault.audit.entries()]
        assert contacts.verify(world.usa, one.fingerprint, " ".join(one.words), "GBR/HMRC", "GBR").state == "verified"

    @pytest.mark.parametrize(
        ("agency", "country"),
        [("GBR/HMRC", "USA"), ("HMRC", "GBR"), ("GBR/HMRC", "GB"), ("", "GBR"), ("GBR/HMRC", ""), ("GBRX/H", "GBR")],
    )
    def test_agency_and_country_must_fit(self, world, agency, country):
        one = bring(world, "One")
        with pytest.raises(AgencyInvalid):
            contacts.verify(world.usa, one.fingerprint, " ".join(one.words), agency, country)

    def test_a_revoked_card_stays_revoked(self, world):
        kept = world.usa.vault.contacts.get(world.gbr.fingerprint)
        world.usa.vault.contacts.put(dataclasses.replace(kept, state="revoked"), actor="Dana", action="contact.test")
        words = " ".join(world.gbr.identity.card.words())
        with pytest.raises(ContactRevoked):
            contacts.verify(world.usa, world.gbr.fingerprint, words, "GBR/HMRC", "GBR")
        assert contacts.get(world.usa, world.gbr.fingerprint).state == "revoked"


class TestFiles:
    """Whole or not at all, and never over another."""

    def test_it_is_written_whole_and_private(self, tmp_path):
        path = tmp_path / "a.txt"
        files.write_file(path, b"words", private=True)
        assert path.read_bytes() == b"words"
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_nothing_is_overwritten_unasked(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_bytes(b"old")
        with pytest.raises(FileExists):
            files.write_file(path, b"new")
        assert path.read_bytes() == b"old"
        files.write_file(path, b"new", replace=True)
        assert path.read_bytes() == b"new"

    @pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, MemoryError])
    def test_what_stops_it_leaves_nothing_half(self, tmp_path, monkeypatch, error):
        path = tmp_path / "a.txt"
        path.write_bytes(b"old")

        def broken(_descriptor: int) -> None:
            raise error

        monkeypatch.setattr(os, "fsync", broken)
        with pytest.raises(FileUnwritable if error is OSError else error):
            files.write_file(path, b"new", replace=True)
        assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
        assert path.read_bytes() == b"old"

    def test_a_folder_that_is_not_there_is_said(self, tmp_path):
        with pytest.raises(FileUnwritable):
            files.write_file(tmp_path / "no" / "a.txt", b"")

    def test_reading_has_a_limit(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_bytes(b"12345")
        assert files.read_file(path, limit=5) == b"12345"
        with pytest.raises(ServiceError):
            files.read_file(path, limit=4)
        for bad in (tmp_path / "none", tmp_path):
            with pytest.raises(ServiceError):
                files.read_file(bad)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", "application/octet-stream"),
        (b"PK\x03\x04", "application/zip"),
        ("Grüße\r\n\tİstanbul".encode(), "text/plain"),
        (b"MZ\x90\x00", "application/octet-stream"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        (b"", "application/octet-stream"),
        (b"a" * 4095 + "ü".encode()[:1], "text/plain"),
        (b" %PDF-1.7", "text/plain"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(start, kind):
    assert media.sniff(start) == kind


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\x.pdf", "C__temp_x.pdf"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("Rechnung\u202efdp.exe", "Rechnung_fdp.exe"),
        ("a\nb\0c", "a_b_c"),
        ("...", "file"),
        ("", "file"),
        ("счёт.pdf", "счёт.pdf"),
        ("a" * 200 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert media.safe_name(name) == safe


@given(st.one_of(st.text(max_size=300), st.text(alphabet="./\\ cconul1\u0301_:aé\u202e", max_size=150)))
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    safe = media.safe_name(name)
    assert media.safe_name(safe) == safe
    assert 0 < len(safe) <= 120
    assert not set(safe) & set('\\/:*?"<>|\0\n')
    assert safe == safe.strip(" .")


class TestSession:
    """The ways into a vault."""

    def test_a_wrong_passphrase_opens_nothing(self, world):
        folder = world.usa.vault.folder
        world.usa.close()
        for wrong in ("correct horse battery stapl", "", "correct horse battery staple ", "abandon " * 24):
            with pytest.raises(PassphraseWrong):
                unlock(folder, wrong)

    def test_the_recovery_words_open_it_too(self, tmp_path):
        pack = resources.path("packs", "exercise.toml")
        more = {"agency": "USA/BIS", "country": "USA", "officer": "Dana", "pack": pack, "kdf": FAST}
        created = create_vault(tmp_path / "v", "correct horse battery", **more)
        fingerprint = created.session.fingerprint
        created.session.close()
        words = created.recovery_words
        assert len(words) == 24
        for typed in (" ".join(words), "\n".join(words).upper()):
            session = unlock(tmp_path / "v", typed)
            assert session.fingerprint == fingerprint
            assert (session.officer, session.agency, session.pack.id) == ("Dana", "USA/BIS", "exercise")
            session.close()
        with pytest.raises(PassphraseWrong):
            unlock(tmp_path / "v", " ".join([*words[1:], words[0]]))

    def test_an_accent_typed_in_two_ways_is_one_passphrase(self, tmp_path):
        pack = resources.path("packs", "exercise.toml")
        more = {"agency": "USA/BIS", "country": "USA", "officer": "Dana", "pack": pack, "kdf": FAST}
        create_vault(tmp_path / "v", unicodedata.normalize("NFD", "éléphant über"), **more).session.close()
        unlock(tmp_path / "v", unicodedata.normalize("NFC", "éléphant über")).close()

    def test_what_cannot_be_a_vault_is_refused(self, tmp_path):
        pack = resources.path("packs", "exercise.toml")
        more = {"country": "USA", "officer": "Dana", "pack": pack, "kdf": FAST}
        with pytest.raises(PassphraseShort):
            create_vault(tmp_path / "v", "short", agency="USA/BIS", **more)
        with pytest.raises(AgencyInvalid):
            create_vault(tmp_path / "v", "long enough for this", agency="GBR/HMRC", **more)
        assert not (tmp_path / "v").exists()
        (tmp_path / "v").mkdir()
        Path(tmp_path / "v" / "x").touch()
        with pytest.raises(VaultExists):
            create_vault(tmp_path / "v", "long enough for this", agency="USA/BIS", **more)


class TestCases:
    """What is written here is stamped here."""

    def test_a_title_finds_its_case_when_it_is_the_only_one(self, world):
        case = world.add(world.usa, "case", title="İstanbul")
        assert cases.find_case(world.usa, "istanbul") == case
        assert cases.find_case(world.usa, case.id) == case
        world.add(world.usa, "case", title="ISTANBUL")
        with pytest.raises(CaseAmbiguous):
            cases.find_case(world.usa, "istanbul")
        for nothing in ("", "ankara"):
            with pytest.raises(CaseUnknown):
                cases.find_case(world.usa, nothing)

    def test_an_edit_without_a_change_keeps_no_revision(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        assert cases.edit_record(world.usa, note.id, {"text": "Words"}) == note
        edited = cases.edit_record(world.usa, note.id, {"text": "Other"})
        assert (edited.parents, edited.created, edited.originator) == ((note.revision,), note.created, note.originator)
        assert edited.revision != note.revision

    def test_an_id_that_is_taken_keeps_nothing_of_the_file(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        line = '{"kind":"note","title":"T","text":"x","label":{"marking":"EXERCISE OPEN"}%s}'
        lines = "\n".join([line % "", line % f',"id":"{note.id}"'])
        with pytest.raises(RecordExists):
            cases.add_lines(world.usa, lines)
        assert world.usa.vault.records.counts()["note"] == 1

    def test_a_file_goes_to_a_document_only(self, world):
        note = world.add(world.usa, "note", title="T", text="Words")
        path = world.folder / "x.txt"
        path.write_text("words", encoding="utf-8")
        with pytest.raises(RecordNotDocument):
            cases.attach(world.usa, note.id, path)
        document = world.add(world.usa, "document", title="T")
        filled = cases.attach(world.usa, document.id, path)
        assert (filled.file_name, filled.size, filled.media_type) == ("x.txt", 5, "text/plain")
        with pytest.raises(FileUnreadable):
            cases.attach(world.usa, document.id, world.folder / "none.txt")

    def test_the_list_counts_without_tear_lines(self, world):
        case = world.add(world.usa, "case", title="A case")
        world.add(world.usa, "note", case=case.id, title="T", text="Words")
        world.add(world.usa, "tear_line", case=case.id, text="Words")
        assert [(row.id, row.count, row.own) for row in cases.list_cases(world.usa)] == [(case.id, 2, True)]
        assert isinstance(cases.list_cases(world.usa)[0].label, Label)
