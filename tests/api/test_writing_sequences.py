"""Random sequences of all writers of databases against dicts, in both layouts, reopened."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import misha_xr
from misha_xr import errors

SIZES = {"chr1": 95, "chr2": 40, "chrX": 7}
BIN = 10
N_BINS = {chrom: -(-size // BIN) for chrom, size in SIZES.items()}
PLANE = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
EXTRA = {"a name": "é\t", "n": np.int32(7), "is": np.True_, "x": 0.5}
FASTA = "".join(f">{chrom}\n{('ACGTn' * size)[:size]}\n" for chrom, size in SIZES.items())

layouts = st.sampled_from(["indexed", "per-chromosome"])
names = st.sampled_from(["a", "b", "n.a", "n.b", "n.deep.c"])
numbers = st.floats(-100, 100, width=32) | st.just(float("nan"))
texts = st.sampled_from(["", "1", "é\n", "x" * 300])


@st.composite
def linear_rows(draw, min_size=0):
    """Disjoint intervals with values, in any order of chromosomes."""
    rows = []
    for chrom in draw(st.permutations(list(SIZES))):
        cuts = sorted(draw(st.sets(st.integers(0, SIZES[chrom]), max_size=8)))
        rows += [(chrom, *pair) for pair in zip(cuts[::2], cuts[1::2], strict=False)]
    rows = rows if len(rows) >= min_size else [("chr2", 3, 9)]
    values = draw(st.lists(numbers, min_size=len(rows), max_size=len(rows)))
    frame = pd.DataFrame(rows, columns=["chrom", "start", "end"])
    return frame.astype({"start": "int64", "end": "int64"}).assign(value=values)


@st.composite
def plane_rows(draw):
    """Cells of one base with values; none twice."""
    side = st.tuples(st.sampled_from(list(SIZES)), st.integers(0, 6))
    cells = draw(st.lists(st.tuples(side, side), min_size=1, max_size=8, unique=True))
    frame = pd.DataFrame([(a, x, x + 1, b, y, y + 1) for (a, x), (b, y) in cells], columns=PLANE)
    return frame.assign(value=draw(st.lists(numbers, min_size=len(cells), max_size=len(cells))))


@st.composite
def bin_values(draw):
    """A value per bin."""
    return {chrom: draw(st.lists(numbers, min_size=n, max_size=n)) for chrom, n in N_BINS.items()}


@st.composite
def set_rows(draw):
    """Intervals, some of them twice, with columns of several kinds."""
    frame = draw(linear_rows()).drop(columns="value")
    frame = pd.concat([frame, frame.iloc[:2]], ignore_index=True)
    return with_extra(frame, draw(st.sets(st.sampled_from(list(EXTRA)))))


def with_extra(frame, columns):
    """Add columns that differ from row to row, except bools."""
    for name in sorted(columns):
        column = np.full(len(frame), EXTRA[name], dtype=object if name == "a name" else None)
        counted = np.arange(len(frame), dtype=np.int32)
        frame[name] = column + (counted.astype(str) if name == "a name" else 0 * counted)
        if name in ("n", "x"):
            frame[name] += counted
        elif name == "is":
            frame[name] = column
    return frame


DATA = {
    "dense": bin_values(),
    "sparse": linear_rows(min_size=1),
    "array": linear_rows(min_size=1),
    "rectangles": plane_rows(),
    "points": plane_rows(),
}


def sorted_rows(frame):
    """Rows by chromosome; in one, as they came."""
    order = frame["chrom"].astype(object).map(list(SIZES).index).to_numpy(np.int64)
    return frame.iloc[np.argsort(order, kind="stable")]


def shown(values):
    """Numbers as stored, so that missing ones are equal."""
    return [None if np.isnan(value) else float(np.float32(value)) for value in values]


def expected(kind, given):
    """What a track of some data must hold."""
    if kind == "dense":
        return {chrom: shown(values) for chrom, values in given.items()}
    if kind in ("sparse", "array"):
        columns = [shown(given["value"])] * (1 if kind == "sparse" else 2)
        rows = zip(given["chrom"], given["start"], given["end"], *columns, strict=True)
    else:
        places = [given[name] for name in ("chrom1", "start1", "chrom2", "start2")]
        rows = zip(*places, shown(given["value"]), strict=True)
    return sorted(rows, key=str)


def stored(db, name, kind):
    """What a track holds."""
    track, found = db.store.track(name), []
    if kind == "dense":
        return {chrom: shown(track.values(code)) for code, chrom in enumerate(SIZES)}
    if kind == "sparse":
        frame = db.extract(name, iterator=name)
        columns = [frame["chrom"].astype(str), frame["start"], frame["end"], shown(frame[name])]
        found = list(zip(*columns, strict=True))
    elif kind == "array":
        for code, chrom in enumerate(SIZES):
            part = track.records(code)
            rows = zip(part.starts.tolist(), part.ends.tolist(), part.values, strict=True)
            found += [(chrom, start, end, *shown(row)) for start, end, row in rows]
    else:
        for (one, x), (two, y) in itertools.product(enumerate(SIZES), repeat=2):
            part = track.objects(one, two)
            rows = zip(part.x1.tolist(), part.y1.tolist(), shown(part.values), strict=True)
            found += [(x, start1, y, start2, value) for start1, start2, value in rows]
    return sorted(found, key=str)


class Writing(RuleBasedStateMachine):
    """Writers of a database; `tracks` and `sets` are what it must hold."""

    @initialize(layout=layouts)
    def create(self, layout):
        self.folder = Path(tempfile.mkdtemp(prefix="misha-xr-test-"))
        (self.folder / "a.fa").write_text(FASTA)
        root, fasta = self.folder / "db", self.folder / "a.fa"
        self.db = misha_xr.create_database(root, fasta, format=layout)
        self.tracks, self.sets, self.keeps_old = {}, {}, False

    def teardown(self):
        if hasattr(self, "folder"):
            findings = misha_xr.open_database(self.folder / "db").verify()
            shutil.rmtree(self.folder)
            if self.keeps_old:  # as asked for
                findings = findings[~findings["problem"].str.contains("beside an index")]
            assert findings.to_dict("records") == []

    @invariant()
    def all_names_are_there(self):
        if hasattr(self, "db"):
            assert sorted(self.db.store.track_names()) == sorted(self.tracks)
            assert sorted(self.db.store.set_names()) == sorted(self.sets)

    def look(self, name):
        """Compare one object with the model."""
        db = self.db
        if name in self.tracks:
            kind, given, attributes, variables = self.tracks[name]
            assert stored(db, name, kind) == expected(kind, given)
            mine = {key: text for key, text in db.attributes(name).items() if key.startswith("my")}
            assert mine == attributes
            assert {key: db.variable(name, key) for key in db.variables(name)} == variables
        if name in self.sets:
            (rows, attributes), found = self.sets[name], db.store.load_set(name)
            rows = sorted_rows(rows)
            assert list(found.columns) == list(rows.columns)
            assert {key: found[key].tolist() for key in found} == {
                key: rows[key].tolist() for key in rows
            }
            assert dict(db.store.set_attributes(name)) == attributes

    def some(self, data, model, kinds=tuple(DATA)):
        """Choose an object."""
        chosen = [name for name in sorted(model) if model is self.sets or model[name][0] in kinds]
        return data.draw(st.sampled_from(chosen))

    def write(self, name, call, *, replaces):
        """Call; names that are taken must be refused."""
        if name in {**self.tracks, **self.sets} and not replaces:
            with pytest.raises(errors.NameCollisionError):
                call()
            self.look(name)
            return False
        call()
        return True

    @rule()
    def reopen(self):
        self.db = misha_xr.open_database(self.folder / "db")
        for name in (*self.tracks, *self.sets):
            self.look(name)

    @rule(data=st.data(), name=names, kind=st.sampled_from(list(DATA)), overwrite=st.booleans(),
          layout=st.none() | layouts)  # fmt: skip
    def make_track(self, data, name, kind, overwrite, layout):
        given = data.draw(DATA[kind])
        how = {"overwrite": overwrite, "layout": layout, "attributes": {"my": "new"}}

        def call():
            if kind == "dense":
                arrays = {chrom: np.array(values, "f4") for chrom, values in given.items()}
                self.db.create_dense_bins(name, arrays, BIN, **how)
            elif kind == "array":
                both = np.column_stack([given["value"]] * 2)
                self.db.create_array(
                    name, given[["chrom", "start", "end"]], both, ["v", "w"], **how
                )
            else:
                getattr(self.db, f"create_{kind}")(name, given, **how)

        if self.write(name, call, replaces=overwrite and name in self.tracks):
            self.tracks[name] = kind, given, {"my": "new"}, {}
            self.look(name)

    @precondition(lambda self: self.tracks)
    @rule(data=st.data(), end=names, moves=st.booleans())
    def move_or_copy(self, data, end, moves):
        start = self.some(data, self.tracks)
        call = self.db.move_track if moves else self.db.copy_track
        if self.write(end, lambda: call(start, end), replaces=False):
            kind, given, attributes, variables = self.tracks[start]
            self.tracks[end] = kind, given, dict(attributes), dict(variables)
            if moves:
                del self.tracks[start]
            self.look(start)
            self.look(end)

    @precondition(lambda self: self.tracks)
    @rule(data=st.data())
    def remove_track(self, data):
        name = self.some(data, self.tracks)
        self.db.remove_track(name)
        del self.tracks[name]

    @precondition(lambda self: self.tracks)
    @rule(data=st.data(), layout=layouts)
    def convert_track(self, data, layout):
        name = self.some(data, self.tracks)
        self.db.convert_track(name, layout)
        self.look(name)

    @precondition(lambda self: any(track[0] == "dense" for track in self.tracks.values()))
    @rule(data=st.data(), start=st.integers(0, 94), length=st.integers(1, 40))
    def modify(self, data, start, length):
        name = self.some(data, self.tracks, ["dense"])
        end = min(start + length, SIZES["chr1"])
        scope = pd.DataFrame({"chrom": ["chr1"], "start": [start], "end": [end]})
        self.db.modify_track(name, f"2 * {name}", scope)
        values = list(self.tracks[name][1]["chr1"])
        touched = slice(start // BIN, -(-end // BIN))
        values[touched] = [2 * value for value in values[touched]]
        self.tracks[name] = "dense", self.tracks[name][1] | {"chr1": values}, *self.tracks[name][2:]
        self.look(name)

    @precondition(lambda self: self.tracks)
    @rule(data=st.data(), key=st.sampled_from(["my", "my.b", "my c"]), text=texts)
    def set_attribute(self, data, key, text):
        name = self.some(data, self.tracks)
        self.db.set_attributes(name, {key: text})
        changed(self.tracks[name][2], key, text)
        self.look(name)

    @precondition(lambda self: self.tracks)
    @rule(data=st.data(), key=st.sampled_from(["v", "w"]),
          value=st.sampled_from([None, 1, "é", [1.5, 2.5]]))  # fmt: skip
    def set_variable(self, data, key, value):
        name = self.some(data, self.tracks)
        if value is None:
            assert self.db.remove_variable(name, key) == (key in self.tracks[name][3])
        else:
            self.db.set_variable(name, key, value)
        changed(self.tracks[name][3], key, value)
        self.look(name)

    @rule(name=names, frame=set_rows(), overwrite=st.booleans(), big=st.none() | st.booleans(),
          attributes=st.sampled_from([None, {"k": "v"}]))  # fmt: skip
    def save_set(self, name, frame, overwrite, big, attributes):
        def call():
            how = {"overwrite": overwrite, "big": big, "attributes": attributes}
            self.db.save_intervals(name, frame, **how)

        if self.write(name, call, replaces=overwrite and name in self.sets):
            kept = self.sets[name][1] if name in self.sets and attributes is None else attributes
            self.sets[name] = frame, dict(kept or {})
            self.look(name)

    @precondition(lambda self: self.sets)
    @rule(data=st.data(), chrom=st.sampled_from(list(SIZES)), n=st.integers(0, 4))
    def update_set(self, data, chrom, n):
        name = self.some(data, self.sets)
        old, attributes = self.sets[name]
        rows = pd.DataFrame({"chrom": [chrom] * n, "start": range(n), "end": range(2, n + 2)})
        rows = with_extra(rows, old.columns[3:])[list(old.columns)]
        self.db.update_intervals(name, rows if n else None, chrom=chrom)
        self.sets[name] = pd.concat([old[old["chrom"] != chrom], rows]), attributes
        self.look(name)

    @precondition(lambda self: self.sets)
    @rule(data=st.data(), layout=layouts)
    def convert_set(self, data, layout):
        name = self.some(data, self.sets)
        try:
            self.db.convert_intervals(name, layout)
        except errors.UnsupportedError:
            assert layout == "indexed"
            assert self.sets[name][1]
        self.look(name)

    @precondition(lambda self: self.sets)
    @rule(data=st.data(), text=texts)
    def set_attribute_of_set(self, data, text):
        name = self.some(data, self.sets)
        self.db.set_interval_attributes(name, {"q": text})
        changed(self.sets[name][1], "q", text)
        self.look(name)

    @precondition(lambda self: self.sets)
    @rule(data=st.data())
    def remove_set(self, data):
        name = self.some(data, self.sets)
        self.db.remove_intervals(name)
        del self.sets[name]

    @rule(layout=layouts, everything=st.booleans(), removes=st.booleans())
    def convert(self, layout, everything, removes):
        self.keeps_old |= not removes
        try:
            self.db.convert(layout, remove_old=removes, tracks=everything, intervals=everything)
        except errors.UnsupportedError:
            assert any(attributes for _, attributes in self.sets.values())
        for name in (*self.tracks, *self.sets):
            self.look(name)

    @rule(recursive=st.booleans(), name=st.sampled_from(["n", "n.deep"]))
    def remove_directory(self, recursive, name):
        inside = [key for key in (*self.tracks, *self.sets) if key.startswith(f"{name}.")]
        try:
            self.db.remove_directory(name, recursive=recursive)
        except errors.DirectoryNotEmptyError:
            assert not recursive
            return
        except errors.DatabaseNotFoundError:
            assert not inside
        for key in inside:
            self.tracks.pop(key, None)
            self.sets.pop(key, None)


def changed(mapping, key, value):
    """Set a key, or remove it if there is no value."""
    mapping.pop(key, None)
    if value:
        mapping[key] = value


QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_writers__random_sequences():
    few = settings(max_examples=12, stateful_step_count=25, **QUIET)
    run_state_machine_as_test(Writing, settings=few)


@pytest.mark.slow
def test_writers__many_random_sequences():
    many = settings(max_examples=200, stateful_step_count=40, **QUIET)
    run_state_machine_as_test(Writing, settings=many)
