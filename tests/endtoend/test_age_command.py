"""``age keygen``, ``encrypt`` and ``decrypt`` as real processes: pipes, broken input, full disks, signals, terminals.

``start`` runs without a terminal; ``at_terminal`` gives one.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import briefcase
from briefcase.seal import words

SOURCE = str(Path(briefcase.__file__).resolve().parents[1])
ERROR = re.compile(rb"([A-Z][A-Z0-9_]+): [^\n]+[.)] [^\n]+\.\n\Z")
COMMAND = [sys.executable, "-m", "briefcase", "age"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("BRIEFCASE_", "PYTHON"))},
    "PYTHONPATH": SOURCE,
    "LC_ALL": "C.UTF-8",
}
pytestmark = pytest.mark.slow
BIG = 8 * 1024 * 1024
MEGABYTE = 1024 * 1024


class Tool:
    """The command in one folder, with keys and a big plaintext in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.me = self.out("keygen", "-o", "key", said=b"Public key: ")
        self.recipient = self.out("keygen", "-y", "key").decode().strip()
        self.big = os.urandom(BIG)
        (folder / "big").write_bytes(self.big)
        (folder / "pass").write_bytes(b"correct horse\n")

    def run(self, *line: object, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run it without a terminal."""
        return subprocess.run(
            [*COMMAND, *map(str, line)],
            cwd=self.folder,
            env=ENVIRONMENT,
            input=data if data is not None else b"",
            capture_output=True,
            check=False,
            start_new_session=True,
            timeout=120,
        )

    def out(self, *line: object, data: bytes | None = None, said: bytes = b"") -> bytes:
        """Run it and return what it wrote; it must end well and say only what begins with *said*."""
        done = self.run(*line, data=data)
        assert (done.returncode, done.stderr[: len(said) or None]) == (0, said), done.stderr
        return done.stdout

    def code(self, *line: object, data: bytes | None = None, status: int = 2) -> str:
        """Run it and return the code of its error, which must be one sentence and a hint."""
        done = self.run(*line, data=data)
        match = ERROR.match(done.stderr)
        assert match is not None, done.stderr
        assert done.returncode == status, done.stderr
        return match[1].decode()

    def begin(self, *line: object, **streams: object) -> subprocess.Popen[bytes]:
        """Start it and do not wait."""
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return subprocess.Popen(  # type: ignore[call-overload]
            [*COMMAND, *map(str, line)], cwd=self.folder, env=ENVIRONMENT, start_new_session=True, **options
        )

    def names(self) -> set[str]:
        """Return the names of all files in the folder."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Return the command in a folder of its own."""
    return Tool(tmp_path)


# ---------------------------------------------------------------- keys


def test_a_key_file_is_private_never_overwritten_and_post_quantum(tool: Tool) -> None:
    path = tool.folder / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="ascii")
    made = re.fullmatch(
        r"# created: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n# public key: (age1pq1\w+)\nAGE-SECRET-KEY-PQ-1\w+\n", text
    )
    assert made is not None
    assert made[1] == tool.recipient
    assert tool.code("keygen", "-o", "key") == "SERVICE_FILE_EXISTS"
    assert path.read_text(encoding="ascii") == text
    assert tool.code("keygen", "key") == "USAGE"
    assert tool.code("keygen", "--pq", "--classic") == "USAGE"
    assert tool.code("keygen", "-y", "nowhere") == "SERVICE_FILE_UNREADABLE"
    assert tool.code("keygen", "-y", data=b"# nothing\n") == "SEAL_KEY_FILE_EMPTY"


def test_a_key_on_standard_output_is_the_same_and_its_public_side_is_said(tool: Tool) -> None:
    done = tool.run("keygen", "--classic")
    assert re.fullmatch(rb"Public key: age1[a-z0-9]+\n", done.stderr)
    public = done.stderr.split()[-1]
    assert b"# public key: " + public + b"\nAGE-SECRET-KEY-1" in done.stdout
    assert tool.out("keygen", "-y", data=done.stdout).strip() == public
    with (tool.folder / "readable").open("wb") as open_file:
        os.fchmod(open_file.fileno(), 0o644)
        process = tool.begin("keygen", stdout=open_file)
        _out, said = process.communicate(b"", timeout=120)
    assert said.startswith(b"Warning: the secret key goes to a file that everybody may read.\n")


# ---------------------------------------------------------------- pipes


@pytest.mark.parametrize("armor", [[], ["-a"]])
def test_through_two_pipes(tool: Tool, armor: list[str]) -> None:
    with (tool.folder / "big").open("rb") as big:
        first = tool.begin("encrypt", *armor, "-r", tool.recipient, stdin=big)
        second = tool.begin("decrypt", "-i", "key", stdin=first.stdout)
        assert first.stdout is not None
        first.stdout.close()
        plain, said = second.communicate(timeout=120)
    assert (first.wait(timeout=120), second.returncode, said) == (0, 0, b"")
    assert first.stderr is not None
    assert first.stderr.read() == b""
    first.stderr.close()
    assert plain == tool.big


def test_recipients_and_keys_of_every_kind_of_place(tool: Tool) -> None:
    (tool.folder / "other").write_bytes(tool.run("keygen").stdout)
    other = tool.out("keygen", "-y", "other").decode()
    (tool.folder / "list").write_text(f"# two of us\n\n{tool.recipient}\n{other}", encoding="ascii")
    for line, data in (
        (("encrypt", "-R", "list", "pass"), None),
        (("encrypt", "-R", "-", "pass"), (tool.folder / "list").read_bytes()),
        (("encrypt", "-i", "key", "-i", "other", "pass"), None),
        (("encrypt", "-r", tool.recipient, "-i", "other"), b"correct horse\n"),
        (("encrypt", "--recipient", tool.recipient, "--recipients-file=list", "--output=-", "pass"), None),
    ):
        sealed = tool.out(*line, data=data)
        for key in ("key", "other"):
            assert tool.out("decrypt", "-i", key, data=sealed) == b"correct horse\n", line
        (tool.folder / "sealed").write_bytes(sealed)
        keys = (tool.folder / "key").read_bytes()
        assert tool.out("decrypt", "-i", "-", "sealed", data=keys) == b"correct horse\n"


def test_memory_stays_small_whatever_comes(tool: Tool) -> None:
    """A pipe of 200 MiB; the program takes as much memory as for nothing, but for its buffers."""
    script = (
        "import resource, sys; from briefcase.cli.main import main; status = main(sys.argv[1:]);"
        "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)); sys.exit(status)"
    )

    def peak(size: int) -> tuple[int, int]:
        line = [sys.executable, "-c", script, "age"]
        first = subprocess.Popen(
            [*line, "encrypt", "-r", tool.recipient],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        second = subprocess.Popen(
            [*line, "decrypt", "-i", "key", "-o", os.devnull],
            cwd=tool.folder,
            env=ENVIRONMENT,
            stdin=first.stdout,
            stderr=subprocess.PIPE,
        )
        assert first.stdin is not None
        for _round in range(size):
            first.stdin.write(bytes(MEGABYTE))
        first.stdin.close()
        peaks = []
        for process in (second, first):
            assert process.wait(timeout=120) == 0
            assert process.stderr is not None
            peaks.append(int(process.stderr.read()))
            process.stderr.close()
        assert first.stdout is not None
        first.stdout.close()
        return peaks[0], peaks[1]

    nothing, much = peak(0), peak(200)
    assert all(large - small < 8 * 1024 for small, large in zip(nothing, much, strict=True)), (nothing, much)


# ---------------------------------------------------------------- what goes wrong


def sealed_big(tool: Tool) -> bytes:
    return tool.out("encrypt", "-r", tool.recipient, "big")


def test_a_failed_decryption_leaves_nothing_and_destroys_nothing(tool: Tool) -> None:
    sealed, before = sealed_big(tool), tool.names() | {"there", "broken"}
    (tool.folder / "there").write_bytes(b"mine")
    for data, code, status in (
        (sealed[: BIG // 2], "AGE_PAYLOAD", 6),
        (sealed[:-1], "AGE_PAYLOAD", 6),
        (sealed + b"x", "AGE_PAYLOAD", 6),
        (sealed[:100], "AGE_HEADER_TRUNCATED", 3),
        (b"", "AGE_HEADER_TRUNCATED", 3),
        (b"PK\x03\x04", "AGE_HEADER", 3),
        (sealed.replace(b"\n--- ", b"\n-> more\n\n--- ", 1), "AGE_HEADER_MAC", 5),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n", "AGE_ARMOR", 7),
    ):
        (tool.folder / "broken").write_bytes(data)
        for target in ("new", "there"):
            assert tool.code("decrypt", "-i", "key", "-o", target, "broken", status=status) == code
            assert tool.code("decrypt", "-i", "key", "-o", target, data=data, status=status) == code
        assert tool.names() == before
        assert (tool.folder / "there").read_bytes() == b"mine"


def test_what_streams_out_before_an_error_is_genuine(tool: Tool) -> None:
    sealed = sealed_big(tool)
    done = tool.run("decrypt", "-i", "key", data=sealed[: BIG // 2])
    assert done.returncode == 6
    assert 0 < len(done.stdout) < BIG
    assert tool.big.startswith(done.stdout)


def test_a_whole_one_takes_the_place_of_a_file_and_its_permissions(tool: Tool) -> None:
    sealed, there = sealed_big(tool), tool.folder / "there"
    there.write_bytes(b"mine")
    there.chmod(0o640)
    (tool.folder / "link").symlink_to("there")
    tool.out("decrypt", "-i", "key", "-o", "link", data=sealed)
    assert (tool.folder / "link").is_symlink()
    assert there.read_bytes() == tool.big
    assert there.stat().st_mode & 0o777 == 0o640
    tool.out("decrypt", "-i", "key", "-o", "new", data=sealed)
    assert (tool.folder / "new").stat().st_mode & 0o777 == 0o600


def test_the_input_is_never_its_own_output(tool: Tool) -> None:
    (tool.folder / "same").hardlink_to(tool.folder / "big")
    (tool.folder / "link").symlink_to("big")
    for target in ("big", "./big", "same", "link"):
        assert tool.code("encrypt", "-r", tool.recipient, "-o", target, "big") == "SERVICE_FILE_SAME"
    with (tool.folder / "big").open("rb") as big:
        process = tool.begin("encrypt", "-r", tool.recipient, "-o", "big", stdin=big)
        assert process.communicate(timeout=120)[1].startswith(b"SERVICE_FILE_SAME: ")
    assert (tool.folder / "big").read_bytes() == tool.big


def test_a_key_or_a_passphrase_is_never_written_over(tool: Tool) -> None:
    (tool.folder / "people").write_text(tool.recipient + "\n", encoding="ascii")
    sealed = tool.out("encrypt", "-r", tool.recipient, data=b"plain")
    by_words = tool.out("--passphrase-file", "pass", "encrypt", data=b"plain")
    before = {}
    for name in ("key", "people", "pass"):
        before[name] = (tool.folder / name).read_bytes()
        (tool.folder / f"{name}-too").hardlink_to(tool.folder / name)
        (tool.folder / f"{name}-link").symlink_to(name)
    for end in ("", "-too", "-link"):
        lines: list[tuple[bytes, list[str]]] = [
            (sealed, ["decrypt", "-i", "key", "-o", f"key{end}"]),
            (sealed, ["decrypt", "-i", f"key{end}", "-o", "key"]),
            (b"plain", ["encrypt", "-i", "key", "-o", f"key{end}"]),
            (b"plain", ["encrypt", "-R", "people", "-o", f"people{end}"]),
            (b"", ["keygen", "-y", "-o", f"key{end}", "key"]),
            (b"plain", ["--passphrase-file", "pass", "encrypt", "-o", f"pass{end}"]),
            (by_words, ["--passphrase-file", "pass", "decrypt", "-o", f"pass{end}"]),
        ]
        for data, line in lines:
            assert tool.code(*line, data=data) == "SERVICE_FILE_SAME", line
    (tool.folder / "sealed").write_bytes(sealed)
    with (tool.folder / "key").open("rb") as key:
        process = tool.begin("decrypt", "-i", "-", "-o", "key", "sealed", stdin=key)
        assert process.communicate(timeout=120)[1].startswith(b"SERVICE_FILE_SAME: ")
    assert {name: (tool.folder / name).read_bytes() for name in before} == before


def test_no_key_a_wrong_key_a_wrong_passphrase(tool: Tool) -> None:
    (tool.folder / "other").write_bytes(tool.run("keygen").stdout)
    (tool.folder / "wrong").write_bytes(b"Correct horse\n")
    to_key = tool.out("encrypt", "-r", tool.recipient, "pass")
    phrase = tool.out("encrypt", "-p", "--passphrase-file", "pass", data=b"x")
    assert tool.code("decrypt", "-i", "other", data=to_key, status=4) == "AGE_NO_IDENTITY"
    assert tool.code("decrypt", data=to_key, status=4) == "AGE_KEY_NEEDED"
    assert tool.code("decrypt", "--passphrase-file", "pass", data=to_key, status=4) == "AGE_KEY_NEEDED"
    assert tool.code("decrypt", "-i", "key", data=phrase, status=4) == "AGE_PASSPHRASE_NEEDED"
    assert tool.code("decrypt", "--passphrase-file", "wrong", data=phrase, status=4) == "AGE_PASSPHRASE_WRONG"
    assert tool.code("decrypt", data=phrase) == "SERVICE_PASSPHRASE_MISSING"
    assert tool.out("decrypt", "--passphrase-file", "pass", data=phrase) == b"x"
    assert tool.out("decrypt", "-i", "key", "--passphrase-file", "pass", data=phrase) == b"x"


def test_passphrases_that_only_differ_in_their_last_line_feed_are_one(tool: Tool) -> None:
    phrase = tool.out("encrypt", "--passphrase-file", "pass", data=b"x")
    for text, status in ((b"correct horse", 0), (b"correct horse\r\n", 0), (b"correct horse\n\n", 4)):
        (tool.folder / "other").write_bytes(text)
        assert tool.run("decrypt", "--passphrase-file", "other", data=phrase).returncode == status
    (tool.folder / "empty").write_bytes(b"\n")
    assert tool.code("encrypt", "--passphrase-file", "empty", data=b"x") == "SERVICE_PASSPHRASE_MISSING"


def test_a_sealed_key_file_opens_with_its_passphrase(tool: Tool) -> None:
    for text in ([], ["-a"]):
        tool.out("encrypt", *text, "--passphrase-file", "pass", "-o", "sealed-key", "key")
        sealed = tool.out("encrypt", "-i", "sealed-key", "--passphrase-file", "pass", data=b"x")
        assert tool.out("decrypt", "-i", "sealed-key", "--passphrase-file", "pass", data=sealed) == b"x"
        assert tool.out("decrypt", "-i", "key", data=sealed) == b"x"
        assert tool.code("decrypt", "-i", "sealed-key", data=sealed) == "SERVICE_PASSPHRASE_MISSING"


WRONG_USE = [
    (["encrypt"], "USAGE"),
    (["encrypt", "-p", "-r", "RECIPIENT"], "USAGE"),
    (["encrypt", "--passphrase-file", "pass", "-r", "RECIPIENT"], "USAGE"),
    (["encrypt", "-R", "-"], "USAGE"),
    (["decrypt", "-i", "-"], "USAGE"),
    (["decrypt", "-i", "-", "-i", "-", "big"], "USAGE"),
    (["decrypt", "-p", "big"], "USAGE"),
    (["encrypt", "-r", "RECIPIENT", "big", "big"], "USAGE"),
    (["encrypt", "-p"], "SERVICE_PASSPHRASE_MISSING"),
    (["encrypt", "-r", "age1nonsense"], "SEAL_RECIPIENT"),
    (["encrypt", "-R", "key"], "SEAL_KEY_LINE"),
    (["encrypt", "-i", "pass"], "SEAL_KEY_LINE"),
    (["encrypt", "-r", "RECIPIENT", "-R", "classic"], "SEAL_RECIPIENTS_REFUSED"),
    (["encrypt", "-r", "RECIPIENT", "nowhere"], "SERVICE_FILE_UNREADABLE"),
    (["encrypt", "-r", "RECIPIENT", "."], "SERVICE_FILE_NOT_PLAIN"),
    (["encrypt", "-r", "RECIPIENT", "pipe"], "SERVICE_FILE_NOT_PLAIN"),
    (["encrypt", "-r", "RECIPIENT", "/dev/zero"], "SERVICE_FILE_NOT_PLAIN"),
    (["encrypt", "-R", "nowhere", "big"], "SERVICE_FILE_UNREADABLE"),
    (["decrypt", "-i", ".", "big"], "SERVICE_FILE_NOT_PLAIN"),
    (["encrypt", "-r", "RECIPIENT", "-o", ".", "big"], "SERVICE_FILE_UNWRITABLE"),
    (["encrypt", "-r", "RECIPIENT", "-o", "no/such", "big"], "SERVICE_FILE_UNWRITABLE"),
    (["encrypt", "-r", "RECIPIENT", "-o", "/dev/full", "big"], "SERVICE_FILE_UNWRITABLE"),
    (["encrypt", "-r", "RECIPIENT", "-o", "a" * 300, "big"], "SERVICE_FILE_UNWRITABLE"),
]


def test_wrong_use_is_one_sentence_and_leaves_nothing(tool: Tool) -> None:
    classic = tool.run("keygen", "--classic").stderr.split()[-1]
    (tool.folder / "classic").write_bytes(classic + b"\n")
    os.mkfifo(tool.folder / "pipe")
    before = tool.names()
    for line, code in WRONG_USE:
        full = [tool.recipient if word == "RECIPIENT" else word for word in line]
        assert tool.code(*full) == code, line
        assert tool.names() == before, line


def test_a_directory_as_standard_input_is_no_crash(tool: Tool) -> None:
    folder = os.open(tool.folder, os.O_RDONLY)
    try:
        for line in (["decrypt", "-i", "key", "-o", "new"], ["encrypt", "-r", tool.recipient, "-o", "new"]):
            process = tool.begin(*line, stdin=folder)
            said = process.communicate(timeout=120)[1]
            assert b"Traceback" not in said
            assert b"<stdin> is a directory" in said or said.startswith(b"SERVICE_FILE_UNREADABLE: ")
            assert process.returncode != 0  # Python itself refuses to start, whatever is to run
    finally:
        os.close(folder)
    assert "new" not in tool.names()


def test_names_may_be_any_bytes(tool: Tool) -> None:
    name = os.fsdecode(b"caf\xe9 \xf0\x9f\x97\x9d\n")
    (tool.folder / name).write_bytes(b"x")
    tool.out("encrypt", "-r", tool.recipient, "-o", f"{name}.age", name)
    assert tool.out("decrypt", "-i", "key", f"{name}.age") == b"x"
    assert tool.code("decrypt", "-i", f"{name}.key", f"{name}.age") == "SERVICE_FILE_UNREADABLE"


# ---------------------------------------------------------------- disks, pipes and signals that fail


def test_a_full_disk_leaves_nothing(tool: Tool) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tool.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "small", disk], check=False).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        assert tool.code("encrypt", "-r", tool.recipient, "-o", "disk/new", "big") == "SERVICE_FILE_UNWRITABLE"
        assert list(disk.iterdir()) == []
        sealed = sealed_big(tool)
        (disk / "there").write_bytes(b"mine")
        assert tool.code("decrypt", "-i", "key", "-o", "disk/there", data=sealed) == "SERVICE_FILE_UNWRITABLE"
        assert [(path.name, path.read_bytes()) for path in disk.iterdir()] == [("there", b"mine")]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_standard_output_is_one_sentence(tool: Tool) -> None:
    with Path("/dev/full").open("wb") as full:
        for line in (["encrypt", "-r", tool.recipient, "big"], ["encrypt", "-a", "-r", tool.recipient, "pass"]):
            process = tool.begin(*line, stdout=full)
            said = process.communicate(timeout=120)[1]
            match = ERROR.match(said)
            assert match is not None, said
            assert (match[1], process.returncode) == (b"OUTPUT", 1)


def test_a_reader_that_leaves_early_is_no_noise(tool: Tool) -> None:
    sealed = sealed_big(tool)
    (tool.folder / "sealed").write_bytes(sealed)
    for line in (["encrypt", "-r", tool.recipient, "big"], ["decrypt", "-i", "key", "sealed"], ["keygen"]):
        process = tool.begin(*line)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        process.stderr.close()
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=120) == 1
        assert b"Traceback" not in said
        assert b"Exception" not in said
        assert said == b"" or said.startswith(b"Public key"), said


def test_closed_standard_streams_are_one_sentence(tool: Tool) -> None:
    line = " ".join(COMMAND)
    for command, code in (
        (f"{line} encrypt -r {tool.recipient} big >&-", b"OUTPUT"),
        (f"{line} encrypt -r {tool.recipient} -o new <&-", b"SERVICE_FILE_UNREADABLE"),
        (f"{line} decrypt -i - big <&-", b"SERVICE_FILE_UNREADABLE"),
    ):
        done = subprocess.run(
            ["sh", "-c", command], cwd=tool.folder, env=ENVIRONMENT, capture_output=True, check=False, timeout=30
        )
        match = ERROR.match(done.stderr)
        assert match is not None, done.stderr
        assert match[1] == code
    assert "new" not in tool.names()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_in_the_middle_leaves_no_file(tool: Tool, number: signal.Signals) -> None:
    sealed, before = sealed_big(tool), tool.names()
    for line, data in ((["decrypt", "-i", "key"], sealed), (["encrypt", "-r", tool.recipient], tool.big)):
        process = tool.begin(*line, "-o", "new")
        assert process.stdin is not None
        process.stdin.write(data[: BIG // 2])
        process.stdin.flush()
        time.sleep(0.2)
        process.send_signal(number)
        process.stdin.close()
        said = process.stderr.read() if process.stderr is not None else b""
        status = process.wait(timeout=120)
        assert status == (130 if number == signal.SIGINT else -number), said
        assert number != signal.SIGINT or said.startswith(b"INTERRUPTED: ")
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()
        assert tool.names() == before


# ---------------------------------------------------------------- at a terminal


Terminal = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def typed(tool: Tool, at_terminal: Terminal) -> Terminal:
    """Return a way to run the command at a terminal, with answers that are typed after each prompt."""

    def run(line: list[str], answers: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        return at_terminal(
            [*COMMAND, *line], answers, prompt=b"passphrase", cwd=tool.folder, environment=ENVIRONMENT, **options
        )

    return run


def test_a_passphrase_is_asked_for_twice_and_not_shown(tool: Tool, typed: Terminal) -> None:
    done = typed(["encrypt", "-p", "-o", "sealed", "big"], ["my secret", "my secret"])
    assert (done.returncode, b"my secret" in done.stderr) == (0, False), done.stderr
    done = typed(["decrypt", "-o", "plain"], ["my secret"], data=(tool.folder / "sealed").read_bytes())
    assert done.returncode == 0, done.stderr
    assert (tool.folder / "plain").read_bytes() == tool.big
    done = typed(["encrypt", "-p", "-o", "other", "big"], ["my secret", "your secret"])
    assert (done.returncode, "other" in tool.names()) == (2, False), done.stderr
    assert typed(["decrypt", "sealed"], ["your secret"]).returncode == 4


def test_an_empty_passphrase_is_made_of_ten_words(tool: Tool, typed: Terminal) -> None:
    done = typed(["encrypt", "-p", "-o", "sealed", "pass"], [""])
    made = re.search(rb"The passphrase is: ([a-z-]+)\r\n", done.stderr)
    assert made is not None, done.stderr
    spoken = made[1].decode().split("-")
    assert (done.returncode, len(spoken)) == (0, 10)
    assert set(spoken) <= set(words.word_list())
    (tool.folder / "made").write_bytes(made[1])
    assert tool.out("decrypt", "--passphrase-file", "made", "sealed") == b"correct horse\n"


def test_a_sealed_key_file_is_asked_for_once(tool: Tool, typed: Terminal) -> None:
    tool.out("encrypt", "--passphrase-file", "pass", "-o", "sealed-key", "key")
    (tool.folder / "sealed").write_bytes(tool.out("encrypt", "-r", tool.recipient, data=b"x"))
    done = typed(["decrypt", "-i", "sealed-key", "-i", "sealed-key", "sealed"], ["correct horse"])
    assert (done.returncode, done.stdout) == (0, b"x"), done.stderr


def test_no_bytes_go_to_a_terminal_unless_asked_for(tool: Tool, typed: Terminal) -> None:
    done = typed(["encrypt", "-r", tool.recipient, "big"], [], show=True)
    assert (done.returncode, done.stderr.startswith(b"OUTPUT_BINARY: ")) == (2, True), done.stderr
    done = typed(["encrypt", "-a", "-r", tool.recipient, "pass"], [], show=True)
    assert (done.returncode, done.stderr.startswith(b"-----BEGIN AGE")) == (0, True)
    assert b"age-encryption.org/v1" in typed(["encrypt", "-r", tool.recipient, "-o", "-", "pass"], [], show=True).stderr
    for plain, shown, status in (
        ("Grüße\tan alle\n".encode(), "Grüße".encode(), 0),
        ("a\u202eb".encode(), b"a<U+202E>b", 0),
        (b"\x1b]0;title\x07", b"OUTPUT_BINARY", 2),
        (b"\xff\xfe", b"OUTPUT_BINARY", 2),
    ):
        (tool.folder / "sealed").write_bytes(tool.out("encrypt", "-r", tool.recipient, data=plain))
        done = typed(["decrypt", "-i", "key", "sealed"], [], show=True)
        assert (done.returncode, shown in done.stderr) == (status, True), done.stderr
        assert b"\x1b" not in done.stderr
