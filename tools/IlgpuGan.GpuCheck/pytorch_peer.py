"""Times PyTorch on the work that our benchmarks have just timed, and prints both with their ratio.

The step is DCGAN's as published (Radford et al. 2016): D on reals, D on detached fakes, Adam; then G through D, Adam. Latents are drawn every
step, losses stay on the device. Modes, from what a user writes first to what is known to be fastest: fp32, tf32, tf32-nhwc (channels last),
bf16 (autocast), graph (the whole step captured), compile.
"""
import argparse
import contextlib
import json
import time

import torch
from torch import nn


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--ours", help="JSON lines of our benchmarks")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--side", type=int, default=4096, help="of the square matrices")
    return parser.parse_args()


class Timer:
    """Median seconds of a call, by events on a GPU."""

    def __init__(self, device, seconds):
        self.device, self.seconds = device, seconds

    def finish(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def __call__(self, call):
        for _ in range(3):
            call()
        self.finish()
        times, start = [], time.perf_counter()
        while len(times) < 5 or time.perf_counter() - start < self.seconds:
            before = time.perf_counter()
            call()
            self.finish()
            times.append(time.perf_counter() - before)
        return sorted(times)[len(times) // 2]


def generator(size, width):
    stages = size.bit_length() - 4
    channels = width << stages
    layers = [nn.ConvTranspose2d(100, channels, 4, bias=False), nn.BatchNorm2d(channels), nn.ReLU(True)]
    for _ in range(stages):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False), nn.BatchNorm2d(channels // 2), nn.ReLU(True)]
        channels //= 2
    return nn.Sequential(*layers, nn.ConvTranspose2d(channels, 3, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(size, width):
    layers, channels = [nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)], width
    for _ in range(size.bit_length() - 4):
        layers += [nn.Conv2d(channels, 2 * channels, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * channels), nn.LeakyReLU(0.2, True)]
        channels *= 2
    return nn.Sequential(*layers, nn.Conv2d(channels, 1, 4, bias=False))


def allow_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
    torch.backends.cudnn.benchmark = allowed


def make_step(mode, options, device):
    torch.manual_seed(1)
    allow_tf32(mode != "fp32")
    last = mode in ("tf32-nhwc", "bf16", "graph", "compile")
    layout = torch.channels_last if last else torch.contiguous_format
    g = generator(options.size, options.width).to(device, memory_format=layout)
    d = discriminator(options.size, options.width).to(device, memory_format=layout)
    real = torch.randn(options.batch, 3, options.size, options.size, device=device).contiguous(memory_format=layout)
    latent = torch.empty(options.batch, 100, 1, 1, device=device)
    ones, zeros = (torch.full((options.batch,), value, device=device) for value in (1.0, 0.0))
    fused = {"fused": True, "capturable": True} if device.type == "cuda" and last else {}
    adam_g, adam_d = (torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999), **fused) for net in (g, d))
    if mode == "compile":
        g, d = torch.compile(g), torch.compile(d)
    loss = nn.functional.binary_cross_entropy_with_logits

    def judge(images, target):
        context = torch.autocast(device.type, torch.bfloat16) if mode == "bf16" else contextlib.nullcontext()
        with context:
            logits = d(images).flatten()
        return loss(logits.float(), target)

    def step():
        latent.normal_()
        with torch.autocast(device.type, torch.bfloat16) if mode == "bf16" else contextlib.nullcontext():
            fake = g(latent)
        adam_d.zero_grad(set_to_none=True)
        (judge(real, ones) + judge(fake.detach(), zeros)).backward()
        adam_d.step()
        adam_g.zero_grad(set_to_none=True)
        judge(fake, ones).backward()
        adam_g.step()

    return captured(step) if mode == "graph" else step


def captured(step):
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def main():
    options = parse()
    device = torch.device("cuda" if options.device == "cuda" else "cpu")
    timer = Timer(device, options.seconds)
    on_gpu = device.type == "cuda"
    peers = {}
    for mode in ("fp32", "tf32", "tf32-nhwc", "bf16", "graph", "compile") if on_gpu else ("fp32",):
        try:
            peers["step " + mode] = timer(make_step(mode, options, device))
        except Exception as fault:  # one mode that does not run here must not hide the others
            print(f"PyTorch {mode} does not run here: {str(fault).splitlines()[0]}")
    n = options.side
    for mode, kind in (("fp32", torch.float32), ("tf32", torch.float32), ("bf16", torch.bfloat16))[: 3 if on_gpu else 1]:
        allow_tf32(mode != "fp32")
        a, b = (torch.randn(n, n, device=device, dtype=kind) for _ in range(2))
        peers["matmul " + mode] = timer(lambda: a @ b)

    print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name() if on_gpu else 'the processor'}")
    for name, seconds in peers.items():
        print(f"  {name:16} {seconds * 1e3:9.3f} ms")
    if not options.ours:
        return
    print("ours, and how many times PyTorch's speed it is")
    with open(options.ours, encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if "ms" in row]
    for row in rows:
        kind = row["name"].split()[0]
        ratios = "  ".join(f"{name.split()[1]} {seconds * 1e3 / row['ms']:.2f}" for name, seconds in peers.items() if name.startswith(kind))
        print(f"  {row['name']:40} {row.get('precision', ''):5} {row['ms']:9.3f} ms   {ratios}")


if __name__ == "__main__":
    main()
