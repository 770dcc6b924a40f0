"""The command line: one file per command. Each parses, calls and prints; none decides.

A command imports what it needs when it runs, so that `roommon --help` answers at once on a small box.
"""
