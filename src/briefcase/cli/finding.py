"""``search`` and the searches that are kept under a name."""

from __future__ import annotations

import argparse

from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.language import _
from briefcase.records.fields import kind_title
from briefcase.services import cases, contacts
from briefcase.services.finding import partner_view, searching
from briefcase.services.finding.errors import SearchNeedsCase
from briefcase.services.session import Session
from briefcase.vault.values import Hit


def search(arguments: argparse.Namespace, output: Output) -> int:
    """``search``: the best hits first; with ``--for`` only in what that contact may see of a case."""
    with opened(arguments) as session:
        hits = _hits(session, arguments)
    value = [
        {
            "id": hit.id,
            "kind": hit.kind,
            "title": hit.title,
            "snippet": hit.snippet,
            "marks": [list(mark) for mark in hit.marks],
            "where": hit.where,
        }
        for hit in hits
    ]
    lines = [f"{hit.id}  {kind_title(hit.kind)}: {hit.title}" for hit in hits] or [_("Nothing was found.")]
    output.answer({"hits": value}, lines)
    return 0


def _hits(session: Session, arguments: argparse.Namespace) -> list[Hit]:
    text = searching.saved_text(session, arguments.text) if arguments.saved else arguments.text
    kinds, limit = arguments.kind or None, arguments.limit
    if not arguments.case and not arguments.for_contact:
        return searching.search(session, text, kinds=kinds, limit=limit)
    if not arguments.case:
        raise SearchNeedsCase
    case = cases.find_case(session, arguments.case)
    if not arguments.for_contact:
        return searching.search(session, f"case:{case.id} {text}", kinds=kinds, limit=limit)
    contact = contacts.find(session, arguments.for_contact)
    view = partner_view.view_for(session, case.id, contact.fingerprint)
    return partner_view.search_view(view, text, kinds=kinds, limit=limit)


def save(arguments: argparse.Namespace, output: Output) -> int:
    """``searches save``."""
    with opened(arguments) as session:
        kept = searching.save(session, arguments.name, arguments.text)
    output.answer({"name": kept.name, "query": kept.query}, [_("Saved: %(name)s") % {"name": kept.name}])
    return 0


def list_saved(arguments: argparse.Namespace, output: Output) -> int:
    """``searches list``."""
    with opened(arguments) as session:
        found = searching.saved(session)
    value = [{"name": one.name, "query": one.query, "saved": one.saved} for one in found]
    lines = [f"{one.name}: {one.query}" for one in found] or [_("No searches are saved.")]
    output.answer({"searches": value}, lines)
    return 0


def remove(arguments: argparse.Namespace, output: Output) -> int:
    """``searches remove``."""
    with opened(arguments) as session:
        searching.forget(session, arguments.name)
    output.answer({"name": arguments.name}, [_("Removed: %(name)s") % {"name": arguments.name}])
    return 0
