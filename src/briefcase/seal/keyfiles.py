"""Files of keys as age writes them: one key a line, empty lines and lines that begin with ``#`` left out.

A file of identities may itself be an age file under a passphrase. Errors name the file and the line, never a key.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from briefcase.errors import N_
from briefcase.seal import age, armor
from briefcase.seal.errors import (
    IdentityInvalid,
    KeyFileEmpty,
    KeyFileSealed,
    KeyLineInvalid,
    NoIdentityMatches,
    PassphraseIncorrect,
    RecipientInvalid,
    SealError,
)
from briefcase.seal.header import VERSION_LINE, Stanza
from briefcase.seal.recipients import (
    HybridIdentity,
    HybridRecipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
)

LIMIT = 16 * 1024 * 1024
"""The longest file of keys in bytes, as in age."""

_LONGEST_LINE = 8 * 1024
_SSH = (b"ssh-", b"-----BEGIN OPENSSH")
_WRONG = N_("the passphrase does not fit")
_TO_KEY = N_("it is sealed to another key")
_DAMAGED = N_("it is damaged")

SecretKey = HybridIdentity | X25519Identity
PublicKey = HybridRecipient | X25519Recipient
Ask = Callable[[], bytes]
Key = TypeVar("Key", SecretKey, PublicKey)


def recipients(data: bytes, name: str) -> list[PublicKey]:
    """Return the recipients of a file, in their order.

    Args:
        data: the content of the file.
        name: what the officer calls the file, for errors.

    Raises:
        KeyLineInvalid: a line is no recipient that can be sealed to.
        KeyFileEmpty: there is none.
    """
    return _keys(data, name, age.parse_recipient)


def identities(data: bytes, name: str, ask: Ask) -> list[SecretKey]:
    """Return the identities of a file, in their order; a sealed file is opened in memory.

    Args:
        data: the content of the file.
        name: what the officer calls the file, for errors.
        ask: gives the passphrase; called only for a sealed file.

    Raises:
        KeyLineInvalid: a line is no identity that can be read.
        KeyFileEmpty: there is none.
        KeyFileSealed: the file is sealed and does not open with that passphrase.
    """
    if data.startswith(VERSION_LINE) or data.lstrip().startswith(armor.BEGIN):
        data = _opened(data, name, ask)
    return _keys(data, name, age.parse_identity)


def _opened(data: bytes, name: str, ask: Ask) -> bytes:
    out = io.BytesIO()
    try:
        age.decrypt_stream(io.BytesIO(data), [AskedPassphrase(ask)], out)
    except NoIdentityMatches as error:
        raise KeyFileSealed(name=name, reason=_WRONG if isinstance(error, PassphraseIncorrect) else _TO_KEY) from None
    except SealError:
        raise KeyFileSealed(name=name, reason=_DAMAGED) from None
    return out.getvalue()


class AskedPassphrase:
    """An identity that asks for the passphrase only when a file turns out to need one."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None when the file is not sealed with a passphrase.

        Raises:
            PassphraseIncorrect: it is sealed with another one.
            AgeHeaderInvalid: as ``ScryptIdentity``.
        """
        if not any(stanza.type == ScryptRecipient.kind for stanza in stanzas):
            return None
        file_key = ScryptIdentity(self._ask()).unwrap(stanzas)
        if file_key is None:
            raise PassphraseIncorrect
        return file_key


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        text = line.removesuffix(b"\r")
        if text and not text.startswith(b"#"):
            yield number, text


def _keys(data: bytes, name: str, parse: Callable[[str], Key]) -> list[Key]:
    found = []
    for number, line in _lines(data):
        if len(line) > _LONGEST_LINE:
            raise KeyLineInvalid(name=name, line=number, reason="length")
        if line.startswith(_SSH):
            raise KeyLineInvalid(name=name, line=number, reason=N_("keys of SSH are not read"))
        try:
            found.append(parse(line.decode("ascii")))
        except UnicodeDecodeError:
            raise KeyLineInvalid(name=name, line=number, reason="character") from None
        except (RecipientInvalid, IdentityInvalid) as error:
            raise KeyLineInvalid(name=name, line=number, reason=error.facts["reason"]) from None
    if not found:
        raise KeyFileEmpty(name=name)
    return found
