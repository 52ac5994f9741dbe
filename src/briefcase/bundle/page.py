"""READ-ME-FIRST.html: the bundle for a partner who has only an age tool and a browser.

One file without a script, a form, or a reference to anything outside itself; a content security policy in the page
forbids all of them, and allows only the one style sheet by its hash. It repeats what ``records.jsonl`` says and never
prevails over it: nothing in a browser has checked a signature, and the page says so first.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from briefcase.bundle import paths
from briefcase.bundle.content import AttachmentSource
from briefcase.bundle.manifest import MANIFEST, SSH_SIGNATURE, Banner, Manifest
from briefcase.bundle.page_records import RecordPage, in_order, isolated, text
from briefcase.bundle.verdict import size_words
from briefcase.language import _, current
from briefcase.records.kinds import Document, TearLine
from briefcase.records.record import Record

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f5f7; color: #16191d; font: 16px/1.5 "Segoe UI", "Noto Sans", "Helvetica Neue", Arial,
  sans-serif; }
.banner { color: %(foreground)s; background: %(background)s; text-align: center; padding: .5rem 1rem;
  font-weight: 700; letter-spacing: .03em; }
.banner p { margin: 0; overflow-wrap: anywhere; }
.banner .second { font-weight: 600; font-size: .85rem; }
header.banner { position: sticky; top: 0; z-index: 1; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.25rem 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 2px solid #c9ced6; }
h3 { font-size: 1.05rem; margin: .25rem 0 .6rem; }
.lead { color: #4a525c; margin: 0 0 1rem; }
.verify { background: #fff7e0; border: 1px solid #d9a400; border-left-width: .4rem; border-radius: .3rem;
  padding: .75rem 1.1rem; margin: 1rem 0; }
.verify h2 { border: 0; margin: 0 0 .4rem; padding: 0; }
.verify p, .verify ol { margin: .4rem 0; }
table { width: 100%%; border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid #e3e6ea;
  overflow-wrap: anywhere; }
th { width: 13rem; font-weight: 600; color: #414a55; }
.list th { width: auto; }
.facts, .record { background: #fff; border: 1px solid #d5d9df; border-radius: .3rem; padding: .75rem 1.1rem;
  margin: 0 0 1rem; }
.facts tr:first-child > *, .record tr:first-child > * { border-top: 0; }
.record { scroll-margin-top: 5rem; }
.record:target { outline: 3px solid #2f6fd0; }
.marking { float: inline-end; font-size: .78rem; font-weight: 700; margin: 0 0 .25rem 1rem; }
.kind { display: inline-block; font-size: .78rem; font-weight: 600; color: #34506f; background: #e6eef8;
  border-radius: .25rem; padding: .05rem .45rem; margin-inline-end: .4rem; }
.ids { font-size: .75rem; color: #59626d; margin: .5rem 0 0; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; }
.main { font-weight: 600; }
.main, .part { display: inline-block; margin-inline-end: .8rem; }
.of { color: #59626d; font-size: .85rem; }
.contents ul, td ul { margin: 0; padding-inline-start: 1.1rem; }
.contents { background: #fff; border: 1px solid #d5d9df; border-radius: .3rem; padding: .75rem 1.1rem; columns: 22rem; }
.contents h3 { margin: .4rem 0 .1rem; }
code { font: .85em ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; color: #4a525c;
  overflow-wrap: anywhere; }
.control { font: .75em ui-monospace, monospace; color: #fff; background: #a01218; border-radius: .2rem;
  padding: 0 .25rem; }
a { color: #1f56a8; }
@media print { body { background: #fff; } header.banner { position: static; } .record { break-inside: avoid; } }
"""


def render(
    manifest: Manifest,
    views: Sequence[Record],
    tear_lines: Sequence[TearLine],
    attachments: Sequence[AttachmentSource],
) -> bytes:
    """Return the page in UTF-8.

    Args:
        manifest: whose facts stand on the page; its entries, blocks and padding are not looked at.
        views: every released record; each one stands on the page with every field.
        tear_lines: in their own part of the page.
        attachments: listed with the names that their documents give them.
    """
    style = _STYLE % {"foreground": manifest.banner.foreground, "background": manifest.banner.background}
    records = in_order(views)
    page = RecordPage((*records, *tear_lines))
    body = [
        _verify_first(manifest),
        _facts(manifest),
        _tear_lines(page, sorted(tear_lines, key=lambda line: line.id)),
        _heading(_("Contents")) + f'<nav class="contents">{page.contents(records)}</nav>' if records else "",
        _heading(_("Records")) if records else "",
        *(page.section(record) for record in records),
        _attachments(records, attachments),
    ]
    return _frame(manifest, style, "\n".join(part for part in body if part)).encode("utf-8", "backslashreplace")


def _frame(manifest: Manifest, style: str, body: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = _("Sealed hand-over: read this first")
    return (
        f'<!DOCTYPE html>\n<html lang="{text(current().replace("_", "-"))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<header class="banner">{_banner(manifest.banner)}</header>\n<main>\n<h1>{text(title)}</h1>\n'
        f'{body}\n</main>\n<footer class="banner">{_banner(manifest.banner)}</footer>\n</body>\n</html>\n'
    )


def _banner(banner: Banner) -> str:
    second = f'<p class="second">{isolated(banner.line2)}</p>' if banner.line2 else ""
    return f"<p>{isolated(banner.line1)}</p>{second}"


def _heading(words: str) -> str:
    return f"<h2>{text(words)}</h2>"


def _verify_first(manifest: Manifest) -> str:
    claimed = _("A browser checks no signature: that this comes from %(name)s is so far only claimed.")
    command = (
        f"ssh-keygen -Y verify -f allowed_signers -I {manifest.sender.fingerprint[:16]} "
        f"-n briefcase-bundle-v1 -s {SSH_SIGNATURE} < {MANIFEST}"
    )
    steps = (
        _("Open the sealed file with the program, which checks both signatures and every byte, if you have it."),
        _("Otherwise check the signature of the manifest with the sender's key as you know it from his contact card:"),
        _("Then compare the SHA-256 of every file with the list in the manifest."),
    )
    items = "".join(
        f"<li>{text(step)}{f'<br><code>{text(command)}</code>' if number == 1 else ''}</li>"
        for number, step in enumerate(steps)
    )
    prevails = _("If this page and %(file)s differ, %(file)s prevails.") % {"file": paths.RECORDS}
    named = text(claimed).replace("%(name)s", isolated(manifest.sender.name))
    return (
        f'<section class="verify">{_heading(_("Verify first"))}<p>{named}</p><ol>{items}</ol>'
        f"<p><strong>{text(prevails)}</strong></p></section>"
    )


def _facts(manifest: Manifest) -> str:
    people = "".join(
        f"<li>{isolated(each.name)} <code>{text(each.fingerprint)}</code></li>" for each in manifest.recipients
    )
    sender = f"{isolated(manifest.sender.name)}, {isolated(manifest.sender.agency)}"
    rows = (
        (_("From"), f"{sender} <code>{text(manifest.sender.fingerprint)}</code>"),
        (_("Sealed for"), f"<ul>{people}</ul>"),
        (_("Sealed at"), text(manifest.created)),
        (_("Purpose"), isolated(manifest.purpose)),
        (_("Handling"), isolated(manifest.caveat)),
        (_("Bundle"), f"<code>{text(manifest.bundle_id)}</code>"),
        (_("Number in this series"), str(manifest.sequence)),
        (_("Records"), str(manifest.records - len(manifest.tear_lines))),
    )
    drawn = "".join(f"<tr><th>{text(title)}</th><td>{value}</td></tr>" for title, value in rows)
    return f'<section class="facts"><table>{drawn}</table></section>'


def _tear_lines(page: RecordPage, tear_lines: Sequence[TearLine]) -> str:
    if not tear_lines:
        return ""
    return _heading(_("Tear-lines")) + "\n".join(map(page.section, tear_lines))


def _attachments(records: Sequence[Record], attachments: Sequence[AttachmentSource]) -> str:
    if not attachments:
        return ""
    named: dict[str, list[str]] = {}
    for record in records:
        if isinstance(record, Document) and record.sha256:
            named.setdefault(record.sha256, []).append(record.file_name or record.title)
    head = "".join(f"<th>{text(title)}</th>" for title in (_("Name"), _("Type"), _("Size"), _("File in this archive")))
    rows = "".join(
        f"<tr><td>{'<br>'.join(map(isolated, named.get(each.sha256, [])))}</td><td>{text(each.media_type)}</td>"
        f"<td>{text(size_words(each.size))}</td><td><code>{paths.ATTACHMENTS}{text(each.sha256)}</code></td></tr>"
        for each in sorted(attachments, key=lambda each: each.sha256)
    )
    table = f'<section class="facts"><table class="list"><tr>{head}</tr>{rows}</table></section>'
    return _heading(_("Attached files")) + table
