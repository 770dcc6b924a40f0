"""Which configuration a command goes by, and which journal it reads."""

from pathlib import Path
from typing import TYPE_CHECKING

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import say
from roommon.journal.reader import JournalReader

if TYPE_CHECKING:
    from roommon.config.site import Site


def site_of(config: Path) -> "Site":
    """Return what `config` says; secrets that are not there are not missed, for nothing is sent.

    Raises:
        ConfigInvalid: it has faults.
    """
    from roommon.config.fault import ConfigInvalid
    from roommon.config.load import examine

    checked = examine(config, tolerate_missing_secrets=True)
    if checked.site is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.site


def site_if_sound(config: Path) -> "Site | None":
    """Return what `config` says, None when it is missing or has faults."""
    from roommon.config.fault import ConfigInvalid

    try:
        return site_of(config)
    except (ConfigInvalid, OSError):
        return None


def opened(config: Path, journal: Path | None) -> JournalReader:
    """Return the journal at `journal`, or the one that the configuration names.

    Raises:
        ConfigInvalid: the configuration has faults.
        Complaint: there is no journal.
        JournalUnusable: it cannot be read.
    """
    return reader_at(journal or site_of(config).journal.path)


def reader_at(path: Path) -> JournalReader:
    """Return the journal at `path`; see `opened`."""
    if not path.exists():
        raise Complaint(
            say(
                f"{path}: there is no journal here; the daemon makes it when it first runs",
                f"{path}：此处没有日志库；守护进程首次运行时创建",
            )
        )
    return JournalReader(path)
