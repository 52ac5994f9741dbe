"""READ-ME-FIRST.html and label.xml: whole, harmless, and derived from the records."""

# ruff: noqa: ANN001, ANN201 - the arguments are fixtures and made-up edits

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from briefcase.bundle import label as labels
from briefcase.bundle.page_records import isolated, text
from briefcase.bundle.write import write_bundle
from briefcase.records.kinds import Document, Party
from briefcase.records.label import Label
from briefcase.records.values import Name

ROOT = Path(__file__).resolve().parents[3]
SLAB = "{urn:nato:stanag:4774:confidentialitymetadatalabel:1:0}"


@pytest.fixture
def page(seal, look):
    opened = look(seal([b"%PDF one"]).path)
    return opened.open_entry("READ-ME-FIRST.html").read().decode()


@pytest.fixture
def seal_content(world, tmp_path):
    return lambda content: write_bundle(tmp_path, content, world.usa, [world.aus.card])


class Tags(HTMLParser):
    """Collects tags and attributes, and checks that they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.stack, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        """Check the nesting."""
        assert self.stack.pop() == tag

    def handle_data(self, data):
        """Note words."""
        self.words.append(data)


def parsed(page):
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.stack == []
    return tags


def test_it_holds_no_script_and_no_reference_outside(page):
    tags = parsed(page)
    names = {tag for tag, _ in tags.seen}
    assert names.isdisjoint(
        {"script", "iframe", "object", "embed", "img", "link", "form", "input", "base", "svg", "audio"}
    )
    for tag, attributes in tags.seen:
        assert not any(name.startswith("on") or name in ("style", "src", "action") for name in attributes), tag
        assert attributes.get("href", "#").startswith("#")
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "@import" not in page


def test_no_attribute_and_no_style_reaches_outside(page):
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert re.search(r"@import|@font-face|url\s*\(|src\s*:|expression|image-set|\\\\", style, re.IGNORECASE) is None
    allowed = {"charset", "http-equiv", "content", "name", "lang", "dir", "class", "id", "href"}
    for tag, attributes in parsed(page).seen:
        assert set(attributes) <= allowed, tag
        for name, value in attributes.items():
            assert name in ("content", "class") or re.fullmatch(r"#?[\w-]+|", value), (tag, name, value)
            assert "//" not in value
    assert [a["http-equiv"] for tag, a in parsed(page).seen if "http-equiv" in a] == ["Content-Security-Policy"]


HARD_NAMES = (
    "深圳市华强北电子元器件有限公司",
    "شركة الخليج للتجارة العامة 2020",
    "شرکت می\u200cخواهیم",
    "Северная Волна",
    "<img src=x onerror=alert(1)>",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
)


def test_every_name_is_readable_and_none_is_markup(make, seal_content, look):
    names = tuple(Name(text=each, lang="ar" if "شركة" in each else "") for each in HARD_NAMES)
    hidden = Name(text="abc\u202edcba\u200b.exe")
    content = make([b"text"])
    views = [msgspec.structs.replace(v, names=(*names, hidden)) if isinstance(v, Party) else v for v in content.views]
    views = [msgspec.structs.replace(v, file_name="货运单 <b>.txt") if isinstance(v, Document) else v for v in views]
    opened = look(seal_content(replace(content, views=views)).path)
    html = opened.open_entry("READ-ME-FIRST.html").read().decode()
    tags = parsed(html)
    for name in HARD_NAMES:
        assert name in tags.words
    assert "\u202e" not in html
    assert "\u200b" not in html
    assert {"U+202E", "U+200B"} <= set(tags.words)
    assert "img" not in {tag for tag, _ in tags.seen}
    assert {"dir": "auto", "lang": "ar"} in [attributes for tag, attributes in tags.seen if tag == "bdi"]
    where = [tags.words.index(word) for word in ("货运单 <b>.txt", opened.attachments[0].path)]
    assert where[0] < where[1] < tags.words.index("Records", where[1])


def test_a_fact_that_is_empty_has_no_row(make, seal_content, look):
    for caveat in ("", "Ask first."):
        opened = look(seal_content(make([b"text"], caveat=caveat)).path)
        words = parsed(opened.open_entry("READ-ME-FIRST.html").read().decode()).words
        assert ("Handling" in words[: words.index("Attached files")]) == bool(caveat)


def test_its_commands_are_those_of_the_document(page):
    document = (ROOT / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    code = "\n".join(line.strip() for line in document.splitlines())
    commands = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    assert len(commands) == 7
    for command in commands:
        assert "\n".join(line.strip() for line in unescape(command).splitlines()) in code


def test_its_policy_allows_the_one_style_sheet_only(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_every_value_of_every_record_is_readable(page, seal, look):
    words = "\n".join(parsed(page).words)
    opened = look(seal([b"%PDF one"]).path)
    for record in (*opened.records(), *opened.tear_lines):
        assert record.id in words
        for value in leaves(record):
            assert value in words, value
    assert words.count("EXERCISE OFFICIAL") >= 2
    assert "REL TO" in words
    assert "Verify first" in words
    assert "records.jsonl prevails" in words
    assert "scan 0.pdf" in words


def leaves(value):
    if isinstance(value, str):
        if value and value != "primary":
            yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from leaves(each)
    elif hasattr(value, "__struct_fields__"):
        for name in value.__struct_fields__:
            if value.__struct_defaults__ and getattr(value, name) != "":
                yield from leaves(getattr(value, name))


def test_the_banner_stands_at_top_and_foot_and_on_every_printed_page(page):
    printed = page[page.index("@media print") : page.index("</style>")]
    assert "header.banner { display: table-header-group; }" in printed
    assert "break-inside: avoid" in printed
    assert [dict(a).get("class") for tag, a in parsed(page).seen if tag in ("header", "footer")] == ["banner", "banner"]


def test_text_cannot_become_markup_or_turn_its_neighbours_round():
    assert text("<script>&\"'") == "&lt;script&gt;&amp;&quot;&#x27;"
    assert text("a\u202eb") == 'a<span class="control">U+202E</span>b'
    assert text("a\x00b\x1b") == 'a<span class="control">U+0000</span>b<span class="control">U+001B</span>'
    assert text("می\u200cخواهم") == "می\u200cخواهم"
    assert isolated("x") == '<bdi dir="auto">x</bdi>'
    assert isolated("x\ny").startswith('<div class="text" dir="auto">')
    assert isolated("x", language='"><b>') == '<bdi dir="auto" lang="&quot;&gt;&lt;b&gt;">x</bdi>'


def test_the_label_is_one_of_adatp_4774(seal, look):
    opened = look(seal().path)
    tree = ET.fromstring(opened.open_entry("label.xml").read())  # noqa: S314 - our own text
    information = tree.find(f".//{SLAB}originatorConfidentialityLabel/{SLAB}ConfidentialityInformation")
    assert information.findtext(f"{SLAB}PolicyIdentifier") == "EXERCISE"
    assert information.findtext(f"{SLAB}Classification") == "EXERCISE OFFICIAL"
    assert tree.find(".//{urn:nato:stanag:4778:bindinginformation:1:0}DataReference").get("URI") == "records.jsonl"


def test_label_text_is_escaped():
    nasty = Label(policy='<a b="', level="]]>&\x00", caveats=("<x>",), tlp="TLP:RED")
    made = labels.label_xml(labels.collect([nasty], {}), "2026-11-24T06:02:56Z")
    tree = ET.fromstring(made)  # noqa: S314 - our own text
    assert tree.findtext(f".//{SLAB}PolicyIdentifier") == '<a b="'
    assert tree.findtext(f".//{SLAB}Classification") == "]]>&"


def test_two_policies_give_an_alternative_label():
    both = [Label(policy="USA", level="CUI"), Label(policy="GBR", level="OFFICIAL"), Label(policy="USA", level="U")]
    collected = labels.collect(both, {"USA": ("U", "CUI", "C")})
    assert [(each.policy, each.levels) for each in collected.levels] == [("GBR", ("OFFICIAL",)), ("USA", ("U", "CUI"))]
    tree = ET.fromstring(labels.label_xml(collected, "2026-11-24T06:02:56Z"))  # noqa: S314 - our own text
    assert tree.findtext(f".//{SLAB}originatorConfidentialityLabel//{SLAB}Classification") == "OFFICIAL"
    assert tree.findtext(f".//{SLAB}alternativeConfidentialityLabel//{SLAB}Classification") == "CUI"


def test_what_a_pack_does_not_know_counts_as_highest():
    made = labels.collect([Label(policy="P", level="odd"), Label(policy="P", level="b")], {"P": ("a", "b")})
    assert made.levels[0].levels == ("b", "odd")


def test_ssh_keygen_accepts_the_signature(seal, workshop, world, tmp_path):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not here")
    zipped = tmp_path / "plain.zip"
    zipped.write_bytes(workshop.plain(seal()))
    shutil.unpack_archive(zipped, tmp_path / "out")
    (tmp_path / "allowed").write_text(f"usa {world.usa.card.ssh_line}\n", encoding="utf-8")
    command = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "allowed", "-I", "usa", "-n", "briefcase-bundle-v1"]
    data = (tmp_path / "out" / "briefcase" / "manifest.json").read_bytes()
    signature = tmp_path / "out" / "briefcase" / "manifest.json.sig"
    for given, status in ((data, 0), (data + b" ", 255)):
        done = subprocess.run([*command, "-s", signature], input=given, capture_output=True, check=False)
        assert done.returncode == status, done.stderr


DECRYPT = """
import { Decrypter } from "age-encryption";
import { readFileSync } from "node:fs";
const decrypter = new Decrypter();
decrypter.addIdentity(process.argv[2]);
process.stdout.write(await decrypter.decrypt(readFileSync(process.argv[1 + 2]), "uint8array"));
"""


@pytest.mark.slow
def test_an_independent_age_opens_it(seal, workshop, world, tmp_path):
    modules = os.environ.get("BRIEFCASE_TEST_NODE_MODULES", "")
    if not modules or shutil.which("node") is None:
        pytest.skip("BRIEFCASE_TEST_NODE_MODULES names no folder with age-encryption")
    sealed = seal([bytes(200_000)])
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    (tmp_path / "decrypt.mjs").write_text(DECRYPT, encoding="utf-8")
    command = ["node", tmp_path / "decrypt.mjs", str(world.aus.age), sealed.path]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
    assert done.stdout == workshop.plain(sealed), done.stderr
