"""A small vault to play with, and makers of records."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - the arguments are fixtures
from __future__ import annotations

import msgspec
import pytest

from briefcase.records.ids import new_id, new_revision, now
from briefcase.records.kinds import Case, Link, Note, Party
from briefcase.records.label import Label
from briefcase.records.values import Name
from briefcase.seal.keyslots import new_master
from briefcase.vault.header import new_vault_id
from briefcase.vault.vault import create, open_vault

SLOT = {"id": "0011223344556677", "type": "recovery", "kdf": {"name": "none"}, "wrapped": "AA"}


class Maker:
    """Makes complete records the way services do."""

    def _base(self, **more):
        return {"id": new_id(), "label": Label(), "revision": new_revision(), "created": now(), "author": "Ann", **more}

    def case(self, title="A case", **more):
        """Return a case."""
        return Case(**self._base(title=title, **more))

    def party(self, name="A company", latin="", **more):
        """Return a company with one name."""
        return Party(**self._base(party_kind="company", names=(Name(text=name, latin=latin),), **more))

    def note(self, title="A note", text="Some words", **more):
        """Return a note."""
        return Note(**self._base(title=title, text=text, **more))

    def link(self, one, other, role="owns"):
        """Return a link from one record to another."""
        return Link(**self._base(role=role, from_id=one.id, to_id=other.id))

    def next(self, record, **changes):
        """Return the next revision of a record."""
        return msgspec.structs.replace(record, revision=new_revision(), **{"parents": (record.revision,), **changes})


@pytest.fixture(scope="session")
def make():
    return Maker()


@pytest.fixture
def master():
    return new_master()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "usa.briefcase"


@pytest.fixture
def vault(folder, master):
    made = create(
        folder, master, [SLOT], vault_id=new_vault_id(), agency="USA/BIS", country="US", officer="Ann Example"
    )
    yield made
    made.close()


@pytest.fixture
def reopen(vault, folder, master):
    """Close the vault and open it again."""

    def act(**options):
        vault.close()
        return open_vault(folder, master, **options)

    return act
