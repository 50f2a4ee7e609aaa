"""Options: set for the process or a block, checked before anything changes."""

from __future__ import annotations

import pytest

from misha_xr.options import get_options, set_options


def test_set_options__block_restores() -> None:
    before = get_options()
    with set_options(n_threads=3, max_maps=10) as inside:
        assert (inside.n_threads, inside.max_maps) == (3, 10)
        assert get_options() is inside
    assert get_options() == before


def test_set_options__restores_after_an_error() -> None:
    before = get_options()
    with pytest.raises(KeyError), set_options(n_threads=3):
        raise KeyError
    assert get_options() == before


def test_set_options__unknown_option_names_the_closest() -> None:
    before = get_options()
    with pytest.raises(TypeError, match="did you mean 'n_threads'"):
        set_options(n_thread=1)
    assert get_options() == before


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2"])
def test_set_options__bad_number(value: object) -> None:
    before = get_options()
    with pytest.raises(ValueError, match="n_threads must be a positive int"):
        set_options(n_threads=value)
    assert get_options() == before


def test_set_options__bad_executor() -> None:
    with pytest.raises(TypeError, match="Executor"):
        set_options(executor="threads")
