"""What can be wrong with a journal so that it cannot be used; the messages are for people."""

from roommon.model.worded import Worded


class JournalError(Worded):
    """The journal cannot be used; the message says which and why."""


class JournalUnusable(JournalError):
    """The file cannot be the journal of this program, and setting it aside would be wrong."""


class JournalLocked(JournalError):
    """Another daemon writes this journal; the message names its process."""


class DiskTrouble(JournalError):
    """The disk is full, read-only or failing; what could not be written waits in memory."""
