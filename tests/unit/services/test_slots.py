"""Adding, changing and removing ways into a vault, revoking all of them, and resetting the clock by two persons."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, D102 - the arguments are fixtures, and a test's name is its docstring
from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import briefcase
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases
from briefcase.services.access import clock, slots
from briefcase.services.access.errors import (
    LabelInvalid,
    PassphraseWeak,
    RecoveryWordsDiffer,
    SecondPersonNeeded,
    SlotLast,
    SlotUnknown,
)
from briefcase.services.errors import PassphraseWrong
from briefcase.services.session import unlock
from briefcase.vault import errors as faults
from briefcase.vault import header as headers
from briefcase.vault import rekey
from briefcase.vault.vault import open_vault

PASSPHRASE = "correct horse battery staple"
NEW = "ribbon lantern orchard velvet"
SECOND = "saddle compass thimble marble"
FAST = KdfParameters(1, 8192)
SOURCE = str(Path(briefcase.__file__).resolve().parents[1])


@pytest.fixture
def session(world):
    """Return our open vault."""
    return world.usa


@pytest.fixture
def folder(session):
    return session.vault.folder


def places(words):
    return {place: words[place - 1] for place in (1, 12, 24)}


def opens(folder, typed):
    """Say whether a closed vault opens, with the slow-down out of the way."""
    (folder / "attempts.json").unlink(missing_ok=True)
    try:
        unlock(folder, typed).close()
    except PassphraseWrong:
        return False
    finally:
        (folder / "attempts.json").unlink(missing_ok=True)
    return True


class TestPassphrase:
    """Changing the passphrase: the old one opens nothing that is there now."""

    def test_the_old_one_fails_against_header_and_copy(self, session, folder):
        before = session.vault.header.slots
        slots.change_passphrase(session, PASSPHRASE, NEW, kdf=FAST)
        assert len(session.vault.header.slots) == len(before)
        session.close()
        assert not opens(folder, PASSPHRASE)
        (folder / "header.json").unlink()  # the copy alone
        assert not opens(folder, PASSPHRASE)
        assert opens(folder, NEW)
        with contextlib.closing(unlock(folder, NEW)) as again:
            entry = next(one for one in again.vault.audit.entries() if one.action == "slot.change")
            assert entry.actor == "Dana"
            assert again.vault.check() == []

    def test_who_does_not_know_the_old_one_changes_nothing(self, session, folder):
        before = (folder / "header.json").read_bytes()
        with pytest.raises(PassphraseWrong):
            slots.change_passphrase(session, "wrong horse battery staple", NEW, kdf=FAST)
        with pytest.raises(PassphraseWeak):
            slots.change_passphrase(session, PASSPHRASE, "Dana Whitfield", kdf=FAST)
        assert (folder / "header.json").read_bytes() == before

    def test_a_forgotten_passphrase_is_replaced_through_the_recovery_words(self, session, folder):
        prepared = slots.prepare_recovery(session, PASSPHRASE)
        slots.add_recovery(session, prepared, places(prepared.recovery_words))
        slots.add_officer(session, PASSPHRASE, "Lee", SECOND, kdf=FAST)
        slots.change_passphrase(session, " ".join(prepared.recovery_words), NEW, kdf=FAST)
        session.close()
        assert [opens(folder, one) for one in (PASSPHRASE, NEW, SECOND)] == [False, True, True]

    def test_a_read_only_vault_says_so(self, session):
        session.vault.freeze()
        for act in (
            lambda: slots.change_passphrase(session, PASSPHRASE, NEW, kdf=FAST),
            lambda: slots.prepare_revocation(session, PASSPHRASE),
            lambda: clock.reset(session, PASSPHRASE, SECOND),
        ):
            with pytest.raises(faults.VaultReadOnly):
                act()


class TestSlots:
    """Second officer, recovery words, removal."""

    def test_a_second_officer_opens_changes_and_keeps_the_name(self, session, folder):
        slots.add_officer(session, PASSPHRASE, " Lee Marsh ", SECOND, kdf=FAST)
        assert [one.title for one in slots.listed(session)] == [
            "Passphrase",
            "Recovery words",
            "Passphrase of Lee Marsh",
        ]
        slots.change_passphrase(session, SECOND, NEW, kdf=FAST)
        assert [one.label for one in slots.listed(session)] == ["", "", "Lee Marsh"]
        assert b"Lee" not in (folder / "header.json").read_bytes()
        session.close()
        assert [opens(folder, one) for one in (PASSPHRASE, NEW, SECOND)] == [True, True, False]

    @pytest.mark.parametrize("label", ["", "  ", "x" * 61, "two\nlines"])
    def test_a_second_officer_has_a_name(self, session, label):
        with pytest.raises(LabelInvalid):
            slots.add_officer(session, PASSPHRASE, label, SECOND, kdf=FAST)

    def test_recovery_words_count_once_they_were_typed_back(self, session, folder):
        prepared = slots.prepare_recovery(session, PASSPHRASE)
        words = prepared.recovery_words
        other = "zoo" if words[4] != "zoo" else "abandon"
        for typed in (
            {},
            {1: words[0], 2: words[1]},
            {**places(words), 5: other},
            {**places(words), 25: "zoo"},
            {**places(words), 7: ""},
        ):
            with pytest.raises(RecoveryWordsDiffer):
                slots.add_recovery(session, prepared, typed)
        assert len(slots.listed(session)) == 2
        slots.add_recovery(session, prepared, {place: word.upper() for place, word in places(words).items()})
        assert len(slots.listed(session)) == 3
        session.close()
        assert opens(folder, "\n".join(words))

    def test_the_last_of_its_kind_stays(self, session):
        for one in slots.listed(session):
            with pytest.raises(SlotLast):
                slots.remove(session, PASSPHRASE, one.id)
        with pytest.raises(SlotUnknown):
            slots.remove(session, PASSPHRASE, "0" * 16)
        assert len(slots.listed(session)) == 2

    def test_a_removed_slot_opens_nothing(self, session, folder):
        slots.add_officer(session, PASSPHRASE, "Lee", SECOND, kdf=FAST)
        lee = slots.listed(session)[-1]
        with pytest.raises(PassphraseWrong):
            slots.remove(session, "wrong horse battery staple", lee.id)
        slots.remove(session, PASSPHRASE, lee.id)
        assert [one.action for one in session.vault.audit.newest(1)] == ["slot.remove"]
        session.close()
        assert not opens(folder, SECOND)


class TestRevoking:
    """New keys: what was copied before opens what was copied before, and nothing else."""

    def revoked(self, session, **more):
        prepared = slots.prepare_revocation(session, PASSPHRASE)
        words = prepared.recovery_words
        return slots.revoke(session, prepared, places(words), NEW, kdf=FAST, **more), words

    def fill(self, world, session):
        record = world.add(session, "document", title="Paper")
        path = world.folder / "paper.txt"
        path.write_bytes(b"words of the paper" * 50_000)
        cases.attach(session, record.id, path)
        return record

    def test_an_old_header_with_its_old_passphrase_opens_it_no_more(self, world, session, folder, tmp_path):
        self.fill(world, session)
        slots.add_officer(session, PASSPHRASE, "Lee", SECOND, kdf=FAST)
        old = (folder / "header.json").read_bytes()
        heads = [one.chain for one in session.vault.audit.entries()]
        fresh, words = self.revoked(session)
        assert not session.vault.is_open
        with contextlib.closing(fresh):
            assert fresh.vault.check() == []
            assert [one.chain for one in fresh.vault.audit.entries()][: len(heads)] == heads
            assert "vault.revoke" in {one.action for one in fresh.vault.audit.newest(2)}
            assert [one.title for one in slots.listed(fresh)] == ["Passphrase", "Recovery words"]
            digest = next(fresh.vault.attachments.all()).attachment.sha256
            with fresh.vault.attachments.open(digest) as file:
                assert file.read() == b"words of the paper" * 50_000
            world.add(fresh, "note", title="After", text="x")
            fresh.vault.attachments.add(io.BytesIO(b"more"), actor="Dana")
            assert fresh.vault.check() == []
        assert [opens(folder, one) for one in (PASSPHRASE, SECOND, NEW, " ".join(words))] == [False, False, True, True]
        assert sorted(path.name for path in folder.iterdir()) == ["blobs", "header.bak", "header.json", "store.db"]
        stolen = tmp_path / "stolen.briefcase"
        shutil.copytree(folder, stolen)
        for name in ("header.json", "header.bak"):
            (stolen / name).write_bytes(old)
        with pytest.raises(faults.VaultDamaged) as caught:
            unlock(stolen, PASSPHRASE)
        assert "revocation" in str(caught.value.facts["reason"])

    def test_the_chain_is_checked_under_the_key_of_its_time(self, session, world):
        fresh, _words = self.revoked(session)
        prepared = slots.prepare_revocation(fresh, NEW)
        twice = slots.revoke(fresh, prepared, places(prepared.recovery_words), PASSPHRASE, kdf=FAST)
        with contextlib.closing(twice):
            world.add(twice, "note", title="After", text="x")
            assert len(twice.vault.audit.former()) == 2
            assert twice.vault.check() == []
            early = twice.vault._database.one("SELECT entry FROM audit WHERE n = 2")[0]
            twice.vault._database.run("UPDATE audit SET entry = ? WHERE n = 2", (early.replace(b"Dana", b"Mona"),))
            assert 2 in twice.vault.audit.verify()

    def test_a_pre_upgrade_copy_under_the_old_keys_goes(self, session, folder):
        (folder / "store.db.schema-1").write_bytes(b"old")
        fresh, _words = self.revoked(session)
        fresh.close()
        assert not (folder / "store.db.schema-1").exists()

    def test_it_can_be_stopped_and_then_nothing_was_changed(self, session, folder):
        told = []

        def stop(done, pages):
            told.append((done, pages))
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.revoked(session, progress=stop)
        assert told[0][0] <= told[0][1]
        session.vault.settings.set("after", "yes")
        assert session.vault.check() == []
        assert session.vault._database.one("PRAGMA journal_mode") == ("wal",)
        session.close()
        assert opens(folder, PASSPHRASE)
        assert not (folder / headers.NEXT_STORE).exists()

    def test_a_full_disk_is_noticed_before(self, session, monkeypatch, folder):
        def full(*_words):
            raise faults.VaultDiskFull(missing=5)

        monkeypatch.setattr(rekey, "ensure_room", full)
        with pytest.raises(faults.VaultDiskFull):
            self.revoked(session)
        session.vault.settings.set("after", "yes")
        assert not (folder / headers.NEXT_STORE).exists()

    @pytest.mark.parametrize("step", range(14))
    def test_killed_at_any_step_it_opens_with_the_old_keys_or_the_new(
        self, session, folder, monkeypatch, step, tmp_path
    ):
        """Every durable step of the way is taken away in turn; a copy of the folder is what the crash left."""
        left = tmp_path / "left.briefcase"
        counted = []

        class Killed(BaseException):
            """The power went."""

        def counting(original):
            def act(*words, **more):
                counted.append(1)
                if len(counted) == step + 1:
                    shutil.copytree(folder, left)
                    raise Killed
                return original(*words, **more)

            return act

        prepared = slots.prepare_revocation(session, PASSPHRASE)
        typed = places(prepared.recovery_words)
        for owner, name in (
            (rekey, "ensure_room"),
            (rekey, "connect"),
            (rekey, "_rewrite"),
            (rekey, "_make_durable"),
            (headers, "write_durably"),
            (headers, "sync_folder"),
            (Path, "replace"),
        ):
            monkeypatch.setattr(owner, name, counting(getattr(owner, name)))
        try:
            fresh = slots.revoke(session, prepared, typed, NEW, kdf=FAST)
        except Killed:
            monkeypatch.undo()
        else:
            monkeypatch.undo()
            fresh.close()
            pytest.skip("there are fewer steps")
        session.close()
        old, new = opens(left, PASSPHRASE), opens(left, NEW)
        assert (old, new) in ((True, False), (False, True))
        with contextlib.closing(unlock(left, PASSPHRASE if old else NEW)) as again:
            assert again.vault.check() == []
            assert len(again.vault.contacts.list()) == 2
        assert not (left / headers.NEXT).exists()
        assert not (left / headers.NEXT_STORE).exists()
        assert opens(folder, PASSPHRASE) != opens(folder, NEW)  # and so does the one that saw an exception

    def test_a_planted_next_header_is_not_obeyed(self, session, folder, world):
        session.close()
        for data in (b"no", (world.gbr.vault.folder / "header.json").read_bytes()):
            (folder / headers.NEXT).write_bytes(data)
            assert opens(folder, PASSPHRASE)

    def test_others_stay_out_while_it_goes_on(self, session, folder):
        seen = []

        def look(_done, _pages):
            if not seen:
                code = (
                    "import sys; from pathlib import Path; from briefcase.services.session import unlock;"
                    f"unlock(Path(sys.argv[1]), {PASSPHRASE!r})"
                )
                done = subprocess.run(
                    [sys.executable, "-c", code, str(folder)],
                    env={**os.environ, "PYTHONPATH": SOURCE},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                seen.append(done.stderr.strip().splitlines()[-1])

        fresh, _words = self.revoked(session, progress=look)
        fresh.close()
        assert "VAULT_IN_USE" in seen[0]


WORKER = """
import sys
from pathlib import Path
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.access import slots
from briefcase.services.session import unlock

session = unlock(Path(sys.argv[1]), sys.argv[2])
words = sys.argv[2]
for number in range(int(sys.argv[3]), 100000):
    new = f"ribbon lantern orchard velvet {number}"
    print("try", number, flush=True)
    slots.change_passphrase(session, words, new, kdf=KdfParameters(1, 8192))
    words = new
    print("done", number, flush=True)
"""


def _killed_after(folder, passphrase, number, seconds):
    """Change passphrases in a process of its own, kill it, and return the last number tried and the last done."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), passphrase, str(number)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE},
        text=True,
    )
    assert worker.stdout is not None
    lines = [worker.stdout.readline().split()]
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    lines += [line.split() for line in worker.stdout.read().splitlines()]
    worker.wait()
    worker.stdout.close()
    tried = max(int(line[1]) for line in lines if line and line[0] == "try")
    done = max((int(line[1]) for line in lines if line and line[0] == "done"), default=number - 1)
    return tried, done


@pytest.mark.slow
def test_killed_while_changing_the_passphrase_one_way_in_is_left(session, folder):
    session.close()
    name = "ribbon lantern orchard velvet {}".format
    known, changes = PASSPHRASE, 0
    number = 0
    for round_ in range(12):
        tried, done = _killed_after(folder, known, number, 0.1 + 0.04 * (round_ * 7 % 12))
        last = name(done) if done >= number else known
        ways = [last, name(tried)] if tried > done else [last]
        working = [one for one in ways if opens(folder, one)]
        assert len(working) == 1
        if done > number:
            assert not opens(folder, name(done - 1))
        known, changes, number = working[0], changes + done + 1 - number, tried + 1
        with contextlib.closing(unlock(folder, known)) as again:
            assert again.vault.check() == []
    assert changes >= 5


REVOKER = """
import sys
from pathlib import Path
from briefcase.seal.keyslots import KdfParameters
from briefcase.services.access import slots
from briefcase.services.session import unlock

session = unlock(Path(sys.argv[1]), sys.argv[2])
prepared = slots.prepare_revocation(session, sys.argv[2])
typed = {place: prepared.recovery_words[place - 1] for place in (1, 2, 3)}
print("begun", flush=True)
slots.revoke(session, prepared, typed, sys.argv[3], kdf=KdfParameters(1, 8192))
print("done", flush=True)
"""


@pytest.mark.slow
def test_killed_while_revoking_one_set_of_keys_is_left(session, folder):
    """Real processes, killed at eight moments; what was reported as done is done."""
    session.vault.settings.set("ballast", os.urandom(2 << 20))
    session.close()
    known, outcomes = PASSPHRASE, set()
    for number in range(8):
        new = f"ribbon lantern orchard velvet {number}"
        worker = subprocess.Popen(
            [sys.executable, "-c", REVOKER, str(folder), known, new],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": SOURCE},
            text=True,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "begun\n"
        time.sleep(0.07 * number)
        worker.send_signal(signal.SIGKILL)
        is_done = "done" in worker.stdout.read()
        worker.wait()
        worker.stdout.close()
        ways = [opens(folder, one) for one in (known, new)]
        assert sorted(ways) == [False, True]
        assert ways[1] or not is_done
        outcomes.add(ways[1])
        known = new if ways[1] else known
        with contextlib.closing(unlock(folder, known)) as again:
            assert again.vault.check() == []
            assert len(again.vault.settings.blob("ballast") or b"") == 2 << 20
    assert False in outcomes


@pytest.mark.slow
def test_a_big_vault_changes_its_passphrase_at_once(session):
    """It is the header that is written; the size of the vault does not matter, and the real cost of a slot is paid."""
    session.vault.attachments.add(io.BytesIO(bytes(64 << 20)), actor="Dana")
    begun = time.monotonic()
    slots.change_passphrase(session, PASSPHRASE, NEW)
    assert time.monotonic() - begun < 3


class TestClock:
    """A wrong far-future date is undone by two persons, in the open."""

    @pytest.fixture
    def ahead(self, session):
        session.vault.audit.see_time("2099-01-01T00:00:00Z")
        slots.add_officer(session, PASSPHRASE, "Lee", SECOND, kdf=FAST)
        return session

    def test_two_officers_reset_it(self, ahead):
        before = ahead.now()
        assert before == "2099-01-01T00:00:00Z"
        time_now = clock.reset(ahead, PASSPHRASE, SECOND)
        assert ahead.now() < "2099"
        assert time_now <= ahead.now()
        entry = next(one for one in ahead.vault.audit.entries() if one.action == "clock.reset")
        assert (entry.detail["from"], entry.detail["to"]) == (before, time_now)
        assert len(set(entry.detail["slots"])) == 2
        assert not [one for one in ahead.vault.check() if one.area == "clock"]

    def test_the_recovery_words_are_a_second_person(self, ahead):
        prepared = slots.prepare_recovery(ahead, PASSPHRASE)
        slots.add_recovery(ahead, prepared, places(prepared.recovery_words))
        words = " ".join(prepared.recovery_words)
        with pytest.raises(SecondPersonNeeded):
            clock.reset(ahead, words, PASSPHRASE)
        clock.reset(ahead, PASSPHRASE, words)
        assert ahead.now() < "2099"

    def test_one_person_alone_cannot(self, ahead):
        with pytest.raises(SecondPersonNeeded):
            clock.reset(ahead, PASSPHRASE, PASSPHRASE)
        with pytest.raises(PassphraseWrong):
            clock.reset(ahead, PASSPHRASE, "wrong horse battery staple")
        assert ahead.now() == "2099-01-01T00:00:00Z"


def test_a_failing_disk_while_the_new_header_is_decided_leaves_one_way_in(session, folder, monkeypatch):
    original = headers.write_durably

    def failing(path, data):
        if path.name == headers.NEXT:
            original(path, data)
            raise OSError(errno.EIO, "x")
        original(path, data)

    prepared = slots.prepare_revocation(session, PASSPHRASE)
    with monkeypatch.context() as patched:
        patched.setattr(headers, "write_durably", failing)
        with pytest.raises(faults.VaultDiskFailed):
            slots.revoke(session, prepared, places(prepared.recovery_words), NEW, kdf=FAST)
    assert not session.vault.is_open  # what would be written to the old database now would be lost
    assert not opens(folder, PASSPHRASE)
    assert opens(folder, NEW)


def test_a_decided_change_is_finished_by_whoever_opens(session, folder, monkeypatch):
    def killed(_folder):
        raise KeyboardInterrupt

    prepared = slots.prepare_revocation(session, PASSPHRASE)
    with monkeypatch.context() as patched:
        patched.setattr(headers, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            slots.revoke(session, prepared, places(prepared.recovery_words), NEW, kdf=FAST)
    session.close()
    assert (folder / headers.NEXT).exists()
    with open_vault(folder, prepared.master) as vault:
        assert vault.check() == []
    assert not (folder / headers.NEXT).exists()
