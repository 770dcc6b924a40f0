"""Holds answers to docs/openapi.yaml."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"

Json = Mapping[str, Any]


@functools.cache
def document() -> Json:
    """docs/openapi.yaml."""
    loaded = yaml.safe_load(DOCUMENT.read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def parameters(path: str, where: str) -> set[str]:
    """The names of what may be asked for in `where` (query, path) of an address."""
    given = document()["paths"][path]["get"].get("parameters", ())
    return {each["name"] for each in given if each["in"] == where}


def validate(path: str, status: int, kind: str, answer: object) -> None:
    """Fail unless `answer`, of media type `kind`, is one that the address may give with `status`."""
    responses = document()["paths"][path]["get"]["responses"]
    response = responses.get(str(status)) or _resolved(responses[f"{status // 100}XX"])
    assert set(response["content"]) == {kind}
    wrong = faults(response["content"][kind]["schema"], answer)
    assert wrong == [], f"{path}: {wrong[:5]}"


def faults(schema: Json, answer: object) -> list[str]:
    """What is wrong with `answer` by `schema` of the document."""
    whole = {**schema, "components": document()["components"]}
    errors = jsonschema.Draft202012Validator(whole).iter_errors(answer)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def _resolved(node: Json) -> Json:
    found: Any = document()
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found
