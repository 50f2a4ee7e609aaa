"""Genomes: chromosome names, sizes and codes, and the bins that tile them.

Arrays throughout, so that three million contigs are as good as twenty-five; opens no file.
"""

from misha_xr.genome.assemblies import assembly, assembly_names
from misha_xr.genome.axis import GenomeAxis
from misha_xr.genome.checks import check_coordinates, to_positions
from misha_xr.genome.genome import Genome
from misha_xr.genome.marks import GENOME_ATTR, check_same_genome, mark_frame, marked_genome

__all__ = [
    "GENOME_ATTR",
    "Genome",
    "GenomeAxis",
    "assembly",
    "assembly_names",
    "check_coordinates",
    "check_same_genome",
    "mark_frame",
    "marked_genome",
    "to_positions",
]
