"""The schema of a fresh vault serves only a damaged vault of the same make."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefcase.vault import header as headers
from briefcase.vault import standing_in
from briefcase.vault.header import STORE
from briefcase.vault.subkeys import Keys
from briefcase.vault.vault import create, open_vault

OLD = Path(__file__).parents[2] / "vectors/vault/schema-3.briefcase"
MASTER = bytes(range(32))


@pytest.mark.parametrize("upgraded", [True, False])
def test_a_vault_of_another_make_is_not_read_through_the_wrong_tables(tmp_path: Path, *, upgraded: bool) -> None:
    damaged, donor = tmp_path / "damaged", tmp_path / "donor"
    shutil.copytree(OLD, damaged)
    if upgraded:
        open_vault(damaged, MASTER).close()
    header = headers.read_both(damaged)[0]
    create(donor, MASTER, header.slots, vault_id=header.vault_id, agency="", country="", officer="").close()
    with (damaged / STORE).open("r+b") as file:
        file.seek(100)
        file.write(b"zz")
    assert standing_in.put_schema(damaged, donor, Keys.of(MASTER).database, header.salt) is upgraded
