"""Genomes: chromosome names, sizes and codes, and the bins that tile them.

Arrays throughout, so that three million contigs are as good as twenty-five; opens no file.
"""

from misha_xr.genome.axis import GenomeAxis
from misha_xr.genome.checks import check_coordinates, to_positions
from misha_xr.genome.genome import Genome

__all__ = ["Genome", "GenomeAxis", "check_coordinates", "to_positions"]
