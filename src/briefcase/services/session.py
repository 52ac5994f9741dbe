"""An open vault with everything a use case needs beside it; passed in, never global, dropped when the vault locks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from briefcase import resources
from briefcase.records.pack_rules import strictly
from briefcase.records.packs import Pack, is_agency, is_country
from briefcase.seal import keyslots
from briefcase.seal.card import SignedCard, parse_card
from briefcase.seal.errors import CardInvalid
from briefcase.seal.identity import Identity, create_identity, revocation_text
from briefcase.seal.keyslots import MODERATE, KdfParameters
from briefcase.services.access import entry, keyrings, strength
from briefcase.services.access.entry import Opening
from briefcase.services.access.keys import Opened, no_waiting, open_slots, passphrase_bytes
from briefcase.services.chain import checkpoints, marks
from briefcase.services.chain.views import Kind, Views
from briefcase.services.clearing.readings import Readings
from briefcase.services.errors import AgencyInvalid, DeviceInvalid, OfficerInvalid
from briefcase.services.files import read_file
from briefcase.services.keeping.errors import TravelWithoutKeys
from briefcase.services.packs import signature as pack_signature
from briefcase.services.packs.signature import Issued
from briefcase.vault import header as headers
from briefcase.vault import vault as vaults
from briefcase.vault.attempts import Waiting
from briefcase.vault.errors import VaultError, VaultReadOnly
from briefcase.vault.vault import Vault

IDENTITY = "identity"
FORMER = "identity.former."
"""Settings: the present keys, and those before them by the serial number of their card."""
PACK = "pack"
CARD = "travel.card"
"""Settings: the agency's pack, and in a travel vault our card."""
PACK_SIGNATURE, PACK_ROOT, PACK_VERSIONS = "pack.signature", "pack.root", "pack.versions"
"""Settings: the pack's signature, the root that was pinned, and the last version and digest by root."""
_PACK_FOLDER = "packs"


@dataclass(frozen=True, repr=False)
class Session:
    """An open vault, whose it is, and under which pack it releases.

    Attributes:
        vault: the open vault.
        own: our secret keys and card; None in a travel vault, where they are not.
        pack: our agency's pack.
        officer: our name, the actor of every audit entry.
        agency: such as ``USA/BIS``.
        country: such as ``USA``.
        former: our earlier keys and cards, the latest first; they open what was sealed to them, and sign nothing.
        opening: what is to be said about how it was opened.
        views: what was looked at and is not in the audit chain yet.
        readings: what was read of records and files for the search of quotations.
        card_text: our card in a travel vault; empty where the keys are.
    """

    vault: Vault
    own: Identity | None
    pack: Pack
    officer: str
    agency: str
    country: str
    former: tuple[Identity, ...] = ()
    opening: Opening = field(default_factory=Opening)
    views: Views = field(default_factory=Views)
    readings: Readings = field(default_factory=Readings)
    card_text: str = ""

    @property
    def identity(self) -> Identity:
        """Our secret keys and card.

        Raises:
            TravelWithoutKeys: this is a travel vault; they stayed at home.
        """
        if self.own is None:
            raise TravelWithoutKeys
        return self.own

    @property
    def signed_card(self) -> SignedCard:
        """Our card, in a travel vault, too."""
        return self.own.signed_card if self.own is not None else parse_card(self.card_text)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Our keys, the present ones first; none in a travel vault."""
        return (self.own, *self.former) if self.own is not None else ()

    @property
    def fingerprint(self) -> str:
        """The fingerprint of our own card."""
        return self.signed_card.card.fingerprint

    def now(self) -> str:
        """Return the time, UTC, never earlier than the latest this vault has seen."""
        return self.vault.audit.now()

    def close(self) -> None:
        """Enter what is left to enter, remember where the chain stands, close the vault; a second call does nothing."""
        try:
            if self.vault.is_open and not self.vault.read_only:
                self._leave()
        except VaultError:
            pass  # a full or lost disk must not keep the vault open; what was acknowledged is in it
        finally:
            self.vault.close()

    def _leave(self) -> None:
        self.views.flush(self.vault, self.officer)
        if self.own is not None and checkpoints.is_due(self.vault):
            checkpoints.enter(self.vault, self.own, actor=self.officer)
        if not self.opening.copied:
            marks.save(self.vault)

    def saw(self, identifier: str, kind: Kind = "records") -> None:
        """Note that the officer looked at a record, a case or a document's file (its id)."""
        self.views.saw(self.vault, self.officer, identifier, kind)


@dataclass(frozen=True)
class PackInfo:
    """A pack that ships with the program, for a list."""

    path: Path
    title: str
    status: str


@dataclass(frozen=True, repr=False)
class Created:
    """A new vault and what is printed at its making and shown only now.

    Attributes:
        session: open.
        recovery_words: twenty-four words that open the vault without the passphrase.
        revocation: text that revokes the card if the laptop is lost.
    """

    session: Session
    recovery_words: tuple[str, ...]
    revocation: str


def shipped_packs() -> list[PackInfo]:
    """Return the packs that ship with the program, the exercise pack first."""
    found = []
    for path in sorted(resources.path(_PACK_FOLDER).glob("*.toml")):
        pack = Pack.load(path.read_bytes())
        found.append(PackInfo(path, pack.title, pack.status))
    return sorted(found, key=lambda info: (info.status != "fictitious", info.title))


def check_agency(agency: str, country: str) -> None:
    """Refuse an agency or a country that no label could name.

    Raises:
        AgencyInvalid: not ``GBR`` and ``GBR/HMRC``.
    """
    if not is_country(country) or not is_agency(agency) or not agency.startswith(country + "/"):
        raise AgencyInvalid(agency=agency, country=country)


def create_vault(
    folder: Path,
    passphrase: str,
    *,
    agency: str,
    country: str,
    officer: str,
    pack: Path | bytes,
    root: str = "",
    role: str = "officer",
    device: str = "",
    kdf: KdfParameters = MODERATE,
) -> Created:
    """Make a vault with a passphrase slot and a recovery slot, and the officer's identity inside it.

    Args:
        folder: must not exist yet, or be empty.
        passphrase: see ``strength.check``.
        agency: such as ``USA/BIS``.
        country: such as ``USA``.
        officer: name of the officer or, for the role ``agency``, of the record authority.
        pack: our agency's pack, a file or its bytes.
        root: fingerprint of our record authority's card, which is pinned and must have signed the pack (its signature
            stands beside its file); without one the pack counts as a draft.
        role: ``officer`` or ``agency``.
        device: name of this device on the card, may be empty; the keys belong to it alone.
        kdf: cost of the passphrase slot.

    Raises:
        AgencyInvalid, OfficerInvalid, PassphraseShort, PassphraseWeak, and the vault's own.
        briefcase.records.errors.PackInvalid: the pack is none.
        PackRootForm, PackUnsigned, PackSignatureInvalid, PackOtherRoot, PackRootFallen: of a pack with a root.
    """
    check_agency(agency, country)
    strength.check(passphrase, (officer, agency, folder.stem))
    data = pack if isinstance(pack, bytes) else read_file(pack)
    loaded = strictly(data)
    issued = pack_signature.issued(pack, loaded, root) if root else None
    try:
        identity = create_identity(officer, agency, country, role=role, device=device)
    except CardInvalid as error:
        raise (DeviceInvalid if error.facts["reason"] == "device" else OfficerInvalid) from None
    master, vault_id = keyslots.new_master(), headers.new_vault_id()
    recovery, recovery_words = keyslots.wrap_recovery(master, vault_id)
    slots = [keyslots.wrap_passphrase(master, passphrase_bytes(passphrase), vault_id, kdf=kdf), recovery]
    vault = vaults.create(folder, master, slots, vault_id=vault_id, agency=agency, country=country, officer=officer)
    try:
        with vault.transaction():
            vault.settings.set(IDENTITY, identity.to_bytes(), actor=officer)
            _keep_pack(vault, data, loaded, issued, officer)
    except BaseException:
        vault.close()
        raise
    session = Session(vault, identity, loaded, officer, agency, country)
    return Created(session, recovery_words, revocation_text(identity))


def _keep_pack(vault: Vault, data: bytes, pack: Pack, issued: Issued | None, officer: str) -> None:
    """Put the first pack into a new vault, and pin the root that signed it."""
    detail: dict[str, object] = {"sha256": pack.sha256, "version": pack.version, "root": issued.root if issued else ""}
    vault.settings.set(PACK, data)
    if issued is not None:
        vault.settings.set(PACK_ROOT, issued.root)
        vault.settings.set(PACK_SIGNATURE, issued.text)
        vault.settings.set(PACK_VERSIONS, {issued.root: [pack.version, pack.sha256]})
        vault.audit.append("pack.root", issued.root, {"former": ""}, actor=officer)
    vault.audit.append("pack.load", pack.id, detail, actor=officer)


def unlock(folder: Path, passphrase: str, *, waiting: Waiting = no_waiting) -> Session:
    """Open a vault with its passphrase or its recovery words; ``Session.opening`` holds what is to be said about it.

    Where nothing can be written (a read-only medium, a full disk) it opens for reading only, and says so.

    Args:
        folder: of the vault.
        passphrase: or the recovery words.
        waiting: told the seconds that are left while a try has to wait after wrong ones; may raise to give up.

    Raises:
        PassphraseWrong: nothing opens with it.
        And the vault's own errors.
    """
    return enter_with(folder, open_slots(folder, passphrase, waiting=waiting))


def unlock_with_pin(folder: Path, pin: str, *, waiting: Waiting = no_waiting) -> Session:
    """Open a vault through the system's keyring and a PIN; see ``unlock``.

    Raises:
        KeyringNoEntry, KeyringUnavailable, PinWrong, PinRemoved.
        And the vault's own errors.
    """
    return enter_with(folder, keyrings.open_with_pin(folder, pin, waiting=waiting))


def enter_with(folder: Path, opened: Opened) -> Session:
    """Open a vault with a master key that a slot gave, enter that in its chain, and load whose it is."""
    vault, read_only = _open(folder, opened.master)
    try:
        card_text = vault.settings.text(CARD)
        identity = None if card_text else Identity.from_bytes(vault.settings.blob(IDENTITY) or b"")
        former = _former(vault)
        pack = Pack.load(vault.settings.blob(PACK) or b"")
        officer, agency, country = (vault.settings.text(name) for name in ("officer", "agency", "country"))
        opening = entry.enter(vault, opened, entry.look(vault, opened, read_only), actor=officer)
    except BaseException:
        vault.close()
        raise
    return Session(vault, identity, pack, officer, agency, country, former, opening, card_text=card_text)


def _former(vault: Vault) -> tuple[Identity, ...]:
    """Return the keys that were renewed, the latest first."""
    names = sorted((one for one in vault.settings.names() if one.startswith(FORMER)), reverse=True)
    return tuple(Identity.from_bytes(vault.settings.blob(one) or b"") for one in names)


def _open(folder: Path, master: bytes) -> tuple[Vault, str]:
    """Return the open vault, and ``medium`` or ``full`` when nothing can be written to it."""
    try:
        vault = vaults.open_vault(folder, master)
    except VaultReadOnly:
        return vaults.open_vault(folder, master, read_only=True), "medium"
    return vault, "full" if vault.read_only else ""


def generate_passphrase(language: str = "en") -> str:
    """Return a passphrase of six words taken at random (66 bits)."""
    return keyslots.generate_passphrase(language=language)
