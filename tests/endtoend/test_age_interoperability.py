"""Our age files in other implementations' hands, and theirs in ours: peer x kind x form x direction x size.

Peers: npm ``age-encryption`` (TypeScript, post-quantum too), ``pyrage`` (Rust) and Debian's ``age`` (Go). Our side is
the command ``age``, but for sealing with a passphrase, where the library gives a work factor that costs no second.
``conftest.py`` prints the table of what passed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from briefcase.cli.main import main
from briefcase.seal import age

SIZES = [0, 1, 65535, 65536, 65537, 131072, 200_000, 5 * 1024 * 1024]
KEYS = {"hybrid": age.HybridIdentity.generate(), "x25519": age.X25519Identity.generate()}
PASSPHRASE = "correct horse battery staple"
KINDS = {
    "npm": ("hybrid", "x25519", "scrypt"),
    "pyrage": ("x25519", "scrypt"),
    "debian": ("x25519", "scrypt"),
}
ONE_ARMORED_PASSPHRASE = 65537
"""Text and passphrase do not touch each other, and a passphrase costs a second: their product is tried at one size."""


class Peer(Protocol):
    """Another implementation of age."""

    def encrypt(self, kind: str, plain: bytes, *, armored: bool) -> bytes:
        """Seal *plain* to the key of this kind, or with the passphrase."""

    def decrypt(self, kind: str, sealed: bytes, *, armored: bool) -> bytes:
        """Open it again."""


class Pyrage:
    """The Rust implementation, as a Python package."""

    def __init__(self) -> None:
        self._module: Any = pytest.importorskip("pyrage")
        self._key = self._module.x25519.Identity.from_str(str(KEYS["x25519"]))

    def encrypt(self, kind: str, plain: bytes, *, armored: bool) -> bytes:
        """Seal."""
        if kind == "scrypt":
            return self._module.passphrase.encrypt(plain, PASSPHRASE, armored)
        return self._module.encrypt(plain, [self._key.to_public()], armored)

    def decrypt(self, kind: str, sealed: bytes, *, armored: bool) -> bytes:
        """Open."""
        assert sealed.startswith(b"-----") == armored
        if kind == "scrypt":
            return self._module.passphrase.decrypt(sealed, PASSPHRASE)
        return self._module.decrypt(sealed, [self._key])


@dataclass
class Debian:
    """The Go implementation, as a command; a passphrase is typed at a terminal of its own."""

    folder: Path
    at_terminal: Callable[..., subprocess.CompletedProcess[bytes]]

    def __post_init__(self) -> None:
        if shutil.which("age") is None:
            pytest.skip("no age command")
        (self.folder / "key").write_text(f"{KEYS['x25519']}\n", encoding="ascii")

    def encrypt(self, kind: str, plain: bytes, *, armored: bool) -> bytes:
        """Seal."""
        text = ["-a"] if armored else []
        if kind == "scrypt":
            return self._typed(["age", "-p", *text], plain, [PASSPHRASE, PASSPHRASE])
        return self._run(["age", *text, "-r", str(KEYS[kind].recipient())], plain)

    def decrypt(self, kind: str, sealed: bytes, *, armored: bool) -> bytes:
        """Open."""
        assert sealed.startswith(b"-----") == armored
        if kind == "scrypt":
            return self._typed(["age", "-d"], sealed, [PASSPHRASE])
        return self._run(["age", "-d", "-i", str(self.folder / "key")], sealed)

    def _run(self, command: list[str], data: bytes) -> bytes:
        return subprocess.run(command, input=data, check=True, capture_output=True, timeout=60).stdout

    def _typed(self, command: list[str], data: bytes, answers: list[str]) -> bytes:
        (self.folder / "input").write_bytes(data)
        target = self.folder / "output"
        target.unlink(missing_ok=True)
        done = self.at_terminal(
            [*command, "-o", str(target), str(self.folder / "input")], answers, prompt=b"passphrase"
        )
        assert done.returncode == 0, done.stderr
        return target.read_bytes() if target.exists() else b""  # age makes no file for an empty plaintext


NODE_SCRIPT = """
import * as age from "age-encryption";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  try {
    const data = readFileSync(job.source);
    if (job.mode === "encrypt") {
      const e = new age.Encrypter();
      if (job.passphrase) { e.setPassphrase(job.passphrase); e.setScryptWorkFactor(12); } else e.addRecipient(job.key);
      const sealed = await e.encrypt(data);
      writeFileSync(job.target, job.armored ? age.armor.encode(sealed) : sealed);
    } else {
      const d = new age.Decrypter();
      if (job.passphrase) d.addPassphrase(job.passphrase); else d.addIdentity(job.key);
      writeFileSync(job.target, await d.decrypt(job.armored ? age.armor.decode(data.toString()) : data));
    }
    console.log("done");
  } catch (error) { console.log(String(error).replaceAll("\\n", " ")); }
}
"""


class Npm:
    """The TypeScript implementation, in one process of Node that takes jobs as lines."""

    def __init__(self, folder: Path) -> None:
        modules = os.environ.get("BRIEFCASE_TEST_NODE_MODULES", "")
        if not modules or shutil.which("node") is None:
            pytest.skip("BRIEFCASE_TEST_NODE_MODULES names no folder with age-encryption")
        (folder / "node_modules").symlink_to(modules, target_is_directory=True)
        script = folder / "peer.mjs"
        script.write_text(NODE_SCRIPT, encoding="utf-8")
        self._folder = folder
        self.process = subprocess.Popen(
            ["node", script], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def encrypt(self, kind: str, plain: bytes, *, armored: bool) -> bytes:
        """Seal."""
        return self._job("encrypt", kind, plain, armored, str(KEYS[kind].recipient()) if kind in KEYS else "")

    def decrypt(self, kind: str, sealed: bytes, *, armored: bool) -> bytes:
        """Open."""
        return self._job("decrypt", kind, sealed, armored, str(KEYS[kind]) if kind in KEYS else "")

    def _job(self, mode: str, kind: str, data: bytes, armored: bool, key: str) -> bytes:  # noqa: FBT001 - a job's field
        source, target = self._folder / "source", self._folder / "target"
        source.write_bytes(data)
        job = {"mode": mode, "source": str(source), "target": str(target), "armored": armored, "key": key}
        job["passphrase"] = PASSPHRASE if kind == "scrypt" else ""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"
        return target.read_bytes()


@pytest.fixture(scope="module")
def peers(
    tmp_path_factory: pytest.TempPathFactory, at_terminal: Callable[..., subprocess.CompletedProcess[bytes]]
) -> Iterator[Callable[[str], Peer]]:
    """Return what gives a peer by its name, made once."""
    made: dict[str, Any] = {}
    makers: dict[str, Callable[[], Peer]] = {
        "npm": lambda: Npm(tmp_path_factory.mktemp("npm")),
        "pyrage": Pyrage,
        "debian": lambda: Debian(tmp_path_factory.mktemp("debian"), at_terminal),
    }

    def peer(name: str) -> Peer:
        if name not in made:
            made[name] = makers[name]()
        return made[name]

    yield peer
    if "npm" in made:
        made["npm"].process.stdin.close()
        made["npm"].process.wait(timeout=30)
        made["npm"].process.stdout.close()


def ours_encrypt(folder: Path, kind: str, plain: bytes, *, armored: bool) -> bytes:
    if kind == "scrypt":
        out = io.BytesIO()
        age.encrypt_stream(io.BytesIO(plain), [age.ScryptRecipient(PASSPHRASE, work_factor=10)], out, armored=armored)
        return out.getvalue()
    source, target = folder / "plain", folder / "sealed"
    source.write_bytes(plain)
    text = ["-a"] if armored else []
    recipient = str(KEYS[kind].recipient())
    assert main(["age", "encrypt", *text, "-r", recipient, "-o", str(target), str(source)]) == 0
    return target.read_bytes()


def ours_decrypt(folder: Path, kind: str, sealed: bytes) -> bytes:
    source, target, secret = folder / "theirs", folder / "opened", folder / "secret"
    source.write_bytes(sealed)
    secret.write_text(f"{KEYS.get(kind, PASSPHRASE)}\n", encoding="ascii")
    with_secret = ["-i" if kind in KEYS else "--passphrase-file", str(secret)]
    assert main(["age", "decrypt", *with_secret, "-o", str(target), str(source)]) == 0
    return target.read_bytes()


@dataclass(frozen=True)
class Case:
    """One cell of the table."""

    peer: str
    kind: str
    form: str
    direction: str
    size: int

    def __str__(self) -> str:
        return f"{self.peer}-{self.kind}-{self.form}-{self.direction}-{self.size}"


CASES = [
    Case(peer, kind, form, direction, size)
    for peer, kinds in KINDS.items()
    for kind in kinds
    for form in ("binary", "armor")
    for direction in ("ours-to-theirs", "theirs-to-ours")
    for size in SIZES
    if (kind, form) != ("scrypt", "armor") or size == ONE_ARMORED_PASSPHRASE
]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_files_are_understood(peers: Callable[[str], Peer], tmp_path: Path, case: Case) -> None:
    kind, size = case.kind, case.size
    other, armored = peers(case.peer), case.form == "armor"
    plain = random.Random(size).randbytes(size)  # noqa: S311 - any bytes do
    if case.direction == "ours-to-theirs":
        opened = other.decrypt(kind, ours_encrypt(tmp_path, kind, plain, armored=armored), armored=armored)
    else:
        sealed = other.encrypt(kind, plain, armored=armored)
        assert sealed.startswith(b"-----BEGIN AGE" if armored else b"age-encryption.org/v1\n")
        opened = ours_decrypt(tmp_path, kind, sealed)
    assert (len(opened), hashlib.sha256(opened).digest()) == (size, hashlib.sha256(plain).digest())


def test_the_table_is_whole() -> None:
    """Every size in both directions for every kind that a peer knows, binary; text for keys at every size."""
    assert len(CASES) == 2 * 8 * (3 + 2 + 2) + 2 * 8 * (2 + 1 + 1) + 2 * 3
