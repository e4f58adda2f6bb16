using IlgpuGan.Devices;

namespace IlgpuGan.Sampling;

/// <summary>Makes images of images by a generator whose weights do not change; for any thread, but one at a time.</summary>
internal interface IImageTranslator : IDisposable
{
    /// <summary>The least side of tiles that it can be asked for.</summary>
    int SmallestTile { get; }

    /// <summary>Translates one image of any size.</summary>
    /// <param name="image">[height, width, channels of the input's side]: of a map of classes the place of each among those it knows.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="labels">A one-hot row of each label column; empty for a generator without.</param>
    /// <param name="tile">Images whose sides are longer are translated in tiles of this side, or of the multiple below it that the network takes.</param>
    /// <param name="progress">Hears how many tiles are done, of how many.</param>
    /// <param name="cancellation">Gives up after the tile at hand.</param>
    /// <returns>[height, width, channels of the output's side].</returns>
    /// <exception cref="DeviceMemoryException">A tile takes more memory than the device has.</exception>
    byte[] Translate(byte[] image, int height, int width, ReadOnlySpan<float> labels, int tile, Action<int, int>? progress, CancellationToken cancellation);
}
