"""What is installed is what was chosen: every package of the image is pinned with its hashes, and licences are told apart."""

import json
import re
import runpy
import subprocess
import sys

from packaging.requirements import Requirement

from tests.conftest import REPOSITORY

_LOCK = (REPOSITORY / "requirements.lock").read_text()
_PINS = dict(re.findall(r"^([\w.-]+)==(\S+)", _LOCK, re.MULTILINE))


def _required() -> list[Requirement]:
    lines = (REPOSITORY / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_the_lock_file_holds_what_the_requirements_ask_for() -> None:
    for required in _required():
        assert required.specifier.contains(_PINS[required.name]), required


def test_every_package_is_pinned_with_hashes_from_pypi() -> None:
    packages = re.split(r"^(?=[\w.-]+==)", _LOCK, flags=re.MULTILINE)[1:]
    assert len(_PINS) > 50
    for package in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package.splitlines()[0]
    assert not re.search(r"(file|git\+|https?)://|--(extra-)?index-url|--find-links", _LOCK)


def test_the_lock_file_says_the_one_command_that_makes_it() -> None:
    assert "uv pip compile --universal --generate-hashes" in _LOCK.splitlines()[1]


def test_a_package_with_another_hash_is_refused(tmp_path) -> None:
    (entry,) = re.findall(r"^idna==[^#]*", _LOCK, re.MULTILINE)
    lock = tmp_path / "requirements.lock"
    lock.write_text(entry)
    (tmp_path / f"idna-{_PINS['idna']}-py3-none-any.whl").write_bytes(b"not what was chosen")
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--ignore-installed", "--no-index"]
    done = subprocess.run(
        [*command, "--find-links", str(tmp_path), "--require-hashes", "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr


def test_exceptions_from_the_audit_have_a_reason_and_a_day() -> None:
    rows = re.findall(r"^\| ((?:CVE|GHSA|PYSEC)-\S+) \|(.*)\|$", (REPOSITORY / "SECURITY.md").read_text(), re.MULTILINE)
    assert rows
    for name, rest in rows:
        reason, day = (cell.strip() for cell in rest.rsplit("|", 1))
        assert len(reason) > 40, name
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", day), name


def test_licences_of_code_and_weights_are_told_apart() -> None:
    licence, readme = ((REPOSITORY / name).read_text() for name in ("LICENSE", "README.md"))
    assert licence.startswith("MIT License")
    assert "CC BY-NC 4.0" in readme[readme.index("## Licence") :]
    weights = json.loads((REPOSITORY / "models_ir" / "model.json").read_text())["licence"]
    assert weights.startswith("Weights: research use only, not commercial")


def test_a_known_hole_stops_the_check_unless_it_is_an_exception(tmp_path, monkeypatch, capsys) -> None:
    audit = runpy.run_path(str(REPOSITORY / ".ci" / "known_holes.py"))
    lock = tmp_path / "requirements.lock"
    lock.write_text("sound==2.0 \\\n    --hash=sha256:00\nholed==1.1 \\\nbehind==1.0 \\\n")
    hole = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["1.2"], "withdrawn": None}
    taken_back = hole | {"id": "PYSEC-2", "aliases": [], "withdrawn": "2026-01-01"}
    pages = {"sound": ("2.0", [taken_back]), "holed": ("1.1", [hole]), "behind": ("2.0", [hole])}
    monkeypatch.setitem(audit["main"].__globals__, "_newest", pages.__getitem__)
    assert audit["main"](str(lock)) == 1
    said = capsys.readouterr().out
    assert "2 of 3 packages looked up: 1 known holes." in said
    assert "holed 1.1: PYSEC-1, mended in 1.2" in said
    assert "behind 1.0 (newest: 2.0)" in said
    assert audit["main"](str(lock), "CVE-1") == 0
