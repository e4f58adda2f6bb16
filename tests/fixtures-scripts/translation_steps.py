#!/usr/bin/env python3
"""Prints what PyTorch computes of two steps of each training from image to image: the numbers in TranslationStepTests.

Run with Debian's package python3-torch (1.13):

    /usr/bin/python3 tests/fixtures-scripts/translation_steps.py

Losses are written from the papers' formulas, networks are those of translation.py, all in float64. Parameter p of network n of its method has at place i the value
0.1 sin(0.1 i + 0.013 i^2 + p + 100 n), a scale of a normalisation 1 more; byte i of a set of images is (7 i^2 + 31 i + 13 floor(i / 16) + 101 s) mod 256 for set s. A step descends by
0.001 times the gradient: first the discriminators, then through these the generators, both by the same translations.
"""
import sys

import numpy as np
import torch
from torch.nn import functional as F

from translation import Parameters, patch, resnet, stargan_d, stargan_g, unet

RATE, STEPS, BATCH, SIDE, WIDTH = 0.001, 2, 2, 16, 4


class Learnt(Parameters):
    """Parameters that are made when they are asked for first, and are the same ever after."""

    def __init__(self, number):
        super().__init__()
        self.number, self.made = number, []

    def take(self, *shape):
        if self.index == len(self.made):
            i = np.arange(np.prod(shape), dtype=np.float64)
            values = (0.1 * np.sin(0.1 * i + 0.013 * i * i + self.index + 100 * self.number)).astype(np.float32).astype(np.float64)
            self.made.append(torch.from_numpy(values).reshape(shape).requires_grad_())
        self.index += 1
        return self.made[self.index - 1]

    def begin(self):
        self.index = 0
        return self

    def forget(self):
        for parameter in self.made:
            parameter.grad = None

    def descend(self):
        for parameter in self.made:
            parameter.data -= RATE * parameter.grad


def images(count, channels, number):
    i = np.arange(count * SIDE * SIDE * channels, dtype=np.int64)
    values = (7 * i * i + 31 * i + 13 * (i // 16) + 101 * number) % 256
    return torch.from_numpy(values.reshape(count, SIDE, SIDE, channels) / 127.5 - 1).permute(0, 3, 1, 2)


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def squares(logits, target):
    return (logits - target).square().mean() / 2


def distance(one, other):
    return (one - other).abs().mean()


def mirrored(x):
    return x.flip(3)


def train(name, generators, discriminators, translate, discriminate, generate, heads=()):
    """Two steps; what is printed is of each step its losses and the gradient of each network."""
    for step in range(STEPS):
        made = translate(step)
        for net in (*generators, *discriminators, *heads):
            net.forget()
        loss, losses = discriminate(step, [x.detach() for x in made])
        loss.backward()
        kept = [(f"{name} {step + 1} discriminator {i}", net) for i, net in enumerate(discriminators)]
        shown = [(label, gradient(net)) for label, net in kept]
        for net in discriminators:
            net.descend()
        for net in (*generators, *discriminators, *heads):
            net.forget()
        loss, more = generate(step, made)
        loss.backward()
        for net in (*generators, *heads):
            net.descend()
        shown += [(f"{name} {step + 1} generator {i}", gradient(net)) for i, net in enumerate(generators)]
        shown += [(f"{name} {step + 1} head {i}", gradient(net)) for i, net in enumerate(heads)]
        show(f"{name} {step + 1} losses", torch.stack([*losses, *more]).detach())
        for label, values in shown:
            show(label, values)


def gradient(net):
    return torch.cat([parameter.grad.flatten() for parameter in net.made])


def show(name, y):
    count = len(y)
    picked = y if count <= 8 else y[[i * (count - 1) // 7 for i in range(8)]]
    print(f'        ["{name}"] = new({count}, {y.square().mean():.9g}, [' + ", ".join(f"{value:.9g}" for value in picked) + "]),")


def pix2pix():
    g, d = Learnt(0), Learnt(1)
    both = images(BATCH, 4, 0)
    x, y = both[:, :3], both[:, 3:]

    def judge(image):
        return layers_of_patch(d.begin(), torch.cat([x, image], 1), WIDTH, 2)

    def discriminate(step, made):
        loss = bce(judge(y)[-1], 1.0) + bce(judge(made[0])[-1], 0.0)
        return loss, [loss]

    def generate(step, made):
        fake, real = judge(made[0]), judge(y)
        adversarial, l1 = bce(fake[-1], 1.0), distance(made[0], y)
        features = sum(distance(one, other) for one, other in zip(fake[:-1], real[:-1])) / (len(fake) - 1)
        return adversarial + 100 * l1 + 10 * features, [adversarial, l1, features]

    train("pix2pix", [g], [d], lambda step: [unet(g.begin(), x, 1, WIDTH, 3, "resize")], discriminate, generate)


def layers_of_patch(p, x, width, layers):
    """What patch() makes, with what lies behind each of its non-linearities before it."""
    made = [F.leaky_relu(p.bias(p.conv(x, width, 4, 2, 1)), 0.2)]
    for layer in range(1, layers + 1):
        made.append(F.leaky_relu(p.norm(p.conv(made[-1], width * min(8, 2 ** layer), 4, 2 if layer < layers else 1, 1), "instance"), 0.2))
    return [*made, p.bias(p.conv(made[-1], 1, 4, 1, 1))]


def cyclegan():
    nets = [Learnt(i) for i in range(4)]
    forth, back, of_y, of_x = nets
    x, y = images(BATCH, 3, 0), images(BATCH, 3, 1)

    def translate(net, image):
        return resnet(net.begin(), image, 3, WIDTH, 2, "resize")

    def judge(net, image):
        return patch(net.begin(), image, WIDTH, 2)

    def discriminate(step, made):
        of_forth = squares(judge(of_y, y), 1) + squares(judge(of_y, made[0]), 0)
        of_back = squares(judge(of_x, x), 1) + squares(judge(of_x, made[1]), 0)
        return of_forth + of_back, [(of_forth + of_back) / 2]

    def generate(step, made):
        adversarial = squares(judge(of_y, made[0]), 1) + squares(judge(of_x, made[1]), 1)
        cycle = distance(translate(back, made[0]), x) + distance(translate(forth, made[1]), y)
        identity = distance(translate(forth, y), y) + distance(translate(back, x), x)
        return adversarial + 10 * cycle + 5 * identity, [adversarial / 2, cycle, identity]

    train("cyclegan", [forth, back], [of_y, of_x], lambda step: [translate(forth, x), translate(back, y)], discriminate, generate)


def stargan(swapped):
    """Of two images, each labelled with a class of its own; swapped says of each step whether each is to be what the other is."""
    g, d = Learnt(0), Learnt(1)
    x, has = images(BATCH, 3, 0), torch.eye(2, dtype=torch.float64)
    label = torch.arange(2)

    def asked(step):
        return has.flip(0) if swapped[step] else has

    def judge(image):
        verdict = stargan_d(d.begin(), image, WIDTH, 2)
        return verdict[:, :-2], verdict[:, -2:]

    def discriminate(step, made):
        real = x.clone().requires_grad_()
        places, classes = judge(real)
        slope, = torch.autograd.grad(places.sum(), real, create_graph=True)
        penalty = slope.square().sum((1, 2, 3)).mean() / 2
        adversarial = judge(made[0])[0].mean() - places.mean()
        return adversarial + F.cross_entropy(classes, label) + penalty, [adversarial, penalty]

    def generate(step, made):
        places, classes = judge(made[0])
        adversarial, wanted = -places.mean(), F.cross_entropy(classes, asked(step).argmax(1))
        cycle = distance(stargan_g(g.begin(), made[0], has, 3, WIDTH, 1, "resize"), x)
        return adversarial + wanted + 10 * cycle, [adversarial, wanted, cycle]

    train("stargan", [g], [d], lambda step: [stargan_g(g.begin(), x, asked(step), 3, WIDTH, 1, "resize")], discriminate, generate)


def content_of_resnet(p, x, width, blocks):
    """What resnet() makes at five of its layers: the mirrored image, both halvings before they are normalised, the first block and the last."""
    made = [F.pad(x, [3] * 4, mode="reflect")]
    y = F.relu(p.norm(p.conv(x, width, 7, 1, 3, "reflect"), "instance"))
    for factor in (2, 4):
        made.append(p.conv(y, factor * width, 3, 2, 1))
        y = F.relu(p.norm(made[-1], "instance"))
    for block in range(blocks):
        z = F.relu(p.norm(p.conv(y, 4 * width, 3, 1, 1, "reflect"), "instance"))
        y = y + p.norm(p.conv(z, 4 * width, 3, 1, 1, "reflect"), "instance")
        if block in (0, blocks - 1):
            made.append(y)
    return made


def contrastive(name, identity, flips):
    """All places are taken. flips says of each step whether the inputs are translated mirrored."""
    g, d = Learnt(0), Learnt(1)
    heads = [Learnt(2 + i) for i in range(5)]
    x, y = images(BATCH, 3, 0), images(BATCH, 3, 1)

    def content(image):
        return content_of_resnet(g.begin(), image, WIDTH, 2)

    def judge(image):
        return patch(d.begin(), image, WIDTH, 2)

    def head(net, features):
        net.begin()
        rows = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
        rows = F.relu(rows @ net.take(rows.shape[1], 256) + net.take(256))
        return F.normalize(rows @ net.take(256, 256) + net.take(256)).reshape(features.shape[0], -1, 256)

    def contrast(original, translation, flip):
        loss = 0
        for net, wanted, found in zip(heads, content(original), content(translation)):
            wanted, found = head(net, wanted).detach(), head(net, mirrored(found) if flip else found)
            logits = found @ wanted.transpose(1, 2) / 0.07
            loss = loss + F.cross_entropy(logits.flatten(0, 1), torch.arange(logits.shape[1]).repeat(BATCH)) / 5
        return loss

    def discriminate(step, made):
        loss = squares(judge(y), 1) + squares(judge(made[0]), 0)
        return loss, [loss]

    def generate(step, made):
        adversarial, nce = squares(judge(made[0]), 1), contrast(x, made[0], flips[step])
        if not identity:
            return adversarial + nce, [adversarial, nce]
        kept = contrast(y, resnet(g.begin(), y, 3, WIDTH, 2, "resize"), False)
        return adversarial + (nce + kept) / 2, [adversarial, nce, kept]

    train(name, [g], [d], lambda step: [resnet(g.begin(), mirrored(x) if flips[step] else x, 3, WIDTH, 2, "resize")], discriminate, generate, heads)


def main():
    torch.set_num_threads(1)
    pix2pix()
    cyclegan()
    stargan([True, False])
    contrastive("cut", True, [False, False])
    contrastive("fastcut", False, [True, False])


sys.exit(main())
