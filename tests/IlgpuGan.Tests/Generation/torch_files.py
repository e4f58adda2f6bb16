"""Writes generators in the ways that people save them, with the images that PyTorch draws with them.

usage: torch_files.py FOLDER

FOLDER gets NAME.pth, NAME.latents [4, L] and NAME.images [4, C, H, W] (32-bit floats) of each kind, and refused-NAME.pth of what holds more than weights.
"""
import argparse
import collections
import sys

import numpy
import torch
from torch import nn
from torch.nn.utils import spectral_norm, weight_norm

torch.manual_seed(3)
FOLDER = sys.argv[1]


class Main(nn.Module):
    """The tutorial's generator: an nn.Sequential called main."""

    def __init__(self, latent, widths, channels=3, bias=False, change=lambda module: module):
        super().__init__()
        layers = [change(nn.ConvTranspose2d(latent, widths[0], 4, 1, 0, bias=bias)), nn.BatchNorm2d(widths[0]), nn.ReLU(True)]
        for above, below in zip(widths[:-1], widths[1:]):
            layers += [change(nn.ConvTranspose2d(above, below, 4, 2, 1, bias=bias)), nn.BatchNorm2d(below), nn.ReLU(True)]
        layers += [change(nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=bias)), nn.Tanh()]
        self.main = nn.Sequential(*layers)

    def forward(self, x):
        return self.main(x)


class Named(nn.Module):
    """The same layers under names that do not count them."""

    def __init__(self):
        super().__init__()
        self.bottom, self.bottom_norm = nn.ConvTranspose2d(6, 8, 4, 1, 0, bias=False), nn.BatchNorm2d(8)
        self.above, self.above_norm = nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), nn.BatchNorm2d(4)
        self.colours = nn.ConvTranspose2d(4, 1, 4, 2, 1, bias=False)

    def forward(self, x):
        x = torch.relu(self.above_norm(self.above(torch.relu(self.bottom_norm(self.bottom(x))))))
        return torch.tanh(self.colours(x))


class Judge(nn.Module):
    def __init__(self, widths=(4, 8)):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(3, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2), nn.Conv2d(widths[0], widths[1], 4, 2, 1, bias=False),
            nn.BatchNorm2d(widths[1]), nn.LeakyReLU(0.2), nn.Conv2d(widths[1], 1, 4, 1, 0, bias=False), nn.Sigmoid())


def trained(network):
    """Weights and running statistics as a training leaves them: none is what it is at first."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.05, 2)
            module.weight.data.normal_(1, 0.3)
            module.bias.data.normal_(0, 0.3)
            module.num_batches_tracked += 7
    return network.eval()


def small(**more):
    return trained(Main(6, (8, 4), **more))


def save(name, network, saved, draw=None, **how):
    torch.save(saved, f"{FOLDER}/{name}.pth", **how)
    latent = next(parameter for parameter in network.parameters() if parameter.dim() == 4).shape[0]
    z = torch.randn(4, latent)
    with torch.no_grad():
        images = (draw or network)(z[:, :, None, None])
    z.numpy().tofile(f"{FOLDER}/{name}.latents")
    images.float().numpy().tofile(f"{FOLDER}/{name}.images")


classic = trained(Main(100, (512, 256, 128, 64)))
save("classic", classic, classic.state_dict())
g = small()
weights = g.state_dict()
save("zip", g, weights)
save("legacy", g, weights, _use_new_zipfile_serialization=False)
save("protocol4", g, weights, pickle_protocol=4)
save("model", g, {"model": weights})
save("state_dict", g, {"state_dict": weights, "epoch": 5, "loss": 0.25})
save("generator", g, {"generator": weights, "epoch": 5, "optimizer": torch.optim.Adam(g.parameters()).state_dict()})
save("parallel", g, nn.DataParallel(g).state_dict())
save("compiled", g, collections.OrderedDict((f"_orig_mod.{key}", value) for key, value in weights.items()))
save("both", g, {"netD": Judge().state_dict(), "netG": weights})
save("flat", g, {**{f"netG.{key}": value for key, value in weights.items()}, **{f"netD.{key}": value for key, value in Judge().state_dict().items()}})
save("average", g, {"g": small().state_dict(), "d": Judge((5, 9)).state_dict(), "g_ema": weights})
save("parameters", g, {key: value for key, value in [*g.named_parameters(), *g.named_buffers()]})
flat = torch.cat([value.reshape(-1).float() for value in weights.values()])
parts, at = {}, 0
for key, value in weights.items():
    parts[key] = flat[at:at + value.numel()].reshape(value.shape)
    at += value.numel()
save("shared", g, parts)
save("shared-legacy", g, parts, _use_new_zipfile_serialization=False)
save("strided", g, {key: value.permute(3, 1, 0, 2).contiguous().permute(2, 1, 3, 0) if value.dim() == 4 else value.repeat_interleave(2)[::2] if value.dim() == 1 else value
                    for key, value in weights.items()})
for name, kind in (("half", torch.float16), ("bfloat", torch.bfloat16), ("double", torch.float64)):
    rounded = {key: value.to(kind) if value.is_floating_point() else value for key, value in weights.items()}
    copy = small()
    copy.load_state_dict(rounded)
    save(name, copy.eval(), rounded)
biased = small(bias=True)
save("bias", biased, biased.state_dict())
named = trained(Named())
save("named", named, named.state_dict())
wide = trained(Main(5, (48, 12, 7), channels=1))
save("widths", wide, wide.state_dict())
for name, change in (("spectral", spectral_norm), ("weight-norm", weight_norm), ("parametrized", nn.utils.parametrizations.spectral_norm)):
    changed = Main(6, (8, 4), change=change)
    changed.train()(torch.randn(3, 6, 1, 1))
    trained(changed)
    save(name, changed, changed.state_dict())
silent = trained(Main(6, (8, 4)))
save("no-statistics", silent, {key: value for key, value in weights.items() if "running" not in key and "num" not in key})

torch.save(g, f"{FOLDER}/refused-module.pth")
torch.save(g, f"{FOLDER}/refused-module-legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"netG": weights, "args": argparse.Namespace(lr=1)}, f"{FOLDER}/refused-namespace.pth", pickle_protocol=4)
torch.save({"netG": weights, "loss": numpy.float64(0.5)}, f"{FOLDER}/refused-numpy.pth")
torch.jit.script(g).save(f"{FOLDER}/refused-script.pth")
torch.save({"encoder": weights, "decoder": weights}, f"{FOLDER}/refused-several.pth")
torch.save({"0.weight": torch.ones(3, 4)}, f"{FOLDER}/refused-linear.pth")
torch.save({"main.0.weight": torch.ones(1).expand(1000, 1000, 4, 4)}, f"{FOLDER}/refused-expanded.pth")
