"""What an axis says about itself in the attrs of its first ``start``: enough to make it again.

Attributes are the one thing that every file format and every operation of xarray keeps, so that a
Dataset written by plain ``to_zarr`` or ``to_netcdf`` still says what its coordinates mean.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from misha_xr.errors import GenomeMismatchError, UnsupportedError
from misha_xr.genome import Genome

if TYPE_CHECKING:
    import xarray as xr

    from misha_xr.backend.axis_index import AxisIndex

__all__ = [
    "AXES",
    "AXIS",
    "SIZES",
    "AxisDescription",
    "axis_attrs",
    "described_axes",
    "read_genome",
]

AXIS = "misha_axis"
AXES = "misha_axes"
SIZES = "misha_genome_sizes"
# More chromosomes than this are written only by `encode`: attrs go into every pickle and repr.
MAX_SMALL = 64

Kind: TypeAlias = Literal["bins", "records", "objects"]


@dataclass(frozen=True, slots=True)
class AxisDescription:
    """An axis, as written into attrs.

    Attributes
    ----------
    kind : {"bins", "records", "objects"}
        Bins of a dense track, records of a sparse one, objects of a 2D one.
    genome : str
        Stamp of the genome.
    names : tuple of str
        Coordinates, in the order of the fields of the index.
    bin_size : int or None
        Base pairs, for bins.
    track : str or None
        The track that the records or objects belong to.
    set : str or None
        The interval set that they are the rows of.
    positions : tuple of int or None
        Start, stop and step of regular positions.

    Examples
    --------
    >>> names = ("chrom", "start", "end")
    >>> axis = AxisDescription("bins", "f00d", names, bin_size=50, positions=(0, 9, 1))
    >>> AxisDescription.parse(axis.text()) == axis
    True
    """

    kind: Kind
    genome: str
    names: tuple[str, ...]
    bin_size: int | None = None
    track: str | None = None
    set: str | None = None
    positions: tuple[int, int, int] | None = None

    def text(self) -> str:
        """Return the description as JSON, without what is absent."""
        given = {key: value for key, value in asdict(self).items() if value is not None}
        return json.dumps(given, separators=(",", ":"))

    @classmethod
    def parse(cls, text: object) -> AxisDescription:
        """Read a description.

        Raises
        ------
        UnsupportedError
            If it is not what this package writes.
        """
        try:
            fields = json.loads(text)  # type: ignore[arg-type]
            for key in {"names", "positions"} & set(fields):
                fields[key] = tuple(fields[key])
            return cls(**fields)
        except (TypeError, AttributeError, ValueError) as error:
            raise UnsupportedError(
                f"the attribute {AXIS!r} does not describe an axis: {error}",
                hint="a later release may have written it; else delete the attribute",
            ) from error

    @property
    def places(self) -> range | None:
        """The positions as a range, if they were regular."""
        return None if self.positions is None else range(*self.positions)


def axis_attrs(index: AxisIndex) -> dict[str, str]:
    """Return the attrs that describe an index; with the genome if that is a short text."""
    regular = index.positions if isinstance(index.positions, range) else None
    track = getattr(index.axis, "track", None)
    description = AxisDescription(
        index.kind,
        index.genome.stamp,
        tuple(map(str, index.names.values())),
        bin_size=getattr(index.axis, "bin_size", None),
        track=None if track is None else str(track.name),
        set=getattr(index.axis, "name", None),
        positions=None if regular is None else (regular.start, regular.stop, regular.step),
    )
    attrs = {AXIS: description.text()}
    if index.genome.n_chroms <= MAX_SMALL:
        attrs[SIZES] = genome_text(index.genome)
    return attrs


@lru_cache(maxsize=8)
def genome_text(genome: Genome) -> str:
    """Return names and sizes as JSON: one str per genome, so that a pickle holds it once."""
    sizes = dict(zip(genome.names, genome.sizes.tolist(), strict=True))
    return json.dumps(sizes, separators=(",", ":"))


def read_genome(text: object) -> Genome:
    """Make the genome that a JSON text of sizes describes.

    Raises
    ------
    GenomeMismatchError
        If the text is not one.
    """
    try:
        return Genome.from_dict(json.loads(text))  # type: ignore[arg-type]
    except (TypeError, AttributeError, ValueError) as error:
        raise GenomeMismatchError(
            f"the attribute {SIZES!r} does not hold the sizes of chromosomes: {error}",
            hint="say which genome it is: misha_xr.decode(ds, genome=...)",
        ) from error


def described_axes(variables: Mapping[Hashable, xr.Variable]) -> dict[Hashable, AxisDescription]:
    """Return the axes that coordinates describe, by dimension.

    Parameters
    ----------
    variables : mapping of name to Variable
        Of a Dataset or DataArray. What was computed from a coordinate kept its attrs, so that only
        a variable under one of the names described counts.

    Returns
    -------
    dict of dimension to AxisDescription
        Complete ones: every coordinate is there, on one dimension.
    """
    found: dict[Hashable, AxisDescription] = {}
    for name, variable in variables.items():
        if AXIS not in variable.attrs or variable.ndim != 1:
            continue
        axis = AxisDescription.parse(variable.attrs[AXIS])
        dims = {getattr(variables.get(each), "dims", None) for each in axis.names}
        if name in axis.names and dims == {variable.dims}:
            found[variable.dims[0]] = axis
    return found
