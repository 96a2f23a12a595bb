"""What one server takes: the limits of a request and of all requests together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server.

    `max_body_bytes` is the size of a request's body, `max_characters` the length of the text in it (a page of a report
    has about 3,000). `time_limit_s` covers a request from its first byte to its answer; reading its file may take half
    of it. `max_requests` are taken at once: received, read, waiting or tagged.

    Example:
        >>> Limits(time_limit_s=30).reading_time_s
        15.0
    """

    max_body_bytes: int = 32 << 20
    max_characters: int = 300_000
    time_limit_s: float = 120.0
    max_requests: int = 64

    @property
    def reading_time_s(self) -> float:
        """Seconds that reading one file may take."""
        return self.time_limit_s / 2

    @property
    def max_json_bytes(self) -> int:
        """Size of a JSON body; a character takes at most 12 bytes (an escaped pair of surrogates)."""
        return min(self.max_body_bytes, 12 * self.max_characters + 4096)
