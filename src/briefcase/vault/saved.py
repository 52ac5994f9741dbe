"""Questions that an officer keeps under a name, as he typed them."""

from __future__ import annotations

from dataclasses import dataclass

from briefcase.vault.audit import Audit
from briefcase.vault.database import Database


@dataclass(frozen=True)
class SavedSearch:
    """One question: its name, its words, and when it was saved (UTC)."""

    name: str
    query: str
    saved: str


class SavedSearches:
    """The saved questions of one vault; the chain says that there is one, not what it asks."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def put(self, one: SavedSearch, *, actor: str) -> None:
        """Keep a question, in place of the one of its name."""
        with self._database.transaction():
            sql = "REPLACE INTO saved_search (name, query, saved) VALUES (?, ?, ?)"
            self._database.run(sql, (one.name, one.query, one.saved))
            self._audit.append("search.save", actor=actor)

    def get(self, name: str) -> SavedSearch | None:
        """Return the question of this name, or None."""
        row = self._database.one("SELECT name, query, saved FROM saved_search WHERE name = ?", (name,))
        return SavedSearch(*map(str, row)) if row else None

    def list(self) -> list[SavedSearch]:
        """Return all questions by name."""
        rows = self._database.rows("SELECT name, query, saved FROM saved_search ORDER BY name")
        return [SavedSearch(*map(str, row)) for row in rows]

    def remove(self, name: str, *, actor: str) -> None:
        """Forget the question of this name."""
        with self._database.transaction():
            if self._database.run("DELETE FROM saved_search WHERE name = ?", (name,)):
                self._audit.append("search.remove", actor=actor)
