"""What holds for every kind of write: none escapes the tests, and all go in one order."""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import misha_xr
from misha_xr.api import Database
from misha_xr.database.writing import disk, steps
from misha_xr.database.writing.litter import is_litter
from misha_xr.database.writing.stage import DIRTY_NAME
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.writes import OUTSIDE, WRITES, look, make_world

LAYOUTS = ["per-chromosome", "indexed"]
PACKAGE = Path(misha_xr.__file__).parent
WRITING = PACKAGE / "database" / "writing"

# Public methods of a Database that change no file, whatever they are given.
READERS = frozenset(
    {
        "attributes", "attributes_table", "bins_quantiles", "bins_summary",
        "check_attribute_changes", "cis_decay", "cor", "dataset_info", "directories", "dist",
        "evaluate", "extract_array", "find_sets", "find_tracks", "genome", "info",
        "insulation_borders", "insulation_domains", "interval_quantiles", "interval_summary",
        "iterate", "iterate_sequence", "iterator_intervals", "load_dataset", "lookup", "mapply",
        "partition", "plot", "pssm_set", "pssm_sets", "quantiles", "read_bed", "read_genes",
        "read_gff", "read_vcf", "root", "sample", "segment", "sequence", "smooth", "sources",
        "stack", "store", "strands_autocorrelation", "summary", "tracks", "unload_dataset",
        "variable", "variables", "verify", "vtrack", "vtracks", "wilcox", "windows",
    }
)  # fmt: skip
# Writers whose foreign files or formats need more than this small world; where they are stopped.
STOPPED_ELSEWHERE = {
    "import_matrix": "the same writer as import_contacts: tests/io/test_contacts.py",
    "import_tracks": "import_track of one file after another",
    "export_bigwig": "the same new file as export_bedgraph; a foreign library writes it",
    "export_zarr": "tests/backend/test_zarr_export.py",
    "write_empty_index": "tests/database/writing/test_track_creation.py",
    "write_bins": "da.misha.save: tests/accessors",
    "copy_into": "genome_builds, into a root that is being built: new_root",
    "new_root": "as create_from_fasta",
}
# What checks, names or describes and changes nothing itself.
HELPERS = frozenset(
    {
        "GONE_OR_THERE", "DIRTY_NAME", "TrackForm", "TrackOptions", "as_stored", "check_name",
        "check_attribute_names", "disk", "existing_target", "is_litter", "new_target",
        "piece_bounds", "spread", "umask_of_call", "mark_dirty",
    }
)  # fmt: skip


@pytest.fixture(scope="module", params=LAYOUTS)
def first(request, tmp_path_factory) -> Path:
    return make_world(tmp_path_factory.mktemp("world") / "first", request.param)


@pytest.fixture
def world(first, tmp_path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "world", symlinks=True))


# --- no writer escapes


@pytest.fixture(scope="module")
def called(tmp_path_factory) -> set[CodeType]:
    """The functions of the package that run in some write of the table."""
    folder, codes = tmp_path_factory.mktemp("calls"), set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            codes.add(frame.f_code)

    world = make_world(folder / "first")
    kinds = [(world, act) for act in WRITES.values()]
    kinds.append((make_world(folder / "indexed", "indexed"), WRITES["convert database"]))
    for number, (source, act) in enumerate(kinds):
        copy = shutil.copytree(source, folder / str(number), symlinks=True)
        sys.setprofile(note)
        try:
            act(copy)
        finally:
            sys.setprofile(None)
    return codes


def code_of(thing: Any) -> CodeType | None:
    while hasattr(thing, "__wrapped__"):
        thing = thing.__wrapped__
    return getattr(thing, "__code__", None)


def test_every_writing_method__is_in_the_table(called):
    methods = {name for name in dir(Database) if not name.startswith("_")}
    assert methods >= READERS, "a reader is gone"
    unknown = {
        name
        for name in methods - READERS - set(STOPPED_ELSEWHERE)
        if code_of(getattr(Database, name)) not in called
    }
    assert not unknown, (
        f"{sorted(unknown)}: add a write to misha_xr.testing.writes, so that it is stopped, killed "
        "and refused in datasets like all others; or say here that it only reads"
    )


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported_from_writing() -> Iterator[tuple[str, str, str]]:
    """Yield module, function and importer of what storeys above take from the writers."""
    for path in PACKAGE.rglob("*.py"):
        if WRITING in path.parents or PACKAGE / "testing" in path.parents:
            continue
        for node in ast.walk(parsed(path)):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.startswith("misha_xr.database.writing"):
                for alias in node.names:
                    yield module, alias.name, path.name


def test_every_writing_function__that_is_used_above_is_in_the_table(called):
    missing = set()
    for module, name, importer in imported_from_writing():
        if name in HELPERS or name in STOPPED_ELSEWHERE:
            continue
        thing = getattr(sys.modules[module], name)
        codes = [thing.__init__] if isinstance(thing, type) else [thing]
        if not any(code_of(code) in called for code in codes):
            missing.add(f"{module}.{name}, used by {importer}")
    assert not missing, f"add writes to misha_xr.testing.writes for {sorted(missing)}"


def test_files_are_changed__by_one_module_only():
    """System calls that change files stand in `disk`, where tests can stop them."""
    anywhere = {
        "unlink", "mkdir", "makedirs", "rmdir", "rmtree", "symlink_to", "symlink", "hardlink_to",
        "write_text", "write_bytes", "touch", "copytree", "copyfile", "copy2",
    }  # fmt: skip
    of_system = {"rename", "replace", "link", "truncate", "move", "remove"}
    found = set()
    for folder in ("database", "api", "io", "pm", "accessors", "backend", "query"):
        for path in (PACKAGE / folder).rglob("*.py"):
            name = str(path.relative_to(PACKAGE))
            for call, owner in _method_calls(path):
                if call in anywhere or (call in of_system and owner in ("os", "shutil")):
                    found.add(f"{name}: {call}")
    found = {call for call in found if call.split(":")[0] not in CHANGE_FILES}
    assert not found


# Modules that change files themselves, besides `disk`: none in a database that exists.
CHANGE_FILES = frozenset(
    {
        "database/writing/disk.py", "database/writing/new_files.py", "database/writing/syncing.py",
        "database/writing/system_calls.py",
        "io/new_file.py",  # announces its steps
        "database/example.py", "database/example_dataset.py",  # the cache of a user
        "database/plain_files.py",  # new databases of examples and tests
        # In temporary folders, of downloads and for foreign libraries:
        "api/creating.py", "io/annotation_sets.py", "io/fetch.py", "io/genome_builds.py",
        "io/signal_bigwig.py", "io/signal_export.py",
    }
)  # fmt: skip


def _method_calls(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, ast.unparse(node.func.value)


# --- one order


class Recorder:
    """System calls as they come, and what was durable when a state was published."""

    def __init__(self, world: Path) -> None:
        self.world = world
        self.unsynced: set[str] = set()  # files and folders changed since they were synced
        self.published: list[tuple[Path, bool]] = []
        self.problems: list[str] = []

    def before(self, action: str, path: str) -> None:
        """Follow a step; renames come through `renamed`."""
        place = Path(path)
        if action == "sync":
            self.unsynced -= {path}
        elif action in ("create", "write", "mkdir", "link"):
            if action != "link" and not path.endswith(".mxlock"):
                self.unsynced.add(path)
            if action != "write" and not path.endswith(".mxlock"):
                self.unsynced.add(str(place.parent))
                self.check_hidden(action, place)
        elif action in ("unlink", "remove", "rmdir"):
            self.unsynced = {name for name in self.unsynced if not is_in(name, path)}
            if not path.endswith(".mxlock") and not is_hidden(place, self.world):
                self.unsynced.add(str(place.parent))

    def check_hidden(self, action: str, place: Path) -> None:
        """New things are hidden until they are renamed; but folders of names, and the mark."""
        of_names = action == "mkdir" and "." not in place.name
        if not is_hidden(place, self.world) and place.name != DIRTY_NAME and not of_names:
            self.problems.append(f"{place} is visible before it is whole")

    def renamed(self, source: Path, target: Path) -> None:
        if not is_hidden(target, self.world):
            late = [name for name in self.unsynced if is_in(name, str(source))]
            if late:
                self.problems.append(f"{target} is published before {late} is durable")
            self.published.append((target, self.is_marked()))
        self.unsynced |= {str(target.parent), str(source.parent)}

    def is_marked(self) -> bool:
        """Tell whether the listing is marked as stale; and take the mark away, as R may."""
        mark = self.world / "db" / DIRTY_NAME
        found = mark.exists()
        mark.unlink(missing_ok=True)
        return found


def is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def is_hidden(path: Path, world: Path) -> bool:
    """Tell whether a path is, or lies in, something that is not listed yet."""
    parts = path.relative_to(world).parts
    return any(is_litter(part) or (part.startswith(".") and ".tmp." in part) for part in parts)


@contextmanager
def recorded(world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    recorder = Recorder(world)

    def watched(function: Callable[..., None]) -> Callable[..., None]:
        def call(source: Any, target: Any) -> None:
            recorder.renamed(Path(source), Path(target))
            function(source, target)

        return call

    with monkeypatch.context() as patch:
        for name in ("rename_new", "replace", "exchange"):
            patch.setattr(disk, name, watched(getattr(disk, name)))
        patch.setattr(steps, "before_step", recorder.before)
        yield recorder


@pytest.mark.parametrize("kind", WRITES)
def test_order__durable_before_visible_and_the_folder_after(kind, world, monkeypatch):
    mark = world / "db" / DIRTY_NAME
    mark.unlink(missing_ok=True)
    before = listing(world)
    with recorded(world, monkeypatch) as recorder:
        WRITES[kind](world)
    assert not recorder.problems
    open_ends = {name for name in recorder.unsynced if not is_hidden(Path(name), world)}
    # What the mark says does not count, and there is nothing in an empty folder of names.
    harmless = {str(mark), str(world / "db/tracks/old/new")}
    assert not open_ends - harmless, "not durable"
    objects = (".track", ".interv")
    changes = [was for target, was in recorder.published if target.suffix in objects]
    if listing(world) != before and kind not in OUTSIDE and kind != "create directory":
        assert mark.exists(), "no mark after the rename"
        assert all(changes), "no mark before the rename"


def listing(world: Path) -> set[str]:
    """What R caches: the names of tracks and sets."""
    tracks = world / "db" / "tracks"
    objects = [*tracks.rglob("*.track"), *tracks.rglob("*.interv")]
    return {str(path) for path in objects if not is_hidden(path, world)}


# --- stopped anywhere


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITES)
def test_interruptions__at_every_step(kind, first, tmp_path):
    layout = (first / "files" / "layout.txt").read_text()
    check_interruptions(lambda root: make_world(root, layout), WRITES[kind], look, folder=tmp_path)


# Others have tests of their own, beside their modules.
QUICK = {"create directory": 1, "remove directory": 1, "export BED": 1, "replace an export": 1,
         "link database": 2, "import reads": 4}  # fmt: skip


@pytest.mark.parametrize("kind", QUICK)
def test_interruptions__of_what_no_other_test_stops(kind, tmp_path):
    check_interruptions(make_world, WRITES[kind], look, folder=tmp_path, every=QUICK[kind])
