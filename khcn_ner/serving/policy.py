"""What a browser may do with an answer: security headers, and a page's Content-Security-Policy from its own blocks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

import regex

_BLOCK = regex.compile(r"<(style|script)>(.*?)</\1>", regex.DOTALL)

# A page may do nothing but what its own policy adds.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": NOTHING,
}


def page_policy(pages: Iterable[str], *more: str) -> str:
    """Allow the inline styles and scripts that stand in some pages, by their hashes, and nothing else but `more`.

    Example:
        >>> page_policy(["<style>a{}</style>"]).rpartition("; ")[2]
        "style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='"
    """
    sources: dict[str, list[str]] = {}
    for page in pages:
        for kind, block in _BLOCK.findall(page):
            digest = base64.b64encode(hashlib.sha256(block.encode("utf-8")).digest()).decode("ascii")
            sources.setdefault(f"{kind}-src", []).append(f"'sha256-{digest}'")
    allowed = (f"{name} {' '.join(dict.fromkeys(hashes))}" for name, hashes in sorted(sources.items()))
    return "; ".join((NOTHING, *allowed, *more))
