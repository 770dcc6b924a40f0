"""YAML to a `Site`: every value with its place, every fault of all files in one run, in the reader's language."""
