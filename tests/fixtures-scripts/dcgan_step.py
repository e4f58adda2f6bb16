#!/usr/bin/env python3
"""Makes tests/IlgpuGan.Tests/Fixtures/dcgan16.safetensors: ten steps of a small DCGAN as PyTorch computes them.

Run with Debian's packages python3-torch (1.13) and python3-numpy:

    /usr/bin/python3 tests/fixtures-scripts/dcgan_step.py tests/IlgpuGan.Tests/Fixtures/dcgan16.safetensors

The step is that of pytorch/examples/dcgan/main.py: D on a real batch and on a fake one, Adam; then G through the updated D with
the same latents, Adam. It runs in float64 from initial values, images and latents that are exact in float32, so that what is stored
(float32) is the true result to 6e-8. Weights are stored as the engine keeps them: [R, S, C, K], images [N, H, W, C].

Tensors in the file, `net` being generator or discriminator and `goal` being nonsaturating or minimax:
  reals [10, 4, 16, 16, 3], latents [10, 4, 8]
  initial.net.layerI.weight|gamma|beta
  goal.losses [10, 2]          D, G
  goal.probabilities [10, 3]   mean of sigmoid D(x), of D(G(z)) before D's update, of D(G(z)) after it
  goal.gradient.net...         of step 1 (G's through the updated D)
  goal.after1.net..., goal.after10.net...
  goal.running.net.layerI.mean|variance   after step 10, momentum 0.1, variance unbiased
"""
import json
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

WIDTH, LATENT, BATCH, STEPS, SIDE, CHANNELS = 4, 8, 4, 10, 16, 3


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([
            nn.ConvTranspose2d(LATENT, 2 * WIDTH, 4, 1, 0, bias=False),
            nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, 2, 1, bias=False),
            nn.ConvTranspose2d(WIDTH, CHANNELS, 4, 2, 1, bias=False)])
        self.norms = nn.ModuleDict({"0": nn.BatchNorm2d(2 * WIDTH), "1": nn.BatchNorm2d(WIDTH)})

    def forward(self, z):
        x = z[:, :, None, None]
        x = F.relu(self.norms["0"](self.convolutions[0](x)))
        x = F.relu(self.norms["1"](self.convolutions[1](x)))
        return torch.tanh(self.convolutions[2](x))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([
            nn.Conv2d(CHANNELS, WIDTH, 4, 2, 1, bias=False),
            nn.Conv2d(WIDTH, 2 * WIDTH, 4, 2, 1, bias=False),
            nn.Conv2d(2 * WIDTH, 1, 4, 1, 0, bias=False)])
        self.norms = nn.ModuleDict({"1": nn.BatchNorm2d(2 * WIDTH)})

    def forward(self, x):
        x = F.leaky_relu(self.convolutions[0](x), 0.2)
        x = F.leaky_relu(self.norms["1"](self.convolutions[1](x)), 0.2)
        return self.convolutions[2](x).flatten()


def named(net):
    """Parameters by the engine's names, in the engine's order."""
    for i, convolution in enumerate(net.convolutions):
        yield f"layer{i}.weight", convolution.weight
        if str(i) in net.norms:
            yield f"layer{i}.gamma", net.norms[str(i)].weight
            yield f"layer{i}.beta", net.norms[str(i)].bias


def stored(tensor):
    """A copy, with [K, C, R, S] of a convolution, transposed or not, as [R, S, C, K]."""
    array = tensor.detach().numpy().copy()
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array


def initialise(nets, random):
    for net in nets.values():
        net.double()
        for name, parameter in named(net):
            mean, deviation = {"weight": (0, 0.02), "gamma": (1, 0.02), "beta": (0, 0)}[name.split(".")[1]]
            drawn = random.normal(mean, deviation, tuple(parameter.shape)).astype(np.float32)
            parameter.data = torch.from_numpy(drawn.astype(np.float64))


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def train(nets, reals, latents, goal, out):
    g, d = nets["generator"], nets["discriminator"]
    optimisers = {name: torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999), eps=1e-8) for name, net in nets.items()}
    losses, probabilities = [], []

    def keep(kind, pick, names=nets):
        for net in names:
            for name, parameter in named(nets[net]):
                out[f"{goal}.{kind}.{net}.{name}"] = stored(pick(parameter))

    for step in range(STEPS):
        real = torch.from_numpy(reals[step].astype(np.float64)).permute(0, 3, 1, 2)
        z = torch.from_numpy(latents[step].astype(np.float64))

        d.zero_grad()
        on_real = d(real)
        fake = g(z)
        on_fake = d(fake.detach())
        loss_d = bce(on_real, 1.0) + bce(on_fake, 0.0)
        loss_d.backward()
        if step == 0:
            keep("gradient", lambda parameter: parameter.grad, ["discriminator"])
        optimisers["discriminator"].step()

        g.zero_grad()
        on_same = d(fake)
        loss_g = bce(on_same, 1.0) if goal == "nonsaturating" else -bce(on_same, 0.0)
        loss_g.backward()
        if step == 0:
            keep("gradient", lambda parameter: parameter.grad, ["generator"])
        optimisers["generator"].step()

        losses.append([loss_d.item(), loss_g.item()])
        probabilities.append([torch.sigmoid(logits).mean().item() for logits in (on_real, on_fake, on_same)])
        if step in (0, STEPS - 1):
            keep(f"after{step + 1}", lambda parameter: parameter)

    out[f"{goal}.losses"] = np.array(losses)
    out[f"{goal}.probabilities"] = np.array(probabilities)
    for net in nets:
        for layer, norm in nets[net].norms.items():
            out[f"{goal}.running.{net}.layer{layer}.mean"] = norm.running_mean.numpy().copy()
            out[f"{goal}.running.{net}.layer{layer}.variance"] = norm.running_var.numpy().copy()


def write_safetensors(path, tensors):
    header, parts, offset = {}, [], 0
    for name, array in tensors.items():
        data = np.ascontiguousarray(array, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def main(path):
    torch.set_num_threads(1)
    random = np.random.RandomState(2014)
    # Images are bytes scaled to [-1, 1], as the engine's data set gives them.
    reals = (random.randint(0, 256, (STEPS, BATCH, SIDE, SIDE, CHANNELS)) / 127.5 - 1).astype(np.float32)
    latents = random.normal(size=(STEPS, BATCH, LATENT)).astype(np.float32)
    out = {"reals": reals, "latents": latents}
    for goal in ("nonsaturating", "minimax"):
        nets = {"generator": Generator(), "discriminator": Discriminator()}
        initialise(nets, np.random.RandomState(1406))
        for net in nets:
            for name, parameter in named(nets[net]):
                out[f"initial.{net}.{name}"] = stored(parameter)
        train(nets, reals, latents, goal, out)
    write_safetensors(path, out)


if __name__ == "__main__":
    main(sys.argv[1])
