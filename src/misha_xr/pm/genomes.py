"""Classic calls on recipes of genomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from misha_xr.api import open_database
from misha_xr.io.annotation_sets import install_annotations
from misha_xr.io.genome_builds import build_genome
from misha_xr.io.recipes import find_recipe, list_recipes
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = ["gdb_build_genome", "gdb_genome_info", "gdb_install_intervals", "gdb_list_genomes"]

GTF_PRIORITY = ("ncbiRefSeq", "refGene", "ensGene", "augustus", "xenoRefGene")
SETS = ("genes", "rmsk", "cgi", "cytoband")


@classic()
def gdb_list_genomes(registry: str | None = None) -> pd.DataFrame:
    """List the recipes of genomes that registries hold.

    Parameters
    ----------
    registry : str, optional
        A file to ask before the others: that of ``PYMISHA_GENOME_REGISTRY``, ``misha.yaml`` in the
        working directory, and a bundled list.

    Returns
    -------
    DataFrame of str
        `name`, `source`, `detail`, `layer` (the file).

    Raises
    ------
    FileNotFoundError
        If the file is missing.

    See Also
    --------
    misha_xr.create_database : Make a database from files, without a recipe.

    Notes
    -----
    Differs from pymisha: ``misha.yaml`` is also looked for in the folders above, as R does.

    Examples
    --------
    >>> from misha_xr import pm
    >>> list(pm.gdb_list_genomes())
    ['name', 'source', 'detail', 'layer']
    """
    return list_recipes(registry)


@classic()
def gdb_genome_info(name: str, registry: str | None = None) -> dict[str, Any]:
    """Return the recipe of a genome.

    Parameters
    ----------
    name : str
        Its name.
    registry : str, optional
        As for `gdb_list_genomes`.

    Returns
    -------
    dict
        ``source`` and what belongs to it; ``_layer`` is the file that it was found in.

    Raises
    ------
    UnknownNameError
        If no registry has it; a KeyError.

    See Also
    --------
    gdb_build_genome : Follow it.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gdb_genome_info("hg38")["source"]
    'ucsc'
    """
    return find_recipe(name, registry)


@classic()
def gdb_build_genome(  # noqa: PLR0913 - the classic signature
    name: str | Mapping[str, Any],
    *,
    path: str | None = None,
    registry: str | None = None,
    sets: Sequence[str] = (),
    prefix: str = "",
    gene_sets: Mapping[str, str] | None = None,
    gtf_priority: Sequence[str] = GTF_PRIORITY,
    chrom_naming: str | None = None,
    target_chroms: list[str] | None = None,
    target_lengths: list[int] | None = None,
    min_coverage: float = 1.0,
    match_by_length: bool = True,
    format: str | None = None,
    verbose: bool = True,
) -> None:
    """Create a database as a recipe says, and put it in use.

    Parameters
    ----------
    name : str or dict
        Name of a recipe, or the recipe itself: ``source: local`` with ``path``, or ``source:
        manual`` with ``fasta`` (paths or URLs) or ``content`` (FASTA as text).
    path : str, optional
        Where it will be; the name in the working directory by default.
    registry : str, optional
        As for `gdb_list_genomes`.
    sets : sequence of str
        Interval sets to install, as for `gdb_install_intervals`.
    prefix, gene_sets, gtf_priority, target_chroms, target_lengths, min_coverage, match_by_length
        As for `gdb_install_intervals`.
    chrom_naming : str, optional
        Not used.
    format : {"indexed", "per-chromosome"}, optional
        Layout of the sequence.
    verbose : bool
        Print what was made.

    Raises
    ------
    UnknownNameError
        If no registry has the name; a KeyError.
    UnsupportedError
        If the recipe names a service of the internet; the hint says what to download.
    ValueError
        If the recipe lacks something.
    FileExistsError
        If something is at the path.

    See Also
    --------
    misha_xr.create_database : The native form, without a recipe.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> recipe = {"source": "local", "path": pm.gdb_examples_path()}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pm.gdb_build_genome(recipe, path=f"{folder}/copy", verbose=False)
    ...     pm.gdb_info()["num_chromosomes"]
    3
    """
    recipe = find_recipe(name, registry) if isinstance(name, str) else dict(name)
    if path is None:
        if not isinstance(name, str):
            raise ValueError("path is needed for a recipe without a name")
        path = name
    build_genome(recipe, path, format=format)
    database = open_database(path)
    SESSION.open(database)
    if sets:
        install_annotations(database.store, recipe, sets=sets, prefix=prefix, gene_sets=gene_sets)
    if verbose:
        print(f"Created {database.root}: {database.genome.n_chroms} contigs")


@classic()
def gdb_install_intervals(  # noqa: PLR0913 - the classic signature
    groot: str,
    source: str | Mapping[str, Any],
    *,
    sets: Sequence[str] = SETS,
    prefix: str = "",
    gene_sets: Mapping[str, str] | None = None,
    gtf_priority: Sequence[str] = GTF_PRIORITY,
    overwrite: bool = False,
    registry: str | None = None,
    target_chroms: list[str] | None = None,
    target_lengths: list[int] | None = None,
    min_coverage: float = 1.0,
    match_by_length: bool = True,
    force: bool = False,
    verbose: bool = True,
) -> dict[str, Any]:
    """Add interval sets of genes, repeats, CpG islands and chromosome bands to a database.

    Parameters
    ----------
    groot : str
        Root of the database.
    source : str or dict
        Name of a recipe, or the recipe itself. Its keys ``genes``, ``rmsk``, ``cgi`` and
        ``cytoband`` are paths or URLs of tables as UCSC has them.
    sets : sequence of str
        Which to install.
    prefix : str
        Put before each name.
    gene_sets : dict, optional
        Other names for ``tss``, ``exons``, ``utr3`` and ``utr5``.
    gtf_priority : sequence of str
        Not used: the recipe names the file.
    overwrite : bool
        Replace sets that are there.
    registry : str, optional
        As for `gdb_list_genomes`.
    target_chroms, target_lengths, min_coverage, match_by_length
        Not used: chromosomes are known by their names and aliases.
    force : bool
        Install what the recipe has, with a warning, if it lacks a set.
    verbose : bool
        Print what was installed.

    Returns
    -------
    dict
        ``installed`` (rows by name of set), ``skipped`` (list of sets that the recipe lacks),
        ``failed`` (empty list).

    Raises
    ------
    UnknownNameError
        If no registry has the name; a KeyError.
    UnsupportedError
        If the recipe names a service of the internet and no files.
    FileNotFoundError
        If there is no such database.

    See Also
    --------
    gdb_build_genome : Create the database, too.

    Notes
    -----
    Differs from pymisha: tables are those that the recipe names; none is looked for elsewhere.

    Examples
    --------
    >>> from pathlib import Path
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> file = Path(root).parent / "islands.txt"
    >>> _ = file.write_text("585 chr1 100 200 CpG:_28".replace(" ", chr(9)))
    >>> recipe = {"source": "manual", "cgi": str(file)}
    >>> pm.gdb_install_intervals(root, recipe, sets=["cgi"], verbose=False)["installed"]
    {'cgi': 1}
    """
    recipe = find_recipe(source, registry) if isinstance(source, str) else dict(source)
    found = install_annotations(
        open_database(groot).store,
        recipe,
        sets=sets,
        prefix=prefix,
        gene_sets=gene_sets,
        overwrite=overwrite,
        force=force,
    )
    if verbose:
        for name, n_rows in found["installed"].items():
            print(f"Installed {name}: {n_rows} rows")
    return found
