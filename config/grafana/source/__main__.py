"""Write the dashboards: `python -m config.grafana.source [FOLDER]`."""

import sys
from pathlib import Path

from config.grafana.source.written import FOLDER, written

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
for name, text in written().items():
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
