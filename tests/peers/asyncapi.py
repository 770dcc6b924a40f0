"""Holds messages to docs/asyncapi.yaml, and the file itself to AsyncAPI's own schema."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "asyncapi.yaml"
SPECIFICATION = Path(__file__).with_name("asyncapi-3.0.0.schema.json")

Json = Mapping[str, Any]


@functools.cache
def document() -> Json:
    """docs/asyncapi.yaml."""
    loaded = yaml.safe_load(DOCUMENT.read_text())
    assert isinstance(loaded, dict)
    return loaded


def faults() -> list[str]:
    """What AsyncAPI's own schema finds wrong with the document."""
    schema = json.loads(SPECIFICATION.read_text())
    errors = jsonschema.Draft7Validator(schema).iter_errors(document())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def validate(topic: str, payload: str | bytes) -> None:
    """Fail unless `payload` is one that may stand at `topic`, by docs/asyncapi.yaml."""
    text = payload if isinstance(payload, str) else payload.decode()
    messages = list(_messages(topic))
    assert messages, f"{topic} is no topic of docs/asyncapi.yaml"
    wrong = [complaint for message in messages if (complaint := _complaint(message, text)) is not None]
    assert len(wrong) < len(messages), f"{topic}: {text!r}: {'; '.join(wrong)}"


def examples() -> Iterator[tuple[str, Json, object]]:
    """Every example of the document: the message's name, the message, the example's payload."""
    for name, message in document()["components"]["messages"].items():
        for example in message.get("examples", ()):
            yield name, message, example["payload"]


def payload_errors(message: Json, payload: object) -> list[str]:
    """What is wrong with `payload` by the schema of `message`."""
    schema = {**message["payload"], "components": document()["components"]}
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(payload)]


def _messages(topic: str) -> Iterator[Json]:
    for channel in document()["channels"].values():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/+#]+", re.escape(channel["address"]))
        if re.fullmatch(pattern, topic):
            yield from (_resolved(message) for message in channel["messages"].values())


def _resolved(reference: Json) -> Json:
    node: Any = document()
    for step in reference["$ref"].removeprefix("#/").split("/"):
        node = node[step]
    assert isinstance(node, dict)
    return node


def _complaint(message: Json, text: str) -> str | None:
    payload: object = text
    if message.get("contentType", document()["defaultContentType"]) == "application/json":
        try:
            payload = json.loads(text)
        except ValueError as error:
            return f"not JSON ({error})"
    return "; ".join(payload_errors(message, payload)) or None
