"""One file, one kind of channel: a `Config`, and `send`."""
