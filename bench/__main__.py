"""`python -m bench [--only GROUP ...] [--rounds N]`: measures, prints the table and writes bench/results/<date>.md."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bench import drain, folding, kills, latency, machine, page, polling, report, silent, starting, trends
from bench.result import Result

Rows = Callable[[Path], Iterable[Result]]


def main() -> None:
    args = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended on the way out
    facts = machine.described()
    results: list[Result] = []
    groups = _groups(args.rounds)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in args.only or groups:
            print(f"{name} ...", flush=True)
            results += groups[name](Path(folder) / name)
    print(report.table(results))
    if args.only is None or args.save:
        print(f"written: {report.save(results, facts)}")


def _groups(rounds: int) -> Mapping[str, Rows]:
    loads = {name: _polling(load, rounds) for name, load in polling.LOADS.items()}
    return loads | {
        "silent": silent.rows,
        "latency": latency.rows,
        "drain": drain.rows,
        "start": starting.rows,
        "fold": lambda _folder: folding.rows(),
        "kills": lambda _folder: kills.rows(),
        "trends": trends.rows,
        "page": page.rows,
    }


def _polling(load: polling.Load, rounds: int) -> Rows:
    return lambda folder: polling.rows(load, rounds, folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure roommon on this machine.")
    parser.add_argument("--only", nargs="+", choices=list(_groups(1)), help="these groups alone; nothing is written")
    parser.add_argument("--save", action="store_true", help="write the results of --only too")
    parser.add_argument("--rounds", type=int, default=3, help="how often each load is measured")
    return parser


if __name__ == "__main__":
    main()
