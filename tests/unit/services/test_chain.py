"""The audit chain in use: views, checkpoints, heads from elsewhere, marks, the log and its signed export."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202, D102 - the arguments are fixtures, the names say what is tested
from __future__ import annotations

import base64
import shutil

import pytest

from briefcase.seal import canonical
from briefcase.services import cases, receipts
from briefcase.services.chain import checkpoints, log, marks, verdicts, views
from briefcase.services.chain.errors import HeadInvalid, LogInvalid
from briefcase.services.session import unlock

PASSPHRASE = "correct horse battery staple"


def severe(session, *heads):
    return [(one.severity, one.area) for one in verdicts.check(session, heads)]


@pytest.fixture
def usa(world):
    return world.usa


@pytest.fixture
def twice(world):
    """Return a way to open the first officer's vault again, and the folder of an older copy of it."""
    world.add(world.usa, "case", title="A case", status="open")
    world.usa.close()
    older, folder = world.folder / "older", world.folder / "usa"
    shutil.copytree(folder, older)
    session = unlock(folder, PASSPHRASE)
    world.add(session, "case", title="A later case", status="open")
    printed = session.vault.audit.head()
    session.close()

    def put_back():
        shutil.rmtree(folder)
        shutil.copytree(older, folder)
        return unlock(folder, PASSPHRASE)

    return put_back, printed, folder


class TestHeads:
    """A head that somebody else holds is compared with the chain."""

    def test_a_head_is_known_as_it_stands_on_paper(self, world, usa):
        head = usa.vault.audit.head()
        paper = " ".join(head[at : at + 4] for at in range(0, 32, 4)).upper()
        world.add(usa, "case", title="A case", status="open")
        found = verdicts.check(usa, [paper, head])
        assert [one.severity for one in found] == ["notice", "notice"]
        assert {dict(one.facts)["number"] for one in found} == {usa.vault.audit.find(head)}

    def test_the_start_and_every_entry_are_found(self, usa):
        audit = usa.vault.audit
        assert audit.find(audit.at(0)) == 0
        assert [audit.find(entry.chain[:32]) for entry in audit.entries()] == list(range(1, audit.size() + 1))
        assert audit.find("0" * 32) is None
        assert audit.find(audit.head()[:31]) is None

    @pytest.mark.parametrize("text", ["", "abc", "g" * 32, "0" * 65, "0" * 31])
    def test_what_is_no_head_is_refused(self, usa, text):
        with pytest.raises(HeadInvalid):
            verdicts.check(usa, [text])

    def test_an_older_copy_of_the_whole_vault_shows_against_a_printed_head(self, twice, monkeypatch, tmp_path):
        put_back, printed, _folder = twice
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another computer"))
        session = put_back()
        assert severe(session) == []
        assert severe(session, printed) == [("error", "audit")]
        assert any("Not seen" in one for one in verdicts.unseen(session, []))
        assert not any("Not seen" in one for one in verdicts.unseen(session, [printed]))
        session.close()


class TestMarks:
    """The profile remembers how far a vault had come."""

    def test_nothing_is_said_of_a_vault_that_went_on(self, twice):
        _put_back, _printed, folder = twice
        session = unlock(folder, PASSPHRASE)
        assert session.opening.sentences() == []
        assert marks.read(session.vault).head == session.vault.audit.head()
        session.close()

    def test_a_killed_program_leaves_an_earlier_mark_which_is_right(self, world, usa):
        marks.save(usa.vault)
        world.add(usa, "case", title="A case", status="open")
        assert marks.judge(usa.vault, marks.read(usa.vault)) == ""

    def test_an_older_copy_is_said_at_the_door_entered_and_found_later(self, twice):
        put_back, _printed, folder = twice
        session = put_back()
        assert session.opening.put_back == "older"
        assert "older copy" in session.opening.sentences()[0]
        assert [one.action for one in session.vault.audit.newest(2)] == ["vault.unlock", "vault.rollback"]
        assert severe(session) == [("warning", "audit")]
        session.close()
        again = unlock(folder, PASSPHRASE)
        assert again.opening.sentences() == []
        assert severe(again) == [("warning", "audit")]
        again.close()

    def test_an_older_copy_that_was_used_elsewhere_is_a_fork(self, world, twice, monkeypatch, tmp_path):
        put_back, _printed, folder = twice
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("XDG_STATE_HOME", str(tmp_path / "another computer"))
            session = put_back()
            for number in range(20):
                world.add(session, "case", title=f"Case {number}", status="open")
            session.close()
        session = unlock(folder, PASSPHRASE)
        assert session.opening.put_back == "fork"
        session.close()

    def test_the_check_compares_the_mark_itself(self, usa):
        value = {"format": marks.FORMAT, "size": 10_000, "head": "0" * 64, "time": "2026-01-01T00:00:00Z"}
        path = marks.profile() / "marks" / f"{usa.vault.vault_id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(canonical.encode(value))
        assert severe(usa) == [("error", "audit")]

    @pytest.mark.parametrize("data", [b"", b"{}", b"x" * 10_000, b'{"format":"briefcase-mark/1"}'])
    def test_a_damaged_mark_is_none(self, usa, data):
        path = marks.profile() / "marks" / f"{usa.vault.vault_id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        assert marks.read(usa.vault) is None
        assert severe(usa) == []

    def test_a_profile_that_takes_nothing_stops_nobody(self, usa, monkeypatch, tmp_path):
        (tmp_path / "file").write_bytes(b"")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        assert not marks.save(usa.vault)
        usa.close()
        assert not usa.vault.is_open


class TestCheckpoints:
    """Signed places in the chain."""

    def test_one_is_made_when_many_entries_passed(self, world):
        session = world.usa
        for _ in range(checkpoints.EVERY):
            session.vault.audit.append("note", actor="Dana")
        assert checkpoints.is_due(session.vault)
        session.close()
        session = unlock(world.folder / "usa", PASSPHRASE)
        assert not checkpoints.is_due(session.vault)
        assert [one.action for one in session.vault.audit.newest(2)] == ["vault.unlock", checkpoints.ACTION]
        assert verdicts.check(session) == []
        session.close()

    @pytest.mark.parametrize("part", ["head", "size", "time", "signer", "vault", "ssh", "mldsa"])
    def test_one_that_was_made_up_is_found(self, usa, part):
        made = checkpoints.signed(usa.vault, usa.identity)
        made[part] = made["size"] + 1 if part == "size" else str(made[part])[::-1]
        usa.vault.audit.append(checkpoints.ACTION, "", made, actor="Dana")
        assert severe(usa) == [("error", "audit")]

    def test_one_that_we_signed_over_another_head_is_found(self, usa):
        made = {**checkpoints.signed(usa.vault, usa.identity), "head": "0" * 64}
        both = usa.identity.sign(checkpoints.PURPOSE, checkpoints.text_of(made))
        made |= {"ssh": both.ssh.decode(), "mldsa": base64.b64encode(both.mldsa).decode()}
        usa.vault.audit.append(checkpoints.ACTION, "", made, actor="Dana")
        assert severe(usa) == [("error", "audit")]

    def test_one_of_an_earlier_place_is_found(self, usa):
        made = checkpoints.signed(usa.vault, usa.identity)
        usa.vault.audit.append("note", actor="Dana")
        usa.vault.audit.append(checkpoints.ACTION, "", made, actor="Dana")
        assert severe(usa) == [("error", "audit")]


class TestViews:
    """What was looked at stands in the chain, a batch at a time."""

    def looked(self, session):
        return [one.detail for one in session.vault.audit.entries() if one.action == views.ACTION]

    def test_views_are_entered_together_when_the_vault_closes(self, world):
        case = world.add(world.usa, "case", title="A case", status="open")
        for _ in range(3):
            cases.get(world.usa, case.id)
        cases.case_records(world.usa, case.id)
        assert self.looked(world.usa) == []
        world.usa.close()
        session = unlock(world.folder / "usa", PASSPHRASE)
        assert self.looked(session) == [{"records": {case.id: 3}, "cases": {case.id: 1}}]
        session.close()

    def test_many_are_entered_on_the_way(self, world, usa):
        case = world.add(usa, "case", title="A case", status="open")
        made = [world.add(usa, "note", case=case.id, title=f"{n}", text="x") for n in range(views.MOST)]
        for one in made:
            cases.get(usa, one.id)
        assert [len(one["records"]) for one in self.looked(usa)] == [views.MOST]

    def test_after_a_while_they_are_entered_at_the_next_look(self, world, usa, monkeypatch):
        case = world.add(usa, "case", title="A case", status="open")
        cases.get(usa, case.id)
        now = views.time.monotonic()
        monkeypatch.setattr(views.time, "monotonic", lambda: now + views.LONGEST + 1)
        cases.get(usa, case.id)
        assert self.looked(usa) == [{"records": {case.id: 2}}]


class TestLog:
    """Listed, narrowed, exported."""

    def test_it_is_narrowed(self, world, usa):
        case = world.add(usa, "case", title="A case", status="open")
        usa.vault.settings.set("window", "wide")
        every = log.listed(usa, log.Filter())
        assert "tables.change" not in {one.action for one in every}
        assert [one.action for one in log.listed(usa, log.Filter(action="tables."))] == ["tables.change"]
        assert [one.action for one in log.listed(usa, log.Filter(subject=case.id))] == ["record.add"]
        assert log.listed(usa, log.Filter(actor="Nobody")) == []
        assert log.listed(usa, log.Filter(), limit=2) == every[-2:]
        assert log.listed(usa, log.Filter(since="2999-01-01T00:00:00Z")) == []
        assert log.listed(usa, log.Filter(until="2000-01-01T00:00:00Z")) == []

    def test_an_export_is_signed_and_holds_every_entry(self, world, usa, tmp_path):
        world.add(usa, "case", title="Nobody reads this title", status="open")
        count = log.export(usa, tmp_path / "log.jsonl")
        read = log.read_export(tmp_path / "log.jsonl")
        assert (read.entries, read.head, read.card) == (count, usa.vault.audit.head(), usa.identity.card)
        data = (tmp_path / "log.jsonl").read_bytes()
        assert data.count(b"\n") == count + 2
        assert b"Nobody reads" not in data
        assert usa.vault.audit.newest(1)[0].action == "log.export"

    def test_any_change_of_an_export_is_found(self, usa, tmp_path):
        log.export(usa, tmp_path / "log.jsonl")
        lines = (tmp_path / "log.jsonl").read_bytes().splitlines(keepends=True)
        changed = [
            *(lines[:at] + lines[at + 1 :] for at in range(len(lines))),
            *([*lines[:at], lines[at].replace(b"2", b"3", 1), *lines[at + 1 :]] for at in range(len(lines))),
            [lines[0], lines[2], lines[1], *lines[3:]],
            [*lines, lines[-1]],
            [b" ", *lines],
            [],
        ]
        for one in changed:
            (tmp_path / "changed").write_bytes(b"".join(one))
            with pytest.raises(LogInvalid):
                log.read_export(tmp_path / "changed")


def test_a_receipt_for_a_bundle_that_was_never_sent_is_said(world):
    case = world.add(world.usa, "case", title="A case", status="open")
    (sealed,) = world.seal(world.usa, [case.id], world.gbr)
    sent = receipts.make_for_file(world.gbr, sealed.path, world.folder)
    receipts.take(world.usa, sent.path)
    assert verdicts.check(world.usa) == []
    with world.usa.vault.transaction():
        world.usa.vault._database.run("DELETE FROM bundle")
    assert [(one.severity, one.area) for one in verdicts.check(world.usa)] == [("warning", "audit")]
