"""What each transfer syntax means for serving: its media type, and whether it loses detail."""

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
RLE = "1.2.840.10008.1.2.5"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_RETIRED = frozenset({"1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"})
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
HTJ2K_LOSSLESS = "1.2.840.10008.1.2.4.201"

NATIVE = frozenset({IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN})
RAW = "application/octet-stream"

_JPEG = "1.2.840.10008.1.2.4."
_MEDIA = {
    **dict.fromkeys(("50", "51", "57", "70"), "image/jpeg"),
    **dict.fromkeys(("80", "81"), "image/jls"),
    **dict.fromkeys(("90", "91"), "image/jp2"),
    **dict.fromkeys(("92", "93"), "image/jpx"),
    **dict.fromkeys(("110", "111", "112"), "image/jxl"),
    **dict.fromkeys(("201", "202", "203"), "image/jphc"),
    **dict.fromkeys(("100", "100.1", "101", "101.1"), "video/mpeg"),
    **dict.fromkeys(("102", "103", "104", "105", "106", "107", "108"), "video/mp4"),
    **dict.fromkeys(("102.1", "103.1", "104.1", "105.1", "106.1"), "video/mp4"),
}
_ALWAYS_LOSSY = frozenset(_JPEG + end for end in ("50", "51", "81", "93"))
_MOSTLY_LOSSY = frozenset(_JPEG + end for end in ("91", "112", "203"))


def frame_media_type(syntax: str) -> str | None:
    """The media type of one frame (PS3.18 §8.7.3.3.2); None if we know no viewer for it."""
    if syntax in NATIVE:
        return RAW
    if syntax == RLE:
        return "image/dicom-rle"
    return _MEDIA.get(syntax.removeprefix(_JPEG)) if syntax.startswith(_JPEG) else None


def is_video(syntax: str) -> bool:
    """Whether the fragments are a film rather than frames."""
    return (frame_media_type(syntax) or "").startswith("video/")


def is_lossy(syntax: str, declared: str) -> bool:
    """Whether detail was lost: `declared` is Lossy Image Compression (0028,2110), "" if absent."""
    if declared == "01" or syntax in _ALWAYS_LOSSY:
        return True
    if is_video(syntax):
        return True
    return syntax in _MOSTLY_LOSSY and declared != "00"
