"""Files at the root of a database: protected attributes, aliases, motifs."""

from __future__ import annotations

from pathlib import Path

from misha_xr.database.genomes import read_aliases
from misha_xr.database.links import check_link, read_file
from misha_xr.database.listing import Listing
from misha_xr.errors import UnknownNameError, closest_hint
from misha_xr.formats.pssm import Motif, decode_pssm_set
from misha_xr.formats.ro_attributes import decode_ro_attributes

__all__ = ["RO_ATTRIBUTES_NAME", "RootFiles"]

RO_ATTRIBUTES_NAME = ".ro_attributes"


class RootFiles(Listing):
    """What the working root holds beside ``tracks/`` and ``seq/``; a base of `Store`.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database().store, "pssm_sets")
    True
    """

    __slots__ = ()

    def read_only_attributes(self) -> list[str] | None:
        """Read the names of attributes that the database protects.

        Returns
        -------
        list of str or None
            As listed in ``.ro_attributes``; None if there is no such file.

        Raises
        ------
        CorruptFileError
            If the file breaks its format.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.read_only_attributes() is None
        True
        """
        path = self.root / RO_ATTRIBUTES_NAME
        try:
            return decode_ro_attributes(read_file(path), path)
        except FileNotFoundError:
            return None

    @property
    def chrom_aliases(self) -> dict[str, str]:
        """Chromosome by alias, as ``chrom_aliases.tsv`` of the working root lists them.

        Lines about chromosomes that are not there, and aliases that are names, are left out. The
        genome accepts them as well.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.chrom_aliases
        {}
        """
        return read_aliases(str(self.root))

    def pssm_sets(self) -> list[str]:
        """List the sets of motifs.

        Returns
        -------
        list of str
            Names that have both a key file and a data file in ``pssms/``; sorted.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.pssm_sets()
        []
        """
        folder = self._pssm_folder()
        if not folder.is_dir():
            return []
        names = (path.name.removesuffix(".key") for path in folder.glob("*.key") if path.is_file())
        return sorted(n for n in names if n[:1] != "." and (folder / f"{n}.data").is_file())

    def pssm_set(self, name: str) -> dict[int, Motif]:
        """Read a set of motifs.

        Parameters
        ----------
        name : str
            One of `pssm_sets`.

        Returns
        -------
        dict of int to Motif
            By ID.

        Raises
        ------
        UnknownNameError
            If there is no such set; the hint has the closest names.
        CorruptFileError
            If its files break their format.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.pssm_set("motifs")
        Traceback (most recent call last):
        misha_xr.errors.UnknownNameError: no set of motifs 'motifs' in ...
        """
        known = self.pssm_sets()
        folder = self._pssm_folder()
        if name not in known:
            raise UnknownNameError(
                f"no set of motifs {name!r} in {folder}", hint=closest_hint(str(name), known)
            )
        key, data = (read_file(folder / f"{name}{suffix}") for suffix in (".key", ".data"))
        return decode_pssm_set(key, data, folder / name)

    def _pssm_folder(self) -> Path:
        folder = self.root / "pssms"
        check_link(str(folder))
        return folder
