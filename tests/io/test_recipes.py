"""Recipes of genomes: which registry counts, and what is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, PathExistsError, UnknownNameError, UnsupportedError
from misha_xr.io.genome_builds import build_genome
from misha_xr.io.recipes import find_recipe, list_recipes
from misha_xr.testing.database import write_database
from misha_xr.testing.web_site import Site


def registry(path: Path, **genomes: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"  {name}: {value}" for name, value in genomes.items()]
    path.write_text("\n".join(["genome:", *lines]))
    return path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, which is the top of a repository."""
    folder = tmp_path / "home" / "below"
    folder.mkdir(parents=True)
    (tmp_path / "home" / ".git").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PYMISHA_GENOME_REGISTRY", raising=False)
    return folder


def test_find_recipe__order_of_registries(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry(tmp_path / "misha.yaml", mine="/outside")  # above the top of the repository
    assert find_recipe("hg38")["_layer"] == "bundled"
    with pytest.raises(UnknownNameError, match="not in any registry layer"):
        find_recipe("mine")
    above = registry(home.parent / "misha.yaml", mine="/above", hg38="/own")
    assert find_recipe("mine") == {"source": "local", "path": "/above", "_layer": str(above)}
    assert find_recipe("hg38")["path"] == "/own"
    registry(home / "misha.yaml", mine="/here")
    assert find_recipe("mine")["path"] == "/here"
    monkeypatch.setenv("PYMISHA_GENOME_REGISTRY", str(registry(tmp_path / "env.yaml", mine="/env")))
    assert find_recipe("mine")["path"] == "/env"
    given = registry(tmp_path / "given.yaml", mine="/given")
    assert find_recipe("mine", given)["path"] == "/given"
    table = list_recipes(given)
    assert table.iloc[0].tolist() == ["mine", "local", "/given", str(given)]
    assert table["name"].is_unique


def test_find_recipe__description_of_a_dataset_is_no_registry(home: Path) -> None:
    (home / "misha.yaml").write_text("description: 'a dataset'\ngenome: 'abc'\n")
    assert find_recipe("hg38")["_layer"] == "bundled"


def test_find_recipe__missing_and_broken_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError, match="registry path does not exist"):
        list_recipes(tmp_path / "none.yaml")
    monkeypatch.setenv("PYMISHA_GENOME_REGISTRY", str(tmp_path / "none.yaml"))
    with pytest.raises(FileNotFoundError):
        find_recipe("hg38")
    monkeypatch.delenv("PYMISHA_GENOME_REGISTRY")
    with pytest.raises(CorruptFileError):
        find_recipe("hg38", registry(tmp_path / "bad.yaml", mine="{source: moon}"))


def test_build_genome__copies_a_database(tmp_path: Path) -> None:
    dense = {"signal": (2, {"a": [1, 2]})}
    root = write_database(tmp_path / "db", sequence={"a": "ACGT"}, dense=dense)
    build_genome({"source": "local", "path": str(root)}, tmp_path / "copy")
    assert Store(tmp_path / "copy").track("signal").values(0).tolist() == [1, 2]
    assert Store(tmp_path / "copy").sequence(0, 0, 4) == b"ACGT"
    with pytest.raises(PathExistsError):
        build_genome({"source": "local", "path": str(root)}, tmp_path / "copy")


def test_build_genome__fasta_by_path_text_and_address(tmp_path: Path, site: Site) -> None:
    (tmp_path / "a.fa").write_text(">a\nAC\n")
    site.bodies["/b.fa"] = b">b\nGT\n"
    layer = {"_layer": str(tmp_path / "misha.yaml")}
    recipes = {
        "path": {"source": "local", "path": "a.fa", **layer},
        "several": {"source": "manual", "fasta": ["a.fa", f"{site.url}/b.fa"], **layer},
        "text": {"source": "manual", "content": ">c\nA\n>a\nC"},
    }
    for name, recipe in recipes.items():
        build_genome(recipe, tmp_path / name)
    found = {name: Store(tmp_path / name).genome.names for name in recipes}
    assert found == {"path": ("a",), "several": ("a", "b"), "text": ("a", "c")}


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"source": "ucsc", "assembly": "hg38"}, r"bigZips/hg38.fa.gz.*create_database\('new'"),
        ({"source": "ncbi", "accession": "GCF_1"}, "FASTA of GCF_1"),
        ({"source": "ucsc-hub", "accession": "GCA_1"}, "GCA_1"),
        ({"source": "s3", "name": "mm10"}, "archive of mm10"),
    ],
)
def test_build_genome__services_say_what_to_download(recipe: dict[str, str], words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        build_genome(recipe, "new")


@pytest.mark.parametrize(
    "recipe",
    [{"source": "local"}, {"source": "ucsc"}, {"source": "manual"}, {"source": "moon"}, {}],
)
def test_build_genome__recipe_lacks_something(tmp_path: Path, recipe: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"missing fields|must be one of"):
        build_genome(recipe, tmp_path / "new")


def test_build_genome__path_of_nothing_useful(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a misha groot"):
        build_genome({"source": "local", "path": str(tmp_path)}, tmp_path / "new")
    with pytest.raises(FileNotFoundError):
        build_genome({"source": "local", "path": str(tmp_path / "none")}, tmp_path / "new")
