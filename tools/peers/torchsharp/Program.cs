using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

// One step of pix2pix (translation, D's update, G's update) through libtorch: the networks that `bench translation` times, layer for layer; the parameters printed are to be equal.
// Usage: [unet|resnet] [resize|transposed] [SIZE] [WIDTH] [BATCH] [SECONDS]
string network = args.ElementAtOrDefault(0) ?? "unet", upsampling = args.ElementAtOrDefault(1) ?? "resize";
int[] numbers = [.. new[] { 64, 32, 4, 10 }.Select((byItself, i) => args.Length > 2 + i ? int.Parse(args[2 + i]) : byItself)];
var (size, width, batch, seconds) = (numbers[0], numbers[1], numbers[2], numbers[3]);

var generator = network == "unet" ? UNet() : ResNet();
var discriminator = Patches();
var byGenerator = optim.Adam(generator.parameters(), 2e-4, 0.5, 0.999);
var byDiscriminator = optim.Adam(discriminator.parameters(), 2e-4, 0.5, 0.999);
Tensor x = rand(batch, 3, size, size) * 2 - 1, y = rand(batch, 3, size, size) * 2 - 1;
Console.WriteLine($"parameters G {generator.parameters().Sum(p => p.numel())}, D {discriminator.parameters().Sum(p => p.numel())}");
Step();
Step();
var times = new List<double>();
for (var all = Stopwatch.StartNew(); all.Elapsed.TotalSeconds < seconds || times.Count < 3;)
{
    long start = Stopwatch.GetTimestamp();
    Step();
    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
}
times.Sort();
Console.WriteLine($"{network} {upsampling} {size} px, width {width}, batch {batch}: {times[times.Count / 2]:F1} ms a step (median of {times.Count}, best {times[0]:F1})");

void Step()
{
    using var scope = NewDisposeScope();
    var translated = generator.forward(x);
    byDiscriminator.zero_grad();
    var (real, fake) = (discriminator.forward(cat([x, y], 1)), discriminator.forward(cat([x, translated.detach()], 1)));
    (F.softplus(-real).mean() + F.softplus(fake).mean()).backward();
    byDiscriminator.step();
    foreach (var parameter in discriminator.parameters())
    {
        parameter.requires_grad = false;
    }
    byGenerator.zero_grad();
    (F.softplus(-discriminator.forward(cat([x, translated], 1))).mean() + (translated - y).abs().mean() * 100).backward();
    byGenerator.step();
    foreach (var parameter in discriminator.parameters())
    {
        parameter.requires_grad = true;
    }
}

Module<Tensor, Tensor> UNet()
{
    int stages = int.TrailingZeroCount(size);
    int Width(int stage) => width * Math.Min(8, 1 << stage);
    var inner = (Module<Tensor, Tensor>)Sequential(Conv2d(Width(stages - 2), Width(stages - 1), 4, 2, 1), ReLU(), Up(Width(stages - 1), Width(stages - 2)), GroupNorm(1, Width(stages - 2)));
    for (int stage = stages - 2; stage > 0; stage--)
    {
        inner = Sequential(
            Conv2d(Width(stage - 1), Width(stage), 4, 2, 1, bias: false), GroupNorm(1, Width(stage)), LeakyReLU(0.2), new Skip(inner), ReLU(), Up(2 * Width(stage), Width(stage - 1)),
            GroupNorm(1, Width(stage - 1)));
    }
    return Sequential(Conv2d(3, width, 4, 2, 1), LeakyReLU(0.2), new Skip(inner), ReLU(), Up(2 * width, 3, hasBias: true), Tanh());
}

Module<Tensor, Tensor> ResNet()
{
    var layers = new List<Module<Tensor, Tensor>>
    {
        ReflectionPad2d(3), Conv2d(3, width, 7, bias: false), GroupNorm(1, width), ReLU(),
        Conv2d(width, 2 * width, 3, 2, 1, bias: false), GroupNorm(1, 2 * width), ReLU(),
        Conv2d(2 * width, 4 * width, 3, 2, 1, bias: false), GroupNorm(1, 4 * width), ReLU(),
    };
    layers.AddRange(Enumerable.Range(0, 6).Select(_ => new Residual(4 * width)));
    foreach (int to in new[] { 2 * width, width })
    {
        layers.AddRange([upsampling == "resize" ? Up(2 * to, to) : ConvTranspose2d(2 * to, to, 3, 2, 1, 1, bias: false), GroupNorm(1, to), ReLU()]);
    }
    layers.AddRange([ReflectionPad2d(3), Conv2d(width, 3, 7), Tanh()]);
    return Sequential(layers);
}

Module<Tensor, Tensor> Up(int from, int to, bool hasBias = false) => upsampling == "resize"
    ? Sequential(nn.Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest), ReflectionPad2d(1), Conv2d(from, to, 3, bias: hasBias))
    : ConvTranspose2d(from, to, 4, 2, 1, bias: hasBias);

Module<Tensor, Tensor> Patches() => Sequential(
    Conv2d(6, width, 4, 2, 1), LeakyReLU(0.2), Conv2d(width, 2 * width, 4, 2, 1, bias: false), InstanceNorm2d(2 * width), LeakyReLU(0.2),
    Conv2d(2 * width, 4 * width, 4, 1, 1, bias: false), InstanceNorm2d(4 * width), LeakyReLU(0.2), Conv2d(4 * width, 1, 4, 1, 1));
