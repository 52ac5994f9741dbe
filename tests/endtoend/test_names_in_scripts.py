"""Names in many scripts, from the record line to search and to the printed page and back out of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefcase import resources
from briefcase.records.kinds import Case
from briefcase.seal.keyslots import KdfParameters
from briefcase.services import cases, printing
from briefcase.services.finding import searching
from briefcase.services.session import Session, create_vault

LABEL = {"marking": "EXERCISE OPEN//REL TO USA, FVEY"}
CHEAP = KdfParameters(1, 8192)

# (as written, language, stored Latin form, queries that must find it)
NAMES = (
    (
        "İstanbul Işıldak Şirketi",
        "tr",
        "Istanbul Isildak",
        ("isildak", "Işıldak", "IŞILDAK", "ışıldak", "sirketi"),
    ),
    (
        "Игорь Сафронов",
        "ru",
        "Igor Safronov",
        ("safronov", "сафронов", "САФРОНОВ", "igor"),
    ),
    (
        "Γεώργιος Παπαϊωάννου",
        "el",
        "Georgios Papaioannou",
        ("papaioannou", "παπαιωαννου", "ΠΑΠΑΪΩΆΝΝΟΥ"),
    ),
    (
        "深圳市恒晟微电子有限公司",
        "zh",
        "Shenzhen Hengsheng Weidianzi",
        ("恒晟", "深圳市恒晟微电子有限公司", "hengsheng"),
    ),
    (
        "株式会社髙橋製作所",
        "ja",
        "Takahashi Seisakusho",
        ("髙橋", "takahashi"),
    ),
    (
        "주식회사 한국정밀기계",
        "ko",
        "Hanguk Jeongmil Gigye",
        ("한국정밀기계", "hanguk"),
    ),
    (
        "شركة النور للتجارة العامة",
        "ar",
        "Sharikat al-Noor",
        ("النور", "sharikat"),
    ),
    (
        "مهندسی پارس\u200cآریا کنترل",
        "fa",
        "Mohandesi Pars Arya",
        ("پارس آریا", "پارسآریا", "مهندسي پارس\u200cآریا كنترل", "pars arya"),
    ),
    (
        "Đặng Łukasz Ørsted Æther",
        "vi",
        "",
        ("dang", "lukasz", "orsted", "aether"),
    ),
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("names") / "names.briefcase"
    created = create_vault(
        folder,
        "correct horse battery",
        agency="USA/BIS",
        country="USA",
        officer="Dana Whitfield",
        pack=resources.path("packs", "exercise.toml"),
        kdf=CHEAP,
    )
    lines = [{"kind": "case", "id": "case", "title": "Names in many scripts", "label": LABEL}]
    lines += [
        {
            "kind": "party",
            "case_ids": ["case"],
            "party_kind": "company",
            "names": [{"text": text, "lang": lang, "latin": latin}],
            "label": LABEL,
        }
        for text, lang, latin, _queries in NAMES
    ]
    cases.add_lines(created.session, "\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    yield created.session
    created.session.close()


@pytest.mark.parametrize(("text", "query"), [(name[0], query) for name in NAMES for query in name[3]])
def test_a_name_is_found(session: Session, text: str, query: str) -> None:
    assert text in [hit.title for hit in searching.search(session, query, kinds=["party"])]


def test_what_is_not_there_is_not_found(session: Session) -> None:
    assert searching.search(session, "Иванов") == []
    assert searching.search(session, "北京") == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not here")
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_page_gives_the_names_back(session: Session, tmp_path: Path, paper: str) -> None:
    case = next(one for one in session.vault.records.cases() if isinstance(one, Case))
    out = tmp_path / "names.pdf"
    printing.report_pdf(session, case.id, out, paper=paper)
    done = subprocess.run(["pdftotext", out, "-"], capture_output=True, check=True)
    text = "".join(done.stdout.decode().translate(_LEFT_OUT).split())
    for written, _lang, _latin, _queries in NAMES:
        assert all(word in text for word in written.replace("\u200c", " ").split()), written


_LEFT_OUT = dict.fromkeys(map(ord, "\u200c\u202b\u202c"))
"""The embeddings that poppler adds, and the non-joiner, at which it ends one word and begins another."""
