"""A test that takes too long ends where it waits: with its own traceback, and with all that it started ended."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "roommon", deadline=None
)  # a busy machine is no fault; pytest-timeout ends what hangs
hypothesis.settings.load_profile("roommon")

_BEFORE = 0.9
"""Of the time that pytest-timeout gives: that one's signal may strike anywhere in the loop, and be lost."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _within(_BEFORE * _limit_s(item, config), item.obj)


def _limit_s(item: pytest.Item, config: pytest.Config) -> float:
    marked = item.get_closest_marker("timeout")
    return float(marked.args[0] if marked else config.getini("timeout"))


def _within(seconds: float, test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def limited(*args: Any, **kwargs: Any) -> None:
        async with asyncio.timeout(seconds):
            await test(*args, **kwargs)

    return limited
