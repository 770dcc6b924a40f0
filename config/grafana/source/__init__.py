"""The dashboards of config/grafana/dashboards, written down once and in both languages; `make dashboards` makes them.

It lies here, beside what it makes, and not in `src/roommon`: nobody who runs roommon needs it, and it needs
grafana-foundation-sdk, which only `.[dev]` brings. ruff, mypy and vulture read it like everything else.

The JSON is of the oldest Grafana that the SDK knows (10.1): every Grafana reads the files of older ones and brings
them up to date itself, and none reads those of newer ones (docs/adr/0022-dashboards-are-made-of-python.md).
"""
