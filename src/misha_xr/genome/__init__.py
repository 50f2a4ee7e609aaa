"""Genomes: chromosome names, sizes and codes, and the bins that tile them.

Arrays throughout, so that three million contigs are as good as twenty-five; opens no file.
"""

from misha_xr.genome.axis import GenomeAxis
from misha_xr.genome.genome import Genome
from misha_xr.genome.regions import check_coordinates, to_positions

__all__ = ["Genome", "GenomeAxis", "check_coordinates", "to_positions"]
