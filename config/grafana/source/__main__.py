"""Write the dashboards: `python -m config.grafana.source [--to FOLDER] [--site CONFIG]`."""

import argparse
import sys
from pathlib import Path

from config.grafana.source.written import FOLDER, written
from roommon.config.fault import ConfigInvalid
from roommon.config.load import load


def main() -> int:
    """Write them; return 2 when the configuration that `--site` names has faults."""
    parser = argparse.ArgumentParser(prog="python -m config.grafana.source", description="Write Grafana's dashboards.")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder; each language has one of its own in it")
    parser.add_argument("--site", type=Path, help="a configuration: the dashboards name every state of its site")
    asked = parser.parse_args()
    try:
        site = None if asked.site is None else load(asked.site)
    except ConfigInvalid as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name, text in written(site).items():
        path = asked.to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
