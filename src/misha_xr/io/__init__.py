"""Foreign formats: what is read into a database and written beside it.

Knows files, asks through queries. Names are imported on first use: a database that imports nothing
waits for no importer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from misha_xr.io.bed import read_bed
    from misha_xr.io.bed_export import export_bed
    from misha_xr.io.chrom_names import Aliases, UnknownNames
    from misha_xr.io.contacts import import_contacts
    from misha_xr.io.fasta import export_fasta
    from misha_xr.io.genes import read_gene_sets
    from misha_xr.io.gff import Attributes, read_gff
    from misha_xr.io.interval_formats import read_intervals
    from misha_xr.io.interval_rows import Beyond
    from misha_xr.io.matrices import import_matrix
    from misha_xr.io.parquet import ParquetRows
    from misha_xr.io.reads_import import ReadStatistics, import_reads
    from misha_xr.io.sequence_export import export_sequences
    from misha_xr.io.signal_export import export_bedgraph, export_bigwig
    from misha_xr.io.signal_import import import_track
    from misha_xr.io.signal_sets import ImportOutcome, import_tracks
    from misha_xr.io.vcf import Info, read_vcf

__all__ = [
    "Aliases",
    "Attributes",
    "Beyond",
    "ImportOutcome",
    "Info",
    "ParquetRows",
    "ReadStatistics",
    "UnknownNames",
    "export_bed",
    "export_bedgraph",
    "export_bigwig",
    "export_fasta",
    "export_sequences",
    "import_contacts",
    "import_matrix",
    "import_reads",
    "import_track",
    "import_tracks",
    "read_bed",
    "read_gene_sets",
    "read_gff",
    "read_intervals",
    "read_vcf",
]

_HOMES = {
    "Aliases": "chrom_names",
    "Attributes": "gff",
    "Beyond": "interval_rows",
    "ImportOutcome": "signal_sets",
    "Info": "vcf",
    "ParquetRows": "parquet",
    "ReadStatistics": "reads_import",
    "UnknownNames": "chrom_names",
    "export_bed": "bed_export",
    "export_bedgraph": "signal_export",
    "export_bigwig": "signal_export",
    "export_fasta": "fasta",
    "export_sequences": "sequence_export",
    "import_contacts": "contacts",
    "import_matrix": "matrices",
    "import_reads": "reads_import",
    "import_track": "signal_import",
    "import_tracks": "signal_sets",
    "read_bed": "bed",
    "read_gene_sets": "genes",
    "read_gff": "gff",
    "read_intervals": "interval_formats",
    "read_vcf": "vcf",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"misha_xr.io.{_HOMES[name]}"), name)
