"""The door of a vault: what opens it, every way in which it stays shut, the slow-down, and what is said afterwards."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202, D102 - the arguments are fixtures, and a test's name is its docstring
from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from briefcase.seal import canonical
from briefcase.seal.errors import SlotInvalid, SlotMemory
from briefcase.services.access import entry, keys, strength
from briefcase.services.access.errors import PassphraseWeak
from briefcase.services.errors import PassphraseShort, PassphraseWrong
from briefcase.services.session import unlock
from briefcase.vault import attempts
from briefcase.vault import errors as faults
from briefcase.vault import header as headers

PASSPHRASE = "correct horse battery staple"
WRONG = "wrong horse battery staple"


@pytest.fixture
def folder(made, tmp_path):
    """Return the folder of a closed vault of our own."""
    place = tmp_path / "usa.briefcase"
    shutil.copytree(made / "usa", place)
    return place


@pytest.fixture
def waits(monkeypatch):
    """Let time pass without waiting, and return the waits that were asked for."""
    asked = []
    monkeypatch.setattr(attempts, "wait", lambda seconds, _waiting: asked.append(seconds))
    return asked


def fail(folder, times=1):
    for _ in range(times):
        with pytest.raises(PassphraseWrong):
            unlock(folder, WRONG)


def actions(session):
    return [one.action for one in session.vault.audit.entries()]


class TestSlowDown:
    """After a run of wrong passphrases it slows down, and locks nobody out for good."""

    def test_each_wrong_try_is_counted_and_the_waits_grow_to_a_minute(self, folder, waits):
        fail(folder, 12)
        assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]
        found = attempts.read(folder)
        assert (found.passphrases, found.pins) == (12, 0)
        unlock(folder, PASSPHRASE).close()
        assert waits[-1] == 60
        assert not (folder / attempts.NAME).exists()
        unlock(folder, PASSPHRASE).close()
        assert waits[-1] == 0

    def test_the_next_unlock_takes_them_into_the_chain_once(self, folder, waits):
        fail(folder, 2)
        kept = (folder / attempts.NAME).read_bytes()
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert "2 wrong tries" in session.opening.sentences()[0]
            entries = [one for one in session.vault.audit.entries() if one.action == "vault.unlock-failed"]
            assert [(one.detail["passphrases"], one.detail["pins"]) for one in entries] == [(2, 0)]
            assert actions(session)[-1] == "vault.unlock"
        (folder / attempts.NAME).write_bytes(kept)  # the program was killed before it could remove the file
        fail(folder)
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            entries = [one for one in session.vault.audit.entries() if one.action == "vault.unlock-failed"]
            assert [one.detail["passphrases"] for one in entries] == [2, 1]
            assert session.vault.check() == []
        assert waits

    def test_a_changed_clock_neither_shortens_nor_freezes_the_wait(self, folder, waits, monkeypatch):
        fail(folder, 6)
        for date in ("2099-01-01T00:00:00Z", "1999-01-01T00:00:00Z"):
            monkeypatch.setattr(attempts, "now", lambda date=date: date)
            monkeypatch.setattr(time, "time", lambda: 0.0)
            fail(folder)
        assert waits[-2:] == [8, 16]

    def test_the_wait_is_real_and_can_be_given_up(self):
        told = []
        begun = time.monotonic()
        attempts.wait(0.6, told.append)
        assert time.monotonic() - begun >= 0.6
        assert set(told) == {1}

        def give_up(_seconds):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            attempts.wait(60, give_up)

    @pytest.mark.parametrize(
        "content",
        [b"", b"{}", b"\xff" * 5000, b'{"count":1}', b"[" * 4000],
        ids=["empty", "other", "noise", "old", "deep"],
    )
    def test_nonsense_in_the_counter_locks_nobody_out(self, folder, waits, content):
        (folder / attempts.NAME).write_bytes(content)
        assert attempts.read(folder) is None
        unlock(folder, PASSPHRASE).close()
        assert waits == [0]

    def test_a_planted_count_costs_a_minute_at_most(self, folder, waits):
        fail(folder)
        data = canonical.decode((folder / attempts.NAME).read_bytes())
        (folder / attempts.NAME).write_bytes(canonical.encode({**data, "passphrases": 1_000_000}))
        unlock(folder, PASSPHRASE).close()
        assert waits[-1] == 60
        (folder / attempts.NAME).write_bytes(canonical.encode({**data, "passphrases": 1_000_001}))
        assert attempts.read(folder) is None

    def test_a_try_that_is_killed_was_a_try(self, folder, monkeypatch, waits):
        seen = []
        original = keys.keyslots.unwrap

        def watching(*words):
            seen.append(attempts.read(folder).total)
            return original(*words)

        monkeypatch.setattr(keys.keyslots, "unwrap", watching)
        fail(folder)
        assert seen[0] == 1
        assert waits == [0]

    def test_what_is_no_wrong_passphrase_is_not_counted(self, folder, monkeypatch):
        def too_little(*_words):
            raise SlotMemory(mebibytes=256)

        monkeypatch.setattr(keys.keyslots, "unwrap", too_little)
        with pytest.raises(SlotMemory):
            unlock(folder, PASSPHRASE)
        assert attempts.read(folder) is None

    @pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked")
    def test_two_processes_do_not_try_side_by_side(self, folder):
        held = []

        def give_up(seconds):
            held.append(seconds)
            raise KeyboardInterrupt

        with attempts.one_at_a_time(folder, give_up):
            with pytest.raises(KeyboardInterrupt):
                unlock(folder, PASSPHRASE, waiting=give_up)
            assert held
        unlock(folder, PASSPHRASE, waiting=give_up).close()

    def test_proving_oneself_in_an_open_vault_counts_too(self, folder, waits):
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            with pytest.raises(PassphraseWrong):
                keys.prove(session.vault, WRONG)
            opened = keys.prove(session.vault, PASSPHRASE)
            assert opened.failed.total == 1
            entry.settle(session.vault, opened)
            assert actions(session)[-1] == "vault.unlock-failed"
            assert not (folder / attempts.NAME).exists()
        assert waits

    def test_a_folder_that_cannot_be_written_keeps_no_count_and_opens(self, folder, monkeypatch):
        def refuse(*_words):
            raise PermissionError

        monkeypatch.setattr(attempts, "write_durably", refuse)
        fail(folder)
        unlock(folder, PASSPHRASE).close()


class TestToldApart:
    """Wrong, foreign, damaged, newer and missing are five sentences."""

    def other(self, made, folder):
        for name in ("header.json", "header.bak"):
            shutil.copy(made / "gbr" / name, folder / name)

    def test_the_header_of_another_vault(self, folder, made):
        self.other(made, folder)
        for typed in (WRONG, PASSPHRASE):  # the three vaults of these tests share a passphrase
            with pytest.raises(faults.VaultHeaderForeign):
                unlock(folder, typed)
            assert attempts.read(folder) is None

    def test_a_foreign_header_beside_its_good_copy(self, folder, made):
        shutil.copy(made / "gbr" / "header.json", folder / "header.json")
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert session.opening.mended
            assert any("header" in one for one in session.opening.sentences())
            assert actions(session)[-2:] == ["header.mend", "vault.unlock"]
            assert session.vault.check() == []
        assert (folder / "header.json").read_bytes() == (folder / "header.bak").read_bytes()
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert session.opening.sentences() == []

    def test_a_damaged_slot_is_opened_by_the_copy_and_said(self, folder):
        whole = (folder / "header.json").read_bytes()
        at = whole.index(b'"salt":"') + 8
        for damaged in (
            whole[:at] + b"00000000" + whole[at + 8 :],
            whole.replace(b"argon2id13", b"argon2id99"),
            b"",
            b"{",
        ):
            (folder / "header.json").write_bytes(damaged)
            with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
                assert session.opening.mended
            assert (folder / "header.json").read_bytes() == whole

    def test_both_headers_damaged_in_a_slot(self, folder):
        damaged = (folder / "header.json").read_bytes().replace(b"argon2id13", b"argon2id99")
        for name in ("header.json", "header.bak"):
            (folder / name).write_bytes(damaged)
        with pytest.raises(SlotInvalid):
            unlock(folder, PASSPHRASE)
        assert attempts.read(folder) is None

    def test_both_headers_unreadable_or_gone(self, folder):
        for name in ("header.json", "header.bak"):
            (folder / name).write_bytes(b"nothing")
        with pytest.raises(faults.VaultHeaderDamaged):
            unlock(folder, PASSPHRASE)
        for name in ("header.json", "header.bak"):
            (folder / name).unlink()
        with pytest.raises(faults.VaultHeaderDamaged) as caught:
            unlock(folder, PASSPHRASE)
        assert caught.value.facts == {"reason": "missing"}

    def test_a_newer_format(self, folder):
        data = (folder / "header.json").read_bytes().replace(b"briefcase-vault/1", b"briefcase-vault/2")
        (folder / "header.json").write_bytes(data)
        with pytest.raises(faults.VaultFormatNewer):
            unlock(folder, PASSPHRASE)

    def test_missing_files(self, folder, tmp_path):
        (folder / "store.db").rename(tmp_path / "away")
        with pytest.raises(faults.VaultDamaged) as caught:
            unlock(folder, WRONG)
        assert caught.value.facts == {"reason": "store.db is missing"}
        (folder / "store.db").touch()
        with pytest.raises(faults.VaultDamaged):
            unlock(folder, PASSPHRASE)
        with pytest.raises(faults.VaultMissing):
            unlock(tmp_path / "nowhere", PASSPHRASE)
        assert attempts.read(folder) is None

    def test_a_second_unlocking_in_one_process_leaves_the_lock_in_force(self, folder):
        """Opening and closing the database file by hand would give up the lock of the whole process."""
        source = str(Path(strength.__file__).resolve().parents[3])
        code = (
            "import sys; from pathlib import Path; from briefcase.services.session import unlock;"
            "unlock(Path(sys.argv[1]), sys.argv[2])"
        )
        with contextlib.closing(unlock(folder, PASSPHRASE)):
            with pytest.raises(faults.VaultInUse):
                unlock(folder, PASSPHRASE)
            done = subprocess.run(
                [sys.executable, "-c", code, str(folder), PASSPHRASE],
                env={**os.environ, "PYTHONPATH": source},
                capture_output=True,
                text=True,
                check=False,
            )
            assert "VAULT_IN_USE" in done.stderr

    def test_every_one_has_a_sentence_of_its_own(self):
        kinds = [PassphraseWrong, SlotInvalid, SlotMemory, *faults.VaultError.__subclasses__()]
        assert len({kind.sentence for kind in kinds}) == len(kinds)

    def test_an_older_copy_of_the_header_is_not_tried(self, folder):
        """Somebody put an old header.bak back; its passphrases were changed since."""
        old = (folder / "header.json").read_bytes()
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            header = session.vault.header
            recovery = [slot for slot in header.slots if slot["type"] == "recovery"]
            session.vault.change_slots(recovery, actor="Dana")
        (folder / "header.bak").write_bytes(old)
        with pytest.raises(PassphraseWrong):
            unlock(folder, PASSPHRASE)

    def test_an_older_header_put_back_is_said(self, folder):
        old = (folder / "header.json").read_bytes()
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            session.vault.change_slots(session.vault.header.slots, actor="Dana")
        for name in ("header.json", "header.bak"):
            (folder / name).write_bytes(old)
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert session.opening.older
            assert "header.older" in actions(session)
            assert "revoke" in " ".join(session.opening.sentences())

    def test_a_change_whose_entry_a_kill_swallowed_is_entered_late(self, folder, monkeypatch):
        session = unlock(folder, PASSPHRASE)
        original = headers.write_header

        def killed(*words):
            original(*words)
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(headers, "write_header", killed)
            with pytest.raises(KeyboardInterrupt):
                session.vault.change_slots(session.vault.header.slots, actor="Dana")
        session.close()
        for _ in range(2):
            with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
                late = [one for one in session.vault.audit.entries() if one.detail.get("late")]
                assert [one.action for one in late] == ["slot.change"]
                assert session.vault.check() == []

    def test_no_error_holds_the_passphrase(self, folder):
        with pytest.raises(PassphraseWrong) as caught:
            unlock(folder, "SECRETSECRETSECRET")
        error = caught.value
        assert "SECRET" not in f"{error!r} {error} {error.facts} {error.__cause__!r} {error.__context__!r}"
        for weak in ("SECRET", "SECRETSECRETSECRET"):
            with pytest.raises((PassphraseShort, PassphraseWeak)) as refused:
                strength.check(weak)
            assert "SECRET" not in f"{refused.value!r} {refused.value.facts}"


class TestReadingOnly:
    """Where nothing can be written the vault opens for reading, and says so."""

    @pytest.fixture
    def mounted(self, tmp_path):
        """Return a small file system of our own and a way to mount it again."""
        if not sys.platform.startswith("linux") or os.geteuid() != 0:
            pytest.skip("only root mounts")
        place = tmp_path / "disk"
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=False)
        if done.returncode:
            pytest.skip("mounts are not allowed here")
        yield place
        subprocess.run(["umount", str(place)], check=True)

    def remount(self, place, mode):
        subprocess.run(["mount", "-o", f"remount,{mode}", str(place)], check=True)

    def test_a_read_only_medium(self, mounted, folder):
        place = mounted / "usa.briefcase"
        shutil.copytree(folder, place)
        with contextlib.closing(unlock(place, PASSPHRASE)) as session:
            size = session.vault.audit.size()
        self.remount(mounted, "ro")
        before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
        fail(place)
        with contextlib.closing(unlock(place, PASSPHRASE)) as session:
            assert session.opening.read_only == "medium"
            assert "only be read" in session.opening.sentences()[0]
            assert session.vault.audit.size() == size
            assert len(session.vault.contacts.list()) == 2
            with pytest.raises(faults.VaultReadOnly):
                session.vault.settings.set("a", "b")
        assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before

    def test_a_full_disk(self, mounted, folder):
        place = mounted / "usa.briefcase"
        shutil.copytree(folder, place)
        fail(place)
        with (mounted / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(bytes(65536)) == 65536:
                pass
        with contextlib.suppress(OSError), (mounted / "ballast").open("ab", buffering=0) as ballast:
            while ballast.write(bytes(1)):
                pass
        assert shutil.disk_usage(mounted).free == 0
        with contextlib.closing(unlock(place, PASSPHRASE)) as session:
            assert session.opening.read_only == "full"
            assert "full" in session.opening.sentences()[0]
            assert len(session.vault.contacts.list()) == 2
            with pytest.raises(faults.VaultReadOnly):
                session.vault.settings.set("a", "b")
            assert session.vault.check(deep=True) == []
        (mounted / "ballast").unlink()
        with contextlib.closing(unlock(place, PASSPHRASE)) as session:
            assert session.opening.read_only == ""
            assert "vault.unlock-failed" in actions(session)
            assert session.vault.check() == []

    def test_a_full_disk_with_a_wal_that_a_crash_left(self, mounted, folder):
        """Its newest rows are in the WAL; they must be readable, too."""
        place = mounted / "usa.briefcase"
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            session.vault.settings.set("marker", "newest")
            shutil.copytree(folder, place)
        assert (place / "store.db-wal").stat().st_size > 0
        with contextlib.suppress(OSError), (mounted / "ballast").open("wb", buffering=0) as ballast:
            while ballast.write(bytes(4096)):
                pass
        with contextlib.closing(unlock(place, PASSPHRASE)) as session:
            assert session.opening.read_only == "full"
            assert session.vault.settings.text("marker") == "newest"


class TestClock:
    """What the clock does is said, and does not decide."""

    def test_a_clock_put_back_is_said(self, folder):
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            session.vault.audit.see_time("2099-01-01T00:00:00Z")
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert session.opening.clock_back == "2099-01-01T00:00:00Z"
            assert "2099-01-01T00:00:00Z" in session.opening.sentences()[0]
            assert session.now() == "2099-01-01T00:00:00Z"

    def test_a_clock_far_ahead_is_said(self, folder, monkeypatch):
        monkeypatch.setattr(entry.ids, "now", lambda: "2099-01-01T00:00:00Z")
        with contextlib.closing(unlock(folder, PASSPHRASE)) as session:
            assert session.opening.clock_ahead > 20_000
            assert "days later" in session.opening.sentences()[0]


class TestStrength:
    """Strength in plain words, measured by what a thief would try first."""

    @pytest.mark.parametrize(
        ("passphrase", "grade"),
        [
            ("", "none"),
            ("x7$Kq!2", "weak"),
            ("Summer2026!", "weak"),
            ("password password password", "weak"),
            ("qwertzuiopasdfghjkl", "weak"),
            ("a" * 200, "weak"),
            ("Dana Whitfield", "weak"),
            ("correct horse battery", "fair"),
            ("ribbon-lantern-orchard-velvet-compass-saddle", "strong"),
            ("Пароль для портфеля посланника", "strong"),
        ],
    )
    def test_grades(self, passphrase, grade):
        found = strength.judge(passphrase, ("Dana Whitfield", "USA/BIS"))
        assert found.grade == grade
        assert found.words.endswith(".")

    def test_the_proposal_is_always_strong(self):
        from briefcase.services.session import generate_passphrase  # noqa: PLC0415 - beside what it is measured with

        for _ in range(50):
            assert strength.judge(generate_passphrase()).grade == "strong"

    def test_the_reason_names_what_is_weak(self):
        assert "keys" in strength.judge("qwertyuiop[]").reason
        assert "name" in strength.judge("Dana Whitfield", ("Dana Whitfield",)).reason
        assert "many people" in strength.judge("password").reason

    def test_a_weak_one_is_refused_with_its_reason(self):
        with pytest.raises(PassphraseWeak) as caught:
            strength.check("Summer2026!")
        assert str(caught.value.facts["why"]).endswith(".")
        with pytest.raises(PassphraseShort):
            strength.check("short")


def test_no_vault_command_imports_the_word_lists():
    """They cost 80 ms and 10 MB; only a new passphrase is judged."""
    source = str(Path(strength.__file__).resolve().parents[3])
    code = "import sys; import briefcase.cli.main; sys.exit('zxcvbn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": source}, check=False)
    assert done.returncode == 0
