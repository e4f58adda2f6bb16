using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Where patches are cut and along which directions they are compared: pure functions of a seed, the same for both sets.</summary>
internal interface IPatchPlaces
{
    /// <summary>Top left corners of an image's patches, as y * places across + x; some may be drawn several times.</summary>
    int[] CornersOf(int level, int image);

    /// <summary>Unit vectors [directions, patch size] to project on.</summary>
    float[] Directions(int level);
}

/// <summary>Places and directions drawn at random.</summary>
/// <param name="options">How many.</param>
/// <param name="levels">Height and width of each level.</param>
/// <param name="channels">Channels of an image.</param>
internal sealed class RandomPatchPlaces(SlicedWassersteinOptions options, IReadOnlyList<(int Height, int Width)> levels, int channels) : IPatchPlaces
{
    public int[] CornersOf(int level, int image)
    {
        int places = (levels[level].Height - SlicedWasserstein.Side + 1) * (levels[level].Width - SlicedWasserstein.Side + 1);
        var corners = new int[options.PatchesPerImage];
        for (int i = 0; i < corners.Length; i += 4)
        {
            var words = Philox.Generate((uint)image, (uint)(i / 4), (uint)level, (uint)options.Seed, (uint)(options.Seed >> 32));
            for (int lane = 0; lane < Math.Min(4, corners.Length - i); lane++)
            {
                uint word = lane switch { 0 => words.A, 1 => words.B, 2 => words.C, _ => words.D };
                corners[i + lane] = (int)((ulong)word * (uint)places >> 32);
            }
        }
        return corners;
    }

    public float[] Directions(int level)
    {
        int size = SlicedWasserstein.Side * SlicedWasserstein.Side * channels, count = options.Repeats * options.Directions;
        var directions = new float[count * size];
        for (int d = 0; d < count; d++)
        {
            var direction = directions.AsSpan(d * size, size);
            Graphs.Initialization.Normal(direction, options.Seed, stream: level * count + d);
            double length = 0;
            foreach (float value in direction)
            {
                length += (double)value * value;
            }
            foreach (ref float value in direction)
            {
                value = (float)(value / Math.Sqrt(length));
            }
        }
        return directions;
    }
}
