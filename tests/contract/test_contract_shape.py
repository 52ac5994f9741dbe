"""The shape of the source: length, docstrings, state, encodings, and no leftovers."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import pytest

MODULE_LINES = 400
FUNCTION_LINES = 60
MUTABLE_MAKERS = {"list", "dict", "set", "bytearray", "defaultdict", "OrderedDict", "deque", "Counter"}
MUTATORS = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "add", "discard", "update", "setdefault"),
    *("sort", "reverse", "appendleft", "popleft", "intersection_update", "difference_update"),
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def too_long(module):
    lines = len(module.text.splitlines())
    found = [f"{module.name}: {lines} lines"] if lines > MODULE_LINES else []
    functions = [
        (node.name, node.end_lineno - node.lineno + 1) for node in ast.walk(module.tree) if isinstance(node, FUNCTIONS)
    ]
    return found + [f"{module.name}.{name}: {length} lines" for name, length in functions if length > FUNCTION_LINES]


def undocumented(module):
    found = [] if ast.get_docstring(module.tree) else [module.name]
    bodies = [(module.name, module.tree.body)]
    while bodies:
        name, body = bodies.pop()
        for node in body:
            if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) or node.name.startswith("_"):
                continue
            marks = {ast.unparse(mark).split(".")[-1] for mark in node.decorator_list}
            if not ast.get_docstring(node) and not marks & {"override", "overload", "setter"}:
                found.append(f"{name}.{node.name}")
            if isinstance(node, ast.ClassDef):
                bodies.append((f"{name}.{node.name}", node.body))
    return found


def is_mutable(value):
    if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return True
    return isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] in MUTABLE_MAKERS


def is_struct_field(node):
    """Say whether a statement is ``name: type = []`` or ``{}`` and no class variable."""
    if not isinstance(node, ast.AnnAssign) or "ClassVar" in ast.unparse(node.annotation):
        return False
    value = node.value
    return (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Dict) and not value.keys)


def top_level(tree):
    """Yield (name, value) of the assignments of a module and of its classes, but for the fields of structs.

    The empty default of a field in a struct is copied for each instance (msgspec refuses any other).
    """
    bodies = [tree.body]
    while bodies:
        for node in bodies.pop():
            if isinstance(node, ast.ClassDef):
                bodies.append([each for each in node.body if not (node.bases and is_struct_field(each))])
            elif isinstance(node, (ast.If, ast.Try)):
                bodies += [node.body, node.orelse]
            elif isinstance(node, ast.Assign):
                yield from ((t.id, node.value) for t in node.targets if isinstance(t, ast.Name))
            elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
                yield node.target.id, node.value


def last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def changed_names(tree):
    """Return the names that some statement inside a function changes in place."""
    names = set()
    for function in (n for n in ast.walk(tree) if isinstance(n, FUNCTIONS)):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
                names.add(last_name(node.func.value))
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
                names.add(last_name(node.value))
    return names


def mutable_state(module):
    """Return module and class attributes that hold state: constants in capitals that nobody changes are allowed."""
    changed = changed_names(module.tree)
    found = [f"{module.name}: global {', '.join(n.names)}" for n in ast.walk(module.tree) if isinstance(n, ast.Global)]
    for name, value in top_level(module.tree):
        if is_mutable(value) and name != "__all__" and (not name.isupper() or name in changed):
            found.append(f"{module.name}.{name}")
    return found


def leftovers(module):
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return [f"{module.name}:{t.start[0]}" for t in tokens if t.type == tokenize.COMMENT and LEFTOVER.search(t.string)]


def mode_of(call, position):
    for keyword in call.keywords:
        if keyword.arg == "mode":
            return keyword.value.value if isinstance(keyword.value, ast.Constant) else None
    if len(call.args) > position:
        argument = call.args[position]
        return argument.value if isinstance(argument, ast.Constant) else None
    return "r"


def text_without_encoding(module):
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or any(k.arg in ("encoding", None) for k in node.keywords):
            continue
        called = ast.unparse(node.func)
        bare = False
        if called in ("open", "io.open", "os.fdopen"):
            mode = mode_of(node, 1)
            bare = isinstance(mode, str) and "b" not in mode
        elif called.endswith(".open"):
            mode = mode_of(node, 0)
            bare = (
                bool(node.args or node.keywords)
                and isinstance(mode, str)
                and re.fullmatch(r"[rwaxt+]+", mode) is not None
            )
            bare = bare and (mode != "r" or bool(node.args))
        elif called.endswith(".read_text"):
            bare = not called.startswith("resources.") and not node.args
        elif called.endswith(".write_text"):
            bare = len(node.args) < 2
        if bare:
            found.append(f"{module.name}:{node.lineno}")
    return found


def words_translated_wrongly(module):
    """Return calls of the translation functions with a built text, and calls made while importing."""
    inside = {id(n) for f in ast.walk(module.tree) if isinstance(f, (*FUNCTIONS, ast.Lambda)) for n in ast.walk(f)}
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_", "ngettext"):
            built = any(
                isinstance(a, (ast.JoinedStr, ast.BinOp)) for a in node.args[: 2 if node.func.id == "ngettext" else 1]
            )
            early = node.func.id != "N_" and id(node) not in inside
            if built or early:
                found.append(f"{module.name}:{node.lineno}")
    return found


RULES = [too_long, undocumented, mutable_state, leftovers, text_without_encoding, words_translated_wrongly]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule, house):
    assert [fault for module in house for fault in rule(module)] == []


@pytest.mark.parametrize(
    "rule", [too_long, undocumented, leftovers, text_without_encoding], ids=lambda rule: rule.__name__
)
def test_the_scripts_keep(rule, scripts):
    assert [fault for module in scripts for fault in rule(module)] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (too_long, "\n" * 401),
        (too_long, "def f():\n" + "    x = 1\n" * 60),
        (undocumented, "x = 1"),
        (undocumented, '"""A module."""\ndef shown(): ...'),
        (undocumented, '"""A module."""\nclass Shown:\n    """A class."""\n    def act(self): ...'),
        (mutable_state, "cache = {}"),
        (mutable_state, "seen: set[str] = set()"),
        (mutable_state, "TABLE = []\ndef f():\n    TABLE.append(1)"),
        (mutable_state, "TABLE = {}\ndef f():\n    TABLE[1] = 2"),
        (mutable_state, "x = 1\ndef f():\n    global x"),
        (mutable_state, "class A:\n    shared = []"),
        (mutable_state, "class A(B):\n    shared: ClassVar[list[int]] = []"),
        (leftovers, "x = 1  # TODO: later"),
        (text_without_encoding, "open('x')"),
        (text_without_encoding, "open('x', 'w')"),
        (text_without_encoding, "path.open('w')"),
        (text_without_encoding, "path.read_text()"),
        (text_without_encoding, "path.write_text('x')"),
        (words_translated_wrongly, "def f(n):\n    return _(f'{n} records')"),
        (words_translated_wrongly, "TITLE = _('Cases')"),
    ],
)
def test_a_fault_is_found(rule, text, make_module):
    assert rule(make_module("briefcase.room.module", text))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (mutable_state, "TABLE = {'a': 1}\n__all__ = ['TABLE']\ndef f():\n    found = []\n    found.append(1)"),
        (mutable_state, "class A(Struct):\n    names: list[str] = []"),
        (leftovers, "CURRENCIES = ('XXX',)"),
        (text_without_encoding, "open('x', 'rb')\nopen('x', encoding='utf-8')\npath.open('wb')\nattachments.open(sha)"),
        (words_translated_wrongly, "def f(e):\n    return _(e.sentence) % e.facts\nS = N_('Cases')"),
        (undocumented, '"""A module."""\ndef _hidden(): ...'),
    ],
)
def test_what_is_right_passes(rule, text, make_module):
    assert rule(make_module("briefcase.room.module", text)) == []


def test_test_files_have_names_of_their_own(root):
    names = [path.name for path in (root / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
