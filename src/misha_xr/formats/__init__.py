"""File formats of a misha database: bytes to NumPy and back; knows no database."""
