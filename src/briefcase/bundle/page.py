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
from briefcase.records import meanings
from briefcase.records.kinds import Document, TearLine
from briefcase.records.lattice import labels_of
from briefcase.records.record import Record
from briefcase.seal.signatures import namespace

_STYLE = """
:root { color-scheme: light dark; --paper: #f4f5f7; --sheet: #fff; --ink: #16191d; --soft: #4a525c; --line: #d5d9df;
  --rule: #c9ced6; --link: #1f56a8; --badge: #e6eef8; --badge-ink: #34506f; --warn: #fff7e0; --warn-line: #b98900; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --sheet: #1d2126; --ink: #e8eaed; --soft: #a9b1bb;
  --line: #353b43; --rule: #4a525c; --link: #8fb8f2; --badge: #25364b; --badge-ink: #bcd4f2; --warn: #2d2610;
  --warn-line: #c99a1a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 "Segoe UI", "Noto Sans", "Helvetica Neue",
  Arial, sans-serif; }
.banner { color: %(foreground)s; background: %(background)s; text-align: center; padding: .5rem 1rem;
  font-weight: 700; letter-spacing: .03em; }
.banner p { margin: 0; overflow-wrap: anywhere; }
.banner .second { font-weight: 600; font-size: .85rem; }
header.banner { position: sticky; top: 0; z-index: 1; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.25rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 2px solid var(--rule); }
h3 { font-size: 1.05rem; margin: .25rem 0 .6rem; overflow-wrap: anywhere; }
.verify { background: var(--warn); border: 1px solid var(--warn-line); border-left-width: .4rem; border-radius: .3rem;
  padding: .75rem 1.1rem; margin: 1rem 0; }
.verify h2 { border: 0; margin: 0 0 .4rem; padding: 0; }
.verify p, .verify ol, .note { margin: .4rem 0; }
.verify ol { padding-inline-start: 1.4rem; }
.verify li { margin: .5rem 0; }
pre { margin: .3rem 0; padding: .5rem .7rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .3rem; font: .8rem/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%%; border-collapse: collapse; table-layout: fixed; }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { width: 13rem; font-weight: 600; color: var(--soft); }
.files th { color: var(--ink); width: 45%%; }
.facts, .record { background: var(--sheet); border: 1px solid var(--line); border-radius: .3rem; padding: .75rem 1.1rem;
  margin: 0 0 1rem; }
.facts tr:first-child > *, .record tr:first-child > * { border-top: 0; }
.record { scroll-margin-top: 5rem; }
.record:target { outline: 3px solid var(--link); }
.marking { float: inline-end; max-width: 60%%; font-size: .78rem; font-weight: 700; margin: 0 0 .25rem 1rem;
  overflow-wrap: anywhere; }
.kind { display: inline-block; font-size: .78rem; font-weight: 600; color: var(--badge-ink); background: var(--badge);
  border-radius: .25rem; padding: .05rem .45rem; margin-inline-end: .4rem; }
.ids, .note { font-size: .8rem; color: var(--soft); overflow-wrap: anywhere; }
.ids { margin: .5rem 0 0; padding: 0 .6rem; }
.text { white-space: pre-wrap; }
.main { font-weight: 600; }
.main, .part { margin-inline-end: .8rem; }
.part { display: inline-block; max-width: 100%%; }
.of { color: var(--soft); font-size: .85rem; }
.contents ul, td ul { margin: 0; padding-inline-start: 1.1rem; }
.contents { background: var(--sheet); border: 1px solid var(--line); border-radius: .3rem; padding: .75rem 1.1rem;
  columns: 22rem; overflow-wrap: anywhere; }
.contents h3 { margin: .4rem 0 .1rem; break-after: avoid; }
code { font: .8em ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; color: var(--soft);
  overflow-wrap: anywhere; }
.control { font: .75em ui-monospace, monospace; color: #fff; background: #a01218; border-radius: .2rem;
  padding: 0 .25rem; }
a { color: var(--link); }
@media screen and (max-width: 40rem) { main { padding: .5rem .75rem 2rem; } table, tbody, tr, th, td { display: block; }
  th, .files th { width: auto; padding-bottom: 0; font-size: .85rem; } td { border-top: 0; padding-top: .1rem; }
  .files th { font-size: 1rem; } .marking { float: none; max-width: none; margin: 0 0 .3rem; } }
@media print { :root { color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000; --soft: #333; --line: #bbb;
  --rule: #999; --link: #000; --badge: #eee; --badge-ink: #000; --warn: #fff; }
  body { display: table; width: 100%%; font-size: 11pt; } main { display: table-row-group; }
  header.banner, footer.banner { break-inside: avoid; position: static; } header.banner { display: table-header-group; }
  footer.banner { display: table-footer-group; }
  .banner { print-color-adjust: exact; -webkit-print-color-adjust: exact; } h2, h3 { break-after: avoid; }
  tr, .verify li { break-inside: avoid; } }
"""
# For every entry "path" and "sha256" stand side by side in canonical JSON; no text of the sender can look like them,
# because the quotes inside it are escaped.
_COMPARE = rf"""grep -o '"path":"[^"]*","sha256":"[0-9a-f]*"' {MANIFEST} |
  sed 's/"path":"\(.*\)","sha256":"\(.*\)"/\2  \1/' | sha256sum -c"""
_OTHERS = rf"""{{ printf 'briefcase/%s\n' manifest.json manifest.json.sig manifest.json.mldsa blocks.bin padding
  grep -o '"path":"[^"]*","sha256"' {MANIFEST} | cut -d '"' -f 4; }} > ../signed
find . ! -type d | sed 's/^..//' | grep -vxFf ../signed; find . -name '*[!A-Za-z0-9._-]*'"""
# A text in JSON ends at the first quote that no backslash stands before; the last match is that of the manifest itself,
# because only ``extensions``, which come before, could hold another one.
_FROM = rf"""grep -oE '"sender":\{{"agency":"([^"\\]|\\.)*","fingerprint":"[0-9a-f]{{64}}"' {MANIFEST} |
  tail -n 1 | grep -oE '[0-9a-f]{{64}}"$' | tr -d '"'"""
_FOR = rf"""grep -oE '"recipients":\[(\{{"fingerprint":"[0-9a-f]{{64}}","name":"([^"\\]|\\.)*"\}},?)+\]' {MANIFEST} |
  tail -n 1 | grep -oE '"fingerprint":"[0-9a-f]{{64}}"' | cut -d '"' -f 4"""
# The public key of a card file in the form of OpenSSH; the blank is the length of the key, 32.
_ALLOW = r"""{ printf 'sender ssh-ed25519 '; { printf '\0\0\0\013ssh-ed25519\0\0\0 '
    sed '/^-----/d' ../sender.card | base64 -d | grep -o '"ed25519":"[^"]*"' |
      cut -d '"' -f 4 | base64 -d; } | base64 | tr -d '\n'; echo; } > ../allowed"""
_PRINT = r"""sed '/^-----/d' ../sender.card | base64 -d |
  sed 's/^{"card"://; s/,"mldsa87":"[^"]*",\("predecessor.*,\)\{0,1\}"ssh":"[^"]*"}$//' | tr -d '\n' | sha256sum"""


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
    marked = (label for each in (*records, *tear_lines) for label in labels_of(each))
    page = RecordPage((*records, *tear_lines))
    body = [
        _verify_first(manifest),
        _facts(manifest, meanings.sentences(marked, manifest.created)),
        _attachments(records, attachments),
        _tear_lines(page, sorted(tear_lines, key=lambda line: line.id)),
        _heading(_("Contents")) + f'<nav class="contents">{page.contents(records)}</nav>' if records else "",
        _heading(_("Records")) if records else "",
        *(page.section(record) for record in records),
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
    without = _("Briefcase checks everything. Without it, type in the folder where this page lies:")
    signature = (
        f"ssh-keygen -Y verify -f ../allowed -I sender -n {namespace('bundle')} \\\n  -s {SSH_SIGNATURE} < {MANIFEST}"
    )
    steps = (
        (
            _("Take the sender's key from his contact card, as he gave it to you and never from here:"),
            _ALLOW,
        ),
        (
            _("Print the fingerprint of that card. It must be the one that you and he compared:"),
            _PRINT,
        ),
        (_("Check who signed the list of files. The answer must begin with the word Good:"), signature),
        (
            _("Compare the files with the list. Every line must end in OK:"),
            _COMPARE,
        ),
        (_("Look for other files. Whatever this prints was not signed; it must print nothing:"), _OTHERS),
        (_("Print the fingerprint of the sender. It must be that of the card:"), _FROM),
        (
            _("Print those of the recipients. If yours is not among them, somebody passed this on to you:"),
            _FOR,
        ),
    )
    items = "".join(f"<li>{text(step)}<pre>{text(command)}</pre></li>" for step, command in steps)
    second = _("The second signature, ML-DSA-87, needs Briefcase or another tool for FIPS 204.")
    prevails = _("If this page and %(file)s differ, %(file)s prevails.") % {"file": paths.RECORDS}
    named = text(claimed).replace("%(name)s", isolated(manifest.sender.name))
    return (
        f'<section class="verify">{_heading(_("Verify first"))}<p>{named} {text(without)}</p><ol>{items}</ol>'
        f"<p>{text(second)}</p><p><strong>{text(prevails)}</strong></p></section>"
    )


def _facts(manifest: Manifest, marks: Sequence[str]) -> str:
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
        (_("What the marks ask"), f"<ul>{''.join(f'<li>{text(one)}</li>' for one in marks)}</ul>" if marks else ""),
        (_("Bundle"), f"<code>{text(manifest.bundle_id)}</code>"),
        (_("Number in this series"), str(manifest.sequence)),
        (_("Records"), str(manifest.records - len(manifest.tear_lines))),
    )
    empty = (isolated(""), "")
    drawn = "".join(f"<tr><th>{text(title)}</th><td>{value}</td></tr>" for title, value in rows if value not in empty)
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
    rows = "".join(
        f"<tr><th>{'<br>'.join(map(isolated, named.get(each.sha256, [])))}</th><td>{text(each.media_type)}, "
        f"{text(size_words(each.size))}<br><code>{paths.ATTACHMENTS}{text(each.sha256)}</code></td></tr>"
        for each in sorted(attachments, key=lambda each: each.sha256)
    )
    ending = _("The files have no endings. To open one, copy it to a name that ends as its name here does.")
    table = f'<section class="facts files"><table>{rows}</table><p class="note">{text(ending)}</p></section>'
    return _heading(_("Attached files")) + table
