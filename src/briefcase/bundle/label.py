"""The label of a whole bundle: collected from its records so that any reader can collect it again.

National schemes have no equivalence and the reader may not hold the sender's pack. So nothing is ranked or expanded
that the reader could not rank or expand: all levels that occur are kept, in the order of the sender's pack (the last
one of a policy is the highest), and all distinct sets of whom the records may be released to (the bundle may go to
whoever is in every set). ``label.xml`` says the same as an ADatP-4774 label in an ADatP-4778 binding.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import msgspec

from briefcase.bundle import paths
from briefcase.records.label import Label
from briefcase.records.lattice import PAP_ORDER, TLP_ORDER, labels_of
from briefcase.records.packs import Pack
from briefcase.records.record import Record

_LABEL_SPACE = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
_BINDING_SPACE = "urn:nato:stanag:4778:bindinginformation:1:0"
_ALLOWED_CONTROLS = "\t\n\r"


class PolicyLevels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The levels of one policy that occur in the records, lowest first; the last one is the bundle's."""

    policy: str
    levels: tuple[str, ...]


class BundleLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the records of a bundle are marked with, together.

    Attributes:
        levels: by policy, policies ascending.
        releasable_to: the distinct sets of typed codes, each ascending; a reader must be in every one.
        caveats: of all records, ascending.
        tlp: the strictest.
        pap: the strictest.
        handling: of all records, ascending.
        review_on: the earliest; empty when no record has one.
    """

    levels: tuple[PolicyLevels, ...]
    releasable_to: tuple[tuple[str, ...], ...]
    caveats: tuple[str, ...]
    tlp: str
    pap: str
    handling: tuple[str, ...]
    review_on: str


def all_labels(records: Iterable[Record]) -> tuple[Label, ...]:
    """Return the distinct labels of *records* and of their fields."""
    return tuple(dict.fromkeys(label for record in records for label in labels_of(record)))


def collect(labels: Sequence[Label], order: dict[str, Sequence[str]]) -> BundleLabel:
    """Return the label of a bundle.

    Args:
        labels: of all its records.
        order: by policy the levels, lowest first; what is not in it counts as highest.
    """
    policies = sorted({label.policy for label in labels})
    return BundleLabel(
        levels=tuple(
            PolicyLevels(policy, _ordered({one.level for one in labels if one.policy == policy}, order.get(policy, ())))
            for policy in policies
        ),
        releasable_to=tuple(sorted({tuple(sorted(set(label.releasable_to))) for label in labels})),
        caveats=tuple(sorted({caveat for label in labels for caveat in label.caveats})),
        tlp=_strictest((label.tlp for label in labels), TLP_ORDER),
        pap=_strictest((label.pap for label in labels), PAP_ORDER),
        handling=tuple(sorted({code for label in labels for code in label.handling})),
        review_on=min(filter(None, (label.review_on for label in labels)), default=""),
    )


def _ordered(levels: Iterable[str], order: Sequence[str]) -> tuple[str, ...]:
    place = {level: number for number, level in enumerate(order)}
    return tuple(sorted(levels, key=lambda level: (place.get(level, len(place)), level)))


def _strictest(marks: Iterable[str], order: tuple[str, ...]) -> str:
    return max(marks, key=lambda mark: (order.index(mark) if mark in order else len(order), mark), default="")


def of_records(records: Iterable[Record], pack: Pack) -> BundleLabel:
    """Return the label of a bundle of *records*, its levels ranked by *pack*."""
    order = {policy.id: tuple(level.id for level in policy.levels) for policy in pack.policies.values()}
    return collect(all_labels(records), dict(order))


def agrees(label: BundleLabel, records: Iterable[Record]) -> bool:
    """Tell whether *label* is what its own order of levels gives for *records*."""
    return collect(all_labels(records), {each.policy: each.levels for each in label.levels}) == label


def _text(value: str) -> str:
    kept = "".join(c for c in value if c in _ALLOWED_CONTROLS or ord(c) >= 0x20)  # noqa: PLR2004 - XML 1.0 Char
    return html.escape(kept, quote=False)


def _category(tag: str, kind: str, values: Sequence[str]) -> str:
    inner = "".join(f"<slab:GenericValue>{_text(value)}</slab:GenericValue>" for value in values)
    return f'<slab:Category TagName="{tag}" Type="{kind}">{inner}</slab:Category>'


def _information(each: PolicyLevels, label: BundleLabel) -> str:
    parts = [
        f"<slab:PolicyIdentifier>{_text(each.policy)}</slab:PolicyIdentifier>",
        f"<slab:Classification>{_text(each.levels[-1])}</slab:Classification>",
        *(_category("Releasable To", "PERMISSIVE", codes) for codes in label.releasable_to),
        *([_category("Caveat", "RESTRICTIVE", label.caveats)] if label.caveats else []),
        *([_category("TLP", "INFORMATIVE", [label.tlp])] if label.tlp else []),
        *([_category("PAP", "INFORMATIVE", [label.pap])] if label.pap else []),
        *([_category("Handling", "INFORMATIVE", label.handling)] if label.handling else []),
    ]
    return "<slab:ConfidentialityInformation>" + "".join(parts) + "</slab:ConfidentialityInformation>"


def label_xml(label: BundleLabel, created: str) -> bytes:
    """Return ``label.xml``: the label of *label*, created at *created* (UTC), bound to ``records.jsonl``.

    The first policy gives the originator's label, every further one an alternative label.
    """
    blocks = []
    for number, each in enumerate(label.levels):
        role = "alternativeConfidentialityLabel" if number else "originatorConfidentialityLabel"
        stamp = f"<slab:CreationDateTime>{_text(created)}</slab:CreationDateTime>"
        blocks.append(f"<mb:Metadata><slab:{role}>{_information(each, label)}{stamp}</slab:{role}></mb:Metadata>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mb:BindingInformation xmlns:mb="{_BINDING_SPACE}" xmlns:slab="{_LABEL_SPACE}">'
        "<mb:MetadataBindingContainer><mb:MetadataBinding>\n"
        + "\n".join(blocks)
        + f'\n<mb:DataReference URI="{paths.RECORDS}"/>'
        "</mb:MetadataBinding></mb:MetadataBindingContainer></mb:BindingInformation>\n"
    ).encode()
