"""SSHSIG and ML-DSA-87: fixed purposes, exact forms, OpenSSH both ways."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from briefcase.seal import signatures as s
from briefcase.seal.errors import PurposeUnknown, SignatureInvalid

SEED, OTHER = bytes(range(32)), bytes(32)
DATA = b"what was said"
SPACE = "briefcase-bundle-v1"
SIGNED = s.sign_ssh(SEED, SPACE, DATA)
needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen")


def test_it_verifies_and_names_the_key() -> None:
    assert s.verify_ssh(SIGNED, SPACE, DATA) == s.ed25519_public(SEED)


def test_other_content_namespace_or_form_is_refused() -> None:
    for armored, space, data in (
        (SIGNED, SPACE, DATA + b"!"),
        (SIGNED, "briefcase-card-v1", DATA),
        (SIGNED + b"\n", SPACE, DATA),
        (SIGNED.replace(b"\n", b"\r\n"), SPACE, DATA),
        (b"", SPACE, DATA),
        (b"\xff" * 9000, SPACE, DATA),
        (SIGNED.replace(b"SSH", b"PGP"), SPACE, DATA),
    ):
        with pytest.raises(SignatureInvalid):
            s.verify_ssh(armored, space, data)


def test_every_changed_character_is_refused() -> None:
    for position in range(len(SIGNED)):
        broken = bytearray(SIGNED)
        broken[position] ^= 1
        with pytest.raises(SignatureInvalid):
            s.verify_ssh(bytes(broken), SPACE, DATA)


@needs_ssh
def test_openssh_verifies_ours(tmp_path: Path) -> None:
    (tmp_path / "sig").write_bytes(SIGNED)
    line = s.ssh_public_line(s.ed25519_public(SEED), "officer")
    (tmp_path / "allowed").write_text(f'a@b namespaces="{SPACE}" {line}\n', encoding="ascii")
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "a@b", "-n", SPACE, "-s", "sig"]
    done = subprocess.run(command, input=DATA, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert subprocess.run(command, input=DATA + b"!", cwd=tmp_path, capture_output=True, check=False).returncode


@needs_ssh
def test_we_verify_openssh(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], cwd=tmp_path, check=True)
    command = ["ssh-keygen", "-Y", "sign", "-f", "key", "-n", SPACE]
    signed = subprocess.run(command, input=DATA, cwd=tmp_path, check=True, capture_output=True).stdout
    line = s.ssh_public_line(s.verify_ssh(signed, SPACE, DATA), "")
    assert (tmp_path / "key.pub").read_text(encoding="ascii").startswith(line)


def test_mldsa_binds_key_context_and_content() -> None:
    public, signed = s.mldsa_public(SEED), s.sign_mldsa(SEED, SPACE, DATA)
    assert (len(public), len(signed)) == (s.MLDSA_PUBLIC, s.MLDSA_SIGNATURE)
    s.verify_mldsa(public, SPACE, DATA, signed)
    for arguments in (
        (s.mldsa_public(OTHER), SPACE, DATA, signed),
        (public, "briefcase-card-v1", DATA, signed),
        (public, SPACE, DATA + b"!", signed),
        (public, SPACE, DATA, signed[:-1]),
        (public, SPACE, DATA, b""),
        (public[:-1], SPACE, DATA, signed),
    ):
        with pytest.raises(SignatureInvalid):
            s.verify_mldsa(*arguments)


def test_both_signatures_are_needed() -> None:
    keys = {"ed25519": s.ed25519_public(SEED), "mldsa87": s.mldsa_public(SEED)}
    both, foreign = s.sign_both("bundle", SEED, SEED, DATA), s.sign_both("bundle", OTHER, OTHER, DATA)
    s.verify_both("bundle", DATA, both, **keys)
    for signed in (s.Signatures(foreign.ssh, both.mldsa), s.Signatures(both.ssh, foreign.mldsa)):
        with pytest.raises(SignatureInvalid):
            s.verify_both("bundle", DATA, signed, **keys)
    with pytest.raises(SignatureInvalid):
        s.verify_both("receipt", DATA, both, **keys)


def test_there_is_no_signing_without_a_purpose() -> None:
    with pytest.raises(PurposeUnknown):
        s.sign_both("anything", SEED, SEED, DATA)
    assert len({s.namespace(p) for p in s.PURPOSES}) == 13


def test_a_comment_cannot_add_a_line() -> None:
    assert "\n" not in s.ssh_public_line(bytes(32), "a\nssh-ed25519 B")
