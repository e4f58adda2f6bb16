namespace IlgpuGan.Graphs;

/// <summary>Images as bytes on the device, [Count, Height, Width, Channels]; bound when a plan is compiled.</summary>
public sealed class ByteSource(string name, int count, int height, int width, int channels)
{
    /// <summary>Name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>Images in the data set (the device may hold only the batch at hand).</summary>
    public int Count { get; } = count;

    /// <summary>[Height, Width, Channels] of one image.</summary>
    public Shape ImageShape { get; } = Shape.Of(height, width, channels);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Label columns of a data set on the device; filled by <see cref="Plans.VariableStore.Upload(LabelSource, ReadOnlySpan{int})"/>.</summary>
public sealed class LabelSource
{
    /// <summary>Says how many images have labels, and of how many classes each column is.</summary>
    /// <param name="name">Name for messages.</param>
    /// <param name="count">Images in the data set.</param>
    /// <param name="classes">The number of classes of each column, at least one column.</param>
    public LabelSource(string name, int count, params IReadOnlyList<int> classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfZero(classes.Count, nameof(classes));
        foreach (int length in classes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(classes));
        }
        (Name, Count, Classes) = (name, count, [.. classes]);
    }

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>Images in the data set.</summary>
    public int Count { get; }

    /// <summary>Number of classes of each column.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>Length of a one-hot row: the sum of the class counts.</summary>
    public int Width => Classes.Sum();

    /// <inheritdoc/>
    public override string ToString() => Name;
}
