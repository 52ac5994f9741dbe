"""The keyring as a way in: with a PIN, never alone, against a real SecretService.

Without one the tests start ``gnome-keyring-daemon`` on a bus of their own and run themselves again inside; where the
two programs are not installed they are skipped.
"""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, D102 - the arguments are fixtures, and a test's name is its docstring
from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import briefcase
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.access import keyrings, slots
from briefcase.services.access.errors import KeyringNoEntry, KeyringUnavailable, PinRemoved, PinShort, PinWrong
from briefcase.services.session import unlock, unlock_with_pin
from briefcase.vault import attempts

PASSPHRASE = "correct horse battery staple"
PIN = "739164"
INSIDE = "BRIEFCASE_TEST_SECRET_SERVICE"
FAST = KdfParameters(1, 8192)
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
real = pytest.mark.skipif(INSIDE not in os.environ, reason="runs inside the session that the first test starts")


@pytest.mark.slow
@pytest.mark.skipif(INSIDE in os.environ, reason="this is the inside")
@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason="no gnome-keyring")
def test_against_a_real_secret_service(tmp_path):
    """Run the tests of this file on a bus of their own, with a home of their own."""
    script = (
        "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "
        'exec "$0" -m pytest -q -p no:cacheprovider "$1"'
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_", "PYTEST_"))},
        INSIDE: "1",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",  # what a variable says is not obeyed
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", script, sys.executable, __file__],
        cwd=Path(__file__).resolve().parents[3],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "passed" in done.stdout
    assert "failed" not in done.stdout


@pytest.fixture
def session(world, monkeypatch):
    """Return our open vault, with a keyring slot of low cost and no waiting."""
    monkeypatch.setattr(attempts, "wait", lambda *_: None)
    slots.add_keyring(world.usa, PASSPHRASE, PIN, kdf=FAST)
    return world.usa


@pytest.fixture
def folder(session):
    session.close()
    return session.vault.folder


def slot_id(session):
    return next(one.id for one in slots.listed(session) if one.kind == "keyring")


@real
class TestRealKeyring:
    """Everything that is promised, with a real keyring."""

    def test_the_pin_opens_the_vault_and_the_passphrase_still_does(self, folder):
        with contextlib.closing(unlock_with_pin(folder, PIN)) as session:
            assert session.opening.kind == "keyring"
            assert session.vault.audit.newest(1)[0].detail["kind"] == "keyring"
        unlock(folder, PASSPHRASE).close()

    def test_the_keyring_holds_neither_pin_nor_passphrase_nor_master(self, session):
        text = keyrings._back_end().get_password(keyrings.SERVICE, f"{session.vault.vault_id}/{slot_id(session)}")
        assert text.startswith("briefcase-keyring/1 ")
        assert PIN not in text
        secret = bytes.fromhex(text.split()[1])
        assert secret not in (session.vault.folder / "header.json").read_bytes()

    def test_five_wrong_pins_remove_it_and_the_right_one_comes_too_late(self, folder):
        for left in (4, 3, 2, 1):
            with pytest.raises(PinWrong) as caught:
                unlock_with_pin(folder, "000001")
            assert caught.value.facts == {"left": left}
        with pytest.raises(PinRemoved):
            unlock_with_pin(folder, "000001")
        with pytest.raises(KeyringNoEntry):
            unlock_with_pin(folder, PIN)
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert session.opening.failed.pins == 5
            assert any("PIN" in one for one in session.opening.sentences())
            assert [one.kind for one in slots.listed(session)] == ["passphrase", "recovery"]
            assert [one.action for one in session.vault.audit.newest(3)][::-1] == [
                "vault.unlock-failed",
                "slot.remove",
                "vault.unlock",
            ]
            assert session.vault.check() == []

    def test_a_right_pin_forgives_the_wrong_ones(self, folder):
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(PinWrong):
                    unlock_with_pin(folder, "000001")
            unlock_with_pin(folder, PIN).close()

    def test_deleting_the_counter_beside_the_vault_gives_no_more_tries(self, folder):
        for _ in range(4):
            with pytest.raises(PinWrong):
                unlock_with_pin(folder, "000001")
            (folder / attempts.NAME).unlink()
        with pytest.raises(PinRemoved):
            unlock_with_pin(folder, "000001")

    def test_a_try_is_counted_before_it_is_made(self, folder, monkeypatch):
        def killed(*_words, **_more):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(keyrings, "guarded", killed)
            for _ in range(5):
                with pytest.raises(KeyboardInterrupt):
                    unlock_with_pin(folder, PIN)
        with pytest.raises(PinRemoved):
            unlock_with_pin(folder, PIN)

    def test_a_removed_entry_locks_nobody_out(self, session):
        folder, vault_id, slot = session.vault.folder, session.vault.vault_id, slot_id(session)
        assert keyrings.forget(vault_id, slot)
        assert not keyrings.forget(vault_id, slot)
        session.close()
        with pytest.raises(KeyringNoEntry):
            unlock_with_pin(folder, PIN)
        unlock(folder, PASSPHRASE).close()

    def test_removing_the_slot_empties_the_keyring(self, session):
        vault_id, slot = session.vault.vault_id, slot_id(session)
        slots.remove(session, PASSPHRASE, slot)
        assert keyrings._back_end().get_password(keyrings.SERVICE, f"{vault_id}/{slot}") is None

    def test_setting_it_up_again_replaces_it(self, session):
        vault_id, slot = session.vault.vault_id, slot_id(session)
        slots.add_keyring(session, PASSPHRASE, "861307", kdf=FAST)
        assert [one.kind for one in slots.listed(session)].count("keyring") == 1
        assert keyrings._back_end().get_password(keyrings.SERVICE, f"{vault_id}/{slot}") is None
        session.close()
        unlock_with_pin(session.vault.folder, "861307").close()

    def test_revoking_ends_it(self, session):
        folder, vault_id, slot = session.vault.folder, session.vault.vault_id, slot_id(session)
        prepared = slots.prepare_revocation(session, PASSPHRASE)
        typed = {place: prepared.recovery_words[place - 1] for place in (1, 2, 3)}
        slots.revoke(session, prepared, typed, "ribbon lantern orchard velvet", kdf=FAST).close()
        assert keyrings._back_end().get_password(keyrings.SERVICE, f"{vault_id}/{slot}") is None
        with pytest.raises(KeyringNoEntry):
            unlock_with_pin(folder, PIN)

    def test_nonsense_in_the_keyring_is_no_entry(self, session):
        name = f"{session.vault.vault_id}/{slot_id(session)}"
        session.close()
        for text in (
            "",
            "x",
            "briefcase-keyring/1 zz 0",
            f"briefcase-keyring/1 {'00' * 31} 0",
            f"other/1 {'00' * 32} 0",
        ):
            keyrings._back_end().set_password(keyrings.SERVICE, name, text)
            with pytest.raises(KeyringNoEntry):
                unlock_with_pin(session.vault.folder, PIN)

    def test_a_keyring_that_forgets_is_noticed(self, world, monkeypatch):
        class Forgetful:
            """Says yes and keeps nothing."""

            def set_password(self, *_words):
                pass

            def get_password(self, *_words):
                return None

        monkeypatch.setattr(keyrings, "_back_end", Forgetful)
        with pytest.raises(KeyringUnavailable):
            slots.add_keyring(world.usa, PASSPHRASE, PIN, kdf=FAST)
        assert len(slots.listed(world.usa)) == 2


def test_without_a_keyring_it_says_so_and_changes_nothing(world, monkeypatch):
    monkeypatch.setattr(keyrings, "_BACK_ENDS", {})
    assert not keyrings.is_available()
    with pytest.raises(KeyringUnavailable):
        slots.add_keyring(world.usa, PASSPHRASE, PIN, kdf=FAST)
    assert len(slots.listed(world.usa)) == 2
    with pytest.raises(KeyringNoEntry):
        unlock_with_pin(world.usa.vault.folder, PIN)


def test_only_four_back_ends_are_ever_made():
    names = {f"{module}.{name}" for pairs in keyrings._BACK_ENDS.values() for module, name in pairs}
    assert names == {
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }


@pytest.mark.parametrize("pin", ["", "12345", "111111", "123456", "987654321", "abcdef"])
def test_an_easy_pin_is_refused(pin):
    with pytest.raises(PinShort):
        keyrings.check_pin(pin)


def test_a_good_pin_passes():
    keyrings.check_pin(PIN)


def test_the_package_is_imported_only_when_it_is_used():
    code = "import sys; import briefcase.cli.main, briefcase.services.access.slots; sys.exit('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": SOURCE}, check=False)
    assert done.returncode == 0
