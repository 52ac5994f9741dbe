"""S2, the third-party rule, on the command line: refused until the originator consents, then just that, then recalled.

The commands are the program's own, run in this process, so that the test can move the clock of the vaults.
"""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures
from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from briefcase import resources
from briefcase.cli.main import main
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import contacts, receiving
from briefcase.services.session import Session, create_vault, unlock
from briefcase.vault.audit import Audit

pytestmark = pytest.mark.slow

PASSPHRASE = "correct horse battery staple"
OFFICERS = {
    "usa": ("USA/BIS", "Dana Whitfield"),
    "can": ("CAN/CBSA", "Louise Tremblay"),
    "nzl": ("NZL/CUSTOMS", "Aroha Parata"),
    "aus": ("AUS/ABF", "Mia Thornton"),
}
CASE = "Shenzhen procurement"
NAME = "深圳市恒晟微电子有限公司"
STREET = "8 Keji Road"
KEPT = "Watched since the spring"
QUOTE = "The firm in the south again"


def _after(**more: int) -> str:
    return (datetime.now(UTC) + timedelta(**more)).strftime("%Y-%m-%dT%H:%M:%SZ")


STARTED, DUE = _after(hours=1), _after(days=30)
LAST, ENDING = _after(days=90), _after(days=90, seconds=1)


class Desk:
    """Four vaults in one folder, and one way to run commands on them at a time of the test's own."""

    def __init__(self, folder: Path, capsys, monkeypatch) -> None:
        self.folder, self.stick = folder, folder / "stick"
        self.stick.mkdir()
        self.out = ("--out", self.stick)
        self._capsys, self._patch = capsys, monkeypatch
        (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")

    def at(self, time: str) -> None:
        """Set the time."""
        self._patch.setattr(Audit, "now", lambda _self: time)

    def vault(self, who: str) -> Path:
        """Return the folder of a vault."""
        return self.folder / f"{who}.briefcase"

    def unlock(self, who: str) -> Session:
        """Open a vault."""
        return unlock(self.vault(who), PASSPHRASE)

    def run(self, who: str, *words: object, status: int = 0) -> tuple[str, str]:
        """Run a command, and return what it said on both outputs."""
        common = ("--vault", self.vault(who), "--passphrase-file", self.folder / "passphrase")
        ended = main([str(one) for one in (*common, *words)])
        said = self._capsys.readouterr()
        assert ended == status, (words, ended, said.err)
        return said.out, said.err

    def json(self, who: str, *words: object, status: int = 0) -> dict[str, Any]:
        """Run a command with ``--json``, and return its answer."""
        return json.loads(self.run(who, *words, "--json", status=status)[0])

    def take(self, who: str, message: dict[str, Any]) -> dict[str, Any]:
        """Let somebody keep a message that was sealed."""
        return self.json(who, "message", "take", message["file"])


@pytest.fixture
def desk(tmp_path, capsys, monkeypatch):
    """Return the four vaults; the USA and New Zealand know each other, and Canada knows all."""
    desk = Desk(tmp_path, capsys, monkeypatch)
    pack, made = resources.path("packs", "exercise.toml"), {}
    for who, (agency, officer) in OFFICERS.items():
        known = {"agency": agency, "country": agency[:3], "officer": officer, "pack": pack}
        made[who] = create_vault(desk.vault(who), PASSPHRASE, **known, kdf=KdfParameters(1, 8192)).session
    for here, session in made.items():
        for there, other in made.items():
            if here != there and {here, there} != {"usa", "aus"}:
                contact = contacts.import_text(session, contacts.own_card_text(other))
                words = " ".join(other.identity.card.words())
                contacts.verify(session, contact.fingerprint, words, other.agency, other.country)
    for session in made.values():
        session.close()
    desk.at(STARTED)
    return desk


@pytest.fixture
def passed(desk):
    """Return the ids of the party that Canada has from the USA, and of Canada's own note that quotes it."""
    label = {"marking": "EXERCISE OFFICIAL//REL TO USA, CAN"}
    party = {
        "kind": "party",
        "party_kind": "company",
        "case_ids": ["case"],
        "names": [{"text": NAME, "latin": "Shenzhen Hengsheng Microelectronics Co., Ltd."}],
        "addresses": [{"full": STREET, "city": "Shenzhen", "country": "CN"}],
        "remarks": KEPT,
        "label": label,
    }
    case = {"kind": "case", "id": "case", "title": CASE, "status": "open", "label": label}
    lines = desk.folder / "records.jsonl"
    lines.write_text("".join(json.dumps(one) + "\n" for one in (case, party)), encoding="utf-8")
    case_id, party_id = desk.json("usa", "record", "add", lines)["ids"]
    sealed = desk.json("usa", "handover", CASE, "--to", "Louise Tremblay", "--out", desk.stick)
    assert set(desk.json("can", "bundle", "take-in", sealed["files"][0]["file"])["new"]) == {case_id, party_id}
    note = {
        "kind": "note",
        "title": "Seen",
        "text": QUOTE,
        "case_ids": [case_id],
        "quotes": [party_id],
        "label": {"marking": "EXERCISE OFFICIAL//REL TO USA, CAN, NZL"},
    }
    lines.write_text(json.dumps(note) + "\n", encoding="utf-8")
    (note_id,) = desk.json("can", "record", "add", lines)["ids"]
    return party_id, note_id


def nothing_goes(desk, to: str) -> None:
    """Every way out of Canada's vault gives this partner nothing."""
    before = len(list(desk.stick.iterdir()))
    dry = desk.json("can", "handover", CASE, "--to", to, "--dry-run")
    assert dry["nothing_for"] == [to]
    assert {cell["verdict"] for row in dry["matrix"] for cell in row["decisions"].values()} == {"refuse"}
    assert "SERVICE_NOTHING_RELEASED" in desk.run("can", "handover", CASE, "--to", to, "--out", desk.stick, status=4)[1]
    report = desk.folder / "report.pdf"
    assert "SERVICE_NOTHING_RELEASED" in desk.run("can", "report", CASE, "--for", to, "--out", report, status=4)[1]
    for words in (NAME, "Shenzhen", "again"):
        assert desk.json("can", "search", words, "--case", CASE, "--for", to)["hits"] == []
    assert len(list(desk.stick.iterdir())) == before
    assert not report.exists()


def test_what_is_anothers_goes_on_only_under_his_consent_and_only_as_far(desk, passed) -> None:
    party, note = passed
    asked = desk.json(
        "nzl",
        "request",
        "ask",
        "What is known of a firm in the south?",
        "--to",
        "Louise Tremblay",
        "--needed-by",
        DUE,
        "--out",
        desk.stick,
    )
    desk.take("can", asked)
    (line,) = desk.json("can", "request", "list", "--open")["requests"]
    assert (line["message_id"], line["due"], line["direction"]) == (asked["message_id"], DUE, "in")
    for who in ("Aroha Parata", "Mia Thornton"):
        nothing_goes(desk, who)

    wanted = ("--for", "Aroha Parata", "--field", "names", "--field", "addresses", "--purpose", "Joint work")
    refused = desk.run("can", "consent", "ask", party, "--to", "Mia Thornton", *wanted, "--out", desk.stick, status=4)
    assert "SERVICE_NOT_THE_ORIGINATOR" in refused[1]
    wish = desk.json(
        "can", "consent", "ask", party, "--to", "Dana Whitfield", *wanted, "--until", ENDING, "--out", desk.stick
    )
    desk.take("usa", wish)
    nothing_goes(desk, "Aroha Parata")
    assert desk.json("usa", "consent", "list")["consents"][0]["state"] == "asked"
    number = wish["message_id"]
    more = ("--grant", "--field", "remarks", "--until", ENDING, "--out", desk.stick)
    assert "SERVICE_FIELD_UNKNOWN" in desk.run("usa", "consent", "decide", number, *more, status=2)[1]
    given = desk.json("usa", "consent", "decide", number, "--grant", "--until", ENDING, "--out", desk.stick)
    nothing_goes(desk, "Aroha Parata")
    assert desk.take("can", given)["state"] == "counts"
    nothing_goes(desk, "Mia Thornton")

    sealed = desk.json("can", "handover", CASE, "--to", "Aroha Parata", "--out", desk.stick)
    verdicts = {row["id"]: next(iter(row["decisions"].values()))["verdict"] for row in sealed["matrix"]}
    assert (verdicts[party], verdicts[note]) == ("allow_fields", "refuse")
    assert sealed["planned"][0]["consents"] == [given["message_id"]]
    file = sealed["files"][0]
    assert file["records"] == 1
    hits = desk.json("can", "search", "Shenzhen", "--case", CASE, "--for", "Aroha Parata")["hits"]
    assert [hit["id"] for hit in hits] == [party]
    assert desk.json("can", "search", "again", "--case", CASE, "--for", "Aroha Parata")["hits"] == []
    with contextlib.closing(desk.unlock("can")) as session:
        (disclosed,) = session.vault.disclosures.list(bundle_id=file["bundle_id"])
    assert disclosed.consents == (given["message_id"],)

    said = desk.json(
        "can", "request", "answer", asked["message_id"], "--bundle", file["bundle_id"], "--out", desk.stick
    )
    desk.take("nzl", said)
    assert desk.json("nzl", "request", "list")["requests"][0]["bundle_id"] == file["bundle_id"]
    only_that_arrived(desk, file["file"], party, note)

    desk.at(LAST)
    assert desk.json("can", "handover", CASE, "--to", "Aroha Parata", "--dry-run")["nothing_for"] == []
    desk.at(ENDING)
    nothing_goes(desk, "Aroha Parata")
    assert desk.json("can", "consent", "list")["consents"][0]["state"] == "over"
    recalled_everywhere(desk, party)


def only_that_arrived(desk, file: str, party: str, note: str) -> None:
    """New Zealand's file holds the two fields and no trace of the rest; Australia cannot open it."""
    with (
        contextlib.closing(desk.unlock("nzl")) as session,
        contextlib.closing(receiving.inspect(session, Path(file))) as seen,
    ):
        inside = {}
        for entry in seen.entries:
            with seen.open_entry(entry.path) as opened:
                inside[entry.path] = opened.read()
        inside["manifest"] = seen.opened.manifest.to_canonical()
    text = b"\n".join(inside.values()).decode("utf-8", "replace")
    assert NAME in text
    assert STREET in text
    for word in (KEPT, QUOTE, note, CASE, "withheld"):
        assert word not in text
    assert desk.json("aus", "bundle", "verify", file, status=10)["verdict"] == "not_addressed"
    taken = desk.json("nzl", "bundle", "take-in", file)
    assert [*taken["new"], *taken["reported"]] == [party]
    shown = desk.json("nzl", "record", "show", party)
    assert shown["record"]["names"][0]["text"] == NAME
    assert shown["record"]["addresses"][0]["full"] == STREET
    assert "remarks" not in shown["record"]
    assert "Louise Tremblay" in shown["reported_by"]


def recalled_everywhere(desk, party: str) -> None:
    """The recall goes to who was given it and to who may have it under the consent, and both are told at the record."""
    sent = desk.json(
        "usa", "recall", "send", party, "--wanted", "destroy", "--reason", "Wrong firm", "--out", desk.stick
    )
    files = {one["recipients"][0]: one for one in sent["files"]}
    assert (set(files), sent["not_asked"]) == ({"Louise Tremblay", "Aroha Parata"}, [])
    for who, name in (("can", "Louise Tremblay"), ("nzl", "Aroha Parata")):
        assert desk.take(who, files[name])["state"] == "counts"
        (words,) = desk.json(who, "record", "show", party)["recalled"]
        assert "Dana Whitfield" in words
        assert "Wrong firm" in words
    assert len(desk.json("usa", "record", "show", party)["recalled"]) == 2
    assert desk.json("can", "recall", "list")["recalls"][0]["records"] == [party]
    desk.at(LAST)
    nothing_goes(desk, "Aroha Parata")


def test_a_withdrawn_consent_closes_what_it_opened(desk, passed) -> None:
    party, _note = passed
    wanted = ("--for", "NZL/CUSTOMS", "--until", ENDING, "--out", desk.stick)
    wish = desk.json("can", "consent", "ask", party, "--to", "Dana Whitfield", *wanted)
    desk.take("usa", wish)
    given = desk.json("usa", "consent", "decide", wish["message_id"], "--grant", "--until", ENDING, "--out", desk.stick)
    desk.take("can", given)
    whole = desk.json("can", "handover", CASE, "--to", "Aroha Parata", "--dry-run")
    verdicts = {row["kind"]: next(iter(row["decisions"].values()))["verdict"] for row in whole["matrix"]}
    assert verdicts == {"case": "refuse", "party": "allow", "note": "allow"}
    out = desk.run("usa", "consent", "revoke", given["message_id"], status=2)
    assert "--out" in out[1]
    back = desk.json("usa", "consent", "revoke", given["message_id"], "--reason", "Enough", "--out", desk.stick)
    desk.take("can", back)
    nothing_goes(desk, "Aroha Parata")
    (line,) = desk.json("can", "record", "show", party)["consents"]
    assert (line["state"], line["side"]) == ("withdrawn", "got")
    assert "withdrawn" in desk.run("usa", "consent", "list")[0]
