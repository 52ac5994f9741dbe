"""The bootstrap's own decisions, without a network."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def run(root, tmp_path, monkeypatch):
    """Return run.py as a module whose environment lies in a scratch folder."""
    spec = importlib.util.spec_from_file_location("run_script", root / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "briefcase-stamp")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    return module


@pytest.mark.parametrize("version", [(3, 10), (3, 15), (2, 7)])
def test_a_python_without_wheels_is_refused(run, version):
    with pytest.raises(run.Trouble, match=r"Python 3\.11 to 3\.14"):
        run.check_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
def test_a_good_python_passes(run, version):
    run.check_python(version)


def test_the_option_is_taken_out_of_the_words(run):
    words = ["--headless", "--offline", "wheels", "--out", "x"]
    assert run.take_option(words, "--offline") == Path("wheels").resolve()
    assert words == ["--headless", "--out", "x"]
    words = ["--offline=w"]
    assert run.take_option(words, "--offline") == Path("w").resolve()
    assert words == []
    assert run.take_option(["--out", "x"], "--offline") is None


def test_an_option_without_its_folder_is_said(run):
    with pytest.raises(run.Trouble, match="wants a folder"):
        run.take_option(["--offline"], "--offline")


def test_a_missing_wheelhouse_is_said(run, tmp_path):
    with pytest.raises(run.Trouble, match="There is no folder"):
        run.set_up("run", tmp_path / "nowhere")


def test_a_wheelhouse_with_another_pip_is_refused(run, tmp_path):
    (tmp_path / "pip-99.0-py3-none-any.whl").write_bytes(b"not the pip that was pinned")
    with pytest.raises(run.Trouble, match="no pip that the lock knows"):
        run.checked_pip(tmp_path)


def test_a_changed_lock_is_noticed(run, tmp_path, monkeypatch):
    locks = tmp_path / "locks"
    locks.mkdir()
    (locks / "run.txt").write_text("a==1", encoding="utf-8")
    monkeypatch.setattr(run, "LOCKS", locks)
    run.VENV.mkdir()
    assert not run.is_ready("run")
    run.STAMP.write_text(f"run={run.digest('run')}\n", encoding="utf-8")
    assert run.is_ready("run")
    (locks / "run.txt").write_text("a==2", encoding="utf-8")
    assert not run.is_ready("run")


def test_a_folder_that_is_no_environment_is_left_alone(run):
    run.VENV.mkdir()
    (run.VENV / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(run.Trouble, match="in the way"):
        run.clear_environment()
    assert (run.VENV / "thesis.txt").exists()


def test_offline_drops_every_setting_of_pip(run, monkeypatch):
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "somewhere")
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    kept = run.child_environment(offline=True)
    assert "PIP_EXTRA_INDEX_URL" not in kept
    assert "PYTHONPATH" not in kept
    assert kept["PIP_NO_INDEX"] == "1"
    assert "PIP_EXTRA_INDEX_URL" in run.child_environment()


def test_missing_libraries_are_named_as_packages(run, monkeypatch):
    monkeypatch.setattr(run.sys, "platform", "linux")
    monkeypatch.setattr(run, "loads", lambda library: not library.startswith(("libEGL", "libxcb-cursor")))
    assert run.missing_libraries(display=False) == ["libegl1"]
    assert run.missing_libraries(display=True) == ["libegl1", "libxcb-cursor0"]
    monkeypatch.setattr(run, "may_install", lambda: False)
    monkeypatch.setattr(run, "has_apt", lambda: True)
    assert run.qt_ready(display=False, offline=False).endswith("--no-install-recommends libegl1")


def test_a_wrong_word_is_one_sentence_and_a_hint(root):
    done = subprocess.run([sys.executable, root / "run.py", "dance"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "SETUP: There is no command 'dance'. Say one of: demo, test, setup, briefcase\n"
    assert done.stdout == ""
