"""Prints each benchmark's figures as ratios against a limit measured in the same run: `python -m bench [NAME …]`."""

import importlib
import sys

ALL = ("pages", "answers", "signin", "weight", "people", "certificates", "verification")


def main(names: list[str]) -> None:
    for name in names or ALL:
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
