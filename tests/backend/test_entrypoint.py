"""The engine: how databases are opened, named, narrowed, and what mistakes say."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend import entrypoint
from misha_xr.backend.entrypoint import MishaBackendEntrypoint
from misha_xr.errors import DatabaseNotFoundError, MishaWarning, UnknownTrackError
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import flat_values, write_tiny


def open_misha(root: object, **options: object) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", **options)  # type: ignore[arg-type]


def test_engine_list__describes_the_engine() -> None:
    engine = xr.backends.list_engines()["misha"]
    assert "misha" in engine.description
    assert isinstance(engine.url, str)


def test_engine_list__parameters_are_explicit() -> None:
    # An engine with **kwargs and no list breaks xarray for every user of the process.
    parameters = inspect.signature(MishaBackendEntrypoint.open_dataset).parameters
    assert tuple(parameters)[1:] == MishaBackendEntrypoint.open_dataset_parameters
    kinds = {parameter.kind for parameter in parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds


def test_module__imports_nothing_compiled() -> None:
    tree = ast.parse(Path(entrypoint.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert not any(str(name).startswith("misha_xr") for name in imported)


@pytest.mark.parametrize("kind", [str, Path, lambda path: f"{path}/"])
@pytest.mark.parametrize("engine", [None, "misha", MishaBackendEntrypoint])
def test_open__path_and_engine(root: Path, kind: object, engine: object) -> None:
    ds = xr.open_dataset(kind(root), engine=engine)  # type: ignore[operator, arg-type]
    assert set(ds.data_vars) == {"a", "ns.b", "c", "sp", "hic"}
    np.testing.assert_array_equal(ds["a"].values, flat_values())
    assert ds.encoding["source"] == str(root)


def test_open__engine_class_with_decode_cf_false(root: Path) -> None:
    ds = xr.open_dataset(root, engine=MishaBackendEntrypoint, decode_cf=False)
    assert "a" in ds
    assert "a" in open_misha(root, decode_cf=False)


def test_open__backend_kwargs_and_load(root: Path) -> None:
    ds = open_misha(root, backend_kwargs={"tracks": "a"})
    assert list(ds.data_vars) == ["a"]
    assert xr.load_dataset(root, engine="misha")["a"].shape == (43,)
    with open_misha(root) as opened:
        values = opened["a"].isel(bin_50=slice(2)).values
    np.testing.assert_array_equal(values, opened["a"].values[:2])  # closing holds nothing back


def test_open__unknown_keyword(root: Path) -> None:
    for keyword in ("group", "tracks", "sets"):
        with pytest.raises(TypeError, match=rf"{keyword} is .*found 5"):
            xr.open_dataset(root, engine="misha", **{keyword: 5})
    with pytest.raises(TypeError, match="unexpected keyword argument 'foo'"):
        open_misha(root, foo=1)


def test_open__home_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(root.parent))
    assert "a" in open_misha("~/db")
    assert MishaBackendEntrypoint().guess_can_open("~/db")


def test_open__relative_path_and_change_of_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root.parent)
    ds = open_misha("db")
    monkeypatch.chdir("/")
    np.testing.assert_array_equal(ds["a"].values, flat_values())
    assert pickle.loads(pickle.dumps(ds))["ns.b"].shape == (43,)


@pytest.mark.parametrize("engine", ["misha", None])
def test_open__missing_path(tmp_path: Path, engine: str | None) -> None:
    with pytest.raises(FileNotFoundError, match="nope"):
        xr.open_dataset(tmp_path / "nope", engine=engine)


def test_open__folder_that_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError, match=r"chrom_sizes\.txt"):
        open_misha(tmp_path)


@pytest.mark.parametrize("given", [b"bytes", 7, None, object(), "no\0name", "~nobody-here/x", ""])
def test_guess_can_open__anything_odd_is_no(given: object) -> None:
    assert not MishaBackendEntrypoint().guess_can_open(given)


def test_guess_can_open__needs_both_pieces(root: Path) -> None:
    assert MishaBackendEntrypoint().guess_can_open(root)
    (root / "chrom_sizes.txt").rename(root / "other.txt")
    assert not MishaBackendEntrypoint().guess_can_open(root)


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        ("a", ["a"]),
        ("ns.*", ["ns.b"]),
        ("[ac]", ["a", "c"]),
        (["sp", "a", "sp"], ["a", "sp"]),
        (("hic",), ["hic"]),
        (re.compile(r"^n|c$"), ["ns.b", "c", "hic"]),
        ([], []),
    ],
    ids=str,
)
def test_tracks__names_globs_patterns(root: Path, tracks: object, expected: list[str]) -> None:
    assert sorted(open_misha(root, tracks=tracks).data_vars) == sorted(expected)


@pytest.mark.parametrize("tracks", ["b", ["a", "ns.d"], "zz*", re.compile("Q")], ids=str)
def test_tracks__unknown(root: Path, tracks: object) -> None:
    with pytest.raises(UnknownTrackError):
        open_misha(root, tracks=tracks)


def test_tracks__unknown_names_the_closest(root: Path) -> None:
    with pytest.raises(KeyError, match=r"did you mean 'ns\.b'"):
        open_misha(root, tracks=["ns.c"])


def test_drop_variables__tracks_and_coordinates(root: Path) -> None:
    assert set(open_misha(root, drop_variables="a").data_vars) == {"ns.b", "c", "sp", "hic"}
    dropped = open_misha(root, drop_variables=["hic", "sp", "absent"])
    assert set(dropped.dims) == {"bin_50", "bin_200"}
    coords = [f"bin_50_{field}" for field in ("chrom", "start", "end")]
    assert "bin_50_chrom" not in open_misha(root, drop_variables=coords).coords


def test_datasets__join_the_database(root: Path, tmp_path: Path) -> None:
    sizes = {"chr1": 1050, "chr2": 605, "chrE": 7, "chrX": 399}
    further = write_database(
        tmp_path / "further", sizes=sizes, dense={"extra": (50, {"chr1": 3.0})}
    )
    for given in (further, str(further), [further]):
        ds = open_misha(root, datasets=given)
        assert ds["extra"].values[:2].tolist() == [3.0, 3.0]
        assert ds["extra"].dims == ds["a"].dims


@pytest.mark.parametrize("group", ["bin_50", "/bin_50", "bin_50/"])
def test_group__one_axis_with_plain_names(root: Path, group: str) -> None:
    ds = open_misha(root, group=group)
    assert set(ds.coords) == {"chrom", "start", "end"}
    assert set(ds.data_vars) == {"a", "ns.b"}
    assert ds.sel(chrom="chr1", start=slice(100, 200)).sizes == {"bin_50": 2}


def test_group__unknown_lists_what_there_is(root: Path) -> None:
    with pytest.raises(ValueError, match=r"'bin_50', 'bin_200', 'sparse/sp', 'rect/hic'"):
        open_misha(root, group="bin_51")


@pytest.mark.parametrize("group", ["", "/"])
def test_group__root_is_everything(root: Path, group: str) -> None:
    assert len(open_misha(root, group=group).data_vars) == 5


def test_open_datatree__a_node_per_axis(root: Path) -> None:
    with no_work(max_coordinates=0):
        tree = xr.open_datatree(root, engine="misha", tracks="*")
    assert {node.path for node in tree.leaves} == {"/bin_50", "/bin_200", "/sparse/sp", "/rect/hic"}
    assert tree["bin_50"].to_dataset().sel(chrom="chr2").sizes == {"bin_50": 13}
    assert tree["sparse/sp"]["sp"].shape == (14,)
    groups = xr.open_groups(root, engine="misha")
    assert set(groups) == {"/", "/bin_50", "/bin_200", "/sparse/sp", "/rect/hic"}


def test_layout__unknown(root: Path) -> None:
    with pytest.raises(ValueError, match="layout must be one of 'auto', 'variables', 'stacked'"):
        open_misha(root, layout="tacked")


def test_broken_track__is_left_out_with_a_warning(root: Path) -> None:
    for path in (root / "tracks" / "a.track").iterdir():
        path.write_bytes(b"\xff\xff")
    with pytest.warns(MishaWarning, match="1 tracks are left out .* 'a'"):
        ds = open_misha(root)
    assert "a" not in ds
    assert "ns.b" in ds
    with pytest.raises(ValueError, match="track"):
        open_misha(root, tracks=["a"])


def test_open_mfdataset__merges_databases(tmp_path: Path) -> None:
    one = write_database(tmp_path / "1", sizes={"c": 100}, dense={"a": (10, {"c": 1.0})})
    two = write_database(tmp_path / "2", sizes={"c": 100}, dense={"b": (10, {"c": 2.0})})
    ds = xr.merge(
        [open_misha(one), open_misha(two)],
        compat="no_conflicts",
        join="exact",
        combine_attrs="override",
    )
    assert ds["a"].values.tolist() == [1.0] * 10
    assert ds["b"].values.tolist() == [2.0] * 10
    assert ds.sel(bin_10_chrom="c:20-40").sizes == {"bin_10": 2}


def test_empty_database__opens(tmp_path: Path) -> None:
    root = write_database(tmp_path / "empty", sizes={"c": 100})
    ds = open_misha(root)
    assert not ds.data_vars
    assert ds.attrs["misha_genome"]


def test_write_tiny__in_both_layouts_opens_alike(tmp_path: Path) -> None:
    one = open_misha(write_tiny(tmp_path / "1"))
    two = open_misha(write_tiny(tmp_path / "2", "indexed"))
    for name in one.data_vars:
        np.testing.assert_array_equal(one[name].values, two[name].values)
    for name in one.coords:
        assert pd.Series(one[name].values).equals(pd.Series(two[name].values))
