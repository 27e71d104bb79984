"""The value representation that the data dictionary gives an element (PS3.6)."""

from functools import lru_cache

EITHER = "US/SS"


@lru_cache(maxsize=8192)
def implied_vr(tag: int) -> str:
    """The VR that the data dictionary gives a tag (PS3.6); `EITHER` where the pixels decide."""
    from pydicom.datadict import dictionary_VR

    if tag & 0xFFFF == 0:
        return "UL"
    if tag >> 16 & 1:
        return "LO" if 0x10 <= tag & 0xFFFF <= 0xFF else "UN"
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        return "UN"
    if "US" in vr and "SS" in vr:
        return EITHER
    return "OW" if " or " in vr else vr
