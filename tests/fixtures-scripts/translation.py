#!/usr/bin/env python3
"""Prints what PyTorch computes of the networks from image to image: the numbers in TranslationFixtureTests and the counts in TranslationTests.

Run with Debian's package python3-torch (1.13):

    /usr/bin/python3 tests/fixtures-scripts/translation.py

Networks are written from their tables, as functions; they run in float64. Parameter p (counted in the order of the layers) has at place i, counted as the
engine keeps it, [R, S, C, K], the value 0.3 sin(0.1 i + 0.013 i^2 + p), a scale of a normalisation 1 more; images [N, H, W, C] are sin(0.05 i + 0.0007 i^2), and label
j of image n is 1 where j = n.
"""
import sys

import numpy as np
import torch
from torch.nn import functional as F


class Parameters:
    """Makes parameters in the order in which they are asked for."""

    def __init__(self, is_published=False):
        self.index, self.size, self.is_published = 0, 0, is_published

    def take(self, *shape):
        if self.is_published:
            self.size += int(np.prod(shape))
            return torch.zeros(shape)
        i = np.arange(np.prod(shape), dtype=np.float64)
        values = 0.3 * np.sin(0.1 * i + 0.013 * i * i + self.index)
        self.index += 1
        self.size += values.size
        return torch.from_numpy(values.astype(np.float32).astype(np.float64)).reshape(shape)

    def conv(self, x, filters, kernel, stride, padding, mode="constant"):
        kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        weight = self.take(*kernel, x.shape[1], filters).permute(3, 2, 0, 1).contiguous()
        if mode != "constant" and padding:
            x, padding = F.pad(x, [padding] * 4, mode=mode), 0
        return F.conv2d(x, weight, stride=stride, padding=padding)

    def turned(self, x, filters, kernel, padding, mode="constant"):
        weight = self.take(kernel, kernel, filters, x.shape[1]).permute(2, 3, 0, 1).flip(2, 3)
        return F.conv2d(F.pad(x, [padding] * 4, mode=mode), weight)

    def transposed(self, x, channels, kernel, stride, padding, output_padding=0):
        weight = self.take(kernel, kernel, channels, x.shape[1]).permute(3, 2, 0, 1)
        return F.conv_transpose2d(x, weight, stride=stride, padding=padding, output_padding=output_padding)

    def resized(self, x, channels, mode="reflect"):
        return self.turned(F.interpolate(x, scale_factor=2, mode="nearest"), channels, 3, 1, mode)

    def bias(self, x):
        return x + self.take(x.shape[1])[None, :, None, None]

    def norm(self, x, kind):
        if kind == "instance":
            # The published code shifts before it normalises, which the mean takes away again.
            self.size += x.shape[1] if self.is_published else 0
            return F.instance_norm(x, eps=1e-5)
        gamma, beta = 1 + self.take(x.shape[1]), self.take(x.shape[1])
        if kind == "instance with scale":
            return F.instance_norm(x, weight=gamma, bias=beta, eps=1e-5)
        return F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)


def unet(p, x, channels, width, stages, up, norm="instance"):
    def widths(stage):
        return width * min(8, 2 ** stage)

    def double(y, out):
        return p.resized(y, out) if up == "resize" else p.transposed(y, out, 4, 2, 1)

    def below(y, stage):
        y = p.conv(y, widths(stage), 4, 2, 1)
        if stage == stages - 1:
            # The published code has no shift here where it normalises by batch.
            y = y if p.is_published and norm == "batch" else p.bias(y)
        else:
            y = F.leaky_relu(p.norm(y, norm), 0.2)
            y = torch.cat([y, below(y, stage + 1)], 1)
        return p.norm(double(F.relu(y), widths(stage - 1)), norm)

    y = p.conv(x, width, 4, 2, 1)
    y = F.leaky_relu(y if p.is_published and norm == "batch" else p.bias(y), 0.2)
    y = torch.cat([y, below(y, 1)], 1)
    return torch.tanh(p.bias(double(F.relu(y), channels)))


def resnet(p, x, channels, width, blocks, up, norm="instance"):
    def double(y, out):
        return p.resized(y, out) if up == "resize" else p.transposed(y, out, 3, 2, 1, 1)

    y = F.relu(p.norm(p.conv(x, width, 7, 1, 3, "reflect"), norm))
    y = F.relu(p.norm(p.conv(y, 2 * width, 3, 2, 1), norm))
    y = F.relu(p.norm(p.conv(y, 4 * width, 3, 2, 1), norm))
    for _ in range(blocks):
        z = F.relu(p.norm(p.conv(y, 4 * width, 3, 1, 1, "reflect"), norm))
        y = y + p.norm(p.conv(z, 4 * width, 3, 1, 1, "reflect"), norm)
    y = F.relu(p.norm(double(y, 2 * width), norm))
    y = F.relu(p.norm(double(y, width), norm))
    return torch.tanh(p.bias(p.turned(y, channels, 7, 3, "reflect")))


def patch(p, x, width, layers, norm="instance"):
    kernel, padding = (1, 0) if layers == 0 else (4, 1)
    y = F.leaky_relu(p.bias(p.conv(x, width, kernel, 1 if layers == 0 else 2, padding)), 0.2)
    for layer in range(1, max(1, layers) + 1):
        y = p.conv(y, width * min(8, 2 ** layer), kernel, 2 if layer < layers else 1, padding)
        y = F.leaky_relu(p.norm(y, norm), 0.2)
    return p.bias(p.conv(y, 1, kernel, 1, padding))


def stargan_g(p, x, labels, channels, width, blocks, up):
    norm = "instance with scale"

    def double(y, out):
        return p.resized(y, out, "constant") if up == "resize" else p.transposed(y, out, 4, 2, 1)

    y = torch.cat([x, labels[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)
    y = F.relu(p.norm(p.conv(y, width, 7, 1, 3), norm))
    y = F.relu(p.norm(p.conv(y, 2 * width, 4, 2, 1), norm))
    y = F.relu(p.norm(p.conv(y, 4 * width, 4, 2, 1), norm))
    for _ in range(blocks):
        z = F.relu(p.norm(p.conv(y, 4 * width, 3, 1, 1), norm))
        y = y + p.norm(p.conv(z, 4 * width, 3, 1, 1), norm)
    y = F.relu(p.norm(double(y, 2 * width), norm))
    y = F.relu(p.norm(double(y, width), norm))
    return torch.tanh(p.turned(y, channels, 7, 3))


def stargan_d(p, x, width, labels):
    y, stage = x, 0
    while stage < 6 and min(y.shape[2:]) >= 4:
        y = F.leaky_relu(p.bias(p.conv(y, width * 2 ** stage, 4, 2, 1)), 0.01)
        stage += 1
    places = p.conv(y, 1, 3, 1, 1).permute(0, 2, 3, 1).flatten(1)
    return torch.cat([places, p.conv(y, labels, tuple(y.shape[2:]), 1, 0).flatten(1)], 1)


def images(*shape):
    n, h, w, c = shape
    i = np.arange(n * h * w * c, dtype=np.float64)
    values = np.sin(0.05 * i + 0.0007 * i * i).astype(np.float32).astype(np.float64)
    return torch.from_numpy(values).reshape(shape).permute(0, 3, 1, 2)


def show(name, y):
    y = y.permute(0, 2, 3, 1).flatten() if y.ndim == 4 else y.flatten()
    picked = y[[i * (len(y) - 1) // 7 for i in range(8)]]
    print(f"{name}: {len(y)} numbers, mean {y.mean():.7f}, mean of squares {y.square().mean():.7f}; " + ", ".join(f"{value:.7f}" for value in picked))


def count(name, build):
    p = Parameters(is_published=True)
    with torch.no_grad():
        build(p)
    print(f"{name}: {p.size:,}")


def main():
    eye = torch.eye(2, 3, dtype=torch.float64)
    for up in ("resize", "transposed"):
        for norm in ("instance", "batch"):
            show(f"unet {up} {norm}", unet(Parameters(), images(2, 16, 32, 3), 2, 4, 4, up, norm))
            show(f"resnet {up} {norm}", resnet(Parameters(), images(2, 16, 12, 3), 2, 4, 2, up, norm))
        show(f"stargan {up}", stargan_g(Parameters(), images(2, 16, 12, 3), eye, 3, 4, 1, up))
    for layers in (0, 1, 3):
        show(f"patch {layers}", patch(Parameters(), images(2, 32, 24, 5), 4, layers))
    show("stargan discriminator", stargan_d(Parameters(), images(2, 16, 24, 3), 4, 3))
    for side, stages in ((256, 8), (128, 7), (64, 6)):
        count(f"unet {side}", lambda p: unet(p, torch.zeros(1, 3, side, side), 3, 64, stages, "transposed", "batch"))
    count("resnet 9", lambda p: resnet(p, torch.zeros(1, 3, 64, 64), 3, 64, 9, "transposed"))
    count("resnet 6", lambda p: resnet(p, torch.zeros(1, 3, 64, 64), 3, 64, 6, "transposed"))
    count("patch 3", lambda p: patch(p, torch.zeros(1, 3, 64, 64), 64, 3))
    count("patch 3 of a pair, by batch", lambda p: patch(p, torch.zeros(1, 6, 64, 64), 64, 3, "batch"))
    count("patch 0", lambda p: patch(p, torch.zeros(1, 3, 64, 64), 64, 0))
    count("stargan generator of 5 labels", lambda p: stargan_g(p, torch.zeros(1, 3, 64, 64), torch.zeros(1, 5), 3, 64, 6, "transposed"))
    count("stargan discriminator of 5 labels at 128", lambda p: stargan_d(p, torch.zeros(1, 3, 128, 128), 64, 5))


if __name__ == "__main__":
    sys.exit(main())
