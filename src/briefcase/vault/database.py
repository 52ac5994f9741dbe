"""The connection to ``store.db``: keyed, checked, exclusive, and with errors that an officer can act on.

Every setting that protects something is set here and read back. Nothing else in the program imports sqlcipher3.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from briefcase.vault.errors import (
    VaultClosed,
    VaultDamaged,
    VaultDiskFull,
    VaultError,
    VaultFault,
    VaultNotClean,
    VaultNotEncrypted,
    VaultReadOnly,
)
from briefcase.vault.files import create_private, missing_mebibytes, translated
from briefcase.vault.header import STORE
from briefcase.vault.meanings import meaning

_COPIED = 1024
_STEPS = 20_000
KEY_TEXT = 2 + 96 + 1
"""Length of ``x'<64 hex digits of the key><32 of the salt>'``; any other length is taken as a passphrase."""

Value = int | float | str | bytes | None
Row = tuple[Value, ...]

_ALWAYS = (
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("temp_store", "MEMORY", 2),
    ("secure_delete", "FAST", 2),
    ("recursive_triggers", "ON", 1),
    ("mmap_size", "0", 0),
    ("cache_size", "-65536", -65536),
    ("journal_size_limit", "67108864", 67108864),
)
"""Pragma, value, and what it must read as afterwards. temp_store=1 would write plaintext to temporary files;
secure_delete overwrites what was deleted wherever the page is written anyway; without recursive_triggers a row that
REPLACE takes away would not be counted (see ``tally``)."""
_LOCKED = ("locking_mode", "EXCLUSIVE", "exclusive")
_WRITING = (_LOCKED, ("journal_mode", "WAL", "wal"))
_FINISHING = (_LOCKED, ("journal_mode", "DELETE", "delete"))


def key_text(key: bytes, salt: bytes) -> bytearray:
    """Return the raw key and the salt as SQLCipher takes them, in memory that can be wiped."""
    text = bytearray(b"x'") + key.hex().encode() + salt.hex().encode() + b"'"
    if len(text) != KEY_TEXT:
        raise VaultNotEncrypted(reason="key length")
    return text


class Database:
    """One connection, used by one thread at a time; only ``stop_reading`` may come from another thread.

    ``before_first`` is done once, before the first transaction; ``before_commit`` as the last part of every one.
    """

    def __init__(self, connection: dbapi2.Connection, folder: Path, *, read_only: bool) -> None:
        self._connection: dbapi2.Connection | None = connection
        self._reading = threading.Lock()
        self._is_reading = False
        self._depth = 0
        self._afterwards: list[Callable[[], None]] = []
        self.before_commit: Callable[[], None] = lambda: None
        self.before_first: Callable[[], None] | None = None
        self.folder = folder
        self.read_only = read_only

    @property
    def is_open(self) -> bool:
        """Whether the connection has not been closed."""
        return self._connection is not None

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[dbapi2.Connection]:
        if self._connection is None:
            raise VaultClosed
        try:
            yield self._connection
        except dbapi2.Error as error:
            raise meaning(error, self.folder) from None

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement; return how many rows it changed."""
        with self._at_work() as connection:
            return int(connection.execute(sql, values).rowcount)

    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each of *rows*."""
        with self._at_work() as connection:
            connection.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._at_work() as connection:
            found: list[Row] = connection.execute(sql, values).fetchall()
            return found

    def one(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        with self._at_work() as connection:
            row: Row | None = connection.execute(sql, values).fetchone()
            return row

    def number(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Return the first value of the first row as a number; 0 when there is none."""
        row = self.one(sql, values)
        return int(row[0] or 0) if row else 0

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Row]:
        """Yield the rows of a query one by one, in constant memory."""
        with self._at_work() as connection:
            yield from connection.execute(sql, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commits at the end of the block, undoes everything after an exception.

        Inside another transaction it is a savepoint, so that a caller who catches the exception keeps his own work.

        Raises:
            VaultReadOnly: the vault was opened for reading only.
        """
        if self.read_only:
            raise VaultReadOnly
        level, waiting = self._depth, len(self._afterwards)
        if not level and self.before_first is not None:
            act, self.before_first = self.before_first, None
            act()
        self.run(f"SAVEPOINT level_{level}" if level else "BEGIN IMMEDIATE")
        self._depth = level + 1
        try:
            yield
            if not level:
                self.before_commit()
            self.run(f"RELEASE level_{level}" if level else "COMMIT")
        except BaseException:
            self._depth = level
            del self._afterwards[waiting:]
            self._undo(level)
            raise
        self._depth = level
        if not level:
            afterwards, self._afterwards = self._afterwards, []
            for act in afterwards:
                act()

    @contextlib.contextmanager
    def joined(self) -> Iterator[None]:
        """Make the block part of the running transaction, or one of its own when none runs.

        Unlike a savepoint it costs nothing: a savepoint makes the full-text index write out what it holds.
        """
        if self._depth:
            yield
        else:
            with self.transaction():
                yield

    def _undo(self, level: int) -> None:
        if self._connection is None or not self._connection.in_transaction:
            return  # a full disk has undone it already
        if level:
            self.run(f"ROLLBACK TO level_{level}")
            self.run(f"RELEASE level_{level}")
        else:
            self.run("ROLLBACK")

    def define(self, name: str, function: Callable[..., Value]) -> None:
        """Let SQL of this connection call *function* under *name*, with any number of arguments."""
        with self._at_work() as connection:
            connection.create_function(name, -1, function)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Have *act* done once the running transaction is durable; it is forgotten when that is undone."""
        self._afterwards.append(act)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Mark a stretch of reading that ``stop_reading`` may stop."""
        with self._reading:
            self._is_reading = True
        try:
            yield
        finally:
            with self._reading:
                self._is_reading = False

    def stop_reading(self) -> None:
        """Stop a search that runs in another thread; a write is never stopped."""
        with self._reading:
            if self._is_reading and self._connection is not None:
                self._connection.interrupt()

    def hold(self) -> None:
        """Work the WAL into the file and do without one, the exclusive lock kept, so that the file can be replaced."""
        if self.one("PRAGMA journal_mode = DELETE") != ("delete",):
            raise VaultFault(reason="journal_mode")

    def let_go(self) -> None:
        """Work with a WAL again after ``hold``."""
        self.rows("PRAGMA journal_mode = WAL")

    def copy_into(
        self, path: Path, key: bytes, salt: bytes, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write a copy under *key* (32 bytes) and *salt* (16 bytes) to a new file, page by page, and make it durable.

        Args:
            path: must not be there yet.
            key: of the copy; the present one makes an equal copy, another one changes the key.
            salt: of the copy.
            progress: called with the pages done and all pages; an exception from it stops.
        """
        with translated(self.folder):
            os.close(create_private(path))
        text = key_text(key, salt)
        target = dbapi2.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            with self._at_work() as connection:
                target.execute("PRAGMA cipher_log = off")
                target.set_key(text)
                if target.execute("PRAGMA cipher_status").fetchone() != ("1",):
                    raise VaultNotEncrypted(reason="cipher_status")
                connection.backup(target, pages=_COPIED, progress=_counted(progress))
        finally:
            text[:] = bytes(len(text))
            target.close()
        with translated(self.folder):
            handle = os.open(path, os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def vacuum_into(self, path: Path, progress: Callable[[int], None] | None = None) -> None:
        """Write a compact copy under the same key to a new file, without free pages and in rollback-journal mode.

        Nothing that was deleted goes along. What the copy is for is never a reason to write it in the clear: the
        library takes key and salt from this connection.

        Args:
            path: must not be there yet.
            progress: called with the bytes that are written; an exception from it stops.
        """
        with translated(path.parent):
            os.close(create_private(path))
        stopped: list[BaseException] = []

        def told() -> int:
            try:
                if progress is not None:
                    progress(path.stat().st_size)
            except BaseException as error:  # noqa: BLE001 - it is raised again when the library has let go
                stopped.append(error)
            return len(stopped)

        frozen = self.number("PRAGMA query_only")
        try:
            with self._at_work() as connection:
                connection.set_progress_handler(told, _STEPS)
                connection.execute("PRAGMA query_only = OFF")  # it would refuse the copy, too; this one is not changed
                try:
                    connection.execute("VACUUM INTO CAST(? AS TEXT)", (os.fsencode(path),))  # a name is any bytes
                finally:
                    connection.set_progress_handler(None, 0)
                    connection.execute(f"PRAGMA query_only = {frozen}")
        except VaultError as error:
            if stopped:
                raise stopped[0] from None
            raise on_medium(error, path.parent) from None

    def freeze(self) -> None:
        """Refuse every change from now on; what is there can still be read."""
        self.read_only = True
        self.rows("PRAGMA query_only = ON")

    def close(self) -> None:
        """Close; the WAL is worked into the database file. A second call does nothing."""
        if self._connection is not None:
            with self._at_work() as connection:
                self._connection = None
                connection.close()


def on_medium(error: VaultError, folder: Path) -> VaultError:
    """Return an error with the room that is missing in *folder*, where a copy was being written."""
    return VaultDiskFull(missing=missing_mebibytes(folder, 0)) if isinstance(error, VaultDiskFull) else error


def _counted(progress: Callable[[int, int], None] | None) -> Callable[[int, int, int], None]:
    """Return what the library calls while it copies: status, pages left, all pages."""

    def told(_status: int, left: int, pages: int) -> None:
        if progress is not None:
            progress(pages - left, pages)

    return told


def connect(
    folder: Path,
    key: bytes,
    salt: bytes,
    *,
    read_only: bool,
    create: bool = False,
    store: str = STORE,
    wal: bool = True,
) -> Database:
    """Open ``store.db`` (or the database *store*) in *folder* with the 32-byte *key* and the 16-byte *salt*.

    Without *wal* it keeps a rollback journal: a copy on its way to a stick is one file at any time.

    Raises:
        VaultInUse: another process holds it.
        VaultWrongKey: the key does not fit, or the first page is damaged.
        VaultNotClean: read-only, and a WAL with newer records stands beside it.
        VaultDamaged, VaultDiskFailed, VaultReadOnly, VaultNotEncrypted.
    """
    path = folder / store
    with translated(folder):
        if not path.exists():
            raise VaultDamaged(reason=f"{store} is missing")
        if not create and path.stat().st_size == 0:
            raise VaultDamaged(reason=f"{store} is empty")
        if not read_only and not (os.access(folder, os.W_OK) and os.access(path, os.W_OK)):
            raise VaultReadOnly
        beside = path.with_name(store + "-wal")
        if read_only and beside.exists() and beside.stat().st_size:
            raise VaultNotClean
    mode = "mode=ro&immutable=1" if read_only else "mode=rw"
    text = key_text(key, salt)
    database: Database | None = None
    try:
        connection = dbapi2.connect(
            f"{path.resolve().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=0, check_same_thread=False
        )
        database = Database(connection, folder, read_only=read_only)
        connection.execute("PRAGMA cipher_log = off")
        connection.set_key(text)
        _settle(database, _WRITING if wal else _FINISHING, create=create)
    except dbapi2.Error as error:
        if database is not None:
            database.close()
        raise meaning(error, folder) from None
    except VaultError:
        if database is not None:
            database.close()
        raise
    finally:
        text[:] = bytes(len(text))
    return database


def _settle(database: Database, writing: Sequence[tuple[str, str, str]], *, create: bool) -> None:
    """Set what is to be set and read everything back; the exclusive lock is taken here."""
    if database.one("PRAGMA cipher_status") != ("1",):
        raise VaultNotEncrypted(reason="cipher_status")
    if not database.read_only:
        if create:
            database.run("PRAGMA auto_vacuum = INCREMENTAL")  # each time would rewrite the first page
        for name, value, expected in writing:
            if database.one(f"PRAGMA {name} = {value}") != (expected,):
                raise VaultFault(reason=name)
    for name, value, expected_number in _ALWAYS:
        database.run(f"PRAGMA {name} = {value}")
        if database.number(f"PRAGMA {name}") != expected_number:
            raise VaultFault(reason=name)
    database.rows("SELECT count(*) FROM sqlite_master")
    if not database.read_only:
        with database.transaction():
            database.rows("SELECT count(*) FROM sqlite_master")
