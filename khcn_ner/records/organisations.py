"""Organisations: ORG spans in, one record a body out.

Two mentions are one body where their names, abbreviations spelled out and place set aside, are the same and their
places don't contradict each other; a body without a place joins one with a place only if no other place has one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.abbreviations import defined_abbreviations, expand
from khcn_ner.records.body_names import ALIAS, KEPT, KNOWN_ALIASES, NameKey, key_of, kind_of, spell_out, without_marks
from khcn_ner.records.body_parents import NamedBodies, find_parents
from khcn_ner.records.model import Mention, Organisation
from khcn_ner.records.places import PROVINCES, main_province, official_name, province_at_end, province_now
from khcn_ner.syllables import fold

__all__ = ["Bodies", "find_organisations", "kind_of", "spell_out"]

_PROVINCES = frozenset(official_name(name) for name in PROVINCES)


@dataclass(slots=True)
class _Body:
    key: NameKey
    spans: list[Span] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Bodies:
    """The bodies of one document, to look a span's body up by."""

    def __init__(self, records: tuple[Organisation, ...], named: NamedBodies) -> None:
        self.records = records
        self._named = named
        self._by_kind: defaultdict[str | None, list[str]] = defaultdict(list)
        self._by_name = {record.name: record for record in records}
        for record in records:
            self._by_kind[record.kind].append(record.name)

    def of_report(self, own_body: str | None) -> Bodies:
        """Give the same bodies with their parents as told where the report's own body is known."""
        parents = find_parents(self._named, own_body)
        records = (
            record if record.parent == parent else record.model_copy(update={"parent": parent})
            for record, parent in zip(self.records, parents, strict=True)
        )
        return Bodies(tuple(records), self._named)

    def name_at(self, span: Span) -> str | None:
        """Give the name of the body that an ORG span mentions."""
        index = self._named.at(span.start)
        return None if index is None else self.records[index].name

    def only(self, kind: str) -> str | None:
        """Give the name of the only body of a kind, or None if there are several or none."""
        names = self._by_kind.get(kind, [])
        return names[0] if len(names) == 1 else None

    def parent_of(self, name: str | None) -> str | None:
        """Give the name of the body that one is part of."""
        record = self._by_name.get(name) if name is not None else None
        return record.parent if record is not None else None


def _levels_agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _shared_aliases(document: Document) -> list[str]:
    """Give the abbreviations that a text gives to bodies of different names."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for span in document.spans:
        said = ALIAS.match(document.text, span.end, span.end + 40) if span.label is Label.ORG else None
        if said is not None:
            named[said["alias"]].add(key_of(spell_out(document.surface(span))).base)
    return [alias for alias, bases in named.items() if len(bases) > 1]


def _group(document: Document, province: str | None) -> list[_Body]:
    bodies: dict[NameKey, _Body] = {}
    meanings = {short: full for short, full in defined_abbreviations(document.text).items() if short not in KEPT}
    for shared in _shared_aliases(document):
        meanings.pop(shared, None)  # an abbreviation of two bodies means neither
    alike: defaultdict[tuple[str, str | None], list[NameKey]] = defaultdict(
        list
    )  # bodies of a name and place, any level
    for span in document.spans:
        if span.label is not Label.ORG:
            continue
        name = _with_initials(spell_out(expand(document.surface(span), meanings)), province)
        key = key_of(name)
        same = next(
            (
                known
                for known in alike[key.base, key.place]
                if _levels_agree(known.level, key.level) and (key.place is not None or known.level == key.level)
            ),
            None,
        )
        if same is None:
            same = key
            bodies[key] = _Body(key)
            alike[key.base, key.place].append(key)
        body = bodies[same]
        body.spans.append(span)
        body.names.append(name)
    return list(bodies.values())


def _join_placeless(bodies: list[_Body], own_place: str | None) -> list[_Body]:
    """Join a body without a place to the one body of that name with a place, if there is only one.

    In a report from one province, a body of another province takes no placeless mention.
    """
    placed: defaultdict[str, list[_Body]] = defaultdict(list)
    for body in bodies:
        if body.key.place is not None:
            placed[body.key.base].append(body)
    joined: list[_Body] = []
    for body in bodies:
        if body.key.place is None and body.key.level not in ("huyện", "quận", "xã", "phường", "thị xã"):
            others = [other for other in placed[body.key.base] if _levels_agree(body.key.level, other.key.level)]
            # Sở KH&CN tỉnh Luông Pha Bang is abroad, and not the one that a report from Sơn La calls Sở KH&CN.
            foreign = own_place is not None and any(
                place is not None and place != own_place and (place in _PROVINCES or other.key.level == "tỉnh")
                for place, other in ((other.key.place, other) for other in others)
            )
            if len(others) == 1 and not foreign:
                others[0].spans.extend(body.spans)
                others[0].names.extend(body.names)
                continue
        joined.append(body)
    # `UBND tỉnh` with a level and `Sở KH&CN` without one are told apart; a bare level joins nothing else.
    return sorted(joined, key=lambda body: min(span.start for span in body.spans))


def _fullest(names: list[str]) -> str:
    """Choose the name with a place, then the longest; of equally long ones the most frequent, then the first."""
    counts = Counter(names)
    return max(dict.fromkeys(names), key=lambda name: (key_of(name).place is not None, len(name), counts[name]))


def _join_aliases(bodies: list[_Body], document: Document) -> list[_Body]:
    """Join a body named by an abbreviation to the one that the text, or the body itself, gives it to.

    `Viện Đo lường Việt Nam (VMI)` defines one; where a text gives one to two bodies, it says nothing.
    """
    by_base = {body.key.base: body for body in bodies}
    meant: defaultdict[str, dict[int, _Body]] = defaultdict(dict)
    for body in bodies:
        for span in body.spans:
            said = ALIAS.match(document.text, span.end, span.end + 40) or ALIAS.search(document.surface(span))
            if said is not None:
                meant[fold(said["alias"])][id(body)] = body
    for alias, full in KNOWN_ALIASES.items():
        known = by_base.get(key_of(full).base)
        if known is not None and alias not in meant:
            meant[alias][id(known)] = known
    kept = []
    for body in bodies:
        whole = list(meant.get(body.key.base, {}).values())
        if body.key.level is None and len(whole) == 1 and whole[0] is not body:
            whole[0].spans.extend(body.spans)
        else:
            kept.append(body)
    return sorted(kept, key=lambda body: min(span.start for span in body.spans))


def _join_shortened(bodies: list[_Body]) -> list[_Body]:
    """Join `Sở Nông nghiệp` to the one Sở whose name begins so: a province has no two of them."""
    offices = [body for body in bodies if kind_of(body.names[0]) in ("sở", "bộ")]
    longer: defaultdict[str, list[_Body]] = defaultdict(list)
    for body in offices:
        words = without_marks(body.key.base).split()
        for n_words in range(3, len(words)):
            longer[" ".join(words[:n_words])].append(body)
    joined = set()
    for body in offices:
        place, level = body.key.place, body.key.level
        wholes = [
            other
            for other in longer.get(without_marks(body.key.base), [])
            if place in (None, other.key.place) and level in (None, other.key.level)
        ]
        if len(wholes) == 1:
            wholes[0].spans.extend(body.spans)
            wholes[0].names.extend(body.names)
            joined.add(id(body))
    return [body for body in bodies if id(body) not in joined]


def _with_initials(name: str, province: str | None) -> str:
    """Write the report's province out where a name ends with its initials: `Trường Cao đẳng VL` in Vĩnh Long."""
    initials = "".join(word[0] for word in (province or "").split() if word[0].isalpha())
    before, _, last = name.rpartition(" ")
    return f"{before} {province}" if before and len(initials) > 1 and last == initials else name


def find_organisations(document: Document) -> Bodies:
    """Gather the ORG spans of a document into bodies, in order of first mention."""
    province = main_province(document.text)
    bodies = _group(document, province)
    bodies = _join_aliases(_join_shortened(bodies), document)
    bodies = _join_placeless(bodies, official_name(province) if province is not None else None)
    for body in bodies:
        body.spans.sort(key=lambda span: span.start)
    names = [_fullest(body.names) for body in bodies]
    named = NamedBodies(document, names, [body.spans for body in bodies])
    records = []
    for body, name, parent in zip(bodies, names, find_parents(named), strict=True):
        mentions = tuple(
            Mention(text=document.surface(span), start=span.start, end=span.end, score=span.score)
            for span in body.spans
        )
        own = province_at_end(name)
        records.append(
            Organisation(
                name=name,
                kind=kind_of(name),
                parent=parent,
                province=own,
                province_now=province_now(own) if own is not None else None,
                mentions=mentions,
            )
        )
    return Bodies(tuple(records), named)
