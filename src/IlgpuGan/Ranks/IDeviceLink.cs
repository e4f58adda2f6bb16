namespace IlgpuGan.Ranks;

/// <summary>Carries floats from card to card, in turn with what else is put on a stream.</summary>
internal interface IDeviceLink : IDisposable
{
    /// <summary>Sends the same numbers to some ranks and receives as many from one.</summary>
    /// <param name="to">Who is sent to.</param>
    /// <param name="sent">Where on the card they are.</param>
    /// <param name="from">Who is received from.</param>
    /// <param name="received">Where on the card they go; apart from what is sent.</param>
    /// <param name="count">How many.</param>
    /// <param name="stream">The stream of the driver.</param>
    /// <exception cref="RanksException">The library refuses.</exception>
    void Exchange(ReadOnlySpan<int> to, nint sent, int from, nint received, long count, nint stream);

    /// <summary>Makes numbers the sum of those of all ranks, in whatever order the library likes.</summary>
    /// <inheritdoc cref="Exchange"/>
    void Reduce(nint values, long count, nint stream);
}
