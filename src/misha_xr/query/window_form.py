"""What a window for training looks like: its size, positions, bases and how it is varied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from misha_xr.errors import check_one_of
from misha_xr.query.cube_regions import StepCut

__all__ = ["WindowForm", "whole_number"]

Turns: TypeAlias = Literal["no", "yes", "random", "both"]

_TURNS: dict[Any, Turns] = {False: "no", True: "yes", "random": "random", "both": "both"}
_MOST, _MOST_BASES = 2**63 - 1, 10**15  # no genome is larger; sums of a few stay in int64
_DTYPES: dict[str, type[np.uint8 | np.float32]] = {"uint8": np.uint8, "float32": np.float32}


@dataclass(frozen=True, slots=True)
class WindowForm:
    """What one window looks like.

    Attributes
    ----------
    size, step : int
        Base pairs of a window, and of each of its positions; the size is a multiple of the step.
    fill : float
        Stands for missing values.
    has_bases, is_channels_first : bool
        Whether bases are wanted, and the order of their two axes.
    dtype : type
        Of the bases: ``np.uint8`` or ``np.float32``.
    turns : {"no", "yes", "random", "both"}
        Which windows are reverse complemented; both: each comes twice.
    jitter : int
        The most base pairs that a window is moved by.
    seed, epoch : int
        What draws depend on.

    Examples
    --------
    >>> WindowForm(100, step=10).cut.n
    10
    """

    size: int
    step: int = 1
    fill: float = np.nan
    has_bases: bool = False
    is_channels_first: bool = True
    dtype: type[np.uint8 | np.float32] = np.uint8
    turns: Turns = "no"
    jitter: int = 0
    seed: int = 0
    epoch: int = 0

    @classmethod
    def of(
        cls,
        size: object,
        *,
        bin: object = 1,
        one_hot: object = False,
        one_hot_dtype: object = "uint8",
        reverse_complement: object = False,
        **numbers: Any,
    ) -> WindowForm:
        """Check what the caller gave.

        Parameters
        ----------
        size, bin : int
            Base pairs.
        one_hot : bool, "channels_first" or "channels_last"
            True is ``"channels_first"``.
        one_hot_dtype : {"uint8", "float32"}
            Type of the bases.
        reverse_complement : bool, "random" or "both"
            Which windows are turned.
        **numbers
            `fill`, `jitter`, `seed`.

        Returns
        -------
        WindowForm
            Checked.

        Raises
        ------
        ValueError
            For anything else, and a size that is no multiple of the bin.

        Examples
        --------
        >>> WindowForm.of(100, bin=10, one_hot="channels_last").is_channels_first
        False
        """
        size = whole_number("size", size, 1, _MOST_BASES)
        step = whole_number("bin", bin, 1, _MOST_BASES)
        if size % step:
            near = max(round(size / step), 1) * step
            raise ValueError(
                f"size must be a multiple of bin; found {size:,} and {step:,}\n"
                f"  Hint: size={near} has whole bins"
            )
        check_one_of("one_hot", one_hot, (False, True, "channels_first", "channels_last"))
        check_one_of("one_hot_dtype", one_hot_dtype, tuple(_DTYPES))
        check_one_of("reverse_complement", reverse_complement, tuple(_TURNS))
        for name, most in (("jitter", _MOST_BASES), ("seed", None)):
            numbers[name] = whole_number(name, numbers.get(name, 0), 0, most)
        _check_fill(numbers.get("fill", np.nan))
        return cls(
            size=size,
            step=step,
            has_bases=one_hot is not False,
            is_channels_first=one_hot != "channels_last",
            dtype=_DTYPES[str(one_hot_dtype)],
            turns=_TURNS[reverse_complement],
            **numbers,
        )

    @property
    def cut(self) -> StepCut:
        """How far a window reaches from its middle, and its positions.

        Examples
        --------
        >>> WindowForm(101, step=1).cut
        StepCut(left=50, right=51, step=1)
        """
        return StepCut(self.size // 2, self.size - self.size // 2, self.step)


def _check_fill(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise ValueError(f"fill must be a number; found {value!r}")  # noqa: TRY004 - as the others


def whole_number(name: str, value: object, least: int, most: int | None = None) -> int:
    """Check a whole number.

    Parameters
    ----------
    name : str
        What it is, for messages.
    value : object
        What the caller gave.
    least, most : int
        The smallest and the largest that are allowed. Default: up to 2**63 - 1.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ValueError
        If it is none, too small or too large.

    Examples
    --------
    >>> whole_number("size", np.int64(5), 1)
    5
    """
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    number = int(value) if is_whole else least - 1  # type: ignore[call-overload]
    if number < least:
        raise ValueError(f"{name} must be a whole number, at least {least}; found {value!r}")
    if number > (most := _MOST if most is None else most):
        raise ValueError(f"{name} must be at most {most:,}; found {value!r}")
    return int(number)
