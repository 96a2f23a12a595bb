"""The engine of a cluster: Ray Data reads, tags and makes records; this process lists before and shards after.

    items ─▶ hash, claim (here) ─▶ OUT/.ray/…/documents ─▶ Ray Data: a row a report, a pool of actors, each with the
    model loaded once ─▶ OUT/.ray/…/records, with Ray Data's own checkpoint ─▶ shards (here)

OUT and what IN names must be on a file system that all nodes see under the same path. A run that is stopped goes on
from the checkpoint; the shards are written as the local engine writes them, so that either may go on after the other.
"""

from __future__ import annotations

import importlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.reading import TIME_LIMIT_S
from khcn_ner.records import ModelInfo
from khcn_ner.scale import work
from khcn_ner.scale.desk import Desk
from khcn_ner.scale.inputs import Identified, Item, identify, key_of
from khcn_ner.scale.output import WORK, Failure, Output, told_as_input_error
from khcn_ner.scale.progress import Counts, Watcher
from khcn_ner.tagging.tagger import Tagger

if TYPE_CHECKING:
    import pyarrow as arrow

# Reports in one block: what an actor is given at once, and what is done again where its node is lost.
BLOCK_REPORTS = 256
_BATCH_REPORTS = 16
# Reading and writing blocks waits for disks more than it works.
_LIGHT = {"num_cpus": 0.5}


@dataclass(frozen=True, slots=True)
class RaySettings:
    """How the Ray engine runs.

    Args:
        model: a model folder that all nodes see; None for the embedded model.
        address: of the cluster; None starts one on this machine.
        actors: how many processes tag, at most; None for all CPUs of the cluster but two, or all its GPUs.
        gpus: of an actor; a fraction lets several share one.
        time_limit_s: how long reading a report may take, in seconds.
        block_reports: reports in one block.
    """

    model: Path | None = None
    address: str | None = None
    actors: int | None = None
    gpus: float = 0.0
    time_limit_s: float = TIME_LIMIT_S
    block_reports: int = BLOCK_REPORTS


def run_ray(items: Iterable[Item], output: Output, *, settings: RaySettings, counts: Counts, watcher: Watcher) -> None:
    """Turn the items that are not in the output yet into records there.

    Raises:
        InputError: Ray is not installed or its cluster fails, IN can't be listed or OUT can't be written.
    """
    ray = _start(settings)
    folder = output.folder.absolute() / WORK / output.fingerprint[:16]
    desk = Desk(output, counts, watcher)
    n_new = _write_documents(desk, items, folder / "documents", block_reports=settings.block_reports)
    watcher.say("ray", n_reports=n_new, n_actors=_n_actors(ray, settings))
    if n_new:
        _run_pipeline(ray, folder, settings)
    n_collected = _collect(desk, output, folder / "records")
    if n_collected < n_new:
        raise InputError(
            str(output.folder),
            found=f"{n_new - n_collected} reports that Ray has given no record for",
            expected="one for each",
            remedy="run the same command again",
        )


def _start(settings: RaySettings) -> Any:
    """Import Ray quietly and join the cluster."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        # By name, since Ray is an extra and mypy must see the same with and without it.
        ray = importlib.import_module("ray")
        importlib.import_module("ray.data.checkpoint")
    except ImportError as error:
        raise InputError(
            "--engine ray", found="no Ray installed", expected="it", remedy="pip install 'khcn-ner[ray]'"
        ) from error
    if not ray.is_initialized():
        own = {} if settings.address is not None else {"include_dashboard": False}
        try:
            ray.init(address=settings.address, logging_level=logging.ERROR, log_to_driver=False, **own)
        except Exception as error:  # a node that does not start raises nothing more exact
            raise InputError(
                "--engine ray" if settings.address is None else f"--address {settings.address}",
                found=str(error).splitlines()[0],
                expected="a Ray cluster",
                remedy="start it with `ray start --head`, and name HOST:6379",
            ) from error
    return ray


def _n_actors(ray: Any, settings: RaySettings) -> int:
    if settings.actors is not None:
        return settings.actors
    found = ray.cluster_resources()
    if settings.gpus:
        return max(1, int(found.get("GPU", 0) / settings.gpus))
    # One CPU reads and writes, and Ray's checkpoint filter takes one where a run goes on.
    return max(1, int(found.get("CPU", 1)) - 2)


def _write_documents(desk: Desk, items: Iterable[Item], folder: Path, *, block_reports: int) -> int:
    """Write the items that are new, a row each, and give their number."""
    import pyarrow as arrow
    from pyarrow import parquet

    schema = arrow.schema([(name, arrow.string()) for name in ("key", "id", "source", "path", "text")])
    n_new = 0
    with told_as_input_error(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        new = _readable(desk, items)
        for number, block in enumerate(iter(lambda: list(islice(new, block_reports)), [])):
            rows = [
                {
                    "key": one.key,
                    "id": one.id,
                    "source": one.item.source,
                    "path": str(Path(one.item.path).absolute()) if one.item.path is not None else None,
                    "text": one.item.text,
                }
                for one in block
            ]
            parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), folder / f"{number:06d}.parquet")
            n_new += len(rows)
    return n_new


def _readable(desk: Desk, items: Iterable[Item]) -> Iterator[Identified]:
    for one in desk.unclaimed(map(identify, items)):
        if one.problem is not None:
            desk.set_aside(work.refused(one, one.problem))
        else:
            yield one


def _run_pipeline(ray: Any, folder: Path, settings: RaySettings) -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # Actors that look for row groups in the files would find one a file.
    context.use_datasource_v2 = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context.checkpoint_config = ray.data.checkpoint.CheckpointConfig(
        id_column="key", checkpoint_path=str(folder / "checkpoint"), delete_checkpoint_on_success=False
    )
    documents = sorted(map(str, (folder / "documents").glob("*.parquet")))
    try:
        rows = ray.data.read_parquet(documents, override_num_blocks=len(documents), ray_remote_args=_LIGHT)
        made = rows.map_batches(
            RecordActor,
            fn_constructor_kwargs={"model": settings.model, "time_limit_s": settings.time_limit_s},
            batch_format="pyarrow",
            batch_size=min(_BATCH_REPORTS, settings.block_reports),
            num_cpus=1,
            num_gpus=settings.gpus or None,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=_n_actors(ray, settings)),
            max_restarts=-1,
            max_task_retries=-1,
        )
        made.write_parquet(str(folder / "records"), ray_remote_args=_LIGHT)
    except ray.exceptions.RayError as error:
        raise InputError(
            "Ray",
            found=str(error).strip().splitlines()[-1],
            expected="a cluster whose nodes see the model, IN and OUT",
            remedy="see docs/batch.md, and run the same command again",
        ) from error
    finally:
        context.checkpoint_config = None


class RecordActor:
    """Reads, tags and makes records of blocks of rows in a process of the cluster; the model is loaded once."""

    def __init__(self, *, model: Path | None, time_limit_s: float) -> None:
        self._tagger = Tagger.load(model, threads=1)
        self._time_limit_s = time_limit_s
        self._model = ModelInfo(name=self._tagger.manifest.name, version=self._tagger.manifest.version)

    def __call__(self, rows: arrow.Table) -> arrow.Table:
        """Give the rows' records, or why there are none; a row a report either way."""
        import pyarrow as arrow

        made: list[dict[str, Any]] = []
        documents: list[Document] = []
        for row in rows.to_pylist():
            item = Item(row["source"], path=row["path"], text=row["text"])
            read = work.read(Identified(item, row["id"]), time_limit_s=self._time_limit_s)
            if isinstance(read, Failure):
                made.append(_failure_row(read))
            else:
                documents.append(read)
        for tagged in work.tag(self._tagger, documents):
            if isinstance(tagged, Failure):
                made.append(_failure_row(tagged))
                continue
            record = work.make_record(tagged.document, self._model)
            if isinstance(record, Failure):
                made.append(_failure_row(record))
                continue
            counted = (tagged.n_pieces, tagged.n_windows, tagged.n_unseen_characters)
            key = key_of(tagged.document.id, tagged.document.source or "")
            made.append({"key": key, "record": record, "counted": counted})
        fields = [("key", arrow.string()), ("record", arrow.large_string()), ("failure", arrow.string())]
        schema = arrow.schema([*fields, ("counted", arrow.list_(arrow.int64()))])
        return arrow.Table.from_pylist(made, schema=schema)


def _failure_row(failure: Failure) -> dict[str, Any]:
    return {"key": key_of(failure.id, failure.source), "failure": failure.line()}


def _collect(desk: Desk, output: Output, folder: Path) -> int:
    """Bring what the cluster has made into the shards, and give how much of it was asked for by this run."""
    from pyarrow import parquet

    n_collected = 0
    for path in sorted(folder.glob("*.parquet")) if folder.is_dir() else []:
        for rows in parquet.ParquetFile(path).iter_batches(batch_size=_BATCH_REPORTS):
            for row in rows.to_pylist():
                if not output.index.take(row["key"]):
                    continue  # in the shards already
                n_collected += 1
                if row["failure"] is not None:
                    desk.set_aside(Failure.from_line(row["failure"]))
                else:
                    desk.count(*row["counted"])
                    desk.keep(row["record"])
    return n_collected
