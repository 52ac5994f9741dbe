"""The language of everything the officer reads: gettext catalogues, chosen when text is shown.

The language is taken from ``BRIEFCASE_LANGUAGE``, else ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``;
English is the source language and therefore always complete. Nothing is translated at import.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterable
from functools import cache

from briefcase import resources
from briefcase.errors import BriefcaseError

_SEPARATES = re.compile('[,;()"\u060c\u061b\u3001\uff0c\uff1b\u201a\ufe50\ufe51\uff64\uff02\uff08\uff09]')
_VARIABLES = ("BRIEFCASE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def current() -> str:
    """Return the language that text is shown in, as a gettext name such as ``en`` or ``fr_CA``."""
    for variable in _VARIABLES:
        value = os.environ.get(variable, "").split(":", maxsplit=1)[0].split(".", maxsplit=1)[0]
        if value and value not in ("C", "POSIX"):
            return value
    return "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = resources.root() / "translations"
    return gettext.translation("briefcase", folder, [language, language.split("_", maxsplit=1)[0]], fallback=True)


def _(message: str) -> str:
    """Return *message* in the current language."""
    return _catalogue(current()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a message that fits *count*, in the current language."""
    return _catalogue(current()).ngettext(one, many, count)


def quoted(name: str) -> str:
    """Return a name as it stands among other words: one that holds a comma, a bracket or a quotation mark is quoted.

    So nobody whose card says ``A, B`` passes for two, nor for one of an agency who says ``A (GBR/HMRC)``.
    """
    return '"' + name.replace('"', '\\"') + '"' if _SEPARATES.search(name) else name


def listed(names: Iterable[str]) -> str:
    """Return names on one line with commas between, each ``quoted``."""
    return ", ".join(map(quoted, names))


def sentence(error: BriefcaseError) -> str:
    """Return what went wrong, one full sentence in the current language; a ``reason`` is a message id, too."""
    reason = error.facts.get("reason")
    facts = {**error.facts, "reason": _(reason)} if isinstance(reason, str) and reason else error.facts
    return _(error.sentence) % facts


def hint(error: BriefcaseError) -> str:
    """Return what to do next, in the current language."""
    return _(error.hint) % error.facts
