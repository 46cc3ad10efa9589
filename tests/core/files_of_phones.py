"""Photographs, voices and films as telephones make them, made here."""

import math
import random
import struct
import zlib
from array import array
from io import BytesIO
from pathlib import Path

import av
from PIL import Image

MAKER = "Bí mật"
UPRIGHT_SIX = 6
"""The EXIF orientation of a telephone held upright."""


def photo(path: Path, width: int = 4000, height: int = 3000) -> Path:
    """Twelve megapixels with coarse and fine structure, noise, lying on its side, saying where it was taken."""
    chance, seen = random.Random(3), Image.new("RGB", (width, height))
    for share, size in ((1, 8), (0.35, 32), (0.3, 128), (0.25, 512), (0.12, width)):
        grain = Image.frombytes("RGB", (size, size * 3 // 4), chance.randbytes(size * (size * 3 // 4) * 3))
        seen = Image.blend(seen, grain.resize((width, height), Image.Resampling.BICUBIC), share)
    about = Image.Exif()
    about[0x0112], about[0x010F] = UPRIGHT_SIX, MAKER
    about[0x8825] = {1: "N", 2: (21.0, 23.0, 1.0)}
    seen.save(path, "JPEG", quality=92, exif=about)
    return path


def small_photo() -> bytes:
    held = BytesIO()
    Image.radial_gradient("L").resize((1200, 900)).convert("RGB").save(held, "JPEG")
    return held.getvalue()


def speech(path: Path, seconds: int = 60, level: float = 0.3, silence: float = 1.0) -> Path:
    """Syllables with a voice's overtones and hiss between, after and before some silence."""
    rate, chance, turn, samples = 16000, random.Random(1), 0.0, array("h")
    for at in range(rate * seconds):
        time = at / rate
        turn += (120 + 30 * math.sin(4.4 * time)) / rate
        voiced = sum(math.sin(2 * math.pi * turn * k) / k for k in (1, 2, 3, 5, 8)) * 0.4
        hiss = chance.uniform(-0.3, 0.3) if time * 6.6 % 1 < 0.3 else 0.0
        loud = max(0.0, math.sin(20.7 * time)) ** 0.5 * (silence < time < seconds - silence)
        samples.append(int(32767 * max(-1, min(1, level * loud * (voiced + hiss)))))
    _sound(path, samples, rate)
    return path


def _sound(path: Path, samples: "array[int]", rate: int) -> None:
    with av.open(str(path), "w", format="wav") as file:
        stream = file.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.sample_rate = rate
        frame.planes[0].update(samples.tobytes())
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def loudness(path: Path) -> float:
    """Decibels beneath full scale."""
    power = count = 0
    with av.open(str(path)) as file:
        to = av.AudioResampler("s16", "mono", 8000)
        for frame in file.decode(audio=0):
            for small in to.resample(frame):
                values = array("h", bytes(small.planes[0])[: 2 * small.samples])
                power, count = power + sum(value * value for value in values), count + len(values)
    return 10 * math.log10(power / count / 32768**2)


def film(path: Path, seconds: int = 2, width: int = 1280, height: int = 720) -> Path:
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=15, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(15 * seconds):
            frame = av.VideoFrame.from_image(Image.new("RGB", (width, height), (4 * number, 80, 120)))
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def bomb(path: Path, side: int = 30_000) -> Path:
    """A few KB that would be 900 megapixels."""
    row, packer = b"\0" * (1 + side // 8), zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", head) + _part(b"IDAT", data) + _part(b"IEND", b""))
    return path


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
