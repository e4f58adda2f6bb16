using System.Diagnostics.CodeAnalysis;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>Numbers that stand for objects outside. None is given twice, so that one whose object is gone names nothing.</summary>
/// <param name="before">The table that this process had before.</param>
public sealed class HandleTable(HandleTable? before = null)
{
    // Far from any address that a caller might take for one.
    private const long First = 0x0CDA_0000_0000;
    private const int Distance = 16;

    private readonly Dictionary<nint, object> objects = [];

    /// <summary>The last that was given.</summary>
    public nint Last { get; private set; } = before?.Last ?? unchecked((nint)First);

    /// <summary>Gives an object a number.</summary>
    public nint Add(object named)
    {
        Last += Distance;
        objects.Add(Last, named);
        return Last;
    }

    /// <summary>The object of a number.</summary>
    /// <exception cref="DriverException">It names none of this kind.</exception>
    public T Get<T>(nint handle)
        where T : class =>
        TryGet<T>(handle, out var named) ? named : throw Foreign<T>(handle);

    /// <summary>The same, or false.</summary>
    public bool TryGet<T>(nint handle, [NotNullWhen(true)] out T? named)
        where T : class
    {
        named = objects.GetValueOrDefault(handle) as T;
        return named is not null;
    }

    /// <summary>Forgets a number.</summary>
    /// <exception cref="DriverException">It names no object of this kind.</exception>
    public T Remove<T>(nint handle)
        where T : class
    {
        var named = Get<T>(handle);
        objects.Remove(handle);
        return named;
    }

    private DriverException Foreign<T>(nint handle) => new(CudaError.InvalidHandle,
        $"0x{handle:x} is no {typeof(T).Name}{(objects.TryGetValue(handle, out var other) ? $" but a {other.GetType().Name}" : handle > First && handle <= Last ? ", it was destroyed" : "")}");
}
