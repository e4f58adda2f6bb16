#!/usr/bin/env python3
"""Makes tests/IlgpuGan.Cli.Tests/Fixtures/resnet18-like.onnx and resnet18-mean.onnx: ONNX files that have the inputs and outputs of those of the NuGet package
Microsoft.ML.DnnImageFeaturizer.ResNet18.

Run with Debian's package python3-torch (1.13):

    /usr/bin/python3 tests/fixtures-scripts/resnet18.py tests/IlgpuGan.Cli.Tests/Fixtures

Both read one image [1, 3, 224, 224], blue, green, red. Of the first feature i is the mean of plane i % 3 times (i + 1) / 512; the second takes 10, 20 and 30
off the planes.
"""
import sys

import torch


class Like(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter((torch.arange(512) + 1) / 512.0)
        self.plane = torch.nn.Parameter(torch.nn.functional.one_hot(torch.arange(512) % 3, 3).float())

    def forward(self, image):
        return (image.mean((2, 3)) @ self.plane.T * self.scale)[:, :, None, None]


class Mean(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.mean = torch.nn.Parameter(torch.tensor([10.0, 20.0, 30.0])[None, :, None, None])

    def forward(self, image):
        return image - self.mean


torch.onnx.export(Like(), torch.zeros(1, 3, 224, 224), f"{sys.argv[1]}/resnet18-like.onnx", input_names=["image"], output_names=["features"])
torch.onnx.export(Mean(), torch.zeros(1, 3, 224, 224), f"{sys.argv[1]}/resnet18-mean.onnx", input_names=["image"], output_names=["rest"])
