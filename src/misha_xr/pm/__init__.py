"""The classic API, so that an old script runs with one changed import line.

``from misha_xr import pm`` takes the place of ``import pymisha as pm``. The functions here check,
call the native package and put results into the classic forms: chromosomes as text, None instead
of an empty table. State lives in `misha_xr.pm.session` and nowhere else.
"""

from misha_xr.errors import MishaError as error
from misha_xr.errors import MishaWarning as PymishaWarning
from misha_xr.pm.analysis import gextract, gscreen, gsummary
from misha_xr.pm.arrays import gtrack_array_extract, gtrack_array_get_colnames
from misha_xr.pm.databases import (
    gdb_examples_path,
    gdb_init,
    gdb_init_examples,
    gdb_reload,
    gdb_unload,
    gsetroot,
)
from misha_xr.pm.intervals import gintervals, gintervals_all, gintervals_from_strings
from misha_xr.pm.sequences import (
    grevcomp,
    gseq_comp,
    gseq_extract,
    gseq_rev,
    gseq_revcomp,
)
from misha_xr.pm.session import CONFIG, SESSION
from misha_xr.pm.tracks import gtrack_exists, gtrack_info, gtrack_ls
from misha_xr.pm.vtracks import (
    gvtrack_array_slice,
    gvtrack_clear,
    gvtrack_create,
    gvtrack_info,
    gvtrack_iterator,
    gvtrack_ls,
    gvtrack_rm,
)

_VTRACKS = SESSION.vtracks

__all__ = [
    "CONFIG",
    "PymishaWarning",
    "error",
    "gdb_examples_path",
    "gdb_init",
    "gdb_init_examples",
    "gdb_reload",
    "gdb_unload",
    "gextract",
    "gintervals",
    "gintervals_all",
    "gintervals_from_strings",
    "grevcomp",
    "gscreen",
    "gseq_comp",
    "gseq_extract",
    "gseq_rev",
    "gseq_revcomp",
    "gsetroot",
    "gsummary",
    "gtrack_array_extract",
    "gtrack_array_get_colnames",
    "gtrack_exists",
    "gtrack_info",
    "gtrack_ls",
    "gvtrack_array_slice",
    "gvtrack_clear",
    "gvtrack_create",
    "gvtrack_info",
    "gvtrack_iterator",
    "gvtrack_ls",
    "gvtrack_rm",
]
