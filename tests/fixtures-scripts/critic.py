#!/usr/bin/env python3
"""Makes tests/IlgpuGan.Tests/Fixtures/critic8.safetensors: gradient penalties and spectral normalisation as PyTorch computes them.

Run with Debian's packages python3-torch (1.13) and python3-numpy:

    /usr/bin/python3 tests/fixtures-scripts/critic.py tests/IlgpuGan.Tests/Fixtures/critic8.safetensors

A critic of three convolutions with shifts and leaky ReLU on images of 8 x 8 x 3. It runs in float64 from values that are exact in
float32. Weights are stored as the engine keeps them: [R, S, C, K], images [N, H, W, C].

Tensors in the file, `norm` being plain or spectral:
  real, fake [3, 8, 8, 3], share [3, 1]     the images, and the place of WGAN-GP's points between them (1 is the real)
  initial.layerI.weight|bias, initial.u.layerI     u is the vector that spectral normalisation starts from
  norm.logits [3], norm.TERM, norm.TERM.gradient.layerI.weight|bias    TERM: loss, r1, r2, wgan-gp
  spectral.u.layerI                         after one step of the power iteration
"""
import json
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

BATCH, SIDE, CHANNELS, WIDTH = 3, 8, 3, 4


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([
            nn.Conv2d(CHANNELS, WIDTH, 4, 2, 1), nn.Conv2d(WIDTH, 2 * WIDTH, 4, 2, 1), nn.Conv2d(2 * WIDTH, 1, 2, 1, 0)])

    def forward(self, x):
        for convolution in self.convolutions[:-1]:
            x = F.leaky_relu(convolution(x), 0.2)
        return self.convolutions[-1](x).flatten()


def stored(tensor):
    """A copy, with [K, C, R, S] as [R, S, C, K]."""
    array = tensor.detach().numpy().copy()
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array


def exact(random, *shape, scale=1.0):
    return torch.from_numpy((scale * random.normal(size=shape)).astype(np.float32).astype(np.float64))


def squares(critic, x):
    gradient, = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return gradient.square().sum((1, 2, 3))


def terms(critic, real, fake, share):
    def at(x):
        return x.detach().requires_grad_(True)

    between = share[:, :, None, None] * real + (1 - share[:, :, None, None]) * fake
    return {
        "loss": lambda: F.softplus(-critic(real)).mean() + F.softplus(critic(fake)).mean(),
        "r1": lambda: squares(critic, at(real)).mean() / 2,
        "r2": lambda: squares(critic, at(fake)).mean() / 2,
        "wgan-gp": lambda: ((squares(critic, at(between)) + 1e-12).sqrt() - 1).square().mean(),
    }


def main(path):
    random = np.random.default_rng(20240711)
    real, fake = exact(random, BATCH, CHANNELS, SIDE, SIDE), exact(random, BATCH, CHANNELS, SIDE, SIDE)
    share = torch.from_numpy(random.uniform(size=(BATCH, 1)).astype(np.float32).astype(np.float64))
    # Images are [N, H, W, C] already and must not be taken for weights.
    out = {"real": real.permute(0, 2, 3, 1).numpy().copy(), "fake": fake.permute(0, 2, 3, 1).numpy().copy(), "share": stored(share)}
    weights = []
    starts = []
    for i, convolution in enumerate(Critic().convolutions):
        weights.append((exact(random, *convolution.weight.shape, scale=0.3), exact(random, *convolution.bias.shape, scale=0.3)))
        u = exact(random, convolution.weight.shape[0])
        starts.append(u / u.norm())
        out[f"initial.layer{i}.weight"], out[f"initial.layer{i}.bias"] = stored(weights[i][0]), stored(weights[i][1])
        out[f"initial.u.layer{i}"] = stored(starts[i])
    for norm in ("plain", "spectral"):
        for term in ("loss", "r1", "r2", "wgan-gp"):
            critic = Critic().double()
            for i, convolution in enumerate(critic.convolutions):
                convolution.weight.data, convolution.bias.data = weights[i][0].clone(), weights[i][1].clone()
                if norm == "spectral":
                    nn.utils.spectral_norm(convolution)
                    # The stored u is a float: start from the same one.
                    convolution.weight_u.copy_(torch.from_numpy(stored(starts[i]).astype(np.float32).astype(np.float64)))
            if norm == "spectral":
                # One step of the iteration, then the same weights for all passes: that is how the engine takes them.
                critic.train()
                critic(real)
                out.update({f"spectral.u.layer{i}": stored(convolution.weight_u) for i, convolution in enumerate(critic.convolutions)})
                critic.eval()
            out[f"{norm}.logits"] = stored(critic(real))
            value = terms(critic, real, fake, share)[term]()
            value.backward()
            out[f"{norm}.{term}"] = stored(value).reshape(1)
            for i, convolution in enumerate(critic.convolutions):
                weight = convolution.weight_orig if norm == "spectral" else convolution.weight
                out[f"{norm}.{term}.gradient.layer{i}.weight"] = stored(weight.grad)
                # The last shift moves no gradient of D: PyTorch has none for it then.
                bias = convolution.bias.grad
                out[f"{norm}.{term}.gradient.layer{i}.bias"] = stored(bias) if bias is not None else np.zeros(convolution.bias.shape)
    save(path, out)


def save(path, tensors):
    header, offset = {}, 0
    arrays = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in sorted(tensors.items())}
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
