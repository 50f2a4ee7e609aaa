"""Random classic programs on sets, directories, datasets, databases and files of other programs."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd

from misha_xr.testing.classic_calls import Step, table
from misha_xr.testing.classic_draws import Draw, boxes, call, maybe, rows, stranded

__all__ = ["DATABASES", "FILES", "SETS"]

FILE = "{home}/files/"
WHOLE = table(("chr1", 0, 1003), ("chr2", 0, 617))
SETS_THERE = ("iset", "ns.named", "plane", "absent", "sp")


def _saved(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(["s", "new.s", "iset", "1x", "s"])
    found = rng.choice([rows(rng), stranded(rng), boxes(rng), rows(rng, 0, 0)])
    return (
        call("gintervals_save", intervals=found, intervals_set=name),
        call("gintervals_exists", name=name),
        call("gintervals_load", intervals_set=name),
        call("gintervals_ls"),
    )


def _loaded(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice([*SETS_THERE, "r2", rows(rng)])
    chroms = maybe(rng, 0.2, chrom=lambda: rng.choice(["chr1", "chrX", "chr99", ["chr1", "chr2"]]))
    if isinstance(name, str) and name == "plane":
        chroms = maybe(rng, 0.3, chrom1=lambda: "chr1", chrom2=lambda: "chr2")
    return (call("gintervals_load", name, **chroms, **maybe(rng, 0.1, progress=lambda: False)),)


def _updated(rng: random.Random) -> tuple[Step, ...]:
    if rng.random() < 0.3:
        new = boxes(rng, 1, 1).assign(chrom1="chr1", chrom2="chr2", start1=0, end1=9)
        step = call(
            "gintervals_update",
            "plane",
            rng.choice([new.assign(start2=0, end2=4), None]),
            chrom1="chr1",
            chrom2="chr2",
        )
        return (step, call("gintervals_load", "plane"))
    new = rng.choice([table(("chr1", 0, 9), ("chr1", 20, 30)), None])
    name = rng.choice(["iset", "iset", "absent"])
    where = rng.choice([{"chrom": "chr1"}, {"chrom": "chr1"}, {}])
    step = call("gintervals_update", intervals_set=name, intervals=new, **where)
    return (step, call("gintervals_load", "iset"))


def _removed(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(rng, force=lambda: True)
    return (
        call("gintervals_rm", intervals_set=rng.choice(["iset", "absent", "ns.named"]), **more),
        call("gintervals_ls", **maybe(rng, pattern=lambda: "N", ignore_case=lambda: True)),
    )


def _about(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(SETS_THERE[:4])
    return (
        call("gintervals_is_bigset", intervals_set=name),
        call("gintervals_is_indexed", intervals_set=name),
        call("gintervals_path", name=name),
        call("gintervals_dataset", intervals=name),
        call("gintervals_dbs", intervals=name, **maybe(rng, dataframe=lambda: True)),
    )


def _turned(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(rng, remove_old=lambda: True, force=lambda: True)
    step = rng.choice(
        [
            call("gintervals_convert_to_indexed", set_name=rng.choice(["iset", "absent"]), **more),
            call("gintervals_2d_convert_to_indexed", set_name="plane", **more),
        ]
    )
    return (step, call("gintervals_load", "iset"), call("gintervals_load", "plane"))


def _attributes(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(["iset", "ns.named", "absent"])
    frame = pd.DataFrame({"a": ["1"], "lab": ["p"]}, index=["iset"])
    more = maybe(
        rng,
        intervals_set=lambda: rng.choice(["iset", ["iset", "ns.named"], []]),
        attrs=lambda: ["lab", "a"],
    )
    return (
        call("gintervals_attr_set", intervals_set=name, attr="a", value=rng.choice(["v", ""])),
        call("gintervals_attr_import", table=frame, remove_others=rng.random() < 0.5),
        call("gintervals_attr_get", intervals_set=name, attr="lab"),
        call("gintervals_attr_export", **more),
    )


SETS: tuple[Draw, ...] = (_saved, _loaded, _updated, _removed, _about, _turned, _attributes)


def _directories(rng: random.Random) -> tuple[Step, ...]:
    kind = rng.randrange(4)
    if kind == 0:
        target = rng.choice(["ns", "absent", "..", "ns/.."])
        return (call("gdir_cd", dir=target), call("gdir_cwd"))
    if kind == 1:
        return (
            call("gdir_create", dir=rng.choice(["new", "a/b", "ns"]), show_warnings=False),
            call("gdir_cd", "new"),
        )
    if kind == 2:
        more = maybe(rng, recursive=lambda: True, force=lambda: True)
        return (
            call("gdir_rm", dir=rng.choice(["ns", "absent", "../seq"]), **more),
            call("gtrack_ls"),
        )
    return (
        call("gtrack_create_dirs", track="x.y.t", **maybe(rng, mode=lambda: "0755")),
        call("gdir_cd", "x/y"),
    )


def _datasets(rng: random.Random) -> tuple[Step, ...]:
    asked = (
        call("gtrack_ls"),
        call("gintervals_ls"),
        call("gdataset_ls"),
        call("gtrack_dataset", "shared"),
        call("gintervals_dataset", "sset"),
        call("gtrack_dbs", ["shared", "only1"]),
        call("gextract", "shared", WHOLE),
    )
    first, second = rng.sample(["{home}/ds1", "{home}/ds2"], 2)
    more = maybe(rng, force=lambda: True, verbose=lambda: False)
    unload = call(
        "gdataset_unload",
        path=rng.choice([first, second, "{home}/absent"]),
        **maybe(rng, validate=lambda: True),
    )
    return (
        call("gdataset_load", path=first),
        call("gdataset_load", second, **more),
        *asked,
        unload,
        *asked,
        call("gdataset_info", path=rng.choice([first, "{home}/files", "{home}/absent"])),
    )


def _saved_dataset(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = {"tracks": rng.choice(["d10", ["sp", "ns.sp2"], "absent"])}
    more |= maybe(rng, intervals=lambda: "iset", symlinks=lambda: True, copy_seq=lambda: True)
    path = rng.choice(["{home}/ds3", "{home}/ds1"])
    return (
        call("gdataset_save", path=path, description="d", **more),
        call("gsetroot", "{home}/ds1"),
        call("gdataset_load", path, True),
        call("gtrack_ls"),
    )


def _roots(rng: random.Random) -> tuple[Step, ...]:
    kind = rng.randrange(5)
    if kind == 0:
        more = rng.choice([{}, {"subdir": "ns"}, {"dir": "ns"}, {"subdir": "a", "dir": "b"}])
        return (
            call("gsetroot", groot=rng.choice(["{home}/db", "{home}/absent"]), **more),
            call("gdir_cwd"),
            call("gsetroot", "{home}/db", rescan=True),
            call("gtrack_ls"),
        )
    if kind == 1:
        return (
            call("gdb_init", path=rng.choice(["{home}/ds1", "{home}/files", "{home}/absent"])),
            call("gtrack_ls"),
            call("gdb_init", "{home}/db", userpath="{home}/files"),
            call("gtrack_ls"),
        )
    if kind == 2:
        return (
            call("gdb_unload"),
            call(rng.choice(["gtrack_ls", "gintervals_all", "gdir_cwd", "gdb_reload"])),
            call("gdb_unload"),
            call(rng.choice(["gdb_mark_cache_dirty", "gdb_get_readonly_attrs", "gdataset_ls"])),
        )
    if kind == 3:
        return (
            call("gdb_mark_cache_dirty"),
            call("gdb_reload"),
            call("gtrack_ls"),
            call("gdb_info", groot=rng.choice(["{home}/ds1", "{home}/files", None])),
        )
    return (
        call("gmax_processes"),
        call("gmax_processes", n=rng.choice([1, 3, 0, "x"])),
        call("gmax_processes"),
    )


def _created(rng: random.Random) -> tuple[Step, ...]:
    fasta = FILE + rng.choice(["new.fa", "new.fa", "bad.fa", "none.fa", "absent.fa"])
    more: dict[str, Any] = rng.choice(
        [{}, {"db_format": "per-chromosome"}, {"db_format": "x"}, {"format": "per-chromosome"}]
    )
    more |= maybe(rng, 0.1, verbose=lambda: False)
    names = table(("chrA", 0, 12), ("chrB", 1, 6))
    return (
        call("gdb_create", groot="{home}/made", fasta=rng.choice([fasta, [fasta]]), **more),
        call("gdb_init", "{home}/made"),
        call("gintervals_all"),
        call("gseq_extract", names),
    )


def _linked(rng: random.Random) -> tuple[Step, ...]:
    path, parent = rng.choice(["{home}/made", "{home}/ds1"]), rng.choice(["db", "absent"])
    return (
        call("gdb_create_linked", path=path, parent="{home}/" + parent),
        call("gdb_init", "{home}/made"),
        call("gintervals_all"),
    )


def _converted(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(
        rng,
        0.4,
        remove_old_files=lambda: True,
        force=lambda: True,
        validate=lambda: False,
        convert_tracks=lambda: True,
        convert_intervals=lambda: True,
        verbose=lambda: False,
        chunk_size=lambda: 1000,
    )
    path = rng.choice([None, "{home}/db", "{home}/ds1", "{home}/absent"])
    return (
        call("gdb_convert_to_indexed", groot=path, **more),
        call("gdb_info", "{home}/db"),
        call("gseq_extract", WHOLE),
        call("gextract", "d10", WHOLE),
    )


DATABASES: tuple[Draw, ...] = (
    _directories,
    _datasets,
    _saved_dataset,
    _roots,
    _roots,
    _created,
    _linked,
    _converted,
)


def _fasta(rng: random.Random) -> tuple[Step, ...]:
    path = "{home}/" + rng.choice(["out.fa", "out.fa", "files/new.fa"])
    more = maybe(
        rng,
        line_width=lambda: rng.choice([10, 1]),
        overwrite=lambda: True,
        chunk_size=lambda: 7,
        verbose=lambda: False,
        groot=lambda: "{home}/ds1",
    )
    return (call("gdb_export_fasta", file=path, **more), call("open", path))


def _bed(rng: random.Random) -> tuple[Step, ...]:
    file = FILE + rng.choice(["rows.bed", "three.bed", "empty.bed", "bad.bed", "absent.bed"])
    if rng.random() < 0.4:
        more = maybe(rng, 0.5, has_strand=lambda: True)
        return (call("gintervals_from_bed", path=file, **more),)
    more = maybe(rng, name=lambda: False, score=lambda: False, strand=lambda: False)
    return (call("gintervals_import_bed", file=file, **more),)


def _other_tables(rng: random.Random) -> tuple[Step, ...]:
    kind = rng.randrange(3)
    if kind == 0:
        more = maybe(
            rng,
            feature=lambda: rng.choice(["gene", ["gene", "exon"], "absent"]),
            strand=lambda: False,
            attrs=lambda: False,
        )
        return (call("gintervals_import_gff", file=FILE + "genes.gff", **more),)
    if kind == 1:
        more = maybe(rng, info=lambda: False)
        return (call("gintervals_import_vcf", file=FILE + "calls.vcf", **more),)
    named = {"annots_file": FILE + "annots.txt", "annots_names": ["symbol"]}
    named["annots_names"] = rng.choice([["kgID", "symbol"], ["symbol"]])
    if rng.random() < 0.2:
        return (call("gintervals_import_genes", FILE + "absent.txt"),)
    file = FILE + "genes.txt"
    return (call("gintervals_import_genes", genes_file=file, **rng.choice([{}, named])),)


def _imported(rng: random.Random) -> tuple[Step, ...]:
    file = FILE + rng.choice(["values.bedGraph", "values.wig", "values.tsv", "absent.bedGraph"])
    more: dict[str, Any] = maybe(
        rng, binsize=lambda: rng.choice([10, 25, 0]), attrs=lambda: {"lab": "x"}
    )
    if more.get("binsize"):
        more |= maybe(rng, defval=lambda: 0.0, func=lambda: rng.choice(["max", "count", "median"]))
    return (
        call("gtrack_import", track="new.t", description="d", file=file, **more),
        call("gtrack_attr_get", "new.t", "lab"),
        call("gextract", "new.t", WHOLE, iterator="new.t"),
    )


def _imported_set(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(rng, track_prefix=lambda: "im.", defval=lambda: 0.0)
    path = FILE + "set/" + rng.choice(["*.bedGraph", "*.none", "values.wig"])
    binsize = rng.choice([10, 0])
    return (
        call("gtrack_import_set", description="d", path=path, binsize=binsize, **more),
        call("gtrack_ls"),
    )


def _mapped(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(rng, remove_dups=lambda: False, cols_order=lambda: (9, 11, 13, 14))
    more |= rng.choice([{}, {"pileup": 30, "binsize": 10}, {"pileup": 0}])
    args = {"track": "new.t", "description": "d", "file": FILE + "reads.tsv"}
    return (
        call("gtrack_import_mappedseq", **args, **more),
        call("gextract", "new.t", WHOLE, iterator="new.t"),
    )


def _exported(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(
        rng, intervals=lambda: rows(rng, 1, 2), iterator=lambda: rng.choice([10, 50])
    )
    track = rng.choice(["d10", "d7", "sp", "absent"])
    path = "{home}/out.bedGraph"
    more |= maybe(rng, name=lambda: "a name", header=lambda: False)
    return (
        call("gtrack_export_bedgraph", track=track, file=path, **more),
        call("open", path),
    )


FILES: tuple[Draw, ...] = (
    _fasta,
    _bed,
    _other_tables,
    _imported,
    _imported,
    _imported_set,
    _mapped,
    _exported,
    _exported,
)
