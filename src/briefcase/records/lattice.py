"""Labels as a lattice: what a page, a bundle or a window that shows several records carries.

Joining takes the higher level of each policy (and keeps the policies apart, for they have no official equivalence),
the intersection of whom it may be released to, and the union of caveats. Joining is associative, commutative and
idempotent, and its result is never less strict than what went in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from briefcase.records.label import Label
from briefcase.records.markings import parts_of, render_codes
from briefcase.records.packs import Grammar, Level, Pack, Policy
from briefcase.records.record import Record

TLP_ORDER = ("", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
PAP_ORDER = ("", "PAP:CLEAR", "PAP:GREEN", "PAP:AMBER", "PAP:RED")
NOBODY = "NOT RELEASABLE"
_UNKNOWN_COLOURS = ("#FFFFFF", "#000000")
_PLAIN_COLOURS = ("#000000", "#FFFFFF")


@dataclass(frozen=True)
class LabelJoin:
    """The join of some labels.

    Attributes:
        levels: pairs of policy and level; of one policy the highest, or every unknown one.
        releasable_to: country and agency codes; nothing when no label was joined, which restricts nobody.
        caveats: of all labels.
        tlp: the strictest.
        pap: the strictest.
        handling: of all labels.
        review_on: the earliest; empty when none has one.
    """

    levels: frozenset[tuple[str, str]] = frozenset()
    releasable_to: frozenset[str] | None = None
    caveats: frozenset[str] = frozenset()
    tlp: str = ""
    pap: str = ""
    handling: frozenset[str] = frozenset()
    review_on: str = ""


@dataclass(frozen=True)
class Banner:
    """A join as it stands at the top and the foot of a page or a window.

    Attributes:
        line1: the level or levels.
        line2: caveats, releasability, TLP; may be empty.
        foreground: text colour, ``#RRGGBB``.
        background: colour behind it, ``#RRGGBB``.
    """

    line1: str
    line2: str
    foreground: str
    background: str


def of(label: Label, pack: Pack) -> LabelJoin:
    """Return one label as a join."""
    return LabelJoin(
        levels=frozenset({(label.policy, label.level)}),
        releasable_to=pack.expand(label.releasable_to),
        caveats=frozenset(label.caveats),
        tlp=label.tlp,
        pap=label.pap,
        handling=frozenset(label.handling),
        review_on=label.review_on,
    )


def join(labels: Iterable[Label], pack: Pack) -> LabelJoin:
    """Return the join of *labels*; of none, the join that restricts nothing."""
    return join_all((of(label, pack) for label in labels), pack)


def join_records(records: Iterable[Record], pack: Pack) -> LabelJoin:
    """Return the join of the labels of *records*, those of their single fields included."""
    return join((label for record in records for label in labels_of(record)), pack)


def labels_of(record: Record) -> tuple[Label, ...]:
    """Return the label of *record* and those of its fields."""
    return (record.label, *record.field_labels.values())


def join_all(joins: Iterable[LabelJoin], pack: Pack) -> LabelJoin:
    """Return the join of joins."""
    return reduce(lambda one, other: join_two(one, other, pack), joins, LabelJoin())


def join_two(one: LabelJoin, other: LabelJoin, pack: Pack) -> LabelJoin:
    """Return the least join that is at least as strict as both."""
    return LabelJoin(
        levels=_highest(one.levels | other.levels, pack),
        releasable_to=meet(one.releasable_to, other.releasable_to),
        caveats=one.caveats | other.caveats,
        tlp=max(one.tlp, other.tlp, key=lambda mark: _strictness(mark, TLP_ORDER)),
        pap=max(one.pap, other.pap, key=lambda mark: _strictness(mark, PAP_ORDER)),
        handling=one.handling | other.handling,
        review_on=min(filter(None, (one.review_on, other.review_on)), default=""),
    )


def meet(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Return the codes that stand under both; a country's code stands for its agencies too."""
    if one is None or other is None:
        return _normal(other if one is None else one)
    both = {code for code in one if covers(other, code)} | {code for code in other if covers(one, code)}
    return _normal(frozenset(both))


def covers(codes: frozenset[str], code: str) -> bool:
    """Say whether *codes* include a country (``GBR``) or an agency (``GBR/HMRC``), directly or by its country."""
    return code in codes or code.split("/", maxsplit=1)[0] in codes


def is_within(level: str, cleared_to: str, policy: Policy | None) -> bool:
    """Say whether *level* is at most *cleared_to*; what the policy does not know is not."""
    if policy is None:
        return False
    rank, limit = policy.rank(level), policy.rank(cleared_to)
    return rank is not None and limit is not None and rank <= limit


def is_at_least(strict: LabelJoin, other: LabelJoin, pack: Pack) -> bool:
    """Say whether *strict* is at least as strict as *other* in every respect."""
    return join_two(strict, other, pack) == join_two(strict, LabelJoin(), pack)


def banner(joined: LabelJoin, pack: Pack) -> Banner:
    """Return how *joined* is shown at the top and the foot."""
    known = sorted((_known(pair, pack) for pair in joined.levels), key=lambda one: (-one[0], one[1], one[2]))
    names = [_level_text(policy, level, pack, many=len({one[1] for one in known}) > 1) for _, policy, level in known]
    foreground, background = _colours(known, pack)
    return Banner(" + ".join(names), _second_line(joined, pack), foreground, background)


def portion(label: Label, pack: Pack) -> str:
    """Return the short mark of one label without brackets, such as ``O-S`` or ``CUI//EXPT``."""
    return portion_of(of(label, pack), pack)


def portion_of(joined: LabelJoin, pack: Pack) -> str:
    """Return the short mark of a join without brackets: levels, caveats, TLP and PAP."""
    many = len({policy for policy, _ in joined.levels}) > 1
    marks = [_level_portion(policy, level, pack, many=many) for policy, level in sorted(joined.levels)]
    caveats = [_caveat_portion(caveat, joined, pack) for caveat in sorted(joined.caveats)]
    return "//".join(filter(None, (" + ".join(marks), "/".join(caveats), joined.tlp, joined.pap)))


def _highest(levels: frozenset[tuple[str, str]], pack: Pack) -> frozenset[tuple[str, str]]:
    kept: set[tuple[str, str]] = set()
    for policy_id in {policy for policy, _ in levels}:
        policy = pack.policy(policy_id)
        ranked = [(policy.rank(level) if policy else None, level) for one, level in levels if one == policy_id]
        unknown = [level for rank, level in ranked if rank is None]
        highest = max((rank, level) for rank, level in ranked if rank is not None)[1] if not unknown else ""
        kept |= {(policy_id, level) for level in unknown or [highest]}
    return frozenset(kept)


def _normal(codes: frozenset[str] | None) -> frozenset[str] | None:
    """Return *codes* without agencies whose country is among them."""
    if codes is None:
        return None
    return frozenset(code for code in codes if "/" not in code or code.split("/", maxsplit=1)[0] not in codes)


def _strictness(mark: str, order: tuple[str, ...]) -> tuple[int, str]:
    return (order.index(mark) if mark in order else len(order), mark)


def _known(pair: tuple[str, str], pack: Pack) -> tuple[int, str, str]:
    """Return how high a pair stands for the order of a banner, with the pair; what is unknown stands highest."""
    policy = pack.policy(pair[0])
    rank = policy.rank(pair[1]) if policy else None
    if policy is None or rank is None:
        return 1000, *pair
    return rank * 100 // max(len(policy.levels) - 1, 1), *pair


def _level(policy_id: str, level_id: str, pack: Pack) -> Level | None:
    policy = pack.policy(policy_id)
    return policy.level(level_id) if policy else None


def _level_text(policy_id: str, level_id: str, pack: Pack, *, many: bool) -> str:
    level = _level(policy_id, level_id, pack)
    text = level.text if level else level_id or "UNMARKED"
    return f"{text} ({policy_id})" if many and policy_id else text


def _level_portion(policy_id: str, level_id: str, pack: Pack, *, many: bool) -> str:
    level = _level(policy_id, level_id, pack)
    mark = level.portion if level else level_id or "UNMARKED"
    return f"{policy_id} {mark}" if many and policy_id else mark


def _caveat_portion(caveat_id: str, joined: LabelJoin, pack: Pack) -> str:
    for policy_id in sorted({policy for policy, _ in joined.levels}):
        policy = pack.policy(policy_id)
        caveat = policy.caveat(caveat_id) if policy else None
        if caveat:
            return caveat.portion
    return caveat_id


def _colours(known: list[tuple[int, str, str]], pack: Pack) -> tuple[str, str]:
    if not known:
        return _PLAIN_COLOURS
    level = _level(known[0][1], known[0][2], pack)
    return (level.foreground, level.background) if level else _UNKNOWN_COLOURS


def _second_line(joined: LabelJoin, pack: Pack) -> str:
    """Return caveats and audience as the one policy writes them behind its level, or in a plain way; then the marks."""
    marks = [joined.tlp, joined.pap, "/".join(sorted(joined.handling))]
    audience, policies = _audience(joined, pack), [pack.policy(one) for one, _level in joined.levels]
    policy = policies[0] if len(policies) == 1 else None
    if policy is not None and all(policy.caveat(one) for one in joined.caveats):
        nobody = [NOBODY] if audience == NOBODY else []
        parts = parts_of(sorted(joined.caveats), "" if nobody else audience, policy)
        said = policy.grammar.separator.join([*parts, *nobody])
    else:
        said = "//".join(filter(None, ("/".join(sorted(joined.caveats)), audience)))
    return "//".join(filter(None, (said, *marks)))


def _audience(joined: LabelJoin, pack: Pack) -> str:
    if joined.releasable_to is None:
        return ""
    policies = [policy for one, _ in joined.levels if (policy := pack.policy(one))]
    own = policies[0].country if len(policies) == 1 else ""
    if not joined.releasable_to - {own}:
        return NOBODY
    stated = [policy.grammar for policy in policies if not policy.grammar.beside]
    grammar = stated[0] if len(policies) == 1 and stated else Grammar(first="USA")
    return render_codes(joined.releasable_to | ({own} if own else set()), grammar)
