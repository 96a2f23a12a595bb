"""Spans written for other tools: JSON lines and CoNLL; brat standoff is in `khcn_ner.corpus.brat`."""

from __future__ import annotations

import json

from khcn_ner.document import Document
from khcn_ner.tokens import spans_to_tags, token_offsets


def jsonl_line(document: Document) -> str:
    """Write a document and its spans as one line of JSON.

    Example:
        >>> jsonl_line(Document("a", "họp"))[:44]
        '{"id": "a", "source": null, "text_sha256": "'
    """
    row = {
        "id": document.id,
        "source": document.source,
        "text_sha256": document.text_sha256,
        "text": document.text,
        "spans": [
            {
                "start": span.start,
                "end": span.end,
                "label": str(span.label),
                "text": document.surface(span),
                "score": span.score,
            }
            for span in document.spans
        ],
    }
    return json.dumps(row, ensure_ascii=False)


def conll_text(document: Document, *, keep_text: bool = False) -> str:
    r"""Write a document as CoNLL: a token, its offsets and its BIO tag a line, a blank line between text lines.

    With `keep_text` the text itself stands in a comment, so that `khcn_ner.corpus.conll` reads it back exactly; spans
    that cut a token are widened to whole tokens either way.

    Example:
        >>> conll_text(Document("a", "Sở KH"))
        '# id = a\nSở\t0\t2\tO\nKH\t3\t5\tO\n\n'
    """
    tokens = token_offsets(document.text)
    lines = [f"# id = {document.id}"]
    if keep_text:
        lines.append(f"# text = {json.dumps(document.text, ensure_ascii=False)}")
    n_comments = len(lines)
    previous_end = 0
    for (start, end), tag in zip(tokens, spans_to_tags(tokens, document.spans), strict=True):
        # A span that runs over a line break keeps its tokens together.
        if "\n" in document.text[previous_end:start] and len(lines) > n_comments and not tag.startswith("I-"):
            lines.append("")
        lines.append(f"{document.text[start:end]}\t{start}\t{end}\t{tag}")
        previous_end = end
    return "\n".join(lines) + "\n\n"
