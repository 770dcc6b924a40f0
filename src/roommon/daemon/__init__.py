"""The daemon: the only wiring. Builds everything from a Site, runs it in one TaskGroup, reloads, and shuts down."""
