"""Write docs/compat.md from its tables and the docstrings: what is as in pymisha, what not.

``python tools/compat.py`` writes the page, ``--check`` only says whether it is up to date.
"""

from __future__ import annotations

import argparse
import csv
import inspect
import re
import sys
from pathlib import Path

from misha_xr import pm

DOCS = Path(__file__).resolve().parents[1] / "docs"
STATUS = {
    "same": "Parameters, results and errors are those of pymisha.",
    "better": "What works there gives the same numbers; a fault is mended, or more works.",
    "different": "A script may see another answer, or an error; the reason is given.",
    "later": "The name is there with its parameters, and raises an error that says so.",
}
_NOTE = re.compile(r"Differs from pymisha: (.+?)(?=\n\n|\Z)", re.DOTALL)

HEAD = """# Every classic name

Each name of `misha_xr.pm`, what R misha calls it, and how it compares with the name in pymisha.
[](coming-from-pymisha.md) tells the same by subject, [](migrating.md) shows scripts before and
after, and the [reference](api/pm.md) has parameters, results and examples.

<!-- Written by tools/compat.py from compat.tsv, compat-codes.tsv and the docstrings. -->
"""
CODES = """## Contradictions

pymisha, R misha and their manual do not always agree. Each point has a code, which the tables above
use, and one answer.
"""


def read_table(name: str) -> list[dict[str, str]]:
    """Read a table of the page.

    Parameters
    ----------
    name : str
        File in ``docs``.

    Returns
    -------
    list of dict
        Its rows.
    """
    with (DOCS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def note(name: str) -> str:
    """Return what the docstring of a classic name says after "Differs from pymisha:"."""
    if name in ("CONFIG", "PymishaWarning", "error"):
        return ""  # a dictionary, and classes of the native package
    found = _NOTE.search(inspect.getdoc(getattr(pm, name)) or "")
    return " ".join(found[1].split()) if found else ""


def page() -> str:
    """Return the text of the page."""
    rows = read_table("compat.tsv")
    counts = {status: sum(row["status"] == status for row in rows) for status in STATUS}
    meanings = [[status, str(counts[status]), text] for status, text in STATUS.items()]
    lines = [HEAD, *_table(["status", "names", "meaning"], meanings)]
    for status in STATUS:
        lines += ["", f"## {status.capitalize()}", "", *_section(status, rows)]
    codes = [list(row.values()) for row in read_table("compat-codes.tsv")]
    lines += ["", CODES, *_table(["code", "at issue", "here"], codes)]
    return "\n".join(lines) + "\n"


def _section(status: str, rows: list[dict[str, str]]) -> list[str]:
    chosen = [row for row in rows if row["status"] == status]
    if status == "same":
        return _table(["name", "in R"], [[_name(row), _r(row)] for row in chosen])
    if status == "later":
        cells = [[_name(row), _r(row), row["why"]] for row in chosen]
        return _table(["name", "in R", "belongs to"], cells)
    cells = [
        [_name(row), _r(row), _shown(note(row["name"])) or "-", row["why"], row["codes"]]
        for row in chosen
    ]
    return _table(["name", "in R", "what differs", "why", "codes"], cells)


def _table(head: list[str], cells: list[list[str]]) -> list[str]:
    rows = [head, ["---"] * len(head), *cells]
    return [f"| {' | '.join(row)} |" for row in rows]


def _name(row: dict[str, str]) -> str:
    return f"`{row['name']}`"


def _r(row: dict[str, str]) -> str:
    return f"`{row['r_name']}`" if row["r_name"] != "-" else "-"


def _shown(text: str) -> str:
    """Turn the marks of a docstring into those of a page."""
    text = re.sub("`+([^`]+)`+", r"`\1`", text).replace("|", r"\|")
    return text[:1].upper() + text[1:]


def main() -> int:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    target = DOCS / "compat.md"
    text = page()
    if parser.parse_args().check:
        return int(target.read_text(encoding="utf-8") != text)
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
