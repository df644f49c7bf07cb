"""`python -m bench [PART...]`: take the figures, keep them in build/bench.json, print them all."""

import argparse
import json
import sys
from importlib import import_module

from bench.figures import PARTS, RESULT, keep, table


def main() -> None:
    """Take the parts that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parts = parser.parse_args().parts or PARTS
    unknown = set(parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in parts:
        print(f"taking {part}", file=sys.stderr, flush=True)
        keep(part, import_module(f"bench.{part}").figures())
    print(table(json.loads(RESULT.read_text())))


if __name__ == "__main__":
    main()
