"""Readers for the public lists that the benchmarks fill a vault from; they give drafts of records, nothing else.

The Consolidated Screening List is a CSV file of trade.gov with one party a row; lists inside a cell are separated by
semicolons. The BIS cases are the captions of real enforcement cases, each with the parties that it names; the file is
YAML of one fixed shape, so a reader of a few lines is enough and the product needs no YAML library.
"""

# ruff: noqa: INP001 - a script beside the package
from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from briefcase.records.canonical import Json
from briefcase.records.vocabulary import vocabulary

_KINDS = {"Individual": "person", "Entity": "company", "Vessel": "vessel", "Aircraft": "aircraft"}
_SCHEMES = {
    "Passport": "passport",
    "Tax ID No.": "tax",
    "NIT #": "tax",
    "R.F.C.": "tax",
    "RUC #": "tax",
    "V.A.T. Number": "tax",
    "National ID No.": "national_id",
    "Cedula No.": "national_id",
    "C.U.R.P.": "national_id",
    "Vessel Registration Identification": "imo",
    "SWIFT/BIC": "swift",
    "Registration Number": "company_no",
    "Registration ID": "company_no",
    "Company Number": "company_no",
    "Commercial Registry Number": "company_no",
    "Folio Mercantil No.": "company_no",
    "Email Address": "email",
    "Website": "domain",
    "Phone Number": "phone",
}
_OTHER_NAMES = {
    "democratic people's republic of korea": "KP",
    "iran": "IR",
    "russia": "RU",
    "venezuela": "VE",
    "st. kitts & nevis": "KN",
    "st. kitts and nevis": "KN",
    "st. vincent and the grenadines": "VC",
    "tanzania": "TZ",
    "vietnam": "VN",
    "british virgin islands": "VG",
    "bolivia": "BO",
    "syria": "SY",
    "north korea": "KP",
    "south korea": "KR",
}
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?\Z")
_REMARKS = (
    ("title", "Title"),
    ("places_of_birth", "Born at"),
    ("federal_register_notice", "Federal Register"),
    ("start_date", "Listed from"),
    ("end_date", "Listed until"),
    ("license_requirement", "Licence requirement"),
    ("license_policy", "Licence policy"),
    ("vessel_type", "Vessel type"),
    ("gross_tonnage", "Gross tonnage"),
    ("vessel_owner", "Vessel owner"),
    ("remarks", "Remarks"),
)
_LONGEST_CELL = 1 << 20


@dataclass(frozen=True)
class BisCase:
    """A case: its caption, and for each party the names that the caption gives it."""

    caption: str
    parties: tuple[tuple[str, ...], ...]


def screening_list(path: Path) -> Iterator[dict[str, Json]]:
    """Yield the fields of a party record, without a label, for every row of the Consolidated Screening List."""
    csv.field_size_limit(_LONGEST_CELL)
    countries = _countries()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield _party({name: " ".join(value.split()) for name, value in row.items() if value}, countries)


def _countries() -> dict[str, str]:
    table = vocabulary("country")
    return (
        {term.label.casefold(): term.id for term in table.terms}
        | _OTHER_NAMES
        | {t.id.lower(): t.id for t in table.terms}
    )


def _party(row: dict[str, str], countries: dict[str, str]) -> dict[str, Json]:
    names: list[Json] = [{"text": row["name"], "script": "Latn"}]
    aliases = dict.fromkeys(_many(row, "alt_names"))
    names += [{"text": one, "kind": "alias", "script": "Latn"} for one in aliases if one != row["name"]]
    nations = [*_many(row, "citizenships"), *_many(row, "nationalities"), *_many(row, "vessel_flag")]
    born = next((one for one in _many(row, "dates_of_birth") if _DATE.match(one)), "")
    found: dict[str, Json] = {
        "party_kind": _KINDS.get(row.get("type", ""), "unknown_entity"),
        "names": names,
        "countries": list(dict.fromkeys(code for one in nations if (code := countries.get(one.casefold())))),
        "addresses": [_address(one, countries) for one in _many(row, "addresses")],
        "identifiers": list(_identifiers(row, countries)),
        "topics": [row["source"], *_many(row, "programs")],
        "remarks": "\n".join(f"{title}: {row[name]}" for name, title in _REMARKS if row.get(name)),
    }
    if born:
        found["since"] = born
    return found


def _many(row: dict[str, str], name: str) -> list[str]:
    return [part for one in row.get(name, "").split(";") if (part := one.strip())]


def _address(text: str, countries: dict[str, str]) -> dict[str, Json]:
    code = countries.get(text.rpartition(",")[2].strip().casefold(), "")
    return {"full": text, "country": code} if code else {"full": text}


def _identifiers(row: dict[str, str], countries: dict[str, str]) -> Iterator[dict[str, Json]]:
    for text in _many(row, "ids"):
        parts = [part.strip() for part in text.split(",")]
        scheme = _SCHEMES.get(parts[-1])
        if scheme is None or len(parts) < 2:  # noqa: PLR2004 - a value and what it is
            continue
        code = countries.get(parts[0].casefold(), "") if len(parts) > 2 else ""  # noqa: PLR2004 - with a country before
        value = ", ".join(parts[1:-1] if code else parts[:-1])
        if scheme == "imo":
            value = value.removeprefix("IMO").strip()
        yield {"scheme": scheme, "value": value, "country": code} if code else {"scheme": scheme, "value": value}
    if row.get("call_sign"):
        yield {"scheme": "callsign", "value": row["call_sign"]}


def bis_cases(path: Path) -> list[BisCase]:
    """Return the cases of the file of captions, in its order; of several captions of one case the first."""
    found: list[tuple[str, list[tuple[str, ...]]]] = []
    in_options = wants_caption = False
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text == "options:":
            in_options = True
        elif in_options and text.startswith("- match:"):
            found.append((_unquoted(text.removeprefix("- match:")), []))
            wants_caption = not found[-1][0]
        elif in_options and text == "entities:":
            wants_caption = False
        elif in_options and wants_caption and text.startswith("- "):
            found[-1] = (found[-1][0] or _unquoted(text[2:]), found[-1][1])
        elif in_options and text.startswith("- ["):
            found[-1][1].append(tuple(_quoted(text)))
    return [BisCase(caption, tuple(parties)) for caption, parties in found]


def _unquoted(text: str) -> str:
    bare = text.strip()
    inner = next(iter(_quoted(bare)), bare)
    return " ".join(inner.split())


def _quoted(text: str) -> Iterator[str]:
    """Yield every text in single or double quotes; a doubled single quote stands for one."""
    for single, double in re.findall(r"'((?:[^']|'')*)'|\"((?:[^\"\\]|\\.)*)\"", text):
        yield single.replace("''", "'") if single else double.replace('\\"', '"')
