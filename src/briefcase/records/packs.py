"""Agency packs: what one agency knows of marking schemes, partners and communities, as data (TOML).

A pack says how each policy's markings are written, how its levels rank, with which banner and colours they are shown,
and to which level of which policy each partner is cleared. What a pack does not say is not allowed: a missing partner
row refuses, an unknown level counts as the highest. Packs never translate one policy's level into another's.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from briefcase import resources
from briefcase.records import reasons
from briefcase.records.errors import PackInvalid

FORMAT = "briefcase-pack/1"
CAVEATS, CODES = "caveats", "codes"
"""Parts of a marking: the group of a caveat that names none, and the place of whom it may be released to."""
_COUNTRY = re.compile(r"[A-Z]{3}\Z")
_AGENCY = re.compile(r"[A-Z]{3}/[A-Z0-9][A-Za-z0-9 .&-]{0,39}\Z")
_CARD = re.compile(r"[0-9a-f]{64}\Z")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True)
class Level:
    """One level of a policy; levels stand in rank order, lowest first.

    Attributes:
        id: as it stands in labels.
        text: as it stands in markings and banners.
        portion: short mark without brackets.
        foreground: banner text colour, ``#RRGGBB``.
        background: banner colour, ``#RRGGBB``.
    """

    id: str
    text: str
    portion: str
    foreground: str
    background: str


@dataclass(frozen=True)
class Caveat:
    """One caveat of a policy.

    Attributes:
        id: as it stands in labels.
        text: as it stands in markings.
        title: what it means.
        portion: short form for portion marks.
        consent: releasing needs the originator's consent for exactly this recipient, whoever holds the record.
        national: never leaves the policy's own country.
        group: which part of a marking it stands in, see ``Grammar.parts``.
    """

    id: str
    text: str
    title: str = ""
    portion: str = ""
    consent: bool = False
    national: bool = False
    group: str = CAVEATS


@dataclass(frozen=True)
class Grammar:
    """How a policy's marking is written: the level, then its parts, each behind the separator.

    Attributes:
        separator: between the parts, such as ``//``.
        caveat_separator: between caveats, such as ``/``.
        prefix: words before the codes of whom it may be released to, such as ``REL TO ``.
        suffix: words after them, such as `` EYES ONLY``.
        code_separator: between codes, such as ``, ``.
        first: code that stands first; the others follow alphabetically, communities last.
        codes: the policy's own short forms of country codes (``UK`` for GBR), by short form.
        beside: the marking may be silent about releasability, and the structured field alone says it.
        parts: what stands behind the level, in this order: names of groups of caveats, and ``codes`` for whom it may be
            released to; names joined with ``+`` share one part, apart by the separator of caveats.
        strict: codes are read in the right order only, the owner's first and never alone.
        others: codes that a marking may name beside countries and the pack's communities; whoever they stand for,
            nobody is given anything by them.
        show_only: beginnings of words that let something be shown and not given; such a marking is refused.
    """

    separator: str = "//"
    caveat_separator: str = "/"
    prefix: str = "REL TO "
    suffix: str = ""
    code_separator: str = ", "
    first: str = ""
    codes: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    beside: bool = False
    parts: tuple[str, ...] = (CAVEATS, CODES)
    strict: bool = False
    others: frozenset[str] = frozenset()
    show_only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """One marking scheme.

    Attributes:
        id: as it stands in labels, such as ``USA``.
        title: in words.
        country: whose scheme it is, three letters; empty for nobody's. That country always may see its own.
        source: where it comes from.
        status: how far that was confirmed.
        levels: in rank order, lowest first.
        caveats: that its markings may carry.
        grammar: how its markings are written.
    """

    id: str
    title: str
    country: str
    source: str
    status: str
    levels: tuple[Level, ...]
    caveats: tuple[Caveat, ...]
    grammar: Grammar

    def level(self, level_id: str) -> Level | None:
        """Return a level by its id, or nothing."""
        return next((level for level in self.levels if level.id == level_id), None)

    def rank(self, level_id: str) -> int | None:
        """Return the place of a level, 0 the lowest; nothing for a level that counts as the highest."""
        return next((rank for rank, level in enumerate(self.levels) if level.id == level_id), None)

    def caveat(self, caveat_id: str) -> Caveat | None:
        """Return a caveat by its id, or nothing."""
        return next((caveat for caveat in self.caveats if caveat.id == caveat_id), None)


@dataclass(frozen=True)
class PartnerRow:
    """What one partner is cleared to: for each policy's id the id of the highest level."""

    code: str
    title: str
    cleared_to: MappingProxyType[str, str]
    note: str = ""


@dataclass(frozen=True)
class ApprovalRule:
    """How many second officers must approve each file that is sealed, and who may: fingerprints of their cards."""

    needed: int = 0
    approvers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pack:
    """An agency pack as it was read.

    Attributes:
        id: which pack, such as ``usa``.
        title: in words.
        edition: date of its content.
        version: number that never decreases.
        status: ``draft``, ``fictitious`` or ``official``.
        source: where its content comes from.
        sha256: of its bytes, 64 hex digits.
        policies: by id.
        partners: by country or agency code.
        communities: members, three-letter codes, by the community's code.
        approval: the two-person rule; nobody is needed where the pack does not say so.
    """

    id: str
    title: str
    edition: str
    version: int
    status: str
    source: str
    sha256: str
    policies: MappingProxyType[str, Policy]
    partners: MappingProxyType[str, PartnerRow]
    communities: MappingProxyType[str, frozenset[str]]
    approval: ApprovalRule = ApprovalRule()

    @classmethod
    def load(cls, data: bytes) -> Pack:
        """Return the pack that *data* is the TOML of.

        Raises:
            PackInvalid: with the place in the file.
        """
        try:
            table = tomllib.loads(data.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
            raise PackInvalid(field="$", reason=reasons.NOT_TOML) from None
        if table.get("format") != FORMAT:
            raise PackInvalid(field="format", reason=reasons.WRONG_FORM)
        policies = {row["id"]: row for row in map(_policy_row, _rows(table, "policy", ""))}
        built = MappingProxyType({name: _policy(row) for name, row in policies.items()})
        return cls(
            **{name: _text(table, name) for name in ("id", "title", "edition", "status", "source")},
            version=_whole(table, "version"),
            sha256=hashlib.sha256(data).hexdigest(),
            policies=built,
            partners=_partners(_table(table, "partner", ""), built),
            communities=_communities(_table(table, "communities", "")),
            approval=_approval(_table(table, "approval", "")),
        )

    def policy(self, policy_id: str) -> Policy | None:
        """Return a policy by its id, or nothing."""
        return self.policies.get(policy_id)

    def partner(self, code: str) -> PartnerRow | None:
        """Return the row of a partner: of the agency (``GBR/HMRC``) if there is one, else of its country."""
        return self.partners.get(code) or self.partners.get(code.split("/", maxsplit=1)[0])

    def speaks_of(self, country: str) -> bool:
        """Say whether a country has a row of its own, or one of its agencies has, or a policy is its."""
        codes = {code[:3] for code in self.partners} | {policy.country for policy in self.policies.values()}
        return country in codes

    def expand(self, codes: tuple[str, ...] | frozenset[str] | list[str]) -> frozenset[str]:
        """Return the country (``GBR``) and agency codes (``GBR/HMRC``) that typed codes stand for.

        A community that the pack does not know, or an untyped code, stands for nobody.
        """
        found: set[str] = set()
        for code in codes:
            kind, _, value = code.partition(":")
            if kind == "community":
                found |= self.communities.get(value, frozenset())
            elif (kind == "country" and _COUNTRY.match(value)) or (kind == "agency" and _AGENCY.match(value)):
                found.add(value)
        return frozenset(found)


def shipped(name: str) -> Pack:
    """Return a pack that ships with the program: ``exercise``, ``aus``, ``can``, ``gbr``, ``nzl`` or ``usa``."""
    return Pack.load(resources.read_bytes("packs", f"{name}.toml"))


def is_country(code: str) -> bool:
    """Say whether *code* has the form of a three-letter country code."""
    return bool(_COUNTRY.match(code))


def is_agency(code: str) -> bool:
    """Say whether *code* has the form ``GBR/HMRC``."""
    return bool(_AGENCY.match(code))


def _text(table: dict[str, Any], name: str, place: str = "", *, optional: bool = False) -> str:
    value = table.get(name, "" if optional else None)
    if not isinstance(value, str) or not (value or optional):
        raise PackInvalid(field=f"{place}{name}", reason=reasons.MISSING if value is None else reasons.WRONG_TYPE)
    return value


def _whole(table: dict[str, Any], name: str) -> int:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise PackInvalid(field=name, reason=reasons.WRONG_TYPE)
    return value


def _table(table: dict[str, Any], name: str, place: str) -> dict[str, Any]:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise PackInvalid(field=f"{place}{name}", reason=reasons.WRONG_TYPE)
    return value


def _policy_row(row: dict[str, Any]) -> dict[str, Any]:
    _text(row, "id", "policy.")
    return row


def _policy(row: dict[str, Any]) -> Policy:
    place = f"policy.{row['id']}."
    texts = {name: _text(row, name, place) for name in ("id", "title", "source", "status")}
    levels = tuple(_level(level, f"{place}level.") for level in _rows(row, "level", place))
    if not levels or len({level.id for level in levels}) != len(levels):
        raise PackInvalid(field=f"{place}level", reason=reasons.MISSING if not levels else reasons.DUPLICATE_KEY)
    caveats = tuple(_caveat(caveat, f"{place}caveat.") for caveat in _rows(row, "caveat", place))
    grammar = _grammar(_table(row, "marking", place), f"{place}marking.")
    placed = [name for part in grammar.parts for name in part.split("+")]
    if len(set(placed)) != len(placed) or {CODES, *(one.group for one in caveats)} - set(placed):
        raise PackInvalid(field=f"{place}marking.parts", reason=reasons.WRONG_FORM)
    return Policy(
        **texts, country=_text(row, "country", place, optional=True), levels=levels, caveats=caveats, grammar=grammar
    )


def _rows(table: dict[str, Any], name: str, place: str) -> list[dict[str, Any]]:
    rows = table.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PackInvalid(field=f"{place}{name}", reason=reasons.WRONG_TYPE)
    return rows


def _level(row: dict[str, Any], place: str) -> Level:
    level = Level(**{name: _text(row, name, place) for name in ("id", "text", "portion", "foreground", "background")})
    if not (_COLOUR.match(level.foreground) and _COLOUR.match(level.background)):
        raise PackInvalid(field=f"{place}{level.id}", reason=reasons.WRONG_FORM)
    return level


def _caveat(row: dict[str, Any], place: str) -> Caveat:
    identifier = _text(row, "id", place)
    return Caveat(
        id=identifier,
        text=_text(row, "text", place, optional=True) or identifier,
        title=_text(row, "title", place, optional=True),
        portion=_text(row, "portion", place, optional=True) or identifier,
        consent=row.get("consent") is True,
        national=row.get("national") is True,
        group=_text(row, "group", place, optional=True) or CAVEATS,
    )


def _grammar(row: dict[str, Any], place: str) -> Grammar:
    known = {"separator", "caveat_separator", "prefix", "suffix", "code_separator", "first"}
    texts = {name: _text(row, name, place, optional=True) for name in known & row.keys()}
    codes = _table(row, "codes", place)
    if row.keys() - known - {"codes", "beside", "parts", "strict", "others", "show_only"}:
        raise PackInvalid(field=place.rstrip("."), reason=reasons.UNKNOWN_FIELD)
    if not all(isinstance(code, str) for code in codes.values()):
        raise PackInvalid(field=f"{place}codes", reason=reasons.WRONG_TYPE)
    grammar = Grammar(
        **texts,
        codes=MappingProxyType(dict(codes)),
        beside=row.get("beside") is True,
        parts=_texts(row, "parts", place) or (CAVEATS, CODES),
        strict=row.get("strict") is True,
        others=frozenset(_texts(row, "others", place)),
        show_only=_texts(row, "show_only", place),
    )
    if not (grammar.separator.strip() and grammar.caveat_separator and grammar.code_separator):
        raise PackInvalid(field=f"{place}separator", reason=reasons.MISSING)
    if not (grammar.prefix or grammar.suffix):
        raise PackInvalid(field=f"{place}prefix", reason=reasons.MISSING)
    return grammar


def _texts(row: dict[str, Any], name: str, place: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise PackInvalid(field=f"{place}{name}", reason=reasons.WRONG_TYPE)
    return tuple(value)


def _partners(rows: dict[str, Any], policies: MappingProxyType[str, Policy]) -> MappingProxyType[str, PartnerRow]:
    found = {}
    for code, row in rows.items():
        place = f"partner.{code}."
        if not (is_country(code) or is_agency(code)) or not isinstance(row, dict):
            raise PackInvalid(field=f"partner.{code}", reason=reasons.WRONG_FORM)
        cleared = _table(row, "cleared_to", place)
        for policy_id, level_id in cleared.items():
            policy = policies.get(policy_id)
            if policy is None or policy.level(level_id) is None:
                raise PackInvalid(field=f"{place}cleared_to.{policy_id}", reason=reasons.PARTNER_LEVEL)
        found[code] = PartnerRow(
            code=code,
            title=_text(row, "title", place, optional=True),
            cleared_to=MappingProxyType(dict(cleared)),
            note=_text(row, "note", place, optional=True),
        )
    return MappingProxyType(found)


def _communities(rows: dict[str, Any]) -> MappingProxyType[str, frozenset[str]]:
    for code, members in rows.items():
        if not isinstance(members, list) or not all(isinstance(one, str) and is_country(one) for one in members):
            raise PackInvalid(field=f"communities.{code}", reason=reasons.WRONG_FORM)
    return MappingProxyType({code: frozenset(members) for code, members in rows.items()})


def _approval(row: dict[str, Any]) -> ApprovalRule:
    """Return the two-person rule; one that nobody could fulfil is refused, for nothing could ever be sealed."""
    if not row:
        return ApprovalRule()
    needed, approvers = _whole(row, "needed"), row.get("approvers")
    if not isinstance(approvers, list) or not all(isinstance(one, str) and _CARD.match(one) for one in approvers):
        raise PackInvalid(field="approval.approvers", reason=reasons.WRONG_FORM)
    if row.keys() - {"needed", "approvers"}:
        raise PackInvalid(field="approval", reason=reasons.UNKNOWN_FIELD)
    if needed > len(set(approvers)):
        raise PackInvalid(field="approval.needed", reason=reasons.WRONG_FORM)
    return ApprovalRule(needed, frozenset(approvers))
