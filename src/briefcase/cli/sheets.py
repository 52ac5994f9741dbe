"""``contact print``, ``contact scan``, ``receipt print`` and ``codes read``: sheets with codes, and back from scans."""

from __future__ import annotations

import argparse

from briefcase import language
from briefcase.cli.opening import opened
from briefcase.cli.output import Output
from briefcase.cli.partners import contact_lines, contact_value
from briefcase.language import _, ngettext
from briefcase.seal.errors import PartsForeign
from briefcase.services import sheets, trust
from briefcase.services.files import need_folder
from briefcase.services.sheets import PrintedSheet


def print_card(arguments: argparse.Namespace, output: Output) -> int:
    """``contact print``."""
    with opened(arguments) as session:
        sheet = sheets.print_card(session, arguments.file, paper=arguments.paper)
        words = session.signed_card.card.words()
    spoken = _("Read these words to your partner: %(words)s") % {"words": " ".join(words)}
    value = {"file": str(arguments.file), **_value(sheet), "words": list(words)}
    output.answer(value, [*_lines(str(arguments.file), sheet), spoken])
    return 0


def print_message(arguments: argparse.Namespace, output: Output) -> int:
    """``receipt print``."""
    with opened(arguments) as session:
        sheet = sheets.print_message(session, arguments.file, arguments.out, paper=arguments.paper)
    output.answer({"file": str(arguments.out), **_value(sheet)}, _lines(str(arguments.out), sheet))
    return 0


def scan_cards(arguments: argparse.Namespace, output: Output) -> int:
    """``contact scan``: all cards on the scans, or none."""
    with opened(arguments) as session:
        found = sheets.scan_cards(session, arguments.files, agency=arguments.agency, country=arguments.country)
        told = [(contact, trust.notices(session, contact)) for contact in found]
    value: dict[str, object] = {
        "contacts": [{**contact_value(contact), "notices": notices} for contact, notices in told]
    }
    output.answer(value, [line for contact, notices in told for line in (*contact_lines(contact), *notices)])
    return 0


def read_codes(arguments: argparse.Namespace, output: Output) -> int:
    """``codes read``: write what is whole; the exit status is that of the first sequence that is not."""
    need_folder(arguments.out)
    found = sheets.read_codes_from(arguments.files)
    if not (found.cards or found.revocations or found.messages):
        raise found.faults[0] if found.faults else PartsForeign(count=found.foreign)
    files = [str(path) for path in sheets.write_found(found, arguments.out)]
    faults = [f"{fault.code}: {language.sentence(fault)} {language.hint(fault)}" for fault in found.faults]
    value: dict[str, object] = {"files": files, "faults": faults, "foreign": found.foreign, "pages": found.pages}
    lines = [_("Written: %(file)s") % {"file": file} for file in files]
    output.answer(value, [*lines, *faults])
    return found.faults[0].exit_status if found.faults else 0


def _value(sheet: PrintedSheet) -> dict[str, object]:
    return {"pages": sheet.pages, "codes": sheet.codes, "reference": sheet.reference}


def _lines(file: str, sheet: PrintedSheet) -> list[str]:
    words = ngettext(
        "%(file)s has %(count)d page with %(codes)d codes.",
        "%(file)s has %(count)d pages with %(codes)d codes.",
        sheet.pages,
    )
    return [words % {"file": file, "count": sheet.pages, "codes": sheet.codes}]
