using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>A clock that stands still until a step moves it.</summary>
internal sealed class FakeClock : TimeProvider
{
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ticks;

    public void Advance(TimeSpan time) => ticks += time.Ticks;
}

/// <summary>Opens fake trainers; hooks let a test stop, crash or spoil a run at a step.</summary>
internal sealed class FakeEngine : ITrainingEngine
{
    public FakeClock Clock { get; } = new();

    public IRunMetrics? Metrics { get; set; }

    public TimeSpan StepTime { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Called after each step with its number.</summary>
    public Action<long> OnStep { get; set; } = _ => { };

    /// <summary>Called with the shape of data before it is loaded; may throw as a device that cannot hold the networks does.</summary>
    public Action<TrainingOptions, RunData> OnCheck { get; set; } = (_, _) => { };

    /// <summary>As long as the learning rates have been halved less often, a spoilt run is spoilt again.</summary>
    public int SpoilTimes { get; set; } = int.MaxValue;

    /// <summary>From this step on a weight is not a number.</summary>
    public long SpoilAt { get; set; } = long.MaxValue;

    public string Device { get; set; } = "fake";

    /// <summary>Chooses the spread of fakes that a checkup finds, by the step and the number of rollbacks.</summary>
    public Func<long, int, double> Spread { get; set; } = (_, _) => 0.9;

    /// <summary>Chooses the norms of D's gradient in each layer that a checkup finds, by the step.</summary>
    public Func<long, IReadOnlyDictionary<string, double>> LayerNorms { get; set; } = _ => new Dictionary<string, double> { ["layer0"] = 0.5, ["layer1"] = 0.25 };

    /// <summary>The parts of G's loss that reports tell; null as of a run that draws from noise.</summary>
    public IReadOnlyDictionary<string, double>? Terms { get; set; }

    /// <summary>What made a number that is not finite.</summary>
    public string? Origin { get; set; }

    /// <summary>The state of the trainer that was closed last.</summary>
    public IReadOnlyDictionary<string, StateTensor>? LastState { get; private set; }

    public ITrainingDevice Open(string selector, TuningMode tuning, Action<string> notice) => new FakeDevice(this);

    private sealed class FakeDevice(FakeEngine engine) : ITrainingDevice
    {
        public string Name => engine.Device;

        public void Check(TrainingOptions options, RunData shape) => engine.OnCheck(options, shape);

        public ITrainer CreateTrainer(TrainingOptions options, TrainingData data) => new FakeTrainer(engine, options, data);

        public ISingleUpdates CreateSingleUpdates(TrainingOptions options, TrainingData data) => throw new NotSupportedException("Nothing is faked of single updates.");

        public ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state)
        {
            var shape = record.Data;
            var data = shape.IsPoints ? TrainingData.Of(PointSet.Ring(1, 1)) : TrainingData.Of(ImageSet.FromBytes("shape", shape.Height, shape.Width, shape.Channels, new byte[shape.BytesPerImage]));
            var trainer = new FakeTrainer(engine, record.Settings.Training, data);
            trainer.LoadState(state);
            return trainer;
        }

        public IImageTranslator CreateTranslator(TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state) => new FakeTranslator(model);

        public void Dispose()
        {
        }
    }

    /// <summary>A deterministic stand-in: weights that move chaotically, so that one step too many or too few shows in every digit.</summary>
    private sealed class FakeTrainer(FakeEngine engine, TrainingOptions options, TrainingData data) : ITrainer, ISampler
    {
        private readonly float[] weights = [.. Enumerable.Range(0, options.Width).Select(i => options.Seed + i * 0.1f)];
        private readonly float[] sums = new float[2];
        private long reported;

        public int Rollbacks { get; set; }

        public long Step { get; private set; }

        public long Images => Step * options.Batch;

        public void RunStep()
        {
            Step++;
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = MathF.Sin(weights[i] * 2.7f + Step + Rollbacks);
            }

            weights[0] = Step >= engine.SpoilAt && Rollbacks < engine.SpoilTimes ? float.NaN : weights[0];
            sums[0] += weights[0];
            sums[1] += weights[^1];
            engine.Clock.Advance(engine.StepTime);
            engine.OnStep(Step);
        }

        public TrainingReport Report()
        {
            var steps = Step - reported;
            var report = new TrainingReport(
                Step, Step * options.Batch / 1000.0, 1 + 0.1 * sums[0] / steps, 1 + 0.1 * sums[1] / steps, 0.75, 0.25, 1.5, 2.5)
            {
                Divergence = "Jensen-Shannon",
                DivergenceBound = 0.1,
                Terms = engine.Terms,
            };
            reported = Step;
            sums.AsSpan().Clear();
            return report;
        }

        public Checkup Examine() => new()
        {
            DiscriminatorGradientNorms = engine.LayerNorms(Step),
            PixelSpread = engine.Spread(Step, Rollbacks),
            FeatureSpread = 1,
            Coverage = 0.9,
            Fidelity = 0.8,
        };

        public string? ExplainNonFinite(IReadOnlyDictionary<string, StateTensor>? from, long last) => engine.Origin;

        public byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null)
        {
            var length = data.Describe().BytesPerImage;
            var pixels = new byte[count * length];
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)((ulong)(first + i / length) * 31 + seed + (ulong)BitConverter.SingleToInt32Bits(weights[^1]));
            }

            return pixels;
        }

        public float[] SamplePoints(ulong seed, int first, int count) =>
            [.. Enumerable.Range(first * 2, count * 2).Select(i => MathF.Sin(weights[^1] + seed + i))];

        public void Draw(ulong seed, int first, IReadOnlyList<int?>? asked, double truncation, Span<float> images)
        {
            float[] drawn = data.Points is not null ? SamplePoints(seed, first, images.Length / 2)
                : [.. Sample(seed, first, images.Length / data.Describe().BytesPerImage, asked).Select(pixel => pixel / 127.5f - 1)];
            drawn.CopyTo(images);
        }

        /// <summary>Images whose pixels are waves of the latent's numbers.</summary>
        public void Decode(ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, Span<float> images)
        {
            int size = options.LatentSize, length = data.Points is null ? data.Describe().BytesPerImage : 2, count = latents.Length / size;
            for (var i = 0; i < images.Length; i++)
            {
                images[i] = MathF.Sin(latents[i / length * size + i % length % size] + (labels.Length > 0 ? labels[i / length * (labels.Length / count)] : 0) + weights[^1]);
            }
        }

        public ILatentDescent Descent { get; } = new FakeDescent();

        public float[] MeasureMoments() => [];

        public IReadOnlyDictionary<string, StateTensor> SaveState() => new Dictionary<string, StateTensor>
        {
            ["weights"] = new([weights.Length], weights.ToArray()),
            ["sums"] = new([2], sums.ToArray()),
            ["counters"] = new([4], [Step, reported, Rollbacks, Images]),
        };

        public void LoadState(IReadOnlyDictionary<string, StateTensor> state)
        {
            if (state["weights"].Floats!.Length != weights.Length)
            {
                throw new StateMismatchException($"weights has {state["weights"].Floats!.Length} values where {weights.Length} were expected.");
            }

            state["weights"].Floats!.CopyTo(weights, 0);
            state["sums"].Floats!.CopyTo(sums, 0);
            (Step, reported, Rollbacks) = (state["counters"].Integers![0], state["counters"].Integers![1], (int)state["counters"].Integers![2]);
        }

        public TrainingCost Describe() => new(1000, 2000, 3.5, 4096);

        public void Dispose() => engine.LastState = SaveState();
    }

    /// <summary>Makes the negative of the first channel, in all channels of the output.</summary>
    private sealed class FakeTranslator(TranslatorModel model) : IImageTranslator
    {
        public int SmallestTile => 64;

        public byte[] Translate(byte[] image, int height, int width, ReadOnlySpan<float> labels, int tile, Action<int, int>? progress, CancellationToken cancellation)
        {
            progress?.Invoke(1, 1);
            return [.. Enumerable.Range(0, height * width * model.Output.Channels).Select(i => (byte)(255 - image[i / model.Output.Channels * model.Input.Channels]))];
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Goes half of the way to nought in each step.</summary>
    private sealed class FakeDescent : ILatentDescent
    {
        private float[] latents = [];

        public int Starts => 4;

        public int[] Nearest(float[] target, float[] images) => [.. Enumerable.Range(0, images.Length / target.Length)
            .OrderBy(i => images.Skip(i * target.Length).Zip(target, (a, b) => (a - b) * (a - b)).Sum()).Take(Starts)];

        public void Begin(ReadOnlySpan<float> target, ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, int steps) => this.latents = latents.ToArray();

        public void RunStep() => latents = [.. latents.Select(value => value / 2)];

        public float[] Losses() => [.. latents.Chunk(latents.Length / Starts).Select(latent => latent.Sum(value => value * value))];

        public float[] Latents() => [.. latents];
    }
}
