from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

import misha_xr as package
from misha_xr.cli.main import COMMANDS, misha_xr

NAMES = list(COMMANDS)
STARTED = "from misha_xr_command import main; main()"


def load(name: str) -> click.Command:
    command = misha_xr.get_command(click.Context(misha_xr), name)
    assert command is not None
    return command


def example_lines(name: str) -> list[str]:
    """Return the examples at the end of a help page."""
    text = load(name).epilog or ""
    return [line.strip() for line in text.splitlines() if line.startswith("  misha-xr ")]


@pytest.fixture
def files(folder: Path) -> Path:
    """Make the files that examples name."""
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    (folder / "genome.fa.gz").write_bytes(b">chr1\nACGT\n")
    (folder / "more.fa").write_text(">chr2\nACGT\n")
    (folder / "chrom.sizes").write_text("chr1\t100\n")
    (folder / "scores.bedgraph").write_text("chr1\t0\t15\t1\n")
    (folder / "peaks.bed").write_text("chr1\t0\t15\ta\t5\t+\n")
    (folder / "genes.gtf").write_text('chr1\tx\texon\t1\t10\t.\t+\t.\tgene_id "g";\n')
    head = "## pairs format v1.0\n#columns: readID chr1 pos1 chr2 pos2 strand1 strand2\n"
    (folder / "contacts.pairs").write_text(head + "r\tchr1\t11\tchr1\t101\t+\t-\n")
    (folder / "reads.sam").write_text("r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n")
    (folder / "signals").mkdir()
    (folder / "signals/a.bedgraph").write_text("chr1\t0\t15\t1\n")
    package.open_database("mydb").export_bigwig("sparse_track", "signal.bw")
    package.link_database("otherdb", "mydb")
    return folder


@pytest.mark.filterwarnings("ignore::zarr.errors.ZarrUserWarning")
@pytest.mark.parametrize("name", NAMES)
def test_examples__run(name, run, files):
    lines = example_lines(name)

    assert lines
    for line in lines:
        words = shlex.split(line)
        assert words[:2] == ["misha-xr", name]
        run(*words[1:])


@pytest.mark.parametrize("name", NAMES)
def test_help__is_complete(name, run):
    text = run(name, "--help").stdout

    assert "Examples:" in text
    for option in ("--json", "--progress", "--threads", "--debug"):
        assert option in text
    assert load(name).name == name
    assert all(line.strip() in text for line in example_lines(name))


def test_help__lists_the_commands(run):
    text = run("--help").stdout

    assert all(f"\n  {name} " in text for name in NAMES)
    assert "Exit codes" in text


def test_version(run):
    assert run("--version").stdout == f"misha-xr {package.__version__}\n"


def test_unknown_commands__are_usage_errors(run):
    assert "No such command 'nothing'" in run("nothing", code=2).stderr


def test_errors__have_message_and_hint_and_no_traceback(run):
    result = run("extract", "mydb", "dense_trak", code=1)

    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert "Hint: did you mean 'dense_track'" in result.stderr
    assert "Traceback" not in result.stderr


def test_errors__are_raised_for_debugging(run):
    with pytest.raises(package.MishaError):
        run("extract", "mydb", "dense_trak", "--debug")


def test_errors__of_the_system_name_the_file(run, folder):
    (folder / "chrom.sizes").mkdir()

    assert "chrom.sizes" in run("create", "new", "--sizes", "./chrom.sizes", code=1).stderr


def test_a_missing_database__is_an_error(run):
    assert "nowhere" in run("info", "nowhere", code=1).stderr


def test_threads__do_not_change_the_answer(run):
    words = ("summary", "mydb", "dense_track", "--json", "--threads")

    assert run(*words, 1).stdout == run(*words, 3).stdout


def test_progress__goes_to_standard_error(run):
    result = run("summary", "mydb", "dense_track", "--progress")

    assert "misha_xr" in result.stderr
    assert run("summary", "mydb", "dense_track", "--no-progress").stderr == ""
    assert result.stdout.startswith("statistic\t")


def test_keyboard_interrupts__have_their_code(run, monkeypatch):
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(package.Database, "summary", interrupt, raising=False)

    assert run("summary", "mydb", "dense_track", code=130).stderr == "Stopped\n"


def test_start__loads_nothing_slow():
    code = (
        "import sys\n"
        "from misha_xr_command import main\n"
        "try:\n    main()\nexcept SystemExit:\n"
        "    print(*sys.modules, file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True
    )

    assert "Commands:" in done.stdout
    assert {"numpy", "pandas", "xarray", "tqdm"}.isdisjoint(done.stderr.split())


def test_broken_pipe__ends_quietly(folder):
    words = [sys.executable, "-c", STARTED, "extract", "mydb", "dense_track", "-i", "10"]

    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"chrom\t")
        process.stdout.close()
        told = process.stderr.read()
        process.wait()

    assert told == b""
    assert process.returncode == 141
