"""The one table of what can be done by keyboard: the shortcuts, the help sheet and the palette are fed from it."""

from __future__ import annotations

from dataclasses import dataclass

from briefcase.errors import N_


@dataclass(frozen=True)
class Action:
    """One thing the officer can do anywhere in the window.

    Attributes:
        name: stable name, by which the shell knows what to do.
        words: message id of what it does.
        keys: the shortcut, in Qt's portable text.
        needs_vault: only while a vault is open.
    """

    name: str
    words: str
    keys: str
    needs_vault: bool = True


ACTIONS = (
    Action("cases", N_("Go to the cases"), "Ctrl+1"),
    Action("handover", N_("Go to hand over"), "Ctrl+2"),
    Action("received", N_("Go to what was received"), "Ctrl+3"),
    Action("messages", N_("Go to the messages"), "Ctrl+4"),
    Action("contacts", N_("Go to the contacts"), "Ctrl+5"),
    Action("copies", N_("Go to copies and journeys"), "Ctrl+6"),
    Action("keys", N_("Go to keys and passphrase"), "Ctrl+7"),
    Action("find", N_("Find, as you type"), "Ctrl+F"),
    Action("new", N_("Write something new: a case, or a record in the open case"), "Ctrl+N"),
    Action("open", N_("Open a sealed file that somebody handed over"), "Ctrl+O"),
    Action("palette", N_("Find a command by its name"), "Ctrl+K"),
    Action("theme", N_("Change between light and dark"), "Ctrl+D", needs_vault=False),
    Action("lock", N_("Lock the vault"), "Ctrl+L"),
    Action("help", N_("Show these keys"), "F1", needs_vault=False),
)

FIXED_KEYS = (
    ("Ctrl+S", N_("Save the form")),
    ("Esc", N_("Leave the form or the search; what is unsaved is asked about")),
    ("Enter", N_("Open what the cursor is on")),
    ("Tab", N_("Go on to the next field or list")),
    ("Alt", N_("With the underlined letter of a button: press it")),
)
"""Keys that belong to one place, for the help sheet only."""
