using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>
/// Translates images of any size. An image lies in the middle of one whose sides the network takes, mirrored beyond its border, and is cut out of what was drawn. Larger ones are divided
/// into tiles that lie over each other as far as the network looks around a pixel, and are blended there in straight lines (<see cref="TileAxis"/>). What normalisation by instance takes
/// from the image it takes from each tile, so tiles differ a little from the whole where the image is not everywhere alike; networks without it, or with measured moments, give the same.
/// </summary>
internal sealed class ImageTranslator : IImageTranslator
{
    private readonly VariableStore variables;
    private readonly TranslatorModel model;
    private readonly TranslatorPlans plans;
    private readonly int factor, overlap;

    /// <summary>Builds the network and takes its weights.</summary>
    /// <param name="device">Where it draws; to be disposed after this.</param>
    /// <param name="model">The generator.</param>
    /// <param name="state">A saved state; what is not of this generator's average is passed over.</param>
    /// <exception cref="StateMismatchException">A tensor is missing or of another shape.</exception>
    public ImageTranslator(ComputeDevice device, TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state)
    {
        this.model = model;
        factor = model.Family.Factor(model.Design);
        overlap = Up(model.Family.Reach(model.Design));
        device.Bind();
        variables = new(device, model.Precision);
        try
        {
            plans = new(variables, model, state);
        }
        catch
        {
            variables.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int SmallestTile => 2 * overlap;

    /// <inheritdoc/>
    public byte[] Translate(byte[] image, int height, int width, ReadOnlySpan<float> labels, int tile, Action<int, int>? progress, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tile, SmallestTile);
        if (image.Length != (long)height * width * model.Input.Channels || height < 1 || width < 1)
        {
            throw new ArgumentException($"{image.Length} bytes are no image of {width} x {height} pixels of {model.Input.Channels} bytes.");
        }
        variables.Device.Bind();
        plans.TakeLabels(labels);
        int side = tile / factor * factor;
        TileAxis down = AxisOf(height, side), across = AxisOf(width, side);
        var (rows, top) = MirroredSide.Of(height, down.Start(down.Count));
        var (columns, left) = MirroredSide.Of(width, across.Start(across.Count));
        int inputs = model.Input.Planes, outputs = model.Output.Planes, line = width * outputs;
        var window = new float[down.Tile * across.Tile * inputs];
        var drawn = new float[down.Tile * across.Tile * outputs];
        // Of one row of tiles, so that memory does not grow with the image's height.
        var band = new float[down.Tile * line];
        var result = new byte[height * width * model.Output.Channels];
        for (int y = 0; y < down.Count; y++)
        {
            for (int x = 0; x < across.Count; x++)
            {
                cancellation.ThrowIfCancellationRequested();
                Fill(window, image, width, rows.AsSpan(down.Start(y), down.Tile), columns.AsSpan(across.Start(x), across.Tile));
                plans.Run(window, down.Tile, across.Tile, drawn);
                Add(drawn, down.Shares(y), across.Shares(x), across.Start(x) - left, band, line);
                progress?.Invoke(y * across.Count + x + 1, down.Count * across.Count);
            }
            int done = down.Start(y + 1) - down.Start(y), first = down.Start(y) - top;
            for (int row = Math.Max(0, -first); row < done && first + row < height; row++)
            {
                ImagePlanes.Read(band.AsSpan(row * line, line), model.Output, result.AsSpan((first + row) * width * model.Output.Channels, width * model.Output.Channels));
            }
            band.AsSpan(done * line).CopyTo(band);
            band.AsSpan(band.Length - done * line).Clear();
        }
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        variables.Device.Bind();
        plans.Dispose();
        variables.Dispose();
    }

    private int Up(int side) => (side + factor - 1) / factor * factor;

    private TileAxis AxisOf(int length, int tile) => new(Up(Math.Max(length, model.Family.SmallestSide(model.Design))), tile, overlap, factor);

    private void Fill(float[] window, byte[] image, int width, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        int channels = model.Input.Channels, line = columns.Length * model.Input.Planes;
        Span<byte> pixels = new byte[columns.Length * channels];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                int from = (rows[row] * width + columns[column]) * channels;
                for (int channel = 0; channel < channels; channel++)
                {
                    pixels[column * channels + channel] = image[from + channel];
                }
            }
            ImagePlanes.Fill(pixels, model.Input, window.AsSpan(row * line, line));
        }
    }

    private void Add(float[] drawn, ReadOnlySpan<float> down, ReadOnlySpan<float> across, int left, float[] band, int line)
    {
        int planes = model.Output.Planes, first = Math.Max(0, -left), end = Math.Min(across.Length, line / planes - left);
        for (int row = 0; row < down.Length; row++)
        {
            for (int column = first; column < end; column++)
            {
                float share = down[row] * across[column];
                int from = (row * across.Length + column) * planes, to = row * line + (left + column) * planes;
                for (int plane = 0; plane < planes; plane++)
                {
                    band[to + plane] += share * drawn[from + plane];
                }
            }
        }
    }
}
