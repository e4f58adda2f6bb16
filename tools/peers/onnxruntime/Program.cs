using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// Runs an exported file on two threads: a generator's on one latent, a translator's on one image of the side given.
// Usage: FILE.onnx [SIDE] [REPEATS] [BATCH]
int side = args.Length > 1 ? int.Parse(args[1]) : 512, repeats = args.Length > 2 ? int.Parse(args[2]) : 9, batch = args.Length > 3 ? int.Parse(args[3]) : 1;
using var settings = new SessionOptions { IntraOpNumThreads = 2 };
using var session = new InferenceSession(args[0], settings);
var random = new Random(1);
var inputs = session.InputMetadata.Select(input =>
{
    // A free first side is the batch, others are the image's.
    int[] shape = [.. input.Value.Dimensions.Select((length, i) => length > 0 ? length : i == 0 ? batch : side)];
    var values = new DenseTensor<float>(shape);
    for (int i = 0; i < values.Length; i++)
    {
        values.SetValue(i, random.NextSingle() * 2 - 1);
    }
    return NamedOnnxValue.CreateFromTensor(input.Key, values);
}).ToList();
double Measure()
{
    long start = Stopwatch.GetTimestamp();
    using var results = session.Run(inputs);
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

double first = Measure();
double[] times = [.. Enumerable.Range(0, repeats).Select(_ => Measure()).Order()];
Console.WriteLine($"first {first:F3}, best {times[0]:F3}, median of {repeats} {times[repeats / 2]:F3} ms");
