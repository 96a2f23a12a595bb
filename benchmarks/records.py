"""Score the records of reports against gold ones (docs/gold-records.md), field by field.

    python benchmarks/records.py GOLD_RECORDS --texts data/annotations/dev             # from gold spans
    python benchmarks/records.py GOLD_RECORDS --texts data/annotations/dev --predict   # from the model's spans
    … --field indicators.item                                                          # what is wrong in one field

The scorer is the one of `khcn-ner evaluate` (khcn_ner.evaluation.record_scores).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from khcn_ner.corpus.brat import read_document
from khcn_ner.evaluation import Counts, compare_records, score_records
from khcn_ner.records import assemble
from khcn_ner.tagging.tagger import Tagger


def show(pairs: dict[str, tuple[dict[str, Any], dict[str, Any]]], field: str) -> None:
    """Print what is wrong in one field."""
    for name, (gold, found) in pairs.items():
        for one in compare_records(gold, found):
            if one.field == field and not one.is_right:
                print(f"{name}@{one.entry}: gold {one.gold!r} found {one.found!r}")


def line(field: str, counts: Counts, exact: Counts) -> str:
    ratios = ["–" if one.f1 is None else f"{one.f1:.3f}" for one in (counts, exact)]
    sizes = f"gold {counts.support:5} found {counts.n_predicted:5}"
    return f"{field:28} {sizes}  F1 {ratios[0]}  exact {ratios[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--predict", action="store_true")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--field")
    arguments = parser.parse_args()
    tagger = Tagger.load(arguments.model) if arguments.predict else None
    pairs = {}
    for path in sorted(arguments.records.glob("*.record.json")):
        name = path.name.removesuffix(".record.json")
        document = read_document(arguments.texts / f"{name}.txt")
        if tagger is not None:
            document = tagger.tag(document.with_spans(())).document
        found = assemble(document).model_dump(mode="json", by_alias=True)
        pairs[name] = json.loads(path.read_text(encoding="utf-8")), found
    if arguments.field:
        show(pairs, arguments.field)
    scores = score_records(list(pairs.values()))
    fields = {name: counts for name, counts in scores.fields.items() if counts.f1 is not None}
    for name, counts in fields.items():
        print(line(name, counts, scores.exact[name]))
    print(line("all fields", scores.micro, scores.micro_exact))
    ratios = [counts.f1 for name, counts in fields.items() if not name.endswith(".entry") and counts.f1 is not None]
    print(f"mean over {len(ratios)} fields: {sum(ratios) / len(ratios):.3f}")


if __name__ == "__main__":
    main()
