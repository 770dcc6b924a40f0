"""One file, one dashboard: `NAME`, `TITLE`, `ABOUT`, `HOURS`, and `sections` in a language."""
