"""What the classic calls on databases, datasets and directories return, and raise.

`classic_api.tsv` describes results in words that `described` makes of the result itself, so that
one call of each kind is enough to compare them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from misha_xr import pm
from misha_xr.testing.classic_table import ClassicCalls

pytestmark = pytest.mark.usefixtures("own_copy")
D, S, R = "dense_track", "sparse_track", "rects_track"
MIXED = [0.0, 0.5, 1.0]


def folder() -> str:
    return tempfile.mkdtemp(prefix="classic-")


def text(content: str, name: str = "file.txt") -> str:
    path = Path(folder()) / name
    path.write_text(content)
    return str(path)


def without_database(call: Callable[[], Any]) -> Callable[[], Any]:
    def disconnected() -> Any:
        pm.gdb_unload()
        return call()

    return disconnected


def dataset() -> str:
    path = f"{folder()}/set"
    pm.gdataset_save(path, "text", tracks=S)
    root = pm.gdb_info()["path"]
    pm.gtrack_rm(S, force=True)
    pm.gdb_init(root)
    pm.gdataset_load(path)
    return path


def after(first: Callable[[], Any], then: Callable[[], Any]) -> Callable[[], Any]:
    def both() -> Any:
        first()
        return then()

    return both


CALLS: dict[str, ClassicCalls] = {
    "gmax_processes": ClassicCalls(
        pm.gmax_processes, None, {"ValueError": lambda: pm.gmax_processes(0)}
    ),
    "gdb_examples_path": ClassicCalls(pm.gdb_examples_path),
    "gdb_init": ClassicCalls(
        lambda: pm.gdb_init(pm.gdb_examples_path()),
        None,
        {"FileNotFoundError": lambda: pm.gdb_init("/no/such"), "error": lambda: pm.gdb_init("/")},
    ),
    "gdb_init_examples": ClassicCalls(pm.gdb_init_examples),
    "gdb_mark_cache_dirty": ClassicCalls(
        pm.gdb_mark_cache_dirty, None, {"RuntimeError": without_database(pm.gdb_mark_cache_dirty)}
    ),
    "gdb_reload": ClassicCalls(
        pm.gdb_reload, None, {"RuntimeError": without_database(pm.gdb_reload)}
    ),
    "gdb_unload": ClassicCalls(pm.gdb_unload, after(pm.gdb_unload, pm.gdb_unload)),
    "gsetroot": ClassicCalls(
        lambda: pm.gsetroot(pm.gdb_examples_path()),
        None,
        {
            "FileNotFoundError": lambda: pm.gsetroot("/no/such"),
            "ValueError": lambda: pm.gsetroot(pm.gdb_examples_path(), "a", dir="b"),
            "TypeError": lambda: pm.gsetroot(pm.gdb_examples_path(), dirr="b"),
        },
    ),
    "gdb_build_genome": ClassicCalls(
        lambda: pm.gdb_build_genome(
            {"source": "local", "path": pm.gdb_examples_path()}, path=f"{folder()}/g", verbose=False
        ),
        None,
        {"KeyError": lambda: pm.gdb_build_genome("nope")},
    ),
    "gdb_convert_to_indexed": ClassicCalls(
        pm.gdb_convert_to_indexed,
        after(pm.gdb_convert_to_indexed, pm.gdb_convert_to_indexed),
        {"FileNotFoundError": lambda: pm.gdb_convert_to_indexed("/no/such")},
    ),
    "gdb_create": ClassicCalls(
        lambda: pm.gdb_create(f"{folder()}/db", text(">chr1\nACGT\n", "a.fa")),
        None,
        {
            "FileExistsError": lambda: pm.gdb_create(folder(), text(">chr1\nACGT\n", "a.fa")),
            "FileNotFoundError": lambda: pm.gdb_create(f"{folder()}/db", "/no/such.fa"),
            "ValueError": lambda: pm.gdb_create(f"{folder()}/d", text("", "a.fa"), db_format="x"),
            "TypeError": lambda: pm.gdb_create(f"{folder()}/d", text("", "a.fa"), formt="x"),
        },
    ),
    "gdb_create_genome": ClassicCalls(
        lambda: None, None, {"ValueError": lambda: pm.gdb_create_genome("nope")}
    ),
    "gdb_create_linked": ClassicCalls(
        lambda: pm.gdb_create_linked(f"{folder()}/l", pm.gdb_info()["path"]),
        None,
        {
            "FileExistsError": lambda: pm.gdb_create_linked(folder(), pm.gdb_info()["path"]),
            "FileNotFoundError": lambda: pm.gdb_create_linked(f"{folder()}/l", "/no/such"),
        },
    ),
    "gdb_genome_info": ClassicCalls(
        lambda: pm.gdb_genome_info("x", text("genome: {x: /a}\n", "r.yaml")),
        None,
        {"KeyError": lambda: pm.gdb_genome_info("nope")},
    ),
    "gdb_get_readonly_attrs": ClassicCalls(
        after(lambda: pm.gdb_set_readonly_attrs(["a"]), pm.gdb_get_readonly_attrs),
        pm.gdb_get_readonly_attrs,
        {"RuntimeError": without_database(pm.gdb_get_readonly_attrs)},
    ),
    "gdb_info": ClassicCalls(
        pm.gdb_info, lambda: pm.gdb_info(folder()), {"ValueError": without_database(pm.gdb_info)}
    ),
    "gdb_install_intervals": ClassicCalls(
        lambda: pm.gdb_install_intervals(
            pm.gdb_info()["path"],
            {"cgi": text("585\tchr1\t10\t20\tx\n", "cgi.txt")},
            sets=("cgi",),
            verbose=False,
        ),
        None,
        {"KeyError": lambda: pm.gdb_install_intervals(pm.gdb_info()["path"], "nope")},
    ),
    "gdb_list_genomes": ClassicCalls(
        lambda: pm.gdb_list_genomes(text("genome: {x: /a}\n", "r.yaml")),
        None,
        {"FileNotFoundError": lambda: pm.gdb_list_genomes("/no/such.yaml")},
    ),
    "gdb_set_readonly_attrs": ClassicCalls(
        lambda: pm.gdb_set_readonly_attrs(["a"]),
        lambda: pm.gdb_set_readonly_attrs(None),
        {"TypeError": lambda: pm.gdb_set_readonly_attrs(5)},
    ),
    "gdataset_example_path": ClassicCalls(pm.gdataset_example_path),
    "gdataset_info": ClassicCalls(
        lambda: pm.gdataset_info(dataset()),
        None,
        {"FileNotFoundError": lambda: pm.gdataset_info("/no/such")},
    ),
    "gdataset_load": ClassicCalls(
        lambda: pm.gdataset_load(dataset()), None, {"ValueError": lambda: pm.gdataset_load("/no")}
    ),
    "gdataset_ls": ClassicCalls(
        after(dataset, pm.gdataset_ls),
        pm.gdataset_ls,
        {"RuntimeError": without_database(pm.gdataset_ls)},
    ),
    "gdataset_save": ClassicCalls(
        lambda: pm.gdataset_save(f"{folder()}/d", "text", tracks=D),
        None,
        {"ValueError": lambda: pm.gdataset_save(f"{folder()}/d", "text")},
    ),
    "gdataset_unload": ClassicCalls(
        lambda: pm.gdataset_unload(dataset()),
        lambda: pm.gdataset_unload("/no/such"),
        {"ValueError": lambda: pm.gdataset_unload("/no/such", validate=True)},
    ),
    "gintervals_dataset": ClassicCalls(
        lambda: pm.gintervals_dataset("annotations"),
        lambda: pm.gintervals_dataset("nope"),
        {"ValueError": pm.gintervals_dataset},
    ),
    "gintervals_dbs": ClassicCalls(lambda: pm.gintervals_dbs("annotations")),
    "gtrack_dataset": ClassicCalls(lambda: pm.gtrack_dataset(D), lambda: pm.gtrack_dataset("nope")),
    "gtrack_dbs": ClassicCalls(lambda: pm.gtrack_dbs(D), lambda: pm.gtrack_dbs("nope")),
    "gdir_cd": ClassicCalls(
        lambda: pm.gdir_cd("subdir"),
        None,
        {
            "FileNotFoundError": lambda: pm.gdir_cd("nope"),
            "ValueError": lambda: pm.gdir_cd("../.."),
        },
    ),
    "gdir_create": ClassicCalls(
        lambda: pm.gdir_create("new"),
        None,
        {
            "FileExistsError": lambda: pm.gdir_create("subdir"),
            "FileNotFoundError": lambda: pm.gdir_create("a/b"),
        },
    ),
    "gdir_cwd": ClassicCalls(pm.gdir_cwd, None, {"RuntimeError": without_database(pm.gdir_cwd)}),
    "gdir_rm": ClassicCalls(
        lambda: pm.gdir_rm("subdir", recursive=True, force=True),
        lambda: pm.gdir_rm("nope", force=True),
        {
            "FileNotFoundError": lambda: pm.gdir_rm("nope"),
            "OSError": lambda: pm.gdir_rm("subdir"),
            "ValueError": lambda: pm.gdir_rm("../.."),
        },
    ),
    "gtrack_create_dirs": ClassicCalls(
        lambda: pm.gtrack_create_dirs("a.b.c"),
        after(lambda: pm.gtrack_create_dirs("a.b"), lambda: pm.gtrack_create_dirs("a.b")),
        {"ValueError": lambda: pm.gtrack_create_dirs("a b")},
    ),
    "gdb_export_fasta": ClassicCalls(
        lambda: pm.gdb_export_fasta(f"{folder()}/a.fa"),
        None,
        {
            "FileExistsError": lambda: pm.gdb_export_fasta(text("", "a.fa")),
            "ValueError": pm.gdb_export_fasta,
            "FileNotFoundError": lambda: pm.gdb_export_fasta(f"{folder()}/a.fa", "/no/such"),
        },
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_returns(name: str, check_returns: Callable[[str, ClassicCalls], None]) -> None:
    check_returns(name, CALLS[name])
