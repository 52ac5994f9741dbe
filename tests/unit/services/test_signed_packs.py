"""A pack comes into force only under the pinned root and never an older one; a sixth partner is data alone."""

# ruff: noqa: ANN001, ANN201, ANN202, D102 - the arguments are fixtures, and a name says what it is about
from __future__ import annotations

import pytest

from briefcase import resources
from briefcase.records import lattice
from briefcase.records.errors import PackInvalid
from briefcase.records.label import Label
from briefcase.records.markings import complete
from briefcase.records.packs import Pack
from briefcase.seal import base64, block, canonical
from briefcase.seal.card import card_text
from briefcase.seal.identity import create_identity, revocation_text
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, contacts, handover, receiving, trust, upkeep
from briefcase.services.clearing import deciding
from briefcase.services.errors import VaultFailsCheck
from briefcase.services.keeping import travel
from briefcase.services.packs import holding, signature
from briefcase.services.packs.errors import (
    PackIsDraft,
    PackNotAuthority,
    PackOlder,
    PackOtherRoot,
    PackRootFallen,
    PackRootForm,
    PackRootMissing,
    PackRootTaken,
    PackRootUnfit,
    PackSignatureInvalid,
    PackUnsigned,
)
from briefcase.services.session import create_vault, unlock

PASSPHRASE = "correct horse battery staple"
FAST = KdfParameters(1, 8192)
EXERCISE = resources.read_text("packs", "exercise.toml")
NOW = "2026-11-24T06:02:56Z"


@pytest.fixture(scope="session")
def authority():
    """Return the record authority of USA/BIS."""
    return create_identity("Records", "USA/BIS", "USA", role="agency")


@pytest.fixture(scope="session")
def other():
    """Return the record authority of another agency."""
    return create_identity("Archive", "GBR/HMRC", "GBR", role="agency")


@pytest.fixture
def issue(tmp_path):
    """Return a function that writes a pack, and its signature when somebody signs it."""

    def written(signer=None, *, version=3, text=EXERCISE, name="agency.toml", status="official"):
        path = tmp_path / name
        said = text.replace("version = 2\n", f"version = {version}\n", 1)
        path.write_text(said.replace('status = "fictitious"', f'status = "{status}"', 1), encoding="utf-8")
        signature.beside(path).unlink(missing_ok=True)
        if signer is not None:
            signed = signature.sign(Pack.load(path.read_bytes()), signer, NOW)
            signature.beside(path).write_text(signed, encoding="ascii")
        return path

    return written


def meet(session, identity, agency="USA/BIS"):
    """Take in a card and compare its words."""
    contact = contacts.import_text(session, card_text(identity.signed_card))
    contacts.verify(session, contact.fingerprint, " ".join(identity.card.words()), agency, agency[:3])
    return contact.fingerprint


@pytest.fixture
def usa(world, authority):
    """Return a session whose root is pinned, and in which a pack of it is not yet in force."""
    holding.pin(world.usa, meet(world.usa, authority))
    return world.usa


def last_entry(session):
    entry = session.vault.audit.newest(1)[0]
    return entry.action, entry.subject, entry.detail


class TestLoading:
    """Signature, root, version: each by itself keeps a pack out."""

    def test_a_pack_of_the_root_comes_into_force_and_stands_in_the_chain(self, usa, authority, issue, world):
        path, former = issue(authority), usa.pack.sha256
        after = holding.load(usa, path)
        assert (after.pack.version, after.pack.status) == (3, "official")
        root = authority.fingerprint
        facts = {"sha256": after.pack.sha256, "version": 3, "former": former, "root": root}
        assert last_entry(usa) == ("pack.load", "exercise", facts)
        assert usa.vault.check(deep=False) == []
        usa.close()
        again = unlock(world.folder / "usa", PASSPHRASE)
        found = holding.held(again)
        assert (found.pack.version, found.signed, found.root, found.when) == (3, "root", root, NOW)
        assert (upkeep.info(again)["pack_root"], upkeep.info(again)["pack_signed"]) == (root, True)
        again.close()

    def test_its_hash_stands_in_every_manifest_from_then_on(self, usa, authority, issue, world):
        after = holding.load(usa, issue(authority))
        party = world.add(after, "party", party_kind="company", names=[{"text": "Any"}])
        path = world.seal(after, [party.id], world.gbr)[0].path
        received = receiving.inspect(world.gbr, path)
        assert received.opened.manifest.pack_sha256 == after.pack.sha256
        received.close()

    def test_a_pack_of_somebody_else_is_refused(self, usa, other, issue):
        with pytest.raises(PackOtherRoot):
            holding.load(usa, issue(other))
        assert last_entry(usa) == ("pack.refused", "", {"file": "agency.toml", "reason": PackOtherRoot.code})

    def test_an_unsigned_pack_is_refused_where_a_root_is_pinned_whatever_word_is_said(self, usa, issue):
        for draft in (False, True):
            with pytest.raises(PackUnsigned):
                holding.load(usa, issue(), draft=draft)

    def test_a_signed_pack_needs_a_root(self, world, authority, issue):
        with pytest.raises(PackRootMissing):
            holding.load(world.usa, issue(authority))

    @pytest.mark.parametrize("version", [1, 2, 4])
    def test_an_older_one_and_another_one_under_the_same_number_are_refused(self, usa, authority, issue, version):
        after = holding.load(usa, issue(authority, version=4))
        with pytest.raises(PackOlder):
            holding.load(after, issue(authority, version=version, text=EXERCISE + "\n# changed\n"))
        assert holding.held(after).pack.version == 4

    def test_an_older_one_under_another_id_is_refused_too(self, usa, authority, issue):
        after = holding.load(usa, issue(authority, version=4))
        with pytest.raises(PackOlder):
            holding.load(after, issue(authority, version=3, text=EXERCISE.replace('"exercise"', '"second"', 1)))

    def test_the_version_of_the_draft_in_force_binds_a_signed_one(self, usa, authority, issue):
        with pytest.raises(PackOlder):
            holding.load(usa, issue(authority, version=1))

    def test_the_same_pack_twice_changes_nothing(self, usa, authority, issue):
        after = holding.load(usa, issue(authority))
        assert holding.load(after, issue(authority)).pack == after.pack

    def test_a_root_that_comes_back_does_not_bring_back_its_older_packs(self, usa, authority, issue):
        after = holding.load(usa, issue(authority, version=5))
        second = create_identity("Records two", "USA/BIS", "USA", role="agency")
        holding.pin(after, meet(after, second), replace=True)
        after = holding.load(after, issue(second, version=6))
        holding.pin(after, authority.fingerprint, replace=True)
        with pytest.raises(PackOlder):
            holding.load(after, issue(authority, version=4))

    def test_a_revoked_root_signs_nothing_any_more(self, usa, authority, issue):
        trust.revoke(usa, revocation_text(authority))
        with pytest.raises(PackRootFallen):
            holding.load(usa, issue(authority))

    def test_a_revocation_that_came_before_the_card_counts(self, authority, issue, tmp_path):
        path = issue(authority)
        made = create_vault(
            tmp_path / "new", PASSPHRASE, agency="USA/BIS", country="USA", officer="Ann", pack=path,
            root=authority.fingerprint, kdf=FAST,
        ).session  # fmt: skip
        trust.revoke(made, revocation_text(authority))
        with pytest.raises(PackRootFallen):
            holding.load(made, issue(authority, version=9))
        made.close()

    def test_an_expired_root_signs_nothing(self, world, issue):
        old = create_identity("Old", "USA/BIS", "USA", role="agency", valid_from="2020-01-01T00:00:00Z", years=1)
        world.usa.vault.settings.set("pack.root", old.fingerprint)
        with pytest.raises(PackRootFallen):
            holding.load(world.usa, issue(old))

    def test_a_draft_needs_an_explicit_word_and_is_shown_as_one(self, world, issue):
        path = issue(version=3, status="draft")
        with pytest.raises(PackUnsigned):
            holding.load(world.usa, path)
        after = holding.load(world.usa, path, draft=True)
        found = holding.held(after)
        assert (found.signed, found.signer, found.pack.status, found.root) == ("nobody", None, "draft", "")
        with pytest.raises(PackOlder):
            holding.load(after, issue(version=2), draft=True)

    def test_a_misspelled_rule_is_no_pack_at_the_making_and_at_loading(self, usa, authority, issue, tmp_path):
        path = issue(authority, text=EXERCISE.replace("national = true", "nationl = true", 1))
        with pytest.raises(PackInvalid):
            holding.load(usa, path)
        with pytest.raises(PackInvalid):
            create_vault(
                tmp_path / "new", PASSPHRASE, agency="USA/BIS", country="USA", officer="Ann", pack=path, kdf=FAST
            )

    def test_a_pack_put_back_from_outside_is_seen_before_anything_leaves(self, usa, authority, issue, world):
        after = holding.load(usa, issue(authority))
        party = world.add(after, "party", party_kind="company", names=[{"text": "Any"}])
        usa.vault._database.run("UPDATE setting SET value = ? WHERE name = 'pack.root'", (b"0" * 64,))
        with pytest.raises(VaultFailsCheck):
            world.seal(after, [party.id], world.gbr)


class TestSignature:
    """What the small file beside the pack must be."""

    @pytest.fixture
    def parts(self, authority, issue):
        path = issue(authority)
        text = signature.beside(path).read_text(encoding="ascii")
        return Pack.load(path.read_bytes()), block.read(signature.LABEL, text)

    def refused(self, pack, value, root):
        with pytest.raises((PackSignatureInvalid, PackOtherRoot)):
            signature.check(block.write(signature.LABEL, value), pack, "x", root=root)

    def test_the_good_one_counts(self, parts, authority):
        pack, value = parts
        found = signature.check(block.write(signature.LABEL, value), pack, "x", root=authority.fingerprint)
        assert (found.statement.version, found.card) == (3, authority.card)

    @pytest.mark.parametrize("field", ["pack", "version", "sha256", "signer", "signed", "format", "suite", "critical"])
    def test_every_field_of_the_statement_is_signed(self, parts, authority, field):
        pack, value = parts
        statement = dict(value["statement"])
        change = {"version": 4, "critical": ["x"], "sha256": "0" * 64, "signed": "2026-11-25T06:02:56Z"}
        statement[field] = change.get(field, "x")
        self.refused(pack, {**value, "statement": statement}, authority.fingerprint)

    def test_both_signatures_are_needed(self, parts, authority):
        pack, value = parts
        mldsa = base64.decode(value["mldsa87"])
        for change in ({"mldsa87": base64.encode(mldsa[:-1] + bytes([mldsa[-1] ^ 1]))}, {"mldsa87": ""}, {"ssh": ""}):
            self.refused(pack, {**value, **change}, authority.fingerprint)

    def test_a_signature_for_another_purpose_does_not_count(self, parts, authority):
        pack, value = parts
        both = authority.sign("consent", canonical.encode(value["statement"]))
        wrong = {"ssh": both.ssh.decode(), "mldsa87": base64.encode(both.mldsa)}
        self.refused(pack, {**value, **wrong}, authority.fingerprint)

    def test_who_signs_for_another_card_is_refused(self, parts, authority, other):
        pack, value = parts
        statement = {**value["statement"], "signer": other.fingerprint}
        both = authority.sign("pack", canonical.encode(statement))
        signed = {"statement": statement, "ssh": both.ssh.decode(), "mldsa87": base64.encode(both.mldsa)}
        self.refused(pack, {**value, **signed}, authority.fingerprint)

    def test_an_officer_signs_no_packs(self, issue):
        officer = create_identity("Dana", "USA/BIS", "USA")
        path = issue(officer)
        with pytest.raises(PackSignatureInvalid):
            signature.check(signature.text_beside(path), Pack.load(path.read_bytes()), "x", root=officer.fingerprint)

    def test_one_changed_byte_of_the_pack_breaks_it(self, usa, authority, issue):
        path = issue(authority)
        path.write_bytes(path.read_bytes().replace(b"Exercise pack", b"exercise pack", 1))
        with pytest.raises(PackSignatureInvalid):
            holding.load(usa, path)

    @pytest.mark.parametrize("text", ["x", "-----BEGIN BRIEFCASE PACK SIGNATURE-----\n", "\x00"])
    def test_what_is_no_signature_is_refused(self, usa, authority, issue, text):
        path = issue(authority)
        signature.beside(path).write_text(text, encoding="ascii")
        with pytest.raises(PackSignatureInvalid):
            holding.load(usa, path)


class TestRoot:
    """Whom the officer pins, and the second act that changes it."""

    def test_pinning_stands_in_the_chain(self, world, authority):
        fingerprint = meet(world.usa, authority)
        assert holding.pin(world.usa, "Records") == fingerprint
        assert last_entry(world.usa) == ("pack.root", fingerprint, {"former": ""})
        assert holding.root_card(world.usa) == authority.card

    def test_another_one_needs_a_second_act(self, usa, authority):
        second = meet(usa, create_identity("Records two", "USA/BIS", "USA", role="agency"))
        with pytest.raises(PackRootTaken):
            holding.pin(usa, second)
        assert holding.root_fingerprint(usa) == authority.fingerprint
        holding.pin(usa, second, replace=True)
        assert last_entry(usa) == ("pack.root", second, {"former": authority.fingerprint})

    def test_the_pack_of_the_former_root_stays_and_is_shown_as_such(self, usa, authority, issue):
        after = holding.load(usa, issue(authority))
        second = meet(usa, create_identity("Records two", "USA/BIS", "USA", role="agency"))
        holding.pin(after, second, replace=True)
        assert holding.held(after).signed == "other"

    def test_only_a_verified_card_of_our_own_agencys_authority_fits(self, world, authority, other):
        usa = world.usa
        card = card_text(authority.signed_card)
        unverified = contacts.import_text(usa, card, agency="USA/BIS", country="USA").fingerprint
        officer = meet(usa, create_identity("Colleague", "USA/BIS", "USA"))
        foreign = meet(usa, other, "GBR/HMRC")
        liar = create_identity("Liar", "USA/BIS", "USA", role="agency")
        for one in (unverified, officer, foreign, meet(usa, liar, "GBR/HMRC"), usa.fingerprint):
            with pytest.raises(PackRootUnfit):
                holding.pin(usa, one)
        assert holding.root_fingerprint(usa) == ""


class TestAtTheMaking:
    """A vault that is made with a root holds only what the root signed."""

    def make(self, folder, path, root):
        return create_vault(
            folder, PASSPHRASE, agency="USA/BIS", country="USA", officer="Ann", pack=path, root=root, kdf=FAST
        ).session

    def test_root_and_pack_are_kept(self, tmp_path, authority, issue):
        typed = " ".join([authority.fingerprint[:32].upper(), authority.fingerprint[32:]])
        session = self.make(tmp_path / "new", issue(authority), typed)
        assert holding.held(session).signed == "root"
        assert holding.root_card(session) == authority.card
        actions = [one.action for one in session.vault.audit.entries()]
        assert actions.index("pack.root") < actions.index("pack.load")
        with pytest.raises(PackOlder):
            holding.load(session, issue(authority, version=2))
        session.close()

    def test_nothing_is_made_otherwise(self, tmp_path, authority, other, issue):
        folder = tmp_path / "new"
        for path, root, error in (
            (issue(authority, name="a.toml"), other.fingerprint, PackOtherRoot),
            (issue(name="b.toml"), authority.fingerprint, PackUnsigned),
            (EXERCISE.encode(), authority.fingerprint, PackUnsigned),
            (issue(authority, name="c.toml"), authority.fingerprint[:-1], PackRootForm),
        ):
            with pytest.raises(error):
                self.make(folder, path, root)
            assert not folder.exists()

    def test_the_authority_signs_in_its_own_vault(self, tmp_path, issue):
        authority = create_vault(
            tmp_path / "authority", PASSPHRASE, agency="USA/BIS", country="USA", officer="Records", role="agency",
            pack=resources.path("packs", "exercise.toml"), kdf=FAST,
        ).session  # fmt: skip
        path = issue()
        where = holding.sign(authority, path)
        assert where == signature.beside(path)
        assert last_entry(authority)[0] == "pack.sign"
        officer = self.make(tmp_path / "officer", path, authority.fingerprint)
        assert holding.held(officer).signed == "root"
        holding.pin(authority, authority.fingerprint)
        assert holding.held(holding.load(authority, path)).signed == "root"
        with pytest.raises(PackNotAuthority):
            holding.sign(officer, issue(name="another.toml"))
        with pytest.raises(PackIsDraft):
            holding.sign(authority, issue(status="draft", name="draft.toml"))
        authority.close()
        officer.close()

    def test_a_travel_vault_takes_pack_root_and_versions_along(self, usa, authority, issue, world, tmp_path):
        after = holding.load(usa, issue(authority))
        case = world.add(after, "case", title="On the road")
        travel.pack(after, tmp_path / "away", "another set of plain words", [case.id], kdf=FAST)
        away = unlock(tmp_path / "away", "another set of plain words")
        assert holding.held(away).signed == "root"
        with pytest.raises(PackOlder):
            holding.load(away, issue(authority, version=2))
        away.close()


def test_a_vault_from_before_roots_works_on(world):
    """It has none of the settings; its pack is shown as a draft, and its checks hold."""
    assert holding.held(world.usa).signed == "nobody"
    assert holding.root_card(world.usa) is None
    assert world.usa.vault.check(deep=False) == []


def test_what_the_new_pack_does_not_know_counts_as_highest_and_blocks(usa, authority, issue, world):
    """A level, a caveat and a policy go; the records keep their words and go to nobody."""
    markings = (
        "EXERCISE SENSITIVE//REL TO USA, AUS, GBR",
        "EXERCISE OFFICIAL//LES//REL TO USA, AUS, GBR",
        "CUI//EXPT//REL TO USA, AUS, GBR",
        "EXERCISE OFFICIAL//REL TO USA, AUS, GBR",
    )
    parties = [world.add(usa, "party", one, party_kind="company", names=[{"text": "Any"}]) for one in markings]
    text = "\n".join(
        line
        for line in EXERCISE.splitlines()
        if not line.lstrip().startswith(('{ id = "EXERCISE SENSITIVE"', '{ id = "LES"', '{ id = "CUI",'))
    )
    text = text.replace('USA = "CUI"', 'USA = "U"').replace(
        'EXERCISE = "EXERCISE SENSITIVE"', 'EXERCISE = "EXERCISE OPEN"'
    )
    contact = world.contact(usa, world.gbr)
    before = deciding.decide(usa, parties, contact)
    assert all(one.goes for one in before.values())
    after = holding.load(usa, issue(authority, text=text + "\n"))
    decided = deciding.decide(after, parties, contact)
    assert [decided[one.id].goes for one in parties] == [False, False, False, True]
    codes = [{reason.code for reason in decided[one.id].reasons} for one in parties[:3]]
    assert codes == [{"marking", "level"}, {"marking", "caveat"}, {"marking", "level"}]
    joined = lattice.join_records([after.vault.records.need(one.id) for one in parties], after.pack)
    assert ("EXERCISE", "EXERCISE SENSITIVE") in joined.levels
    assert lattice.banner(joined, after.pack).background == "#000000"
    assert [after.vault.records.need(one.id).label.marking for one in parties] == list(markings)


NORDLAND = """
[[policy]]
id = "NRD"
title = "Nordland markings (made up)"
country = "NRD"
source = "Made up for a test"
status = "fictitious"
level = [
  { id = "OFFEN", text = "OFFEN", portion = "O", foreground = "#FFFFFF", background = "#007A33" },
  { id = "INTERN", text = "NUR INTERN", portion = "NI", foreground = "#000000", background = "#FCE83A" },
]
caveat = [{ id = "QUELLE", text = "QUELLENSCHUTZ", consent = true }]

[policy.marking]
separator = " | "
prefix = "FÜR "
code_separator = " + "
first = "NRD"

[partner.NRD]
title = "Nordland"
note = "Made up for a test."
cleared_to = { EXERCISE = "EXERCISE OFFICIAL", NRD = "INTERN" }
"""


def test_a_sixth_partner_is_a_new_pack_and_no_code(usa, authority, issue, world, tmp_path):
    text = EXERCISE.replace('first = "USA"\n', 'first = "USA"\nothers = ["NRD"]\n', 1) + NORDLAND
    after = holding.load(usa, issue(authority, text=text))
    partner = create_vault(
        tmp_path / "nrd", PASSPHRASE, agency="NRD/ZOLL", country="NRD", officer="Liv", pack=issue(text=text), kdf=FAST
    ).session
    for here, there in ((after, partner), (partner, after)):
        meet(here, there.identity, there.agency)
    labels = (
        Label(marking="EXERCISE OFFICIAL//REL TO USA, NRD"),
        Label(policy="NRD", level="INTERN", releasable_to=("USA", "NRD")),
        Label(marking="EXERCISE SENSITIVE//REL TO USA, NRD"),
        Label(marking="NUR INTERN | QUELLENSCHUTZ | FÜR NRD + USA"),
    )
    fields = {"party_kind": "company", "names": [{"text": "Any"}]}
    parties = [cases.add_record(after, "party", fields, complete(one, after.pack)) for one in labels]
    assert parties[1].label.marking == "NUR INTERN | FÜR NRD + USA"
    planned = handover.plan(after, [one.id for one in parties], [partner.fingerprint])
    verdicts = [next(iter(row.cells.values())).verdict for row in planned.rows]
    assert verdicts == ["allow", "allow", "refuse", "refuse"]
    stick = tmp_path / "sixth"
    stick.mkdir()
    sealed = handover.seal(after, planned, stick)
    taken = world.take(partner, sealed[0].path)
    assert taken is not None
    held = [partner.vault.records.need(one.id) for one in parties[:2]]
    assert [one.label.marking for one in held] == ["EXERCISE OFFICIAL//REL TO USA, NRD", "NUR INTERN | FÜR NRD + USA"]
    shown = lattice.banner(lattice.join_records(held[1:], partner.pack), partner.pack)
    assert (shown.line1, shown.line2, shown.background) == ("NUR INTERN", "FÜR NRD + USA", "#FCE83A")
    partner.close()
