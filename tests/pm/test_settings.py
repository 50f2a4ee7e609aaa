"""CONFIG: what its keys may be, which act, and that a call sees one moment of them."""

from __future__ import annotations

import copy
import json
import os
import pickle
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from misha_xr import pm
from misha_xr.pm.settings import DEFAULTS, SETTINGS, Settings

SPOILT: dict[str, list[Any]] = {
    "multitasking": ["yes", None, 2],
    "multitasking_stdout": ["no", 0.5],
    "multitasking_strategy": ["auto ", True, None],
    "min_processes": [0, "4", None, 1.5],
    "max_processes": [0, -1, True, "x"],
    "max_data_size": [-1, "1e6", None, float("nan"), True],
    "permissions_umask": [-1, 0o1000, "007", 7.0],
    "min_scope4process": [-1, None],
    "min_intervs4process": [-1, "x"],
    "eval_buf_size": [0, 0.5, None],
    "debug": ["x"],
    "progress": ["x", 5],
    "progress_style": ["x", None, True],
    "track_create_parallel_writers": [-1, "x"],
}


@pytest.fixture
def config() -> Iterator[Settings]:
    """Give CONFIG, and its defaults afterwards."""
    yield pm.CONFIG
    pm.CONFIG.clear()
    pm.CONFIG.update(DEFAULTS)


def test_defaults(config: Settings) -> None:
    assert dict(config) == DEFAULTS
    assert set(SPOILT) == set(SETTINGS)
    assert {name for name, one in SETTINGS.items() if one.acts} == {
        "eval_buf_size", "max_data_size", "permissions_umask", "progress",
    }  # fmt: skip
    cores = os.cpu_count() or 1
    assert config["max_processes"] == max(4, min(32, int(0.7 * cores)))
    for name, one in SETTINGS.items():
        assert one.accepts(DEFAULTS[name])


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, vs in SPOILT.items() for v in vs])
def test_wrong_values__are_refused_and_nothing_changes(
    config: Settings, key: str, value: Any
) -> None:
    for change in (
        lambda: config.__setitem__(key, value),
        lambda: config.update({"debug": True, key: value}),
        lambda: config.update(**{key: value}),
        lambda: config.__ior__({key: value}),
    ):
        with pytest.raises(ValueError, match=key) as caught:
            change()
        assert isinstance(caught.value, (pm.error, TypeError))
    assert dict(config) == DEFAULTS


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_data_size", 1e10),
        ("max_data_size", np.int64(5)),
        ("max_data_size", float("inf")),
        ("permissions_umask", None),
        ("eval_buf_size", 2e3),
        ("progress", print),
        ("progress", "tqdm"),
        ("multitasking", False),
        ("track_create_parallel_writers", 3),
        ("a key of another version", object()),
    ],
)
@pytest.mark.usefixtures("own_copy")
def test_legal_values__work(config: Settings, key: str, value: Any) -> None:
    config[key] = value
    assert config[key] is value
    assert len(pm.gextract(["dense_track", "np.max(dense_track)"], pm.gintervals(1, 0, 200))) == 4


def test_dictionary__as_any_other(config: Settings) -> None:
    assert isinstance(config, dict)
    assert json.loads(json.dumps(config)) == DEFAULTS
    assert pickle.loads(pickle.dumps(config)) == config
    assert copy.deepcopy(config) == config
    with pytest.raises(ValueError, match="eval_buf_size"):
        copy.copy(config)["eval_buf_size"] = 0
    assert config.setdefault("debug", True) is False
    config |= {"debug": True}
    assert config["debug"] is True
    del config["max_data_size"]
    assert config.copied()["max_data_size"] == DEFAULTS["max_data_size"]


@pytest.mark.usefixtures("own_copy")
def test_permissions_umask__acts(config: Settings) -> None:
    for k, (umask, expected) in enumerate(((0o077, 0o700), (0o007, 0o770))):
        config["permissions_umask"] = umask
        pm.gtrack_create_sparse(f"t{k}", "text", pm.gintervals(1, 0, 9), [1.0])
        assert stat.S_IMODE(Path(pm.gtrack_path(f"t{k}")).stat().st_mode) == expected


@pytest.mark.usefixtures("own_copy")
def test_settings__of_a_call_are_those_of_its_start(config: Settings) -> None:
    seen = []

    def values(*columns: Any) -> float:
        config["max_data_size"] = 0
        seen.append(pm.CONFIG["max_data_size"])
        return 1.0

    config["max_data_size"] = 5
    found = pm.gintervals_mapply(values, "dense_track", intervals=pm.gintervals(1, 0, 200))
    assert seen == [0]
    assert len(found) == 1
    with pytest.raises(pm.error, match="Result size"):
        pm.gextract("dense_track", pm.gintervals(1, 0, 200))
