"""Ask PyPI about known holes in the packages of a lock file, where `pip-audit` cannot.

pip-audit asks for the page of each version, which not every mirror of PyPI has. All have the page of a project, which lists the
holes of its newest version: what is pinned at that is looked up here, and the rest is named.

    python .ci/known_holes.py requirements.lock [EXCEPTION ...]

Exit status 1 when a package has a hole that is no exception.
"""

import json
import re
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def _newest(name: str) -> tuple[str, list[dict]]:
    """Newest version of a project, and its known holes."""
    with urllib.request.urlopen(f"https://pypi.org/pypi/{name}/json", timeout=30) as page:
        project = json.load(page)
    return project["info"]["version"], project["vulnerabilities"]


def main(lock: str, *exceptions: str) -> int:
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", Path(lock).read_text(), re.MULTILINE))
    with ThreadPoolExecutor(8) as threads:
        projects = dict(zip(pins, threads.map(_newest, pins), strict=True))
    older = [f"{name} {pins[name]} (newest: {version})" for name, (version, _) in projects.items() if version != pins[name]]
    holes = [
        f"{name} {version}: {hole['id']}, mended in {', '.join(hole['fixed_in']) or 'no version'}"
        for name, (version, known) in projects.items()
        for hole in known
        if version == pins[name] and not hole["withdrawn"] and not {hole["id"], *hole["aliases"]} & set(exceptions)
    ]
    print(f"{len(pins) - len(older)} of {len(pins)} packages looked up: {len(holes)} known holes.", *holes, sep="\n  ")
    if older:
        print("Not the newest, so not looked up:", *older, sep="\n  ")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
