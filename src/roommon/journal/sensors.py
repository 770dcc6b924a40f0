"""The numbers that stand for sensors in the columns of batches."""

import sqlite3

from roommon.model.reading import SensorId


class Sensors(dict[SensorId, int]):
    """The number of every sensor that was ever journalled; one that is new gets the next."""

    def __init__(self, ids: list[SensorId]) -> None:
        super().__init__((sensor, number) for number, sensor in enumerate(ids))
        self.ids = ids
        """The sensors by number."""
        self._saved = len(ids)
        self.number_of = self.__getitem__

    @classmethod
    def of(cls, db: sqlite3.Connection) -> "Sensors":
        """Return the sensors that the file knows; their numbers are 0, 1, 2, ... without a hole."""
        return cls([SensorId(sensor) for (sensor,) in db.execute("SELECT id FROM sensors ORDER BY number")])

    def __missing__(self, sensor: SensorId) -> int:
        number = self[sensor] = len(self.ids)
        self.ids.append(sensor)
        return number

    def save(self, db: sqlite3.Connection) -> None:
        """Write the new ones, within the transaction of the batch that needs them."""
        fresh = enumerate(self.ids[self._saved :], self._saved)
        db.executemany("INSERT INTO sensors (number, id) VALUES (?, ?)", fresh)

    def saved(self) -> None:
        """Note that what `save` wrote is committed."""
        self._saved = len(self.ids)

    def forget_saving(self) -> None:
        """Note that the file is a new one, which knows none."""
        self._saved = 0
