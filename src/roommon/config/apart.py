"""A configuration read in a process of its own, so that the daemon pays for it neither in memory nor in time.

YAML and pydantic are some 10 MB that would stay for the years after; and a reload of 1,000 devices is a second of work,
which in a thread of the daemon would make every beat late. What comes back is the `Site`, or the error, pickled.
"""

import copyreg
import importlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from roommon.config.site import ConfigInvalid, Site


def load(path: Path) -> Site:
    """Return what the file or folder `path` says.

    Raises:
        ConfigInvalid: it has faults; all of them are in the error.
        OSError: it cannot be read, or the process that read it was ended.
    """
    command = [sys.executable, "-P", "-m", "roommon.config.apart", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise ChildProcessError(f"{path}: reading it ended with exit code {done.returncode}")
    answer = pickle.loads(done.stdout)  # noqa: S301 - from our own program
    if isinstance(answer, Site):
        return answer
    raise answer


def _main(path: Path) -> None:
    """Be that process."""
    from roommon.config.load import load as read  # noqa: PLC0415 - what the daemon is spared

    copyreg.pickle(ModuleType, _by_name)
    copyreg.pickle(ConfigInvalid, _by_faults)
    answer: Site | ConfigInvalid | OSError
    try:
        answer = read(path)
    except (ConfigInvalid, OSError) as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


def _by_name(module: ModuleType) -> tuple[Callable[[str], ModuleType], tuple[str]]:
    """Pickle a module, such as a bus's driver, as what to import."""
    return importlib.import_module, (module.__name__,)


def _by_faults(error: ConfigInvalid) -> tuple[type[ConfigInvalid], tuple[object, object]]:
    """Pickle the error as what it is made of; by itself it would be made of its message."""
    return ConfigInvalid, (error.faults, error.warnings)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
