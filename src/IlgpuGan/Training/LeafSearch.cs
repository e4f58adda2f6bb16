using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>Finds how many leaves a batch must have for its training to fit into memory.</summary>
internal static class LeafSearch
{
    /// <summary>What is said where a training needs more memory than there is.</summary>
    public static DeviceMemoryException Advise(ComputeDevice device, TrainingOptions options, TrainingData data, long imageBytes, long free, DeviceMemoryException fault) =>
        fault.With($"{Remedy(device, options, data, imageBytes, free) ?? $"give {DeviceMemory.Smaller}"}, or free some");

    /// <summary>What to do where a training does not fit: the fewest leaves with which it would, and what else; null where it fits with none.</summary>
    /// <param name="device">The device, with nothing of the training on it.</param>
    /// <param name="options">What does not fit.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="imageBytes">Bytes that the data takes on the device.</param>
    /// <param name="free">Bytes that the training may take.</param>
    public static string? Remedy(ComputeDevice device, TrainingOptions options, TrainingData data, long imageBytes, long free)
    {
        int[] counts = [.. Enumerable.Range(options.Leaves + 1, options.Batch - options.Leaves).Where(count => options.Batch % count == 0)];
        long? bytes = null;
        var (first, end) = (0, counts.Length);
        // More leaves never take more for activations, and hardly more for sums.
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (BytesWith(counts[middle]) is { } needed && needed + imageBytes <= free)
            {
                (end, bytes) = (middle, needed + imageBytes);
            }
            else
            {
                first = middle + 1;
            }
        }

        return bytes is null ? null : $"give --leaves {counts[end]}, with which it takes {DeviceMemory.InUnits(bytes.Value)}, or {DeviceMemory.Smaller}";

        long? BytesWith(int leaves)
        {
            try
            {
                return GanTrainer.BytesOf(device, options with { Leaves = leaves }, data);
            }
            catch (Exception refused) when (refused is DeviceMemoryException or TensorSizeException or OptionException)
            {
                return null;
            }
        }
    }
}
