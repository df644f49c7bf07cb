"""`python -m desk [PART...]`: measure the desk's rules on the fixtures, and print what was found.

Each module here that has `figures` is a part; build/desk.json keeps them all.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from bench.figures import keep, table

RESULT = Path("build/desk.json")
PARTS = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if "\ndef figures(" in path.read_text(encoding="utf-8")
)


def main() -> None:
    """Measure the parts that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="make desk ARGS=")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parts = parser.parse_args().parts or PARTS
    unknown = set(parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in parts:
        print(f"measuring {part}", file=sys.stderr, flush=True)
        keep(part, import_module(f"desk.{part}").figures(), RESULT, PARTS)
    print(table(json.loads(RESULT.read_text())))


if __name__ == "__main__":
    main()
