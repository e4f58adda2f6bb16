#!/usr/bin/env python3
"""Makes tests/IlgpuGan.Cli.Tests/Fixtures/inception-like.onnx and not-inception.onnx: ONNX files that have the inputs and outputs of Inception-v3, and that do not.

Run with Debian's package python3-torch (1.13):

    /usr/bin/python3 tests/fixtures-scripts/inception.py tests/IlgpuGan.Cli.Tests/Fixtures

The first has a float input [N, 3, 299, 299] and the outputs pool3 [N, 2048] and logits [N, 1008]. Feature i is the mean of colour i % 3 times
(i + 1) / 2048, so a test knows each of them; logit i is feature i. The second classifies 28 x 28 grey images.
"""
import sys

import torch


class Like(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter((torch.arange(2048) + 1) / 2048.0)
        self.colour = torch.nn.Parameter(torch.nn.functional.one_hot(torch.arange(2048) % 3, 3).float())

    def forward(self, images):
        features = images.mean((2, 3)) @ self.colour.T * self.scale
        return features, features[:, :1008]


def export(model, shape, path, outputs):
    names = ["images", *outputs]
    torch.onnx.export(model, torch.zeros(shape), path, input_names=names[:1], output_names=outputs, dynamic_axes={name: {0: "N"} for name in names})


export(Like(), (1, 3, 299, 299), f"{sys.argv[1]}/inception-like.onnx", ["pool3", "logits"])
export(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10)), (1, 1, 28, 28), f"{sys.argv[1]}/not-inception.onnx", ["digits"])
