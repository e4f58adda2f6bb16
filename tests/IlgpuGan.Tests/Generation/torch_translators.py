"""Writes networks from image to image under the names that the published code gives them, with what PyTorch makes of images.

usage: torch_translators.py FOLDER

FOLDER gets NAME.pth of each kind, and for the first and the second size NAME.0.input, NAME.0.output, NAME.1.input ... (32-bit floats, [2, C, H, W]); StarGAN's labels are 1, 0, 1 ... of
the first image, 0, 1, 0 ... of the second. refused-NAME.pth are of other networks. Modules are written from the tables of the papers; their names are those of
pytorch-CycleGAN-and-pix2pix and of StarGAN.
"""
import json
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn.utils import spectral_norm

torch.manual_seed(5)
FOLDER = sys.argv[1]


def norm_of(kind, channels):
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    return nn.InstanceNorm2d(channels) if kind == "instance" else nn.Identity()


class Level(nn.Module):
    """One halving of a U-Net, with all that lies below it, and its doubling."""

    def __init__(self, taken, given, inside, below, norm, place):
        super().__init__()
        bias = norm == "instance"
        down = nn.Conv2d(taken, inside, 4, 2, 1, bias=bias)
        if place == "outermost":
            parts = [down, below, nn.ReLU(True), nn.ConvTranspose2d(2 * inside, given, 4, 2, 1), nn.Tanh()]
        elif place == "innermost":
            parts = [nn.LeakyReLU(0.2, True), down, nn.ReLU(True), nn.ConvTranspose2d(inside, given, 4, 2, 1, bias=bias), norm_of(norm, given)]
        else:
            parts = [nn.LeakyReLU(0.2, True), down, norm_of(norm, inside), below, nn.ReLU(True), nn.ConvTranspose2d(2 * inside, given, 4, 2, 1, bias=bias), norm_of(norm, given)]
            if place == "dropping":
                parts.append(nn.Dropout(0.5))
        self.model, self.passes = nn.Sequential(*parts), place != "outermost"

    def forward(self, x):
        return torch.cat([x, self.model(x)], 1) if self.passes else self.model(x)


class UNet(nn.Module):
    def __init__(self, taken, given, width, stages, norm, drops=False):
        super().__init__()
        wide = [width * min(8, 2 ** stage) for stage in range(stages)]
        below = None
        for stage in reversed(range(1, stages)):
            place = "innermost" if stage == stages - 1 else "dropping" if drops and stage > 3 else "middle"
            below = Level(wide[stage - 1], wide[stage - 1], wide[stage], below, norm, place)
        self.model = Level(taken, given, width, below, norm, "outermost")

    def forward(self, x):
        return self.model(x)


class Residual(nn.Module):
    def __init__(self, name, parts):
        super().__init__()
        self.name = name
        setattr(self, name, nn.Sequential(*parts))

    def forward(self, x):
        return x + getattr(self, self.name)(x)


class ResNet(nn.Module):
    def __init__(self, taken, given, width, blocks, norm, drops=False, change=lambda module: module, halvings=2, last=7, resize=False):
        super().__init__()
        bias = norm == "instance"

        def after(module, channels):
            return [change(module), norm_of(norm, channels), nn.ReLU(True)]

        def double(channels):
            if resize:
                return nn.Sequential(nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(channels, channels // 2, 3, bias=bias))
            return nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1, bias=bias)

        parts = [nn.ReflectionPad2d(3), *after(nn.Conv2d(taken, width, 7, bias=bias), width)]
        for stage in range(halvings):
            parts += after(nn.Conv2d(width << stage, width << stage + 1, 3, 2, 1, bias=bias), width << stage + 1)
        inner = width << halvings
        for _ in range(blocks):
            first = [nn.ReflectionPad2d(1), *after(nn.Conv2d(inner, inner, 3, bias=bias), inner), *([nn.Dropout(0.5)] if drops else [])]
            parts.append(Residual("conv_block", first + [nn.ReflectionPad2d(1), change(nn.Conv2d(inner, inner, 3, bias=bias)), norm_of(norm, inner)]))
        for stage in range(halvings):
            module = double(inner >> stage)
            parts += [module if resize else change(module), norm_of(norm, inner >> stage + 1), nn.ReLU(True)]
        self.model = nn.Sequential(*parts, nn.ReflectionPad2d(last // 2), nn.Conv2d(width, given, last), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class Patch(nn.Module):
    def __init__(self, taken, width, layers, norm):
        super().__init__()
        bias = norm == "instance"
        kernel, padding = (4, 1) if layers else (1, 0)
        parts = [nn.Conv2d(taken, width, kernel, 2 if layers else 1, padding), nn.LeakyReLU(0.2, True)]
        for layer in range(1, max(1, layers) + 1):
            below, above = width * min(8, 2 ** (layer - 1)), width * min(8, 2 ** layer)
            parts += [nn.Conv2d(below, above, kernel, 2 if layer < layers else 1, padding, bias=bias), norm_of(norm, above), nn.LeakyReLU(0.2, True)]
        parts.append(nn.Conv2d(above, 1, kernel, 1, padding, bias=bias or layers > 0))
        setattr(self, "model" if layers else "net", nn.Sequential(*parts))
        self.layers = layers

    def forward(self, x):
        return (self.model if self.layers else self.net)(x)


class Star(nn.Module):
    """StarGAN's generator."""

    def __init__(self, width, labels, blocks):
        super().__init__()

        def after(module, channels):
            return [module, nn.InstanceNorm2d(channels, affine=True, track_running_stats=True), nn.ReLU(inplace=True)]

        inner = 4 * width
        parts = after(nn.Conv2d(3 + labels, width, 7, 1, 3, bias=False), width)
        for channels in (width, 2 * width):
            parts += after(nn.Conv2d(channels, 2 * channels, 4, 2, 1, bias=False), 2 * channels)
        for _ in range(blocks):
            block = after(nn.Conv2d(inner, inner, 3, 1, 1, bias=False), inner) + after(nn.Conv2d(inner, inner, 3, 1, 1, bias=False), inner)[:-1]
            parts.append(Residual("main", block))
        for channels in (inner, inner // 2):
            parts += after(nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False), channels // 2)
        self.main = nn.Sequential(*parts, nn.Conv2d(width, 3, 7, 1, 3, bias=False), nn.Tanh())
        self.labels = labels

    def forward(self, x):
        labels = torch.tensor([[(n + label + 1) % 2 for label in range(self.labels)] for n in range(len(x))], dtype=x.dtype)
        return self.main(torch.cat([x, labels[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1))


class StarJudge(nn.Module):
    """StarGAN's discriminator: what it says of places, and behind it of labels."""

    def __init__(self, side, width, labels, halvings):
        super().__init__()
        wide = [3] + [width << stage for stage in range(halvings)]
        self.main = nn.Sequential(*[part for below, above in zip(wide, wide[1:]) for part in (nn.Conv2d(below, above, 4, 2, 1), nn.LeakyReLU(0.01))])
        self.conv1 = nn.Conv2d(wide[-1], 1, 3, 1, 1, bias=False)
        self.conv2 = nn.Conv2d(wide[-1], labels, side >> halvings, bias=False)

    def forward(self, x):
        h = self.main(x)
        return torch.cat([self.conv1(h).flatten(1), self.conv2(h).flatten(1)], 1)


def trained(network):
    """Weights and running statistics as a training leaves them: none is what it is at first."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            if isinstance(module.weight, nn.Parameter):
                # Larger than a fresh one's, and small enough that nothing grows from layer to layer where it is not normalised.
                module.weight.data *= 1.5
            if module.bias is not None:
                nn.init.normal_(module.bias, 0, 0.2)
        elif isinstance(module, (nn.BatchNorm2d, nn.InstanceNorm2d)):
            if module.weight is not None:
                nn.init.normal_(module.weight, 1, 0.2)
                nn.init.normal_(module.bias, 0, 0.2)
            if module.running_mean is not None:
                nn.init.normal_(module.running_mean, 0, 0.3)
                nn.init.uniform_(module.running_var, 0.2, 1.5)
                module.num_batches_tracked += 9
    return network.eval()


def save(name, network, taken, *sizes, saved=None, **how):
    torch.save(network.state_dict() if saved is None else saved, f"{FOLDER}/{name}.pth", **how)
    if isinstance(network, Star):
        # The published code never calls eval: each image is normalised by itself.
        network.train()
    for number, (height, width) in enumerate(sizes):
        # As bytes have it.
        x = torch.round((torch.tanh(torch.randn(2, taken, height, width)) + 1) * 127.5) / 127.5 - 1
        x.numpy().tofile(f"{FOLDER}/{name}.{number}.input")
        with torch.no_grad():
            network(x).contiguous().numpy().tofile(f"{FOLDER}/{name}.{number}.output")


def safetensors(name, tensors):
    header, data = {}, b""
    for key, tensor in tensors.items():
        values = tensor.detach().contiguous().numpy().tobytes()
        header[key] = {"dtype": "F32" if tensor.dtype == torch.float32 else "I64", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    with open(f"{FOLDER}/{name}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def generators():
    for norm in ("batch", "instance", "none"):
        save(f"unet_128-{norm}", trained(UNet(3, 3, 4, 7, norm, drops=True)), 3, (128, 128), (128, 256))
    save("unet_256", trained(UNet(1, 2, 2, 8, "batch", drops=True)), 1, (256, 256), (256, 512))
    save("unet_256-instance", trained(UNet(3, 3, 2, 8, "instance", drops=True)), 3, (256, 256), (512, 256))
    save("unet-small", trained(UNet(11, 3, 6, 5, "instance")), 11, (32, 32), (64, 96))
    for norm in ("batch", "instance", "none"):
        save(f"resnet_6-{norm}", trained(ResNet(3, 3, 6, 6, norm)), 3, (32, 32), (20, 48))
    save("resnet_9", trained(ResNet(3, 1, 4, 9, "instance")), 3, (64, 64), (40, 28))
    save("resnet-dropout", trained(ResNet(3, 3, 6, 2, "batch", drops=True)), 3, (32, 32), (20, 48))
    save("resnet-resize", trained(ResNet(3, 3, 6, 2, "instance", resize=True)), 3, (32, 32), (20, 48))
    save("stargan", trained(Star(6, 5, 6)), 3, (32, 32), (24, 40))
    save("stargan-small", trained(Star(4, 2, 1)), 3, (32, 32), (24, 40))


def discriminators():
    for norm in ("batch", "instance", "none"):
        save(f"patch-{norm}", trained(Patch(6, 4, 3, norm)), 6, (64, 64), (33, 58))
        save(f"pixel-{norm}", trained(Patch(3, 4, 0, norm)), 3, (16, 16), (9, 14))
    save("patch-1", trained(Patch(3, 4, 1, "batch")), 3, (16, 16), (24, 21))
    save("patch-5", trained(Patch(3, 2, 5, "instance")), 3, (128, 128), (96, 160))
    save("stargan-judge", trained(StarJudge(128, 2, 5, 6)), 3, (128, 128))
    save("stargan-judge-64", trained(StarJudge(64, 2, 3, 6)), 3, (64, 64))


def ways():
    """The ways in which people save one network."""
    network, sizes = trained(ResNet(3, 3, 4, 2, "instance")), ((32, 32), (20, 48))
    weights = network.state_dict()
    save("legacy", network, 3, *sizes, _use_new_zipfile_serialization=False)
    save("parallel", network, 3, *sizes, saved=nn.DataParallel(network).state_dict())
    save("wrapped", network, 3, *sizes, saved={"state_dict": weights, "epoch": 3})
    save("both", network, 3, *sizes, saved={"netG": weights, "netD": Patch(3, 4, 3, "instance").state_dict()})
    save("cycle", network, 3, *sizes, saved={"netG_A": UNet(3, 3, 2, 5, "batch").state_dict(), "netG_B": weights, "netD_A": Patch(3, 4, 3, "instance").state_dict()})
    # Before PyTorch 0.4 normalisation by instance kept statistics that it did not use.
    old = {key.replace("bias", name): torch.randn(value.shape) for key, value in weights.items() if key.endswith("bias") for name in ("running_mean", "running_var")}
    old = {".".join([*key.split(".")[:-2], str(int(key.split(".")[-2]) + 1), key.split(".")[-1]]): value for key, value in old.items() if not key.startswith("model.19.")}
    save("old", network, 3, *sizes, saved={**weights, **old})
    save("named", network, 3, *sizes)
    safetensors("named", weights)
    spectral = ResNet(3, 3, 4, 2, "instance", change=spectral_norm)
    spectral.train()(torch.randn(1, 3, 16, 16))
    save("spectral", trained(spectral), 3, *sizes)
    shifted = trained(ResNet(3, 3, 4, 1, "instance"))
    for module in [module for module in shifted.modules() if isinstance(module, nn.Sequential)]:
        for number, part in enumerate(module):
            if isinstance(part, nn.InstanceNorm2d):
                module[number] = nn.BatchNorm2d(part.num_features)
    save("shifted", trained(shifted), 3, *sizes)


def refused():
    def refuse(name, tensors):
        torch.save(tensors, f"{FOLDER}/refused-{name}.pth")

    refuse("hd", ResNet(3, 3, 2, 2, "instance", halvings=4).state_dict())
    blurred = ResNet(3, 3, 2, 2, "instance").state_dict()
    refuse("cut", {**blurred, "model.7.filt": torch.ones(4, 1, 3, 3)})
    refuse("zeros", {key.replace("conv_block.1", "conv_block.0").replace("conv_block.5", "conv_block.3"): value for key, value in blurred.items()})
    refuse("kernel", ResNet(3, 3, 2, 2, "instance", last=5).state_dict())
    refuse("deep", UNet(3, 3, 1, 9, "batch").state_dict())
    refuse("narrow", {key: value[:, :1] if key == "model.4.weight" else value for key, value in blurred.items()})
    refuse("missing", {key: value for key, value in blurred.items() if key != "model.11.conv_block.5.weight"})
    refuse("nan", {key: value * float("nan") if key == "model.4.weight" else value for key, value in blurred.items()})
    without = UNet(3, 3, 2, 5, "batch").state_dict()
    refuse("statistics", {key: value for key, value in without.items() if "running" not in key and "num" not in key})
    refuse("dcgan", nn.Sequential(nn.ConvTranspose2d(6, 8, 4, 1, 0, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
                                  nn.ConvTranspose2d(4, 3, 4, 2, 1, bias=False)).state_dict())
    refuse("classifier", {"conv1.weight": torch.ones(4, 3, 7, 7), "layer1.0.conv1.weight": torch.ones(4, 4, 3, 3)})
    refuse("linear", {"0.weight": torch.ones(3, 4), "0.bias": torch.ones(3)})
    refuse("unlabelled", {key: value[:, :3] if key == "main.0.weight" else value for key, value in Star(2, 2, 1).state_dict().items()})


generators()
discriminators()
ways()
refused()
