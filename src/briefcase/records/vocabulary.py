"""The shipped vocabularies: tables of terms, each with where it comes from and how far that was confirmed.

A vocabulary is one file of ``resources/vocab/``. ``status`` is ``verified`` (read in a public copy), ``secondary`` (in
somebody's transcription or summary), ``memory`` (unconfirmed, never to be shown as official), ``own`` (our wording)
or ``mixed`` (said by each term).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from briefcase import resources
from briefcase.records.errors import VocabularyUnknown

STATUSES = frozenset({"verified", "secondary", "memory", "own", "mixed"})


@dataclass(frozen=True)
class Term:
    """One term of a vocabulary.

    Attributes:
        id: as it stands in records.
        label: in words, a message id for the catalogue.
        note: what it means; may be empty.
        group: what it belongs to, such as the tier or the jurisdictions; may be empty.
        alternate: another code for the same thing (alpha-3 of a country); may be empty.
        source: where it comes from, when that differs from the vocabulary's.
        status: how far it was confirmed; never ``mixed``.
    """

    id: str
    label: str
    note: str = ""
    group: str = ""
    alternate: str = ""
    source: str = ""
    status: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """A table of terms with its source.

    Attributes:
        name: as fields name it.
        title: message id of its name.
        source: where it comes from.
        status: see the module.
        edition: date or version of the source; may be empty.
        note: what to know before relying on it; may be empty.
        terms: in the order of a form.
        by_id: the same, by id.
    """

    name: str
    title: str
    source: str
    status: str
    edition: str
    note: str
    terms: tuple[Term, ...]
    by_id: MappingProxyType[str, Term]

    def label(self, term_id: str) -> str:
        """Return the label of a term, or the id itself when the vocabulary does not have it."""
        term = self.by_id.get(term_id)
        return term.label if term else term_id

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.by_id


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary called *name*.

    Raises:
        VocabularyUnknown: no such file is shipped.
    """
    if name not in names():
        raise VocabularyUnknown(name=name)
    table = tomllib.loads(resources.read_text("vocab", f"{name}.toml"))
    status = table["status"]
    terms = tuple(Term(**{"status": status, **row}) for row in table["term"])
    return Vocabulary(
        name=name,
        title=table["title"],
        source=table["source"],
        status=status,
        edition=table.get("edition", ""),
        note=table.get("note", ""),
        terms=terms,
        by_id=MappingProxyType({term.id: term for term in terms}),
    )


@cache
def names() -> tuple[str, ...]:
    """Return the names of all shipped vocabularies, in order."""
    return tuple(sorted(file.stem for file in resources.path("vocab").glob("*.toml")))


def alpha3(country: str) -> str:
    """Return the three-letter code of a two-letter country code, or an empty text."""
    term = vocabulary("country").by_id.get(country)
    return term.alternate if term else ""


def alpha2(country: str) -> str:
    """Return the two-letter code of a three-letter country code, or an empty text."""
    return _by_alpha3().get(country, "")


def country_name(code: str) -> str:
    """Return the English name of a country by its two- or three-letter code, or the code itself."""
    two = code if len(code) == len("GB") else alpha2(code)
    return vocabulary("country").label(two) if two else code


@cache
def _by_alpha3() -> MappingProxyType[str, str]:
    return MappingProxyType({term.alternate: term.id for term in vocabulary("country").terms})
