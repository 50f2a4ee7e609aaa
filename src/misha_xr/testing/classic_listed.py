"""The listed differences of the two sides: how each is told from a bug.

Codes are those of the contradictions in the query semantics. What a user should know of each stands
in docs/coming-from-pymisha.md and in the notes of the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import NUMBERED_ROWS, Step
from misha_xr.testing.classic_differences import Question

__all__ = ["LISTED", "listed"]

Test = Callable[[Question], bool]
LISTED: dict[str, Test] = {}


def listed(question: Question) -> str:
    """Name the listed difference that a question shows.

    Parameters
    ----------
    question : Question
        Two answers that differ.

    Returns
    -------
    str
        Key of `LISTED`; "" if there is none, and the difference is a bug.
    """
    return next((kind for kind, shows in LISTED.items() if shows(question)), "")


def _lists(kind: str) -> Callable[[Test], Test]:
    def add(test: Test) -> Test:
        LISTED[kind] = test
        return test

    return add


def _tables(question: Question) -> list[pd.DataFrame]:
    return [value for value in question.values if isinstance(value, pd.DataFrame)]


def _meeting(rows: Any) -> bool:
    """Tell whether intervals of a table overlap or touch."""
    if not {"chrom", "start", "end"} <= set(rows):
        return False
    rows = rows.sort_values(["chrom", "start"])
    same = rows["chrom"].to_numpy()[1:] == rows["chrom"].to_numpy()[:-1]
    return bool((same & (rows["start"].to_numpy()[1:] <= rows["end"].to_numpy()[:-1])).any())


@_lists("C58: an unknown keyword is refused")
def _unknown_keyword(q: Question) -> bool:
    return q.mine[0] == "error" and "unexpected keyword" in q.mine[2]


@_lists("their error is an accident of another class")
def _accident(q: Question) -> bool:
    accidents = ("AssertionError", "AttributeError", "IndexError", "UnboundLocalError", "TypeError")
    if not q.both_fail or "MishaError" not in q.mine[1]:
        return False
    return q.other[1][0] in accidents or "not a valid pandas" in q.other[2]


@_lists("blanks before an expression are allowed")
def _blanks(q: Question) -> bool:
    return q.they_fail and "unexpected indent" in q.other[2]


@_lists("bins of a scope are counted once (gbins_*)")
def _bins_once(q: Question) -> bool:
    return q.name.startswith("gbins_") and any(_meeting(rows) for rows in _tables(q))


@_lists("saved whole numbers keep their type")
def _saved_numbers(q: Question) -> bool:
    return q.name == "gintervals_load" and "dtype int64 != int32" in q.text


@_lists("steps of any expression are known (giterator_intervals)")
def _any_expression(q: Question) -> bool:
    return q.they_fail and "Could not determine iterator from expression" in q.other[2]


@_lists("no steps are None (giterator_intervals)")
def _no_steps(q: Question) -> bool:
    return q.name == "giterator_intervals" and q.mine[1] is None and len(q.other[1]) == 0


@_lists("rows of two dimensions are ordered by pairs of chromosomes")
def _plane_order(q: Question) -> bool:
    return _same_but(q, "chrom2", "C6")


def _same_but(q: Question, column: str, *codes: str) -> bool:
    """Tell whether answers with a column differ only as some codes allow."""
    has_it = all(column in getattr(answer[1], "columns", ()) for answer in (q.mine, q.other))
    return has_it and not difference([q.mine], [q.other], frozenset(codes))


@_lists("rows of the scope are walked one by one (glookup)")
def _lookup_rows(q: Question) -> bool:
    is_walk = q.name == "glookup" and "rows !=" in q.text
    named = any(isinstance(value, str) for value in (q.keywords.get("intervals"),))
    return is_walk and (named or any(_meeting(rows) for rows in _tables(q)))


@_lists("statistics of an array slice are those of its values")
def _slice_statistics(q: Question) -> bool:
    return q.name in ("gquantiles", "gsummary") and q.uses("gvtrack_array_slice")


@_lists("C7: numbers of scope rows in two dimensions")
def _plane_numbers(q: Question) -> bool:
    return _same_but(q, "chrom2", "C6", NUMBERED_ROWS)


@_lists("C6: rows of an unsorted scope are walked in genome order")
def _unsorted_scope(q: Question) -> bool:
    return _same_but(q, "chrom", "C6")


@_lists("the number of a step is that of its scope row, beside virtual tracks alone, too")
def _numbers_of_rows(q: Question) -> bool:
    return _same_but(q, "intervalID", "C6", NUMBERED_ROWS)


@_lists("a database that cannot be opened leaves the one in use")
def _failed_opening(q: Question) -> bool:
    return q.they_fail and q.uses("gdb_init", "gsetroot") and "not init" in q.other[2]


@_lists("built-in functions work beside vars")
def _builtins(q: Question) -> bool:
    return q.they_fail and q.other[1][0] == "NameError" and "vars" in q.keywords


@_lists("a file of no rows has a header")
def _empty_file(q: Question) -> bool:
    return q.name == "open" and q.they_fail and q.uses("gextract", "gtrack_array_extract")


@_lists("coordinates of imported genes are whole numbers")
def _gene_coordinates(q: Question) -> bool:
    return q.name == "gintervals_import_genes" and "dtype int64 != float64" in q.text


@_lists("a saved answer is the answer")
def _saved_answer(q: Question) -> bool:
    names = ("gintervals_normalize", "gintervals_union", "gintervals_diff")
    return q.uses(*names) and any("intervals_set_out" in step[2] for step in q.steps)


@_lists("columns of which all is missing have the type of their kind")
def _missing_column(q: Question) -> bool:
    return "dtype str != object" in q.text or "dtype str != float64" in q.text


@_lists("C39: a band cuts what gtrack_create stores")
def _cut_by_band(q: Question) -> bool:
    return any(step[0] == "gtrack_create" and "band" in step[2] for step in q.steps)


@_lists("gtrack_create_dense_direct gives what gtrack_create_dense gives")
def _direct(q: Question) -> bool:
    return q.uses("gtrack_create_dense_direct") and q.name == "gextract"


@_lists("C51: created.* is protected")
def _protected(q: Question) -> bool:
    return q.name == "gtrack_attr_export" and "created." in q.text


@_lists("a set without rows is not saved, and no error")
def _nothing_to_save(q: Question) -> bool:
    return q.they_fail and "Cannot save empty intervals" in q.other[2]


@_lists("distances decide without a column for them (gintervals_annotate)")
def _no_distance_column(q: Question) -> bool:
    return q.name == "gintervals_annotate" and q.keywords.get("dist_column", 1) is None


@_lists("functions are called for each row of the scope, whatever the iterator (gintervals_mapply)")
def _rows_of_scope(q: Question) -> bool:
    return q.uses("gintervals_mapply") and any("iterator" in step[2] for step in q.steps)


@_lists("texts of errors are our own")
def _texts(q: Question) -> bool:
    return q.name == "gdb_info" and "item 'error'" in q.text


@_lists("columns keep their type where nothing is missing")
def _kept_types(q: Question) -> bool:
    return q.name == "gintervals_annotate" and "dtype int64 != float64" in q.text


@_lists("na_if_notfound counts in two dimensions")
def _plane_neighbors(q: Question) -> bool:
    return q.name == "gintervals_neighbors" and q.other[1] is None and "chrom1" in q.mine[1]


@_lists("gcis_decay finds contacts in either layout")
def _decay(q: Question) -> bool:
    return q.name == "gcis_decay" and q.layout == "indexed"


@_lists("no rows of two dimensions are None")
def _no_rows(q: Question) -> bool:
    return q.mine[1] is None and isinstance(q.other[1], pd.DataFrame) and len(q.other[1]) == 0


@_lists("virtual tracks of array tracks work in every function")
def _virtual_arrays(q: Question) -> bool:
    return q.they_fail and "Track type 'array' not supported" in q.other[2]


@_lists("a filter may be a list of names and tables")
def _mixed_filter(q: Question) -> bool:
    accidents = ("broadcast", "truth value")
    return q.they_fail and any(text in q.other[2] for text in accidents)


@_lists("gvtrack_info shows a table as it was given")
def _given_table(q: Question) -> bool:
    return q.name == "gvtrack_info" and "item 'src': columns" in q.text


@_lists("C38: intervals end at the end of their chromosome")
def _chromosome_end(q: Question) -> bool:
    return q.name == "gwilcox" and "column end" in q.text


@_lists("the scope is united beside variables and virtual tracks, too (gsummary)")
def _united_scope(q: Question) -> bool:
    has_own = "vars" in q.keywords or q.uses("gvtrack_create")
    named = isinstance(q.keywords.get("intervals"), str)
    return q.name == "gsummary" and has_own and (named or any(map(_meeting, _tables(q))))


@_lists("the column of identifiers is no value (gintervals_to_mat)")
def _identifiers(q: Question) -> bool:
    return q.name == "gintervals_to_mat" and q.they_fail and "id_col" in q.keywords


@_lists("gtrack_modify changes tracks of either layout")
def _modified(q: Question) -> bool:
    return q.uses("gtrack_modify") and q.layout == "indexed" and q.name == "gextract"


@_lists("gtrack_info counts the bytes of tracks of two dimensions")
def _bytes(q: Question) -> bool:
    return q.name == "gtrack_info" and "size_in_bytes" in q.text and "!= 0" in q.text


@_lists("gcis_decay takes scopes of two dimensions")
def _decay_scope(q: Question) -> bool:
    return q.name == "gcis_decay" and q.they_fail and "intervals" in q.keywords


@_lists("size and exists of shifted windows in two dimensions")
def _shifted_counts(q: Question) -> bool:
    made = [value for step in q.steps for value in (*step[1], *step[2].values())]
    counts = any(isinstance(value, str) and value in ("size", "exists") for value in made)
    return counts and q.uses("gvtrack_iterator_2d")


@_lists("gdist walks the steps of two dimensions")
def _plane_distribution(q: Question) -> bool:
    return q.name == "gdist" and "iterator" in q.keywords and any("chrom1" in t for t in _tables(q))


@_lists("C33: beside a filter the values of sparse tracks count, not averages of pieces")
def _filtered_values(q: Question) -> bool:
    made = [value for step in q.steps for value in (*step[1], *step[2].values())]
    names = [value for value in made if isinstance(value, str)]
    filtered = q.uses("gvtrack_filter") or any("filter" in step[2] for step in q.steps)
    return filtered and "sp" in names


@_lists("empty windows are NaN (coverage, neighbor.count)")
def _empty_windows(q: Question) -> bool:
    return "nan) != np.float64(0.0)" in q.text and _made_with(q, "coverage", "neighbor.count")


def _made_with(q: Question, *functions: str) -> bool:
    """Tell whether a virtual track has one of some functions."""
    made = [step for step in q.steps if step[0] == "gvtrack_create"]
    given = [value for step in made for value in (*step[1], *step[2].values())]
    return any(isinstance(value, str) and value.endswith(functions) for value in given)


@_lists("a step of one bin without a value has no position")
def _no_position(q: Question) -> bool:
    has_place = _made_with(q, ".pos.abs", ".pos.relative")
    return has_place and ("(nan) !=" in q.text or q.name in ("gsummary", "gquantiles"))


@_lists("na_value fits itself into any column (gintervals_annotate)")
def _fitting(q: Question) -> bool:
    return q.name == "gintervals_annotate" and q.they_fail and "Invalid value" in q.other[2]


@_lists("rows without neighbors are saved so that they load")
def _saved_neighbors(q: Question) -> bool:
    return q.name == "gintervals_load" and q.they_fail and q.uses("gintervals_neighbors")


@_lists("C60: two dimensions are answered")
def _plane_answers(q: Question) -> bool:
    names = ["gintervals_summary", "gintervals_quantiles", "gpartition", "glookup"]
    names += ["gintervals_mapply", "gbins_summary", "gbins_quantiles", "gtrack_lookup"]
    return q.uses(*names) and "band" in q.steps[0][2]


@_lists("vars count in gpartition")
def _partition_variables(q: Question) -> bool:
    return q.name == "gpartition" and q.they_fail and "vars" in q.keywords


@_lists("rows of the scope that overlap are united once they are found (gscreen)")
def _found_rows(q: Question) -> bool:
    return q.name == "gscreen" and _each_row(q) and "rows !=" in q.text


def _each_row(q: Question) -> bool:
    iterator = q.keywords.get("iterator")
    return isinstance(iterator, int) and iterator < 0


@_lists("C29: the nearest of a table of values is found as in a sparse track")
def _nearest_of_table(q: Question) -> bool:
    return _made_with(q, "nearest") and any(_has_values(step) for step in q.steps)


def _has_values(step: Step) -> bool:
    given = (*step[1], *step[2].values())
    return any(isinstance(value, pd.DataFrame) and "score" in value for value in given)


@_lists("C64: distances with a width need intervals apart")
def _wide_distance(q: Question) -> bool:
    return q.we_fail and "distance with a width" in q.mine[2]


@_lists("beside a filter the first and last values are values")
def _ends_of_filtered(q: Question) -> bool:
    filtered = q.uses("gvtrack_filter") or any("filter" in step[2] for step in q.steps)
    return filtered and _made_with(q, "first", "last")
