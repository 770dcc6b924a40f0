"""Files that come with roommon: in the wheel below `roommon/share`, in a checkout where they are written."""

from pathlib import Path

import roommon

_PACKAGE = Path(roommon.__file__).parent


def shipped(name: str) -> Path:
    """Return the path of a file or folder that is shipped: `config/examples/demo.yaml`."""
    installed = _PACKAGE / "share" / name
    return installed if installed.exists() else _PACKAGE.parents[1] / name
