"""Which journal a command reads."""

from pathlib import Path

from roommon.journal.reader import JournalReader


def opened(config: Path, journal: Path | None) -> JournalReader:
    """Return the journal at `journal`, or the one that the configuration names.

    Raises:
        ConfigInvalid: the configuration has faults.
        JournalUnusable: there is no journal, or it cannot be read.
    """
    return JournalReader(journal or _configured(config))


def _configured(config: Path) -> Path:
    from roommon.config.fault import ConfigInvalid
    from roommon.config.load import examine

    checked = examine(config, tolerate_missing_secrets=True)
    if checked.site is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.site.journal.path
