"""What was found when a sensor was held against a better one."""

from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812  # `date` is a field here

from roommon.model.quantity import Amount
from roommon.model.text import Text
from roommon.model.worded import Invalid


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a sensor is off: true value = value * gain + offset, in the quantity's own unit."""

    offset: Amount | None = field(default=None, metadata={"doc": "Added last, in the unit of differences: `-0.3 K`."})
    gain: float = field(default=1.0, metadata={"doc": "The value is multiplied by it first."})
    date: Date | None = field(default=None, metadata={"doc": "When it was found: 2026-05-01."})
    by: str | None = field(default=None, metadata={"doc": "Who found it."})
    due: Date | None = field(
        default=None, metadata={"doc": "The last day on which it holds; after it there is an alarm of low priority."}
    )

    def __post_init__(self) -> None:
        if self.gain <= 0:
            raise Invalid(
                Text(f"a gain of {self.gain:g} is not possible", f"增益不能为 {self.gain:g}"),
                Text("write a number near 1", "请填写接近 1 的数"),
            )
        if self.date is not None and self.due is not None and self.due <= self.date:
            raise Invalid(
                Text(f"due on {self.due}, before it was made", f"到期日 {self.due} 早于校准日期"),
                Text("write a later day", "请填写更晚的日期"),
            )
