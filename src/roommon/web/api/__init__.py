"""The API: what the pages show, as JSON for other programs (docs/api.md). It reads, and changes nothing."""
