"""What can be wrong with the queue's file."""

from roommon.model.worded import Worded


class QueueUnusable(Worded):
    """The file of the queue cannot be used."""
