#!/usr/bin/env python3
"""Makes tests/IlgpuGan.Tests/Fixtures/metrics.safetensors: distances between sets as numpy and scipy compute them, in float64.

Run with Debian's packages python3-numpy and python3-scipy:

    /usr/bin/python3 tests/fixtures-scripts/metrics.py tests/IlgpuGan.Tests/Fixtures/metrics.safetensors

Everything is written from the formulas of the papers, in the plainest way: full sorts, full distance matrices, scipy's matrix square root.

Tensors in the file:
  real.features [220, 12], fake.features [180, 12]; real.small, fake.small are their first 12 rows, fewer than dimensions + 1
  frechet, frechet.small                    covariances over N - 1
  kernel                                    unbiased MMD^2 of the first 180 rows of both, kernel (x.y / D + 1)^3
  shares                                    precision, recall, density, coverage with k = 3
  probabilities [60, 5], score              mean and standard deviation over 10 splits
  real.images, fake.images [16, 36, 32, 3]  bytes as floats
  corners [2, 16, 128]                      of each level and image, y * places across + x
  directions.LEVEL [64, 147]                unit vectors over [7, 7, 3]
  swd [2]                                   of each level, times 1000
"""
import json
import struct
import sys

import numpy as np
from scipy import linalg, ndimage
from scipy.spatial import distance

SIDE, PATCHES, DIRECTIONS, NEIGHBOURS, SPLITS = 7, 128, 64, 3, 10


def frechet(x, y):
    s1, s2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = linalg.sqrtm(s1 @ s2)
    return np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(s1) + np.trace(s2) - 2 * np.trace(root).real


def kernel(x, y):
    m, d = x.shape
    kxx, kyy, kxy = ((a @ b.T / d + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    return (kxx.sum() - np.trace(kxx) + kyy.sum() - np.trace(kyy)) / (m * (m - 1)) - 2 * kxy.mean()


def shares(x, y):
    def radii(a):
        # Place 0 of each sorted row is the point itself.
        return np.sort(distance.cdist(a, a), axis=1)[:, NEIGHBOURS]

    between = distance.cdist(x, y)
    in_real, in_fake = between <= radii(x)[:, None], between <= radii(y)[None, :]
    return [in_real.any(0).mean(), in_fake.any(1).mean(), in_real.sum() / (NEIGHBOURS * len(y)), in_real.any(1).mean()]


def score(p):
    parts = []
    for part in np.array_split(p, SPLITS):
        parts.append(np.exp(np.mean(np.sum(part * (np.log(part) - np.log(part.mean(0))), axis=1))))
    return [np.mean(parts), np.std(parts)]


TAPS = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256.0


def blur(images, taps):
    return np.stack([ndimage.convolve(images[..., c], taps[None], mode="mirror") for c in range(images.shape[-1])], axis=-1)


def pyramid(images):
    down = blur(images, TAPS)[:, ::2, ::2]
    up = np.zeros_like(images)
    up[:, ::2, ::2] = down
    return [images - blur(up, 4 * TAPS), down]


def patches(level, corners):
    across = level.shape[2] - SIDE + 1
    cut = [level[i, c // across:c // across + SIDE, c % across:c % across + SIDE] for i in range(len(level)) for c in corners[i]]
    cut = np.stack(cut)
    cut = (cut - cut.mean((0, 1, 2))) / cut.std((0, 1, 2))
    return cut.reshape(len(cut), -1)


def images(random, count, blurring):
    noise = random.normal(size=(count, 36, 32, 3)) * 60 + random.normal(size=(count, 1, 1, 3)) * 30
    return np.clip(np.round(ndimage.gaussian_filter(noise, (0, blurring, blurring, 0)) * (1 + blurring) + 120), 0, 255)


def main(path):
    random = np.random.default_rng(20180226)
    single = lambda a: a.astype(np.float32).astype(np.float64)
    mix = random.normal(size=(12, 12)) / 3
    x = single(random.normal(size=(220, 12)) @ mix + 0.5)
    y = single(random.normal(size=(180, 12)) @ mix * 0.9 + 0.6)
    p = random.dirichlet(np.full(5, 0.4), size=60) + 1e-3
    p = single(p / p.sum(1, keepdims=True))
    real, fake = images(random, 16, 1.0), images(random, 16, 0.7)
    out = {
        "real.features": x, "fake.features": y, "frechet": frechet(x, y), "frechet.small": frechet(x[:12], y[:12]), "kernel": kernel(x[:180], y),
        "shares": shares(x, y), "probabilities": p, "score": score(p), "real.images": real, "fake.images": fake,
    }
    out["corners"] = np.stack([random.integers(0, places, size=(16, PATCHES)) for places in (30 * 26, 12 * 10)])
    swd = []
    for level, (a, b) in enumerate(zip(pyramid(real), pyramid(fake))):
        directions = random.normal(size=(DIRECTIONS, SIDE * SIDE * 3))
        directions = single(directions / np.linalg.norm(directions, axis=1, keepdims=True))
        out[f"directions.{level}"] = directions
        projected = [np.sort(patches(images, out["corners"][level]) @ directions.T, axis=0) for images in (a, b)]
        swd.append(1000 * np.abs(projected[0] - projected[1]).mean())
    out["swd"] = swd
    save(path, out)


def save(path, tensors):
    header, offset = {}, 0
    arrays = {name: np.atleast_1d(np.ascontiguousarray(array, dtype=np.float32)) for name, array in sorted(tensors.items())}
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for array in arrays.values():
            file.write(array.tobytes())


main(sys.argv[1])
