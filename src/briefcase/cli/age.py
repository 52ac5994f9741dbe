"""``age keygen``, ``age encrypt`` and ``age decrypt``: an age tool with age's own options, and without a vault.

Loaded without the rest of the program, so that it starts quickly.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from briefcase.cli import asking
from briefcase.cli.errors import BinaryRefused, UsageError
from briefcase.cli.output import Output, StandardOutput, TerminalOutput
from briefcase.cli.parser import Adder, Parser
from briefcase.errors import N_
from briefcase.language import _
from briefcase.seal import keyfiles, words
from briefcase.seal.age import Recipient, parse_recipient
from briefcase.seal.keyfiles import SecretKey
from briefcase.services import agefiles
from briefcase.services.errors import FileSame, FileTooLarge, FileUnreadable, PassphraseMissing
from briefcase.services.files import open_file, read_file, whole_file


@dataclass(frozen=True)
class Place:
    """A file that was named on the command line, or standard input or output when it was called ``-``.

    Attributes:
        word: as it was written; a name may be any bytes.
    """

    word: str

    @property
    def is_standard(self) -> bool:
        """Whether it is a hyphen alone."""
        return self.word == "-"

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.word)


_STANDARD = Place("-")


def add_commands(add: Adder) -> None:
    """Add the commands and their arguments."""
    add.group("age", _("seal and open plain age files, without a vault"))
    make = add.command("age keygen", _("make a key file, or tell the public keys of one"), keygen)
    kind = make.add_mutually_exclusive_group()
    kind.add_argument("--pq", action="store_true", help=_("a post-quantum key (this is the default)"))
    kind.add_argument("--classic", action="store_true", help=_("an X25519 key, for tools that know no other"))
    kind.add_argument("-y", "--convert", action="store_true", help=_("write the public keys of a key file"))
    _input_and_output(make)
    seal = add.command("age encrypt", _("seal a file"), encrypt)
    seal.add_argument("-r", "--recipient", action="append", default=[], metavar="RECIPIENT")
    seal.add_argument("-R", "--recipients-file", action="append", default=[], type=Place, metavar="PATH")
    seal.add_argument("-i", "--identity", action="append", default=[], type=Place, metavar="PATH")
    seal.add_argument("-p", "--passphrase", action="store_true", help=_("seal with a passphrase"))
    seal.add_argument("-a", "--armor", action="store_true", help=_("write text"))
    _input_and_output(seal)
    opener = add.command("age decrypt", _("open a sealed file"), decrypt)
    opener.add_argument("-i", "--identity", action="append", default=[], type=Place, metavar="PATH")
    _input_and_output(opener)


def _input_and_output(parser: Parser) -> None:
    parser.add_argument(
        "-o", "--output", type=Place, metavar="OUTPUT", help=_("file that is written, - for standard output")
    )
    parser.add_argument("input", nargs="?", type=Place, default=_STANDARD, metavar="INPUT", help=_("file that is read"))


def keygen(arguments: argparse.Namespace, _output: Output) -> int:
    """``age keygen``: a new key file, or the recipients of one."""
    if arguments.convert:
        _check_output(arguments, arguments.input)
        data = _content(arguments.input)
        keys = keyfiles.identities(data, arguments.input.word, lambda: _passphrase(arguments))
        with _writing(arguments, text=True, private=False) as out:
            out.write("".join(f"{key.recipient()}\n" for key in keys).encode())
        return 0
    if not arguments.input.is_standard:
        raise UsageError(reason=N_("an input is read with -y only"))
    key = agefiles.new_key(classic=arguments.classic)
    if _named(arguments):
        with whole_file(arguments.output.path, private=True) as file:
            file.write(agefiles.key_text(key).encode())
    else:
        _warn_of_readers()
        with _writing(arguments, text=True, private=True) as out:
            out.write(agefiles.key_text(key).encode())
    if _named(arguments) or not _is_terminal(sys.stdout):
        sys.stderr.write(_("Public key: %(recipient)s") % {"recipient": key.recipient()} + "\n")
    return 0


def encrypt(arguments: argparse.Namespace, _output: Output) -> int:
    """``age encrypt``: to keys, or with a passphrase."""
    others = (*arguments.recipients_file, *arguments.identity)
    _check_standard_input(arguments, *others)
    _check_output(arguments, arguments.input, *others)
    with _reading(arguments) as source, _writing(arguments, text=arguments.armor, private=False) as out:
        agefiles.encrypt(source, arguments.input.word, _recipients(arguments), out, armored=arguments.armor)
    return 0


def decrypt(arguments: argparse.Namespace, _output: Output) -> int:
    """``age decrypt``: with keys, or with a passphrase when the file needs one."""
    _check_standard_input(arguments, *arguments.identity)
    _check_output(arguments, arguments.input, *arguments.identity)
    asked = _once(lambda: _passphrase(arguments))
    ask = asked if not arguments.identity or hasattr(arguments, "passphrase_file") else None
    with _reading(arguments) as source, _writing(arguments, text=None, private=True) as out:
        agefiles.decrypt(source, arguments.input.word, _identities(arguments), ask, out)
    return 0


def _recipients(arguments: argparse.Namespace) -> list[Recipient]:
    """Return whom to seal to.

    Raises:
        UsageError: nobody, or a passphrase beside keys.
    """
    to_keys = arguments.recipient or arguments.recipients_file or arguments.identity
    phrase_file = hasattr(arguments, "passphrase_file")
    if to_keys and (arguments.passphrase or (phrase_file and not arguments.identity)):
        raise UsageError(reason=N_("a passphrase stands alone, without recipients"))
    if not to_keys and not arguments.passphrase and not phrase_file:
        raise UsageError(reason=N_("no recipient was named"))
    if not to_keys:
        return [agefiles.passphrase_recipient(_new_passphrase(arguments))]
    found: list[Recipient] = [parse_recipient(text) for text in arguments.recipient]
    for place in arguments.recipients_file:
        found += keyfiles.recipients(_content(place), place.word)
    return found + [key.recipient() for key in _identities(arguments)]


def _identities(arguments: argparse.Namespace) -> list[SecretKey]:
    ask = _once(lambda: _passphrase(arguments))
    return [key for place in arguments.identity for key in keyfiles.identities(_content(place), place.word, ask)]


def _passphrase(arguments: argparse.Namespace) -> bytes:
    file = getattr(arguments, "passphrase_file", None)
    return asking.at_terminal() if file is None else asking.from_file(file)


def _new_passphrase(arguments: argparse.Namespace) -> bytes:
    """Return a passphrase to seal with; when nothing is typed, one of ten words is made and shown."""
    file = getattr(arguments, "passphrase_file", None)
    if file is not None:
        given = asking.from_file(file)
        if not given:
            raise PassphraseMissing
        return given
    typed = asking.twice(N_("Passphrase (leave empty to have one made): "))
    if not typed:
        made = words.new_passphrase()
        sys.stderr.write(_("The passphrase is: %(passphrase)s") % {"passphrase": made} + "\n")
        typed = made.encode()
    return typed


def _once(ask: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return *ask* as a question that is put only once."""
    answers: list[bytes] = []

    def answer() -> bytes:
        if not answers:
            answers.append(ask())
        return answers[0]

    return answer


def _check_standard_input(arguments: argparse.Namespace, *others: Place) -> None:
    """Refuse to read several things from standard input."""
    if [arguments.input, *others].count(_STANDARD) > 1:
        raise UsageError(reason=N_("standard input can be read for one thing only"))


def _check_output(arguments: argparse.Namespace, *read: Place) -> None:
    """Refuse an output that is one of the files that are read: a key written over is a key lost.

    The file that a passphrase comes from is one of them. Other names of the same file, links included, are found.

    Raises:
        FileSame: it is.
    """
    if not _named(arguments):
        return
    phrase = getattr(arguments, "passphrase_file", None)
    places = read if phrase is None else (*read, Place(str(phrase)))
    for place in places:
        with contextlib.suppress(OSError, ValueError, FileUnreadable):
            one = os.fstat(_standard_input().fileno()) if place.is_standard else place.path.stat()
            if stat.S_ISREG(one.st_mode) and os.path.samestat(one, arguments.output.path.stat()):
                raise FileSame(name=arguments.output.path.name)


def _content(place: Place) -> bytes:
    """Return the content of a file of keys."""
    if not place.is_standard:
        return read_file(place.path, limit=keyfiles.LIMIT)
    try:
        data = _standard_input().read(keyfiles.LIMIT + 1)
    except OSError:
        raise FileUnreadable(name=place.word) from None
    if len(data) > keyfiles.LIMIT:
        raise FileTooLarge(name=place.word, limit=keyfiles.LIMIT)
    return data


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise FileUnreadable(name=_STANDARD.word)
    return sys.stdin.buffer


@contextlib.contextmanager
def _reading(arguments: argparse.Namespace) -> Iterator[BinaryIO]:
    """Give the input.

    Raises:
        FileUnreadable: it cannot be opened.
    """
    if arguments.input.is_standard:
        yield _standard_input()
        return
    with open_file(arguments.input.path) as file:
        yield file


@contextlib.contextmanager
def _writing(arguments: argparse.Namespace, *, text: bool | None, private: bool) -> Iterator[BinaryIO]:
    """Give the output: a file that is there only when it is whole, or standard output as it comes.

    Args:
        arguments: ``output`` names it; ``-`` means standard output, a terminal included, whatever comes.
        text: whether what comes is text; None when that is not known before.
        private: whether a file is for this user only.

    Raises:
        BinaryRefused: bytes that are no text would go to a terminal.
        FileUnwritable, OutputFailed: as their names say.
    """
    if _named(arguments):
        with whole_file(arguments.output.path, private=private, replace=True) as file:
            yield file
        return
    standard = StandardOutput()
    if _is_terminal(sys.stdout) and arguments.output is None:
        if text is False:
            raise BinaryRefused
        standard = TerminalOutput()
    yield cast("BinaryIO", standard)
    standard.flush()


def _named(arguments: argparse.Namespace) -> bool:
    return arguments.output is not None and not arguments.output.is_standard


def _is_terminal(stream: object) -> bool:
    return stream is not None and bool(stream.isatty())  # type: ignore[attr-defined]


def _warn_of_readers() -> None:
    """Say when standard output is a file that everybody may read, as age-keygen does."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        mode = os.fstat(sys.stdout.fileno()).st_mode
        if stat.S_ISREG(mode) and mode & stat.S_IROTH:
            sys.stderr.write(_("Warning: the secret key goes to a file that everybody may read.") + "\n")
