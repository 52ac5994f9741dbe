"""Every start tests the cryptography first: a broken, old or missing library is one sentence and exit status 70.

Real processes; what is broken is broken from outside, by a module that the interpreter finds first.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import briefcase

SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
LINE = re.compile(r"(SEAL_[A-Z]+): [^\n]+, so the program stops\. [^\n]+\.\n\Z")
STARTS = {
    "a command": ["-m", "briefcase", "contact", "list", "--vault", "nowhere"],
    "a quick command": ["-m", "briefcase", "age", "keygen"],
    "help": ["-m", "briefcase", "--help"],
    "the window": ["-m", "briefcase"],
    "the window's own entry": ["-c", "import sys; from briefcase.__main__ import window; sys.exit(window())"],
}
PATCHES = {
    "HPKE MLKEM768-X25519": "import cryptography.hazmat.primitives.hpke as m; m.KDF.HKDF_SHA256 = m.KDF.HKDF_SHA512",
    "X25519": "import cryptography.hazmat.primitives.kdf.hkdf as m; m.HKDF.derive = lambda s, k: bytes(32)",
    "scrypt": "import cryptography.hazmat.primitives.kdf.scrypt as m; m.Scrypt.derive = lambda s, k: bytes(32)",
    "STREAM": "import cryptography.hazmat.primitives.ciphers.aead as m; m.AESGCM = m.ChaCha20Poly1305",
    "Ed25519": "import nacl.bindings as m; m.crypto_sign_seed_keypair = lambda s: (bytes(32), bytes(64))",
    "Argon2id": "import nacl.pwhash as m; m.argon2id.kdf = lambda *a: bytes(32)",
    "XChaCha20-Poly1305": (
        "import nacl.bindings as m; m.crypto_aead_xchacha20poly1305_ietf_encrypt = lambda *a: bytes(28)"
    ),
    "ML-DSA-87": (
        "import cryptography.hazmat.primitives.asymmetric.mldsa as m\n"
        "class Other:\n    from_seed_bytes = staticmethod(lambda s: m.MLDSA65PrivateKey.from_seed_bytes(s))\n"
        "m.MLDSA87PrivateKey = Other"
    ),
}


def start(words: list[str], first: Path | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BRIEFCASE_", "PYTHON"))}
    path = os.pathsep.join(map(str, [first, SOURCE] if first else [SOURCE]))
    environment = {**clean, "PYTHONPATH": path, "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def stopped(done: subprocess.CompletedProcess[str]) -> str:
    """Return the code of the one sentence that a stopped program says."""
    match = LINE.match(done.stderr)
    assert match is not None, done.stderr
    assert (done.returncode, done.stdout) == (70, "")
    return match[1]


@pytest.mark.parametrize("name", STARTS)
def test_every_start_is_stopped_by_a_wrong_answer(tmp_path: Path, name: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(PATCHES["Argon2id"], encoding="utf-8")
    done = start(STARTS[name], tmp_path)
    assert stopped(done) == "SEAL_SELFTEST"
    assert "(Argon2id)" in done.stderr


@pytest.mark.parametrize("name", STARTS)
def test_every_start_is_stopped_by_an_old_library(tmp_path: Path, name: str) -> None:
    """A cryptography of before version 50 has no HPKE; one without anything stands for it."""
    package = tmp_path / "cryptography"
    package.mkdir()
    (package / "__init__.py").write_text('__version__ = "42.0.0"\n', encoding="utf-8")
    done = start(STARTS[name], tmp_path)
    assert stopped(done) == "SEAL_LIBRARY"
    assert "library cryptography is" in done.stderr


@pytest.mark.parametrize("part", PATCHES)
def test_each_part_is_named(tmp_path: Path, part: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(PATCHES[part], encoding="utf-8")
    done = start(STARTS["a quick command"], tmp_path)
    assert stopped(done) == "SEAL_SELFTEST"
    assert f"({part})" in done.stderr


@pytest.mark.parametrize(
    ("module", "text", "library"),
    [
        ("nacl.py", "raise ImportError('no shared object')", "pynacl"),
        ("nacl.py", "VERSION = 1", "pynacl"),
        ("cryptography.py", "raise RuntimeError('built for another machine')", "cryptography"),
        ("cryptography.py", "raise AttributeError('another machine')", "cryptography"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_named(tmp_path: Path, module: str, text: str, library: str) -> None:
    (tmp_path / module).write_text(text, encoding="utf-8")
    done = start(STARTS["a quick command"], tmp_path)
    assert stopped(done) == "SEAL_LIBRARY"
    assert f"library {library} is" in done.stderr
    assert "another machine" not in done.stderr


def test_a_whole_program_starts() -> None:
    done = start(STARTS["a quick command"])
    assert (done.returncode, done.stdout.count("AGE-SECRET-KEY-PQ-1")) == (0, 1)
