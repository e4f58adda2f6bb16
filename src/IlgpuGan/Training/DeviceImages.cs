using IlgpuGan.Data;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Training;

/// <summary>
/// The bytes of a data set on the device: all of them where they fit, else the batch at hand, copied from page-locked memory that a
/// background thread fills ahead. Both ways give each step the same images.
/// </summary>
internal sealed class DeviceImages : IDisposable
{
    private const int Chunk = 1 << 26;

    private readonly ImageSet data;
    private readonly int batch;
    private readonly ulong seed;
    private readonly MemoryBuffer1D<byte, Stride1D.Dense> buffer;
    private readonly AcceleratorStream stream;
    private readonly PageLockedArray1D<byte>[] stages = [];
    private Task? ahead;
    private long aheadOf = -1;

    /// <summary>Lays the images, or room for a batch of them, on the device.</summary>
    /// <param name="variables">The memory they are bound to.</param>
    /// <param name="data">The images.</param>
    /// <param name="batch">Images of a batch.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="mostBytes">Most bytes that the whole set may take.</param>
    public DeviceImages(VariableStore variables, ImageSet data, int batch, ulong seed, long mostBytes)
    {
        (this.data, this.batch, this.seed) = (data, batch, seed);
        Source = new("images", data.Count, data.Height, data.Width, data.Channels);
        stream = variables.Device.Stream;
        var accelerator = variables.Device.Accelerator;
        bool isStreamed = data.Bytes > mostBytes;
        buffer = accelerator.Allocate1D<byte>(isStreamed ? (long)batch * data.BytesPerImage : data.Bytes);
        variables.Bind(Source, buffer.View, isStreamed);
        if (isStreamed)
        {
            stages = [accelerator.AllocatePageLocked1D<byte>(buffer.Length), accelerator.AllocatePageLocked1D<byte>(buffer.Length)];
            return;
        }
        var chunk = new byte[Math.Min(Chunk, data.Bytes)];
        for (long first = 0; first < data.Bytes; first += chunk.Length)
        {
            int length = (int)Math.Min(chunk.Length, data.Bytes - first);
            data.CopyTo(first, chunk.AsSpan(0, length));
            buffer.View.SubView(first, length).CopyFromCPU(stream, chunk.AsSpan(0, length).ToArray());
        }
    }

    /// <summary>What graphs read.</summary>
    public ByteSource Source { get; }

    /// <summary>Bytes of device memory.</summary>
    public long Bytes => buffer.LengthInBytes;

    /// <summary>Has the batch of a step (the value of D's counter) on the device when the next plan runs.</summary>
    public void Prepare(long step)
    {
        if (stages.Length == 0)
            return;
        if (aheadOf == step)
            ahead!.Wait();
        else
            Fill(step);
        // The other stage may still be on its way to the device from the step before.
        stream.Synchronize();
        buffer.View.CopyFromPageLockedAsync(stream, stages[step & 1]);
        aheadOf = step + 1;
        ahead = Task.Run(() => Fill(step + 1));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ahead?.Wait();
        foreach (var stage in stages)
            stage.Dispose();
        buffer.Dispose();
    }

    private void Fill(long step)
    {
        var target = stages[step & 1].Span;
        for (int place = 0; place < batch; place++)
        {
            int image = EpochShuffle.Pick(step * batch + place, data.Count, (uint)seed, (uint)(seed >> 32));
            data.Image(image).CopyTo(target.Slice(place * data.BytesPerImage, data.BytesPerImage));
        }
    }
}
