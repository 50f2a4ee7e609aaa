"""Thousands of spoilt copies of every file that holds no values: an answer or a clear error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import MishaError
from misha_xr.formats.attributes_yaml import decode_attributes_yaml
from misha_xr.formats.chrom_aliases import decode_chrom_aliases
from misha_xr.formats.db_cache import decode_db_cache, encode_db_cache
from misha_xr.formats.genome_registry import decode_genome_registry
from misha_xr.formats.misha_yaml import DatasetDescription, decode_misha_yaml, encode_misha_yaml
from misha_xr.formats.percentiles import PercentileTable, decode_percentiles, encode_percentiles
from misha_xr.formats.pickles import encode_pickle
from misha_xr.formats.pssm import Motif, decode_pssm_set, encode_pssm_set
from misha_xr.formats.ro_attributes import decode_ro_attributes, encode_ro_attributes
from misha_xr.formats.variables import decode_variable, encode_variable
from misha_xr.testing.mutations import spoilt_copies

FRAME = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", None], "c": pd.Categorical(["u", "v"])})
NESTED = {"a": np.arange(4), "b": [1, 2.5, None, (True, {"x"})], "c": range(3), 5: 2**80}
TABLE = PercentileTable(np.array([0.5, 1.0]), np.array([1.0, 2.0]), 1.0, 2.0)
KEY, DATA = encode_pssm_set({0: Motif("AC", True, np.full((3, 4), 0.25))})

FILES: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "pickle": (decode_variable, encode_pickle(NESTED)),
    "pickled table": (decode_variable, encode_variable(FRAME.set_index("b"))),
    "variable of R": (decode_variable, encode_variable({"f": FRAME, "n": np.array([1.5])})),
    "percentiles": (decode_percentiles, encode_percentiles(TABLE)),
    "inventory": (decode_db_cache, encode_db_cache(["a.b", "c"], ["d"])),
    "read-only attributes": (decode_ro_attributes, encode_ro_attributes(["a", "é"])),
    "motif keys": (lambda copy: decode_pssm_set(copy, DATA), KEY),
    "motif data": (lambda copy: decode_pssm_set(KEY, copy), DATA),
    "aliases": (decode_chrom_aliases, b"canonical\talias\tsource\nchr1\tA\tx\nchr2\tB\ty\n"),
    "description": (decode_misha_yaml, encode_misha_yaml(DatasetDescription("a", "b", "c"))),
    "attributes": (decode_attributes_yaml, b"created.by: 'me'\nn: 5\n"),
    "registry": (decode_genome_registry, b"genome:\n  mm10: {source: ucsc}\n  b: /data\n"),
}


def check(name: str, n_flips: int, seed: int) -> None:
    """Decode every copy; an error of another kind, or a warning, fails the test."""
    decode, data = FILES[name]
    for copy in spoilt_copies(data, n_flips=n_flips, seed=seed):
        try:
            decode(copy)
        except MishaError:
            continue


@pytest.mark.parametrize("name", FILES)
def test_decode__some_spoilt_copies(name: str) -> None:
    check(name, n_flips=100, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_decode__many_spoilt_copies(name: str) -> None:
    check(name, n_flips=10_000, seed=2)
