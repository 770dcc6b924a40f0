"""One file, one kind of derivation; `config/kinds.py` finds them by their names."""
