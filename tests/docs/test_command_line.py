"""The page about the command line: what it shows comes out, command by command."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
from pathlib import Path

import click
from click.testing import CliRunner

from misha_xr.cli.main import COMMANDS, misha_xr

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "command-line.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Return the commands of the page and what they print."""
    pairs = [re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] for block in BLOCKS]
    return [
        (line, shown) for block in pairs for line, _, shown in (c.partition("\n") for c in block)
    ]


def output(line: str) -> str:
    words = shlex.split(line)
    if words[0] == "misha-xr":
        return CliRunner().invoke(misha_xr, words[1:]).output
    return subprocess.run(line, shell=True, capture_output=True, text=True, check=True).stdout


def test_commands__print_what_the_page_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert len(commands()) > 15
    for line, shown in commands():
        found = output(line)
        assert doctest.OutputChecker().check_output(shown, found, doctest.ELLIPSIS), (line, found)


def test_page__mentions_every_command_but_cp():
    named = {name for name in COMMANDS if re.search(rf"misha-xr {name} |`{name}`", PAGE)}

    assert named == set(COMMANDS) - {"cp"}


def test_options_of_the_page__exist():
    known = {
        option
        for name in COMMANDS
        for parameter in (misha_xr.get_command(click.Context(misha_xr), name) or misha_xr).params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }

    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) <= known | {"--help"}
