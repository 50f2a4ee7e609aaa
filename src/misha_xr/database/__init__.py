"""The store: a picklable value that finds and reads the objects of a database."""

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.bases import JoinedBases, base_batches, read_bases, read_texts
from misha_xr.database.blocks import BlockTable
from misha_xr.database.example import example_database_path
from misha_xr.database.genomes import open_genome
from misha_xr.database.info import TrackInfo
from misha_xr.database.maps import MappedFile, Stamp, map_file
from misha_xr.database.residency import STRETCH_BYTES, note_lent, note_read, note_view
from misha_xr.database.sequence import SequenceFiles
from misha_xr.database.store import Store
from misha_xr.database.tracks import DenseTrack, SparseTrack, Track
from misha_xr.database.tracks2d import Track2D
from misha_xr.formats.object_tables import ObjectColumns, ObjectOrder, PairTable

__all__ = [
    "STRETCH_BYTES",
    "ArrayTrack",
    "BlockTable",
    "DenseTrack",
    "JoinedBases",
    "MappedFile",
    "ObjectColumns",
    "ObjectOrder",
    "PairTable",
    "SequenceFiles",
    "SparseTrack",
    "Stamp",
    "Store",
    "Track",
    "Track2D",
    "TrackInfo",
    "base_batches",
    "example_database_path",
    "map_file",
    "note_lent",
    "note_read",
    "note_view",
    "open_genome",
    "read_bases",
    "read_texts",
]
