"""The house: who may import whom, one importer for each dangerous package, no network, no cycles."""

from __future__ import annotations

import ast

LEVELS = (
    ("errors", "disk", "seccomp"),
    ("resources",),
    ("language",),
    ("records", "seal"),
    ("figures",),
    ("vault", "release", "bundle", "insight", "interchange", "paper", "viewer"),
    ("services",),
    ("cli", "desktop"),
    ("__main__",),
)
LEVEL = {room: number for number, rooms in enumerate(LEVELS) for room in rooms}
MAY_USE_RELEASE = ("bundle", "paper", "interchange")
ONE_IMPORTER = {
    "nacl": "seal",
    "cryptography": "seal",
    "sqlcipher3": "vault",
    "sqlite3": "vault",
    "reportlab": "paper",
    "uharfbuzz": "paper",
    "segno": "paper",
    "pikepdf": "paper",
    "pypdfium2": "viewer",
    "PIL": "viewer",
    "zxingcpp": "viewer",
    "PySide6": "desktop",
    "shiboken6": "desktop",
}
NETWORK = (
    *("socket", "ssl", "http", "urllib.request", "urllib.error", "asyncio", "socketserver", "ftplib", "smtplib"),
    "xml.sax",  # loads urllib.request and http.client
    *("imaplib", "poplib", "telnetlib", "xmlrpc", "wsgiref", "webbrowser", "multiprocessing", "requests", "httpx"),
    *("PySide6.QtNetwork", "PySide6.QtWeb", "PySide6.QtHttpServer", "PySide6.QtPdf"),
)


def imported(module, known=frozenset()):
    """Yield (dotted name, node) of every import; ``from a import b`` yields a.b when that is a module."""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{name}.{alias.name}"
                yield (full if full in known or not name.startswith("briefcase") else name), node


def is_under(name, package):
    return name == package or name.startswith(package + ".")


def upward(modules):
    """Return the imports that do not point to the left in the house's plan."""
    known = {module.name for module in modules}
    wrong = []
    for module in modules:
        if not module.room:
            wrong += [
                f"{module.name} imports {name}" for name, _ in imported(module, known) if is_under(name, "briefcase")
            ]
            continue
        for name, _ in imported(module, known):
            if not is_under(name, "briefcase") or name == "briefcase":
                continue
            other = name.split(".")[1]
            if other == module.room or (other == "release" and module.room in MAY_USE_RELEASE):
                continue
            if module.room not in LEVEL or other not in LEVEL or LEVEL[other] >= LEVEL[module.room]:
                wrong.append(f"{module.name} imports {name}")
    return wrong


def cycles(modules):
    """Return the import cycles as lists of module names."""
    known = {module.name for module in modules}
    graph = {module.name: {name for name, _ in imported(module, known) if name in known} for module in modules}
    found, done = [], set()

    def walk(name, path):
        if name in path:
            found.append([*path[path.index(name) :], name])
            return
        if name in done:
            return
        for other in sorted(graph[name]):
            walk(other, [*path, name])
        done.add(name)

    for name in sorted(graph):
        walk(name, [])
    return found


def foreign_importers(modules):
    """Return the imports of a dangerous package outside the one room that may have it."""
    return [
        f"{module.name} imports {name}"
        for module in modules
        for name, _ in imported(module)
        for package, room in ONE_IMPORTER.items()
        if is_under(name, package) and module.room != room
    ]


def network_imports(modules):
    """Return the imports that could reach for a network."""
    return [
        f"{module.name} imports {name}"
        for module in modules
        for name, _ in imported(module)
        for package in NETWORK
        if is_under(name, package) or (package.startswith("PySide6.") and name.startswith(package))
    ]


STARTERS = {"Thread", "Timer", "ThreadPoolExecutor", "QThread", "QThreadPool", "start_new_thread"}
MAY_START_THREADS = {
    "briefcase.seal.pipeline",  # the second half of a copy
    "briefcase.viewer.picture",  # listens to the child process
    "briefcase.desktop.tasks",  # everything that the window must not wait for
}


def thread_starters(modules):
    """Return the modules that start threads and are not among the few that may."""
    found = set()
    for module in modules:
        names = {
            *(node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)),
            *(node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)),
        }
        if names & STARTERS:
            found.add(module.name)
    return sorted(found - MAY_START_THREADS)


def keyring_imports(modules):
    """Return (modules that import keyring, those that do so before it is needed)."""
    files, early = set(), set()
    for module in modules:
        inside = {id(n) for f in ast.walk(module.tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
        for name, node in imported(module):
            if is_under(name, "keyring"):
                files.add(module.name)
                if id(node) not in inside:
                    early.add(module.name)
    return files, early


def test_imports_point_to_the_left(house):
    assert upward(house) == []


def test_an_upward_import_is_found(make_module):
    assert upward([make_module("briefcase.seal.age", "from briefcase.records import ids")])
    assert upward(
        [make_module("briefcase.vault.vault", "from briefcase import bundle"), make_module("briefcase.bundle", "")]
    )
    assert upward([make_module("briefcase.errors", "import briefcase.language")])
    assert upward([make_module("briefcase.newroom.x", "import briefcase.seal")])
    assert upward([make_module("briefcase.cli", "from .desktop import app")])
    assert not upward(
        [make_module("briefcase.bundle.write", "from briefcase.release import decision\nfrom . import open")]
    )


def test_there_are_no_cycles(house):
    assert cycles(house) == []


def test_a_cycle_is_found(make_module):
    one = make_module("briefcase.seal.one", "from briefcase.seal import two")
    two = make_module("briefcase.seal.two", "def f():\n    from briefcase.seal.one import x")
    assert cycles([one, two]) == [["briefcase.seal.one", "briefcase.seal.two", "briefcase.seal.one"]]
    assert cycles([one, make_module("briefcase.seal.two", "")]) == []


def test_each_dangerous_package_has_one_importer(house):
    assert foreign_importers(house) == []


def test_a_second_importer_is_found(make_module):
    assert foreign_importers([make_module("briefcase.cli", "def f():\n    from PySide6 import QtWidgets")])
    assert foreign_importers([make_module("briefcase.paper.page", "import PIL.Image")])
    assert not foreign_importers([make_module("briefcase.seal.age", "from nacl import bindings")])


def test_only_the_child_process_touches_foreign_documents(house):
    touching = {
        m.name
        for m in house
        for name, _ in imported(m)
        if any(is_under(name, decoder) for decoder in ("pypdfium2", "PIL", "zxingcpp"))
    }
    assert touching <= {"briefcase.viewer.child"}


def test_nothing_reaches_for_a_network(house):
    assert network_imports(house) == []


def test_a_network_import_is_found(make_module):
    assert network_imports([make_module("briefcase.cli", "from urllib import request")])
    assert network_imports([make_module("briefcase.cli", "import http.client")])
    assert network_imports([make_module("briefcase.desktop.app", "from PySide6 import QtNetwork")])
    assert network_imports([make_module("briefcase.desktop.app", "from PySide6.QtWebEngineCore import x")])
    assert not network_imports([make_module("briefcase.cli", "from urllib.parse import quote")])


def test_threads_are_started_where_it_is_known(house):
    assert thread_starters(house) == []


def test_another_place_that_starts_threads_is_found(make_module):
    assert thread_starters([make_module("briefcase.vault.x", "import threading\nthreading.Thread(target=f).start()")])
    assert thread_starters([make_module("briefcase.cli.x", "from threading import Thread as T, Lock\nThread()")])
    assert not thread_starters([make_module("briefcase.vault.x", "import threading\nLOCK = threading.Lock()")])


def test_keyring_is_imported_lazily_in_one_file(house):
    files, early = keyring_imports(house)
    assert len(files) <= 1
    assert early == set()


def test_an_early_keyring_import_is_found(make_module):
    assert keyring_imports([make_module("briefcase.services.x", "import keyring")])[1] == {"briefcase.services.x"}
