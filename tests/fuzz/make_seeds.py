"""Put good inputs for the readers of plain bytes into the corpus; the other targets begin unedited, from nothing."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "src"))

from fuzz_targets import _HYBRID, _KEY, _X25519  # noqa: E402 - the path first
from fuzz_world import world  # noqa: E402 - likewise

from briefcase import resources  # noqa: E402 - likewise
from briefcase.records import document  # noqa: E402 - likewise
from briefcase.seal import age, signatures, words  # noqa: E402 - likewise


def _file(identities: list[age.X25519Identity] | list[age.HybridIdentity]) -> bytes:
    out = io.BytesIO()
    with age.encrypt(out, [each.recipient() for each in identities]) as writer:
        writer.write(b"plain")
    return out.getvalue()


def _armored(data: bytes) -> bytes:
    text = base64.b64encode(data).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----", ""]).encode()


def seeds() -> dict[str, list[bytes]]:
    """Return the inputs by target."""
    classic, hybrid = _file([_X25519]), _file([_HYBRID])
    passphrase = (
        b"age-encryption.org/v1\n-> scrypt bBjlhJVYZeE4aqUdmtRHfw 3\n" + b"A" * 43 + b"\n--- " + b"A" * 43 + b"\n"
    )
    attachments = "\n".join("attachments/" + digit * 64 for digit in "0f")
    return {
        "age_header": [classic, hybrid, passphrase],
        "age_file": [classic, hybrid, _armored(classic)],
        "armored": [_armored(classic), b"\r\n " + _armored(bytes(48)).replace(b"\n", b"\r\n")],
        "keys": [str(each).encode() for own in (_X25519, _HYBRID) for each in (own, own.recipient())],
        "sshsig": [signatures.sign_ssh(_KEY, "briefcase-card-v1", b"text")],
        "canonical_json": [
            b'{"a":[1,-2,null,true,false,"\\u0000\\n\xc3\xa9"],"b":{}}',
            world().members["label.xml"][:1],
        ],
        "record": [line.encode() for line in document.example_lines()] + world().members["records.jsonl"].splitlines(),
        "names": [b"", attachments.encode(), b"extensions/time-lock\n" + attachments.encode()],
        "words": [" ".join(words.words_for(bytes(32), language)).encode() for language in words.LANGUAGES]
        + [" ".join(words.secret_words(bytes(32))).encode()],
        "pack": [resources.read_bytes("packs", "aus.toml"), resources.read_bytes("packs", "gbr.toml")],
        "signed_pack": [b"", bytes([1, 1, 3, 0, 0, 7, 0]), bytes([1, 1, 9, 4, 0, 2, 0, 40, 3])],
        "draft": [line.encode() for line in document.example_lines()[::4]],
        "vault_header": [
            bytes([edits, place, how, 0, 0, 7]) for edits in (1, 2) for place in (2, 9) for how in range(6)
        ],
        "stanzas": [bytes([count, kind, 0, kind + 1, 0, kind + 2, 0]) for count in range(4) for kind in range(4)],
        "blocks": [b"-----BEGIN BRIEFCASE CARD-----\ne30=\n-----END BRIEFCASE CARD-----\n"],
    }


def main() -> None:
    """Write them."""
    for name, inputs in seeds().items():
        folder = HERE / "corpus" / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(inputs):
            (folder / f"seed-{number}").write_bytes(data)


if __name__ == "__main__":
    main()
