"""Markings: from the originator's words to a structured label and back, under the grammar of a policy.

Nothing is guessed: what a policy's grammar does not allow cannot be read, and what cannot be read is not released.
Order of codes for US markings: USA first, then country codes, then communities, each alphabetically (ODNI ISM).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from briefcase.records import reasons
from briefcase.records.errors import MarkingUnreadable, RecordInvalid
from briefcase.records.label import Label
from briefcase.records.packs import CODES, Caveat, Grammar, Pack, Policy, is_agency, is_country
from briefcase.records.vocabulary import alpha2

_COMMUNITY = re.compile(r"[A-Z][A-Z0-9_]{2,39}\Z")
_TYPES = ("country:", "agency:", "community:")


@dataclass(frozen=True)
class Parsed:
    """What a marking says.

    Attributes:
        level: id of the level.
        caveats: ids, in the order written.
        releasable_to: typed codes, in the order written; nothing when the marking is silent about it.
    """

    level: str
    caveats: tuple[str, ...]
    releasable_to: tuple[str, ...] | None


def parse_marking(text: str, policy: Policy) -> Parsed:
    """Return what *text* says under *policy*; case and blanks do not matter.

    Raises:
        MarkingUnreadable: it is not a marking of that policy.
    """
    first, *others = _segments(text, policy.grammar)
    level = next((one.id for one in policy.levels if _is_one_of(first, one.text, one.id)), None)
    if level is None:
        raise MarkingUnreadable(policy=policy.id, reason=reasons.UNKNOWN_LEVEL)
    caveats: list[str] = []
    releasable: tuple[str, ...] | None = None
    for segment in others:
        words, codes = _releasability(segment, policy.grammar)
        caveats += _caveats(words, policy)
        if codes is not None:
            if releasable is not None:
                raise MarkingUnreadable(policy=policy.id, reason=reasons.DUPLICATE_KEY)
            releasable = _codes(codes, policy)
    if len(set(caveats)) != len(caveats):
        raise MarkingUnreadable(policy=policy.id, reason=reasons.DUPLICATE_KEY)
    return Parsed(level, tuple(caveats), releasable)


def render_marking(label: Label, policy: Policy) -> str:
    """Return the marking that says what the structured fields of *label* say, under *policy*.

    Where the custom is to be silent about releasability, it is; the structured field alone says it then.

    Raises:
        MarkingUnreadable: the policy lacks the level or a caveat.
    """
    named = {code.partition(":")[2] for code in label.releasable_to} - {policy.country}
    said = bool(named) and not policy.grammar.beside
    own = (f"country:{policy.country}",) if policy.country else ()
    return render(Parsed(label.level, label.caveats, (*own, *label.releasable_to) if said else None), policy)


def render(parsed: Parsed, policy: Policy) -> str:
    """Return the words of a marking: what ``parse_marking`` read comes back as it stood, but for blanks and order.

    Raises:
        MarkingUnreadable: the policy lacks the level or a caveat.
    """
    level = policy.level(parsed.level)
    if level is None:
        raise MarkingUnreadable(policy=policy.id, reason=reasons.UNKNOWN_LEVEL)
    grammar, codes = policy.grammar, parsed.releasable_to
    said = "" if codes is None else render_codes({code.partition(":")[2] for code in codes}, grammar)
    return grammar.separator.join([level.text, *parts_of(parsed.caveats, said, policy)])


def parts_of(caveats: Iterable[str], codes: str, policy: Policy) -> list[str]:
    """Return what stands behind the level of a marking, part by part.

    Args:
        caveats: ids, in the order in which they are written inside their part.
        codes: the words about releasability; may be empty.
        policy: whose grammar it is.

    Raises:
        MarkingUnreadable: the policy lacks a caveat.
    """
    words: dict[str, list[str]] = {CODES: [codes]} if codes else {}
    for each in caveats:
        caveat = _caveat(each, policy)
        words.setdefault(caveat.group, []).append(caveat.text)
    parts = ([word for name in part.split("+") for word in words.get(name, ())] for part in policy.grammar.parts)
    return [policy.grammar.caveat_separator.join(part) for part in parts if part]


def render_codes(codes: set[str] | frozenset[str], grammar: Grammar) -> str:
    """Return codes without their type as a marking has them, such as ``REL TO USA, AUS, GBR``."""
    short = {code: form for form, code in grammar.codes.items()}
    listed = grammar.code_separator.join(short.get(code, code) for code in _ordered(codes, grammar))
    return f"{grammar.prefix}{listed}{grammar.suffix}"


def _ordered(codes: Iterable[str], grammar: Grammar) -> list[str]:
    """Return codes in their order: the first of the policy, countries, then communities and agencies."""
    return sorted(set(codes), key=lambda code: (code != grammar.first, not is_country(code), code))


def typed(code: str) -> str:
    """Return a code with its type: ``GBR`` is ``country:GBR``, ``GBR/HMRC`` an agency, ``FVEY`` a community.

    A code that already has a type, or that is neither, is returned as it is.
    """
    bare = code.strip()
    if bare.startswith(_TYPES):
        return bare
    if is_country(bare):
        return f"country:{bare}"
    if is_agency(bare):
        return f"agency:{bare}"
    return f"community:{bare}" if _COMMUNITY.match(bare) else bare


def disagreement(label: Label, pack: Pack) -> str:
    """Return why the marking and the structured fields of *label* do not agree under *pack*; empty when they do.

    The answer is one of the fixed phrases of ``reasons.py``.
    """
    policy = pack.policy(label.policy)
    if policy is None:
        return reasons.UNKNOWN_POLICY
    try:
        parsed = parse_marking(label.marking, policy)
    except MarkingUnreadable as error:
        return str(error.facts["reason"])
    same = parsed.level == label.level and set(parsed.caveats) == set(label.caveats)
    return "" if same and _same_audience(parsed, label, policy, pack) else reasons.LABEL_DISAGREES


def agrees(label: Label, pack: Pack) -> bool:
    """Say whether the marking can be read and says the same as the structured fields."""
    return not disagreement(label, pack)


def complete(label: Label, pack: Pack) -> Label:
    """Return *label* with what its officer left out: structured fields from the marking, or the other way round.

    Codes without a type get theirs. A policy that was left out is found when exactly one can read the marking.

    Raises:
        RecordInvalid: the label is empty, cannot be read, or its two halves disagree.
    """
    given = msgspec.structs.replace(label, releasable_to=tuple(map(typed, label.releasable_to)))
    policy = _policy_of(given, pack)
    if given.marking.strip():
        completed = _fill(given, policy, _read(given.marking, policy))
    elif given.level:
        completed = msgspec.structs.replace(given, policy=policy.id, marking=_render(given, policy))
    else:
        raise RecordInvalid(field="label", reason=reasons.MISSING)
    reason = disagreement(completed, pack)
    if reason:
        raise RecordInvalid(field="label.marking", reason=reason)
    return completed


def _segments(text: str, grammar: Grammar) -> list[str]:
    clean = " ".join(text.split())
    bare = re.escape(grammar.separator.strip())
    blanks = r"\s+" if grammar.separator != grammar.separator.strip() else r"\s*"
    return re.split(f"{blanks}{bare}{blanks}", clean)


def _is_one_of(word: str, *forms: str) -> bool:
    return word.casefold() in {form.casefold() for form in forms}


def _releasability(segment: str, grammar: Grammar) -> tuple[list[str], str | None]:
    """Return the caveats of a segment and its releasability, which stands last in it."""
    words = segment.split(grammar.caveat_separator)
    for place in range(len(words)):
        rest = grammar.caveat_separator.join(words[place:]).strip()
        folded, prefix, suffix = rest.casefold(), grammar.prefix.casefold(), grammar.suffix.casefold()
        if (prefix or suffix) and folded.startswith(prefix) and folded.endswith(suffix):
            return words[:place], rest[len(prefix) : len(rest) - len(suffix)]
    return words, None


def _caveats(words: list[str], policy: Policy) -> list[str]:
    found = []
    for word in (each.strip() for each in words):
        if any(word.casefold().startswith(one.casefold()) for one in policy.grammar.show_only):
            raise MarkingUnreadable(policy=policy.id, reason=reasons.SHOW_ONLY)
        names = ((one.id, (one.text, one.id, one.portion)) for one in policy.caveats)
        caveat = next((caveat for caveat, forms in names if _is_one_of(word, *forms)), None)
        if caveat is None:
            raise MarkingUnreadable(policy=policy.id, reason=reasons.UNKNOWN_CAVEAT)
        found.append(caveat)
    return found


def _codes(text: str, policy: Policy) -> tuple[str, ...]:
    grammar = policy.grammar
    found = [_code(word.strip(), policy) for word in text.split(grammar.code_separator.strip() or None)]
    values = [code.partition(":")[2] for code in found]
    if grammar.strict and values == [policy.country]:
        raise MarkingUnreadable(policy=policy.id, reason=reasons.OWNER_ALONE)
    if grammar.strict and (values != _ordered(values, grammar) or policy.country not in values):
        raise MarkingUnreadable(policy=policy.id, reason=reasons.CODES_ORDER)
    return tuple(found)


def _code(word: str, policy: Policy) -> str:
    """Return the typed code that a word of a marking stands for."""
    bare = policy.grammar.codes.get(word, word)
    if bare in policy.grammar.others:
        return f"country:{bare}" if is_country(bare) else f"community:{bare}"
    code = typed(bare)
    kind, _, value = code.partition(":")
    if kind in ("agency", "community") or (kind == "country" and (alpha2(value) or value == policy.country)):
        return code
    raise MarkingUnreadable(policy=policy.id, reason=reasons.UNKNOWN_CODE)


def _caveat(caveat_id: str, policy: Policy) -> Caveat:
    caveat = policy.caveat(caveat_id)
    if caveat is None:
        raise MarkingUnreadable(policy=policy.id, reason=reasons.UNKNOWN_CAVEAT)
    return caveat


def _same_audience(parsed: Parsed, label: Label, policy: Policy, pack: Pack) -> bool:
    if parsed.releasable_to is None and policy.grammar.beside:
        return True
    own = {policy.country}
    return pack.expand(parsed.releasable_to or ()) | own == pack.expand(label.releasable_to) | own


def _policy_of(label: Label, pack: Pack) -> Policy:
    if label.policy:
        policy = pack.policy(label.policy)
        if policy is None:
            raise RecordInvalid(field="label.policy", reason=reasons.UNKNOWN_POLICY)
        return policy
    able = [policy for policy in pack.policies.values() if label.marking.strip() and _can_read(label.marking, policy)]
    if len(able) != 1:
        raise RecordInvalid(field="label.policy", reason=reasons.MISSING)
    return able[0]


def _can_read(marking: str, policy: Policy) -> bool:
    try:
        parse_marking(marking, policy)
    except MarkingUnreadable:
        return False
    return True


def _read(marking: str, policy: Policy) -> Parsed:
    try:
        return parse_marking(marking, policy)
    except MarkingUnreadable as error:
        raise RecordInvalid(field="label.marking", reason=error.facts["reason"]) from None


def _render(label: Label, policy: Policy) -> str:
    try:
        return render_marking(label, policy)
    except MarkingUnreadable as error:
        raise RecordInvalid(field="label.level", reason=error.facts["reason"]) from None


def _fill(label: Label, policy: Policy, parsed: Parsed) -> Label:
    return msgspec.structs.replace(
        label,
        policy=policy.id,
        level=label.level or parsed.level,
        caveats=label.caveats or parsed.caveats,
        releasable_to=label.releasable_to or parsed.releasable_to or (),
    )
