"""The table of the manual's code blocks: complete, in their order, and of tests that exist."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent
MANUAL = HERE.parents[2] / "shared" / "manual"
N_BLOCKS = 50
GUIDE_CODE = re.compile(r"(\w+ = )?pm\.\w+\((?!\)[)/])|import |# |print\(")  # no cut sentence
Block = tuple[str, str, str]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(HERE / "examples.tsv", sep="\t", dtype=str)


def blocks_of(table: pd.DataFrame) -> list[Block]:
    """List section, number and digest of each code block once, in the order of the table."""
    rows = table[table["block"] != "-"].drop_duplicates(["section", "block"])
    return list(rows[["section", "block", "digest"]].itertuples(index=False, name=None))


def read_blocks(text: str) -> list[Block]:
    """Find the code blocks of a document, whichever of the two it is."""
    lines = text.splitlines()
    fenced = any(line.startswith("```") for line in lines)
    found = _fenced_blocks(lines) if fenced else _bare_blocks(lines)
    seen: dict[str, int] = {}
    blocks = []
    for section, code in found:
        seen[section] = seen.get(section, 0) + 1
        digest = hashlib.sha256(" ".join(" ".join(code).split()).encode()).hexdigest()[:8]
        blocks.append((section, str(seen[section]), digest))
    return blocks


def _fenced_blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Split by fences; a section is its path of headings, without the title of the document."""
    path: list[str] = []
    blocks: list[tuple[str, list[str]]] = []
    inside = False
    for line in lines:
        if line.startswith("```"):
            inside = not inside
            if inside:
                blocks.append((" / ".join(path[1:]), []))
        elif inside:
            blocks[-1][1].append(line)
        elif heading := re.match(r"(#+) (.*)", line):
            path[len(heading[1]) - 1 :] = [heading[2].replace("`", "")]
    return blocks


def _bare_blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Join neighbouring lines that look like code; headings end with a pilcrow."""
    section, is_running = "", False
    blocks: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.endswith("\N{PILCROW SIGN}"):
            section = "Short Guide / " + line[:-1].strip()
        is_code = GUIDE_CODE.match(line) is not None
        if is_code and not is_running:
            blocks.append((section, []))
        if is_code:
            blocks[-1][1].append(line)
        is_running = is_code
    return blocks


def test_examples__name_tests_that_exist(table: pd.DataFrame) -> None:
    assert list(table) == ["id", "section", "block", "digest", "database", "test"]
    assert not table.isna().any(axis=None)
    assert table["id"].is_unique
    for path, rows in table["test"].str.split("::", expand=True).groupby(0):
        module = ast.parse((HERE.parents[1] / str(path)).read_text(encoding="utf-8"))
        names = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        assert set(rows[1]) <= names


def test_examples__have_every_block_of_a_section(table: pd.DataFrame) -> None:
    blocks = pd.DataFrame(blocks_of(table), columns=["section", "block", "digest"])
    assert len(blocks) == N_BLOCKS
    for _, rows in blocks.groupby("section"):
        assert rows["block"].tolist() == [str(k) for k in range(1, len(rows) + 1)]
    assert blocks["digest"].str.fullmatch("[0-9a-f]{8}").all()
    assert (table.loc[table["block"] == "-", "digest"] == "-").all()


def test_examples__have_every_block_of_the_documents(table: pd.DataFrame) -> None:
    # Beside a clone they are missing: there only the table itself is checked.
    documents = [path.read_text(encoding="utf-8") for path in sorted(MANUAL.glob("*.txt"))]
    found = [block for text in documents for block in read_blocks(text)]
    assert found in ([], blocks_of(table))


def test_read_blocks__fences() -> None:
    text = (
        "# T\n## A\n```\nx  y\n```\n### `B`\n```python\nz\n```\n```\nw\n```\n## C\n```\nx y\n```\n"
    )
    blocks = read_blocks(text)
    assert [block[:2] for block in blocks] == [
        ("A", "1"),
        ("A / B", "1"),
        ("A / B", "2"),
        ("C", "1"),
    ]
    assert blocks[0][2] == blocks[3][2] != blocks[1][2]


def test_read_blocks__bare_lines() -> None:
    text = "Title¶\nText.\npm.a()\nb = pm.c()\nText pm.d()\npm.d()/pm.e()). Text\n"
    text += "2) More¶\nimport x\nText\n# e\n"
    assert [block[:2] for block in read_blocks(text)] == [
        ("Short Guide / Title", "1"),
        ("Short Guide / 2) More", "1"),
        ("Short Guide / 2) More", "2"),
    ]
