"""The errors khcn_ner raises; everything a user can cause is a `KhcnNerError`.

    KhcnNerError
    ├── SpanError      a span or document that contradicts itself (offsets, overlap, text not NFC)
    ├── InputError     a report file or folder that can't be read as one
    ├── CorpusError    an annotation file that can't be read or breaks the format
    ├── ConfigError    a configuration file with a wrong key, type or value
    └── ModelError     a model folder that is incomplete, of another version, or doesn't fit

A message says where, what was found, what was expected and what to do, in one line.
"""

from __future__ import annotations


class KhcnNerError(Exception):
    """Root of all errors the package raises for bad input.

    Example:
        >>> print(InputError("a.txt", found="an empty file", expected="text", remedy="remove it"))
        a.txt: found an empty file, expected text; remove it
    """

    def __init__(self, where: str, *, found: str, expected: str, remedy: str) -> None:
        self.where = where
        self.found = found
        self.expected = expected
        self.remedy = remedy
        message = f"{where}: found {found}, expected {expected}; {remedy}"
        super().__init__(" ".join(message.split()))

    def parts(self, *, where: str | None = None) -> dict[str, str]:
        """Give what the message is made of, as the constructor takes it; `where` names the place in other words.

        Example:
            >>> error = InputError("a.txt", found="an empty file", expected="text", remedy="remove it")
            >>> print(InputError(**error.parts(where="b.zip, a.txt")))
            b.zip, a.txt: found an empty file, expected text; remove it
        """
        place = self.where if where is None else where
        return {"where": place, "found": self.found, "expected": self.expected, "remedy": self.remedy}


class SpanError(KhcnNerError):
    """A span or document contradicts itself."""


class InputError(KhcnNerError):
    """A report can't be read."""


class CorpusError(KhcnNerError):
    """An annotation can't be read or breaks its format."""


class ConfigError(KhcnNerError):
    """A configuration is wrong."""


class ModelError(KhcnNerError):
    """A model folder can't be used."""
