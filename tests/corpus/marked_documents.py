"""Random documents with spans, for round trips: emoji, letters that stay decomposed, brackets, line ends."""

import unicodedata

from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.labels import LABELS

_LETTERS = st.sampled_from(
    [*"abĐđếỷ 0[]|\\/", "\n", "\r\n", "📰", "x\u0323\u0302", "q\u0301", "\u00a0", "[[", "]]", "“"]
)


@st.composite
def marked_documents(draw, name="a"):
    text = unicodedata.normalize("NFC", "".join(draw(st.lists(_LETTERS, min_size=1, max_size=40))))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    spans = tuple(Span(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs)
    return Document(name, text, spans)
