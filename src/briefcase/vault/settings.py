"""Settings inside the vault: the identity's bytes, the agency pack, officer, agency, and the window's habits."""

from __future__ import annotations

from briefcase.seal import canonical
from briefcase.vault.audit import Audit
from briefcase.vault.database import Database

Setting = bytes | str | list[object] | dict[str, object]


class Settings:
    """Named values that are bytes, text, or JSON (lists and objects without floats)."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def get(self, name: str) -> Setting | None:
        """Return the value under *name* in the type it was set with, or None."""
        row = self._database.one("SELECT form, value FROM setting WHERE name = ?", (name,))
        if row is None:
            return None
        value = bytes(row[1]) if isinstance(row[1], bytes) else b""
        if row[0] == "bytes":
            return value
        if row[0] == "text":
            return value.decode()
        found = canonical.decode(value)
        return found if isinstance(found, (list, dict)) else None

    def text(self, name: str, default: str = "") -> str:
        """Return the text under *name*, *default* when there is none."""
        value = self.get(name)
        return value if isinstance(value, str) else default

    def blob(self, name: str) -> bytes | None:
        """Return the bytes under *name*, or None."""
        value = self.get(name)
        return value if isinstance(value, bytes) else None

    def set(self, name: str, value: Setting, *, actor: str = "") -> None:
        """Keep *value* under *name*; with an *actor* the change (not the value) goes into the audit chain."""
        form, data = ("bytes", value) if isinstance(value, bytes) else ("text", b"")
        if isinstance(value, str):
            data = value.encode()
        elif not isinstance(value, bytes):
            form, data = "json", canonical.encode(value)
        with self._database.transaction():
            self._database.run("REPLACE INTO setting (name, form, value) VALUES (?, ?, ?)", (name, form, data))
            self._audit.state.touch_setting(name)
            if actor:
                self._audit.append("setting.change", name, actor=actor)

    def remove(self, name: str, *, actor: str = "") -> None:
        """Forget the value under *name*."""
        with self._database.transaction():
            self._database.run("DELETE FROM setting WHERE name = ?", (name,))
            self._audit.state.touch_setting(name)
            if actor:
                self._audit.append("setting.remove", name, actor=actor)

    def names(self) -> list[str]:
        """Return the names that have a value."""
        return [str(row[0]) for row in self._database.rows("SELECT name FROM setting ORDER BY name")]


class Drafts:
    """Unfinished input, kept when the window locks and offered again; not audited, replaced without history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, name: str, body: bytes, *, saved: str) -> None:
        """Keep *body* under *name*, in place of what was there."""
        with self._database.transaction():
            self._database.run("REPLACE INTO draft (name, saved, body) VALUES (?, ?, ?)", (name, saved, body))

    def get(self, name: str) -> bytes | None:
        """Return the draft under *name*, or None."""
        row = self._database.one("SELECT body FROM draft WHERE name = ?", (name,))
        return row[0] if row and isinstance(row[0], bytes) else None

    def list(self) -> list[tuple[str, str]]:
        """Return (name, time saved) of every draft, newest first."""
        rows = self._database.rows("SELECT name, saved FROM draft ORDER BY saved DESC, name")
        return [(str(name), str(saved)) for name, saved in rows]

    def remove(self, name: str) -> None:
        """Forget the draft under *name*."""
        with self._database.transaction():
            self._database.run("DELETE FROM draft WHERE name = ?", (name,))
