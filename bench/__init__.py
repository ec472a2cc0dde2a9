"""What Courant costs: `make bench`. Its parts are the modules beside this one that have a function `figures()`."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import yaml

SIZE = os.environ.get("BENCH", "")


def sized[Size: (int, float)](usual: Size, *, small: Size, full: Size | None = None) -> Size:
    """By BENCH: `small` shows in a minute that all parts run and says nothing of speed; `full` may take an hour."""
    return small if SIZE == "small" else full if SIZE == "full" and full is not None else usual


def data_of(module: str) -> Any:
    """What stands in the YAML file beside a module."""
    return yaml.safe_load(Path(module).with_suffix(".yaml").read_text(encoding="utf-8"))


def milliseconds(action: Callable[[], object], rounds: int = sized(30, small=2)) -> float:
    """The median of `rounds` calls after one that warms up."""
    action()
    return median(seconds(action, clock=time.perf_counter) for _ in range(rounds)) * 1000


def seconds(action: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Of the processor, as other processes do not count there, or by another clock."""
    started = clock()
    action()
    return clock() - started
