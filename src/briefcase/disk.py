"""What a disk or a stick is, and how to be sure that it has what was written; for every room that writes to one."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FAT32_LARGEST: Final = 2**32 - 1
"""No file on FAT32 is longer, in bytes."""
STICKS: Final = tuple(map(Path, ("/media", "/run/media", "/mnt", "/Volumes")))
"""Folders in which systems show sticks that are put in."""
_FAT = frozenset({"vfat", "msdos", "fat", "fat32"})
_OCTAL = re.compile(rb"\\([0-3][0-7]{2})")


def mount_type(folder: Path, mounts: bytes) -> str:
    """Return the file-system type of *folder* from the content of ``/proc/self/mountinfo``.

    A mount point there is any bytes; only space, tab, line feed and backslash are written as three octal digits.
    """
    best, found = -1, ""
    for line in mounts.split(b"\n"):
        before, _, after = line.partition(b" - ")
        fields = before.split(b" ")
        if len(fields) < 5 or not after:  # noqa: PLR2004 - proc(5): the fifth field is the mount point
            continue
        point = Path(os.fsdecode(_OCTAL.sub(lambda octal: bytes([int(octal[1], 8)]), fields[4])))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), os.fsdecode(after.split(b" ")[0])
    return found


def file_system(folder: Path) -> str:
    """Return the type of the file system under *folder* in lower case, or an empty text when it is not known."""
    if sys.platform == "win32":  # pragma: no cover - not run on this system
        import ctypes  # noqa: PLC0415 - needed on Windows only

        name = ctypes.create_unicode_buffer(32)
        root = folder.resolve().anchor
        ctypes.windll.kernel32.GetVolumeInformationW(root, None, 0, None, None, None, name, 32)
        return name.value.lower()
    try:
        return mount_type(folder.resolve(), Path("/proc/self/mountinfo").read_bytes())
    except (OSError, ValueError):
        return ""


def is_fat(kind: str) -> bool:
    """Return whether a file-system type is one that holds no file above ``FAT32_LARGEST``; exFAT is none."""
    return kind in _FAT


def is_empty_place(folder: Path, places: Iterable[Path] = STICKS) -> bool:
    """Return whether *folder* is where the system shows sticks, and lies on the computer's own disk all the same.

    So it is when the stick was pulled or never put in, and its folder is still there.
    """
    try:
        found = folder.resolve()
        base = next((one for one in places if found.is_relative_to(one)), None)
        return base is not None and found.stat().st_dev == base.parent.stat().st_dev
    except (OSError, ValueError):
        return False


def drop_cache(descriptor: int) -> None:
    """Ask the system to forget its cached pages of a file, so that reading goes to the medium.

    Linux forgets clean pages when asked (``posix_fadvise``); macOS reads past its cache through this descriptor
    (``F_NOCACHE``); Windows offers nothing here, and its cache may answer.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    elif sys.platform == "darwin":  # pragma: no cover - not run on this system
        import fcntl  # noqa: PLC0415 - not on every system

        fcntl.fcntl(descriptor, fcntl.F_NOCACHE, 1)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable; where that cannot be asked for (Windows, some FAT) nothing is done."""
    if os.name != "posix":  # pragma: no cover - not run on this system
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot sync a folder
            raise
    finally:
        os.close(descriptor)
