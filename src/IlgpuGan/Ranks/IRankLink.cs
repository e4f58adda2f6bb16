namespace IlgpuGan.Ranks;

/// <summary>Carries bytes between the processes, ranks, of a job.</summary>
internal unsafe interface IRankLink : IDisposable
{
    /// <summary>Number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many there are.</summary>
    int Ranks { get; }

    /// <summary>Time spent in waiting for others so far.</summary>
    TimeSpan Waited { get; }

    /// <summary>Sends the same bytes to some ranks and receives as many from one; returns when all is done. What is sent and what is received are apart.</summary>
    /// <param name="to">Who is sent to; none for nobody.</param>
    /// <param name="sent">The bytes that are sent.</param>
    /// <param name="from">Who is received from; null for nobody.</param>
    /// <param name="received">The bytes that are received.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="wait">What is waited for.</param>
    /// <exception cref="RanksException">A rank is lost.</exception>
    void Transfer(ReadOnlySpan<int> to, void* sent, int? from, void* received, long length, RankWait wait);

    /// <summary>Adds what all ranks have in whatever order the library likes; returns when all is done.</summary>
    /// <param name="values">[count] of this rank.</param>
    /// <param name="sum">[count] that becomes the sum.</param>
    /// <param name="count">How many numbers there are.</param>
    /// <exception cref="RanksException">A rank is lost.</exception>
    void Reduce(float* values, float* sum, int count);

    /// <summary>Ends all processes of the job at once.</summary>
    void Abort(int code);
}
