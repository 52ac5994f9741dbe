"""A vault that an earlier schema wrote is opened, searched, checked and changed by the present program."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefcase.vault.vault import open_vault

VECTORS = Path(__file__).parents[2] / "vectors" / "vault"
MASTER = bytes(range(32))


@pytest.fixture
def old(tmp_path):
    return Path(shutil.copytree(VECTORS / "schema-3.briefcase", tmp_path / "old.briefcase"))


def test_records_are_found_in_every_new_way_after_the_upgrade(old):
    with open_vault(old, MASTER) as vault:
        assert [hit.title for hit in vault.search("isildak")] == ["İstanbul Işıldak Elektronik San. ve Tic. Ltd. Şti."]
        assert [hit.where for hit in vault.search("croelec")] == ["part"]
        assert [hit.kind for hit in vault.search("hs:8542 country:US")] == ["item"]
        assert [hit.title for hit in vault.search("second")] == ["Second words"]
        assert vault.search("first") == []
        assert [hit.where for hit in vault.search("almaty")] == ["text"]
    assert (old / "store.db.schema-3").exists()


def test_its_state_is_established_only_after_a_whole_check(old, make):
    with open_vault(old, MASTER) as vault:
        (party, *_rest) = vault.records.list_records(kind="party")
        assert vault.check() == []
        assert vault.check_leaving([party.id]) != []
        vault.establish_state(actor="Ann Example")
        assert vault.check_leaving([party.id]) == []
        vault.records.put(make.next(party, remarks="More"), actor="Ann Example")
        vault.records.put(make.party("New"), actor="Ann Example")
        assert vault.check_leaving([row.id for row in vault.records.rows()]) == []
        assert vault.check() == []
