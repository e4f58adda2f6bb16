using IlgpuGan.Data;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;

namespace IlgpuGan.Training;

/// <summary>
/// The bytes of a data set on the device: all of them where they fit, else the batch at hand, or the leaf of one, which a background thread lays ready
/// while the one before is computed. Both ways give each step the same images.
/// </summary>
internal sealed class DeviceImages : IDisposable
{
    private const int Chunk = 1 << 26;

    private readonly ImageSet data;
    private readonly int batch;
    private readonly ulong seed;
    private readonly DeviceBytes bytes;
    private Task? ahead;
    private long aheadOf = -1;
    private int stage;

    /// <summary>Lays the images, or room for a batch of them, on the device.</summary>
    /// <param name="variables">The memory they are bound to.</param>
    /// <param name="data">The images.</param>
    /// <param name="batch">Images of a batch, or of a leaf: leaves follow one another as batches do.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="mostBytes">Most bytes that the whole set may take.</param>
    public DeviceImages(VariableStore variables, ImageSet data, int batch, ulong seed, long mostBytes)
    {
        (this.data, this.batch, this.seed) = (data, batch, seed);
        Source = new("images", data.Count, data.Height, data.Width, data.Channels);
        bool isStreamed = data.Bytes > mostBytes;
        bytes = new(variables.Device, isStreamed ? (long)batch * data.BytesPerImage : data.Bytes, isStreamed);
        variables.Bind(Source, bytes);
        for (long first = 0; !isStreamed && first < data.Bytes; first += Chunk)
        {
            var chunk = new byte[Math.Min(Chunk, data.Bytes - first)];
            data.CopyTo(first, chunk);
            bytes.Write(first, chunk);
        }
    }

    /// <summary>What graphs read.</summary>
    public ByteSource Source { get; }

    /// <summary>Bytes of device memory.</summary>
    public long Bytes => bytes.Length;

    /// <summary>Has a batch, or a leaf, by its number from the first one on, on the device when the next plan runs.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="next">That of the one which is asked for after it.</param>
    public void Prepare(long step, long next)
    {
        if (!bytes.IsStaged)
        {
            return;
        }
        ahead?.Wait();
        if (aheadOf != step)
        {
            Fill(step);
        }
        bytes.Send(stage);
        (aheadOf, stage) = (next, 1 - stage);
        ahead = Task.Run(() => Fill(next));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ahead?.Wait();
        bytes.Dispose();
    }

    private void Fill(long step)
    {
        var filled = bytes.Stage(stage);
        for (int place = 0; place < batch; place++)
        {
            int image = EpochShuffle.Pick(step * batch + place, data.Count, (uint)seed, (uint)(seed >> 32));
            data.CopyTo((long)image * data.BytesPerImage, filled.Slice(place * data.BytesPerImage, data.BytesPerImage));
        }
    }
}
