"""Loads exported weights into plain PyTorch modules and writes what they compute.

usage: torch_modules.py KIND FOLDER IMAGE_SIZE LATENT WIDTH GROUP_SIZE
       torch_modules.py counts

FOLDER holds generator.safetensors, discriminator.safetensors and inputs.safetensors (latents [N, L], reals [N, C, H, W]);
outputs.safetensors gets images [N, C, H, W] and logits [N, 1] of the reals.
"""
import json
import struct
import sys

import numpy
import torch
from torch import nn

TYPES = {"F32": numpy.float32, "I64": numpy.int64}


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = numpy.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(values.copy())
    return tensors


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().numpy().astype(numpy.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def dcgan(size, latent, width, channels=3, resizes=False):
    """The networks of Radford et al. 2016, each one plain nn.Sequential; sides may be odd on the way where G enlarges by the nearest pixel."""
    stages = 2
    while (resizes or size % (2 << stages) == 0) and size >> (stages + 1) >= 3:
        stages += 1
    wide = [width * min(8, 1 << stage) for stage in range(stages)]
    start = size >> stages

    def doubled(taken, drawn, stage):
        rest = (size >> stage) % 2
        return (nn.Sequential(nn.Upsample(scale_factor=2), nn.ZeroPad2d((1, 1 + rest, 1, 1 + rest)), nn.Conv2d(taken, drawn, 3, bias=False)) if resizes
                else nn.ConvTranspose2d(taken, drawn, 4, 2, 1, bias=False))

    g = [nn.ConvTranspose2d(latent, wide[-1], start, bias=False), nn.BatchNorm2d(wide[-1]), nn.ReLU()]
    for stage in range(stages - 1, 0, -1):
        g += [doubled(wide[stage], wide[stage - 1], stage), nn.BatchNorm2d(wide[stage - 1]), nn.ReLU()]
    g += [doubled(wide[0], channels, 0), nn.Tanh()]
    d = [nn.Conv2d(channels, wide[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for below, above in zip(wide[:-1], wide[1:]):
        d += [nn.Conv2d(below, above, 4, 2, 1, bias=False), nn.BatchNorm2d(above), nn.LeakyReLU(0.2)]
    d += [nn.Conv2d(wide[-1], 1, start, bias=False)]
    return nn.Sequential(*g), nn.Sequential(*d)


def hw6(size, latent, width, norm=nn.BatchNorm2d):
    """The sample network of homework 6, Machine Learning 2022 Spring, without the sigmoid behind D's logit; sides halve down to 4."""
    wide = [width * min(8, 1 << stage) for stage in range((size // 4).bit_length() - 1)]
    g = [nn.Linear(latent, wide[-1] * 16, bias=False), nn.BatchNorm1d(wide[-1] * 16), nn.ReLU(), nn.Unflatten(1, (wide[-1], 4, 4))]
    for above, below in zip(wide[:0:-1], wide[-2::-1]):
        g += [nn.ConvTranspose2d(above, below, 5, 2, 2, output_padding=1, bias=False), nn.BatchNorm2d(below), nn.ReLU()]
    g += [nn.ConvTranspose2d(wide[0], 3, 5, 2, 2, output_padding=1, bias=False), nn.Tanh()]
    d = [nn.Conv2d(3, wide[0], 4, 2, 1), nn.LeakyReLU(0.2)]
    for below, above in zip(wide[:-1], wide[1:]):
        d += [nn.Conv2d(below, above, 4, 2, 1), norm(above), nn.LeakyReLU(0.2)]
    d += [nn.Conv2d(wide[-1], 1, 4)]
    return nn.Sequential(*g), nn.Sequential(*d)


def counts():
    """Prints the learnt numbers of G and D of homework 6 at its size, as they are and with a normalisation by instance."""
    for norm in (nn.BatchNorm2d, lambda channels: nn.InstanceNorm2d(channels, affine=True)):
        print(*(sum(p.numel() for p in network.parameters()) for network in hw6(64, 100, 64, norm)))


class Residual(nn.Module):
    """x + main(x), or shortcut(x) + main(x)."""

    def __init__(self, main, shortcut=()):
        super().__init__()
        self.main, self.shortcut = nn.Sequential(*main), nn.Sequential(*shortcut)

    def forward(self, x):
        return self.shortcut(x) + self.main(x)


class Resample(nn.Module):
    """Doubles or halves the sides with the filter [1, 3, 3, 1] along each."""

    def __init__(self, channels, up):
        super().__init__()
        self.channels, self.up = channels, up
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        self.filter = (torch.outer(taps, taps) / 64 * (4 if up else 1)).repeat(channels, 1, 1, 1)

    def forward(self, x):
        run = nn.functional.conv_transpose2d if self.up else nn.functional.conv2d
        return run(x, self.filter, stride=2, padding=1, groups=self.channels)


class ScaledPicture(nn.Module):
    """A learnt picture [C, H, W], its channels scaled by what comes in [N, C]."""

    def __init__(self, channels, side):
        super().__init__()
        self.picture = nn.Parameter(torch.empty(channels, side, side))

    def forward(self, x):
        return x[:, :, None, None] * self.picture


def r3(size, latent, width, group, channels=3, depth=2):
    """The networks of Huang et al. 2024."""
    stages = 1
    while size >> stages >= 4 and size % (1 << stages) == 0:
        stages += 1
    start = size >> (stages - 1)
    wide = [width] * stages
    inner = 2 * width

    def blocks(count):
        return [Residual([nn.Conv2d(width, inner, 1), nn.LeakyReLU(0.2), nn.Conv2d(inner, inner, 3, 1, 1, groups=inner // group),
                          nn.LeakyReLU(0.2), nn.Conv2d(inner, width, 1, bias=False)]) for _ in range(count)]

    g = [nn.Linear(latent, wide[0], bias=False), ScaledPicture(wide[0], start)]
    for stage in range(stages):
        g += ([Resample(width, True)] if stage else []) + blocks(depth)
    g += [nn.Conv2d(width, channels, 1, bias=False)]
    d = [nn.Conv2d(channels, width, 1, bias=False)]
    for stage in range(stages):
        d += blocks(depth) + ([Resample(width, False)] if stage < stages - 1 else [])
    d += [nn.Conv2d(width, width, start, groups=width, bias=False), nn.Flatten(), nn.Linear(width, 1, bias=False)]
    return nn.Sequential(*g), nn.Sequential(*d)


def main():
    if sys.argv[1:] == ["counts"]:
        counts()
        return
    kind, folder = sys.argv[1], sys.argv[2]
    size, latent, width, group = map(int, sys.argv[3:7])
    g, d = dcgan(size, latent, width, resizes=kind == "dcgan-resize") if kind.startswith("dcgan") else hw6(size, latent, width) if kind == "hw6" else r3(size, latent, width, group)
    g.load_state_dict(read(f"{folder}/generator.safetensors"), strict=True)
    d.load_state_dict(read(f"{folder}/discriminator.safetensors"), strict=True)
    inputs = read(f"{folder}/inputs.safetensors")
    z = inputs["latents"]
    g.eval()
    with torch.no_grad():
        images = g(z[:, :, None, None] if kind.startswith("dcgan") else z)
        # D has judged each batch by its own moments all along, so it stays as it is in training.
        logits = d(inputs["reals"]).reshape(-1, 1)
    write(f"{folder}/outputs.safetensors", {"images": images, "logits": logits})
    # What PyTorch saves, import takes back.
    write(f"{folder}/saved.safetensors", {name: tensor for name, tensor in g.state_dict().items() if tensor.dtype == torch.float32})


main()
