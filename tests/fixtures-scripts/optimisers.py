"""Makes tests/IlgpuGan.Tests/Fixtures/optimisers.safetensors: what PyTorch's optimisers do with given gradients while their rates change.

    /usr/bin/python3 tests/fixtures-scripts/optimisers.py tests/IlgpuGan.Tests/Fixtures/optimisers.safetensors

Everything runs in float64 from numbers that are exact in float32, so that what is stored (float32) is the true result to 6e-8.

Tensors in the file, with 6 steps and 37 parameters:
  initial [37], gradients [6, 37]
  rates [6, 3]           learning rate, beta1 (momentum), beta2 (alpha of RMSprop) of each step
  constants [2]          epsilon, weight decay
  NAME.values [6, 37]    after each step; NAME is adam, adamw, rmsprop or sgd, with .decayed behind it where weights decay
"""
import sys

import numpy as np
import torch

from dcgan_step import write_safetensors

STEPS, SIZE = 6, 37


def make(name, parameter, epsilon, decay):
    return {
        "adam": lambda: torch.optim.Adam([parameter], eps=epsilon, weight_decay=decay),
        "adamw": lambda: torch.optim.AdamW([parameter], eps=epsilon, weight_decay=decay),
        "rmsprop": lambda: torch.optim.RMSprop([parameter], eps=epsilon, weight_decay=decay),
        "sgd": lambda: torch.optim.SGD([parameter], lr=1.0, momentum=0.5, weight_decay=decay),
    }[name]()


def run(name, initial, gradients, rates, epsilon, decay):
    parameter = torch.nn.Parameter(torch.from_numpy(initial.astype(np.float64)))
    optimiser = make(name, parameter, epsilon, decay)
    (group,) = optimiser.param_groups
    values = []
    for gradient, (rate, beta1, beta2) in zip(gradients.astype(np.float64), rates.astype(np.float64)):
        group["lr"] = rate
        if "betas" in group:
            group["betas"] = (beta1, beta2)
        elif "alpha" in group:
            group["alpha"] = beta2
        else:
            group["momentum"] = beta1
        parameter.grad = torch.from_numpy(gradient)
        optimiser.step()
        values.append(parameter.detach().numpy().copy())
    return np.array(values)


def main(path):
    random = np.random.RandomState(1412)
    initial = random.normal(size=SIZE).astype(np.float32)
    # Gradients of several magnitudes, some of them zero in every step.
    gradients = (random.normal(size=(STEPS, SIZE)) * 10.0 ** random.randint(-4, 2, SIZE)).astype(np.float32)
    gradients[:, 7] = 0
    steps = np.arange(STEPS)
    # A momentum of zero would start PyTorch's one step later.
    rates = np.stack([0.1 / (1 + steps), 0.1 + 0.8 * steps / STEPS, 0.9 + 0.0998 * steps / STEPS], axis=1).astype(np.float32)
    constants = np.array([1e-6, 0.125], dtype=np.float32)
    out = {"initial": initial, "gradients": gradients, "rates": rates, "constants": constants}
    for name in ("adam", "adamw", "rmsprop", "sgd"):
        for suffix, decay in (("", 0.0), (".decayed", float(constants[1]))):
            out[f"{name}{suffix}.values"] = run(name, initial, gradients, rates, float(constants[0]), decay)
    write_safetensors(path, out)


if __name__ == "__main__":
    main(sys.argv[1])
