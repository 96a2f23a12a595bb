"""How fast reports become spans and records, against transformers' pipeline on the same weights and underthesea's NER.

    python benchmarks/throughput.py [TEXT_DIR] [--reports 6] [--rounds 5] [--threads N] [--parts machine,tagging,…]

TEXT_DIR is an annotated folder (data/annotations/dev), whose first reports are used. All forms take turns, so that a
busy machine is as busy for each, and medians are printed; CPU seconds are those of all threads of the process, and tell
what a form costs whatever else runs. Pieces are always those of the text in the model's own tokenizer, each counted
once, so every form has done the same work.

    machine     the CPU's flags, its load, and its limit for matrix products in float32 and bfloat16
    tagging     text → spans: each runtime, the pipeline sentence by sentence and with stride, underthesea; as a share
                of the limit; how far spans agree with those of float32, and their strict micro F1
    records     file → record: khcn_ner and the pipeline with the same reading and records around it
    stages      what each stage costs, for .txt and .docx
    scaling     with threads and with the number of reports
    rows        windows a batch
"""

from __future__ import annotations

import argparse
import io
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast, TokenClassificationPipeline, pipeline

from khcn_ner.borders import tidy
from khcn_ner.corpus.brat import read_folder
from khcn_ner.document import Document, Span
from khcn_ner.evaluation import score
from khcn_ner.reading import read_report
from khcn_ner.reading.report import read_here
from khcn_ner.records import assemble, report_json
from khcn_ner.tagging.decode import decode_spans
from khcn_ner.tagging.folder import SERVING_WEIGHTS, TOKENIZER, embedded_model, read_manifest
from khcn_ner.tagging.runtimes import RUNTIMES, choose_runtime, load_runtime, n_cores
from khcn_ner.tagging.tagger import Tagger
from khcn_ner.tagging.torch_runtime import load_classifier
from khcn_ner.tagging.windows import (
    EncodedDocument,
    MergedScores,
    Window,
    cut_windows,
    encode_document,
    token_scores,
)

PARTS = ("machine", "tagging", "records", "stages", "scaling", "rows")
FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
STRIDE = 32

console = Console(width=150)
manifest = read_manifest(embedded_model())

Spans = dict[str, list[Span]]


# Measuring.


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of the CPU."""

    wall: float
    cpu: float


def measured(work: Callable[[], Any]) -> tuple[Cost, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu), result


def interleaved(forms: dict[str, Callable[[], Any]], rounds: int) -> tuple[dict[str, Cost], dict[str, Any]]:
    """Let the forms take turns, after one turn to warm up; give medians and each one's last result."""
    costs: dict[str, list[Cost]] = {name: [] for name in forms}
    results: dict[str, Any] = {}
    for turn in range(rounds + 1):
        for name, work in forms.items():
            cost, results[name] = measured(work)
            if turn:
                costs[name].append(cost)
        print(f"  turn {turn} of {rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
    medians = {
        name: Cost(statistics.median(one.wall for one in all_), statistics.median(one.cpu for one in all_))
        for name, all_ in costs.items()
    }
    return medians, results


# The machine.


@cache
def matrix_limit(precision: torch.dtype) -> float:
    """Give the best rate of matrix products of the encoder's shapes and a square one, in GFLOP a CPU second."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    best = 0.0
    for rows, inner, columns in ((2048, 384, 1536), (2048, 1536, 384), (2048, 2048, 2048)):
        left, right = torch.randn(rows, inner).to(precision), torch.randn(inner, columns).to(precision)
        for _ in range(12):
            cost, _ = measured(lambda left=left, right=right: torch.mm(left, right))
            best = max(best, 2e-9 * rows * inner * columns / cost.cpu)
    torch.set_num_threads(n_threads)
    return best


def flop_of(n_pieces: int) -> float:
    """Count what the encoder multiplies for one window of so many pieces, frame included.

    Each layer has four products with hidden x hidden weights, two with hidden x inner, and two of attention.
    """
    config = classifier().config
    hidden, inner = config.hidden_size, config.intermediate_size
    a_piece = 4 * hidden * hidden + 2 * hidden * inner + 2 * n_pieces * hidden
    return 2.0 * n_pieces * a_piece * config.num_hidden_layers


def tell_machine() -> None:
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").is_file() else ""
    flags = set((re.search(r"flags\s*:(.*)", info) or [None, ""])[1].split())
    console.print(f"{n_cores()} cores with {', '.join(flag for flag in FLAGS if flag in flags) or 'unknown flags'}")
    console.print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}; auto is {choose_runtime()}")
    for precision in (torch.float32, torch.bfloat16):
        console.print(f"limit of {precision}: {matrix_limit(precision):.0f} GFLOP a CPU second")


# transformers' pipeline.


@cache
def classifier() -> Any:
    return load_classifier(embedded_model()).eval()


@cache
def own_tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(embedded_model() / TOKENIZER))


@cache
def fast_tokenizer() -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(embedded_model() / TOKENIZER)),  # it is changed by truncation
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=manifest.max_pieces + 2,
    )


class DecodedPipeline(TokenClassificationPipeline):
    """The pipeline with khcn_ner's decoding of its logits: what its chunks say once borders are decided alike."""

    def postprocess(self, all_outputs: list[dict[str, Any]], **_: Any) -> list[dict[str, Any]]:
        text = all_outputs[0]["sentence"]
        encoded = encode_document(own_tokenizer(), text)
        merged = MergedScores(len(encoded.ids), len(manifest.tags))
        start = 0
        for output in all_outputs:
            logits = output["logits"][0].float().numpy()[1:-1]
            merged.add(Window(start, start + len(logits)), logits)
            start += manifest.max_pieces - STRIDE
        scores, n_unseen = token_scores(encoded, merged)
        assert n_unseen == 0
        return [
            {"start": span.start, "end": span.end, "entity_group": span.label, "score": span.score}
            for span in decode_spans(encoded.tokens, scores, tags=manifest.tags)
        ]


def spans_of(document: Document, found: Iterable[dict[str, Any]], offset: int = 0) -> Iterator[Span]:
    for one in found:
        span = Span(offset + int(one["start"]), offset + int(one["end"]), one["entity_group"], float(one["score"]))
        if (tidied := tidy(document.text, span)) is not None:
            yield tidied


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text at line breaks and after full stops."""
    places = [0, *(match.end() for match in re.finditer(r"\n+|[.!?…;]\s+", text)), len(text)]
    return [(start, end) for start, end in pairwise(places) if text[start:end].strip()]


def with_pipeline(documents: Iterable[Document], *, by: str, aggregation: str = "simple") -> list[Document]:
    """Tag with the pipeline: the whole text with stride, sentence by sentence, or the sentences in batches of 8."""
    kind = DecodedPipeline if by == "decoded" else TokenClassificationPipeline
    whole = by in ("stride", "decoded")
    run = pipeline(
        "token-classification",
        model=classifier(),
        tokenizer=fast_tokenizer(),
        aggregation_strategy=aggregation,
        pipeline_class=kind,
        device="cpu",
        **({"stride": STRIDE} if whole else {}),
    )
    tagged = []
    for document in documents:
        if whole:
            spans = list(spans_of(document, run(document.text)))
        else:
            places = sentences(document.text)
            found = run([document.text[start:end] for start, end in places], batch_size=8 if by == "batches" else 1)
            spans = [
                span for (start, _), one in zip(places, found, strict=True) for span in spans_of(document, one, start)
            ]
        tagged.append(document.with_spans(without_overlap(spans)))
    return tagged


def without_overlap(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def with_underthesea(documents: Iterable[Document]) -> list[Document]:
    """Run underthesea's NER over the sentences; its labels are others, so only its speed is compared."""
    from underthesea import ner

    for document in documents:
        for start, end in sentences(document.text):
            ner(document.text[start:end])
    return list(documents)


# Parts.


@cache
def tagger(runtime: str, threads: int) -> Tagger:
    return Tagger.load(runtime=runtime, threads=threads)


def with_tagger(documents: Iterable[Document], runtime: str, threads: int) -> list[Document]:
    return [tagged.document for tagged in tagger(runtime, threads).tag_many(documents)]


def windows_of(documents: Sequence[Document]) -> tuple[int, list[int]]:
    """Count the documents' pieces, and the pieces of each window with its frame."""
    n_pieces, lengths = 0, []
    for document in documents:
        encoded = encode_document(own_tokenizer(), document.text)
        n_pieces += len(encoded.ids)
        for window in cut_windows(encoded.border, max_pieces=manifest.max_pieces, overlap=manifest.overlap):
            lengths.append(window.piece_end - window.piece_start + 2)
    return n_pieces, lengths


def agreement(found: Sequence[Document], expected: Sequence[Document]) -> float:
    """Give the share of spans, of both together, that stand in both with borders and label."""
    first, second = (
        {(one.id, span.start, span.end, str(span.label)) for one in documents for span in one.spans}
        for documents in (found, expected)
    )
    return 2 * len(first & second) / max(1, len(first) + len(second))


def show(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title)
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def tell_tagging(gold: Sequence[Document], rounds: int, threads: int) -> None:
    texts = [document.with_spans(()) for document in gold]
    n_pieces, lengths = windows_of(texts)
    padded = sum(min(-(-length // 8) * 8, manifest.max_pieces + 2) for length in lengths)
    console.print(
        f"{len(texts)} reports, {n_pieces:,} pieces, {len(lengths)} windows of {sum(lengths):,} pieces, "
        f"{padded / sum(lengths) - 1:.1%} padding"
    )
    forms: dict[str, Callable[[], Any]] = {
        f"khcn_ner, {name}": lambda name=name: with_tagger(texts, name, threads) for name in RUNTIMES
    }
    for by, name in (
        ("sentences", "sentence by sentence"),
        ("batches", "sentences, batches of 8"),
        ("stride", "stride"),
    ):
        forms[f"pipeline, {name}"] = lambda by=by: with_pipeline(texts, by=by)
    forms["underthesea ner"] = lambda: with_underthesea(texts)
    costs, found = interleaved(forms, rounds)
    expected = found["khcn_ner, onnxruntime"]
    flop = sum(flop_of(length) for length in lengths)
    limits = {precision: matrix_limit(precision) for precision in (torch.float32, torch.bfloat16)}
    slowest = costs["pipeline, stride"]
    rows = []
    for name, cost in costs.items():
        own = name.startswith("khcn_ner")
        rate = flop / cost.cpu / 1e9
        compared = not name.startswith("underthesea")
        f1 = score(gold, found[name]).micro.f1
        rows.append(
            (
                name,
                f"{len(texts) / cost.wall:.2f}",
                f"{n_pieces / cost.wall:,.0f}",
                f"{slowest.wall / cost.wall:.2f}",
                f"{n_pieces / cost.cpu:,.0f}",
                f"{slowest.cpu / cost.cpu:.2f}",
                " / ".join(f"{rate / limit:.0%}" for limit in limits.values()) if own else "",
                f"{agreement(found[name], expected):.4f}" if compared else "",
                f"{f1:.4f}" if compared and f1 is not None else "",
            )
        )
    header = ("form", "reports/s", "pieces/s", "ratio", "pieces a CPU second", "ratio", "of the limit: f32 / bf16")
    show(f"tagging, {threads} threads, median of {rounds}", (*header, "agreement", "F1"), rows)
    for by, aggregation in (("stride", "first"), ("sentences", "first"), ("decoded", "simple")):
        other = with_pipeline(texts, by=by, aggregation=aggregation)
        name = f"{by}, {aggregation}" if by != "decoded" else "stride, its logits decoded by khcn_ner"
        f1 = score(gold, other).micro.f1
        console.print(f"pipeline, {name}: agreement {agreement(other, expected):.4f}, F1 {f1:.4f}")


def tell_records(files: Sequence[Path], rounds: int, threads: int) -> None:
    def ours() -> list[str]:
        documents = (read_report(path) for path in files)
        many = tagger("auto", threads).tag_many(documents)
        return [report_json(assemble(tagged.document)) for tagged in many]

    def theirs(by: str) -> list[str]:
        return [
            report_json(assemble(document)) for path in files for document in with_pipeline([read_report(path)], by=by)
        ]

    forms: dict[str, Callable[[], Any]] = {
        "khcn_ner, auto": ours,
        "pipeline, sentence by sentence": lambda: theirs("sentences"),
        "pipeline, stride": lambda: theirs("stride"),
    }
    costs, _ = interleaved(forms, rounds)
    slowest = costs["pipeline, stride"]
    rows = [
        (
            name,
            f"{len(files) / cost.wall:.2f}",
            f"{slowest.wall / cost.wall:.2f}",
            f"{len(files) / cost.cpu:.2f}",
            f"{slowest.cpu / cost.cpu:.2f}",
        )
        for name, cost in costs.items()
    ]
    header = ("file → record", "reports/s", "ratio", "reports a CPU second", "ratio")
    show(f"end to end, {threads} threads, median of {rounds}", header, rows)


def as_docx(text: str, path: Path) -> Path:
    from docx import Document as WordDocument

    word = WordDocument()
    for line in text.split("\n"):
        word.add_paragraph(line)
    held = io.BytesIO()
    word.save(held)
    path.write_bytes(held.getvalue())
    return path


def tell_stages(files: Sequence[Path], rounds: int, threads: int) -> None:
    run = tagger("auto", threads)
    documents = [read_here(path, report_id=path.stem) for path in files]
    tokenizer = own_tokenizer()
    encoded = [encode_document(tokenizer, document.text) for document in documents]
    tagged = [one.document for one in run.tag_many(documents)]
    records = [assemble(document) for document in tagged]
    scores = [scores_like(one, document) for one, document in zip(encoded, tagged, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        words = [as_docx(one.text, Path(folder) / f"{one.id}.docx") for one in documents]
        forms: dict[str, Callable[[], Any]] = {
            "read .txt": lambda: [read_here(path, report_id=path.stem) for path in files],
            "read .docx": lambda: [read_here(path, report_id=path.stem) for path in words],
            "pieces": lambda: [encode_document(tokenizer, document.text) for document in documents],
            "pieces, windows, network, decoding": lambda: list(run.tag_many(documents)),
            "decoding": lambda: [decode_spans(e.tokens, s) for e, s in zip(encoded, scores, strict=True)],
            "records": lambda: [assemble(document) for document in tagged],
            "JSON": lambda: [report_json(record) for record in records],
        }
        costs, _ = interleaved(forms, rounds)
    whole = sum(costs[name].cpu for name in ("read .txt", "pieces, windows, network, decoding", "records", "JSON"))
    rows = [(name, f"{1000 * cost.cpu / len(files):.1f}", f"{cost.cpu / whole:.1%}") for name, cost in costs.items()]
    header = ("stage", "CPU ms a report", "of .txt → record")
    show(f"stages with {run.runtime}, median of {rounds}", header, rows)


def scores_like(encoded: EncodedDocument, tagged: Document) -> Any:
    """Give tag scores that decode to the spans of a tagged document."""
    from khcn_ner.tokens import spans_to_tags

    tags = spans_to_tags(encoded.tokens, tagged.spans)
    scores = np.zeros((len(tags), len(manifest.tags)), np.float32)
    scores[np.arange(len(tags)), [manifest.tags.index(tag) for tag in tags]] = 8.0
    return scores


def tell_scaling(documents: Sequence[Document], rounds: int, threads: int) -> None:
    names = ("onnxruntime", choose_runtime())
    counts = sorted({1, *(2**power for power in range(1, 8) if 2**power <= threads), threads})
    n_pieces, _ = windows_of(documents)
    forms: dict[str, Callable[[], Any]] = {
        f"{name}, {number} thread{'s' * (number > 1)}": lambda name=name, number=number: with_tagger(
            documents, name, number
        )
        for name in dict.fromkeys(names)
        for number in counts
    }
    costs, _ = interleaved(forms, rounds)
    rows = [(name, f"{n_pieces / cost.wall:,.0f}", f"{n_pieces / cost.cpu:,.0f}") for name, cost in costs.items()]
    show(f"threads, median of {rounds}", ("tagging", "pieces/s", "pieces a CPU second"), rows)
    many = {number: [replace(documents[n % len(documents)], id=f"{n}") for n in range(number)] for number in (1, 4, 16)}
    forms = {f"{number} reports": lambda held=held: with_tagger(held, "auto", threads) for number, held in many.items()}
    costs, _ = interleaved(forms, rounds)
    sizes = [windows_of(held)[0] for held in many.values()]
    rows = [
        (name, f"{size / cost.wall:,.0f}", f"{size / cost.cpu:,.0f}")
        for size, (name, cost) in zip(sizes, costs.items(), strict=True)
    ]
    show(f"number of reports, median of {rounds}", ("tagging", "pieces/s", "pieces a CPU second"), rows)


def tell_rows(rounds: int) -> None:
    """Time batches of several shapes on one thread: is a larger batch faster?"""
    draw = np.random.default_rng(0)
    weights = embedded_model() / SERVING_WEIGHTS
    loaded = {name: load_runtime(name, weights, threads=1) for name in ("onnxruntime", choose_runtime())}
    forms: dict[str, Callable[[], Any]] = {}
    for name, runtime in loaded.items():
        for length in (64, 128, 248):
            for n_rows in (1, 4, 8):
                ids = draw.integers(4, 10_000, (n_rows, length), dtype=np.int64)
                forms[f"{name}, {n_rows} x {length}"] = lambda runtime=runtime, ids=ids: runtime.score(
                    ids, np.ones_like(ids)
                )
    costs, _ = interleaved(forms, rounds)
    rows = []
    for name, cost in costs.items():
        n_rows, length = map(int, name.split(", ")[1].split(" x "))
        rows.append((name, f"{n_rows * length / cost.cpu:,.0f}"))
    show(f"windows a batch, median of {rounds}", ("batch", "pieces a CPU second"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="?", default=Path("data/annotations/dev"))
    parser.add_argument("--reports", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=n_cores())
    parser.add_argument("--parts", type=lambda names: names.split(","), default=PARTS)
    options = parser.parse_args()
    gold = read_folder(options.texts)[: options.reports]
    files = [options.texts / f"{document.id}.txt" for document in gold]
    torch.set_num_threads(options.threads)
    parts: dict[str, Callable[[], None]] = {
        "machine": tell_machine,
        "tagging": lambda: tell_tagging(gold, options.rounds, options.threads),
        "records": lambda: tell_records(files, options.rounds, options.threads),
        "stages": lambda: tell_stages(files, options.rounds, options.threads),
        "scaling": lambda: tell_scaling(gold, options.rounds, options.threads),
        "rows": lambda: tell_rows(options.rounds),
    }
    for name in options.parts:
        parts[name]()


if __name__ == "__main__":
    main()
