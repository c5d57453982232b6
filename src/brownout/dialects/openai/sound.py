"""Silence in each format that a speech service sends: small, whole where that is simple, the same every time. Pure.

MP3 and AAC frame by frame (ISO/IEC 11172-3, 13818-7), WAV as RIFF (https://www.rfc-editor.org/rfc/rfc2361), Opus as
one packet in Ogg (https://www.rfc-editor.org/rfc/rfc7845), of FLAC (https://www.rfc-editor.org/rfc/rfc9639) the header.
"""

from __future__ import annotations

import struct

RATE = 24_000  # samples a second of wav and pcm: https://platform.openai.com/docs/guides/text-to-speech
_SAMPLES = 2_400  # of a tenth of a second
MOST = 600
"""Tenths of a second at most: a minute."""
# MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono, no padding: 417 bytes for 26 ms; side information of zeros is silence.
_MP3_FRAME = b"\xff\xfb\x90\xc4" + bytes(413)
# AAC-LC, 24 kHz, mono: 43 ms.
_AAC_FRAME = bytes.fromhex("fff1584001bffc00c800802380")
_FLAC = bytes.fromhex("664c6143800000221000100000000000000005dc00f000000000") + bytes(16)
_OPUS = bytes.fromhex(
    "4f67675300020000000000000000776f726200000000e7519d8f01134f7075734865616401013801c05d00000000004f"
    "67675300000000000000000000776f72620100000011dc917d01104f7075735461677300000000000000004f67675300"
    "04c003000000000000776f726202000000178f52a60103f8fffe"
)
TYPES = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "pcm": "audio/pcm",
    "wav": "audio/wav",
}
"""Format → content type."""


def silence(form: str, tenths: int) -> bytes:
    """So many tenths of a second; an empty answer for none. A format that is not known is mp3."""
    tenths = min(max(0, tenths), MOST)
    if not tenths:
        return b""
    samples = bytes(2 * _SAMPLES * tenths)
    if form == "pcm":
        return samples
    if form == "wav":
        form_chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
        whole = struct.pack("<4sI4s", b"RIFF", 36 + len(samples), b"WAVE") + form_chunk
        return whole + struct.pack("<4sI", b"data", len(samples)) + samples
    if form in ("flac", "opus"):
        return _FLAC if form == "flac" else _OPUS
    return _AAC_FRAME * (7 * tenths // 3) if form == "aac" else _MP3_FRAME * (4 * tenths)
