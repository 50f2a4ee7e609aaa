"""Functions of sequences: texts in, texts or numbers out. Nothing here knows a database."""

from misha_xr.sequence.bases import complement, reverse, reverse_complement

__all__ = ["complement", "reverse", "reverse_complement"]
