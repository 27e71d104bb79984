"""Where the frames of a series lie, remembered for seconds: a reader asks for hundreds in a row.

The doorway of the case is asked for every frame all the same. What is remembered is only which
images of the series these roles of this actor may see, so a series that is set aside stays
readable for at most `LASTS` seconds to somebody who was already reading it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import NamedTuple

LASTS = 10
MOST = 16


class Place(NamedTuple):
    """The stored bytes of one image: their hash, [offset, length] of each frame, and their kind."""

    sha256: str
    frames: list[list[int]]
    media_type: str
    transfer_syntax: str


Places = Mapping[str, Place]


class Remembered:
    """The newest few series that were asked for in this process."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[float, Places]] = OrderedDict()
        self._lock = Lock()

    def find(
        self, key: Hashable, uid: str, look_up: Callable[[], Places], *, now: float
    ) -> Place | None:
        """The place of the image `uid`; `look_up` is asked when it is not known, or no longer.

        `key` must hold everything that decides what may be seen. `now` is in seconds, of any clock
        that only goes forward.
        """
        with self._lock:
            since, places = self._known.get(key, (now - LASTS, {}))
        if uid not in places or now - since >= LASTS:
            places = look_up()
            self._keep(key, places, now=now)
        return places.get(uid)

    def _keep(self, key: Hashable, places: Places, *, now: float) -> None:
        with self._lock:
            self._known[key] = (now, places)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
