using System.Net.ServerSentEvents;

namespace IlgpuGan.Watch;

/// <summary>What pages hear of.</summary>
internal interface IBroadcast
{
    /// <summary>The first message to each page.</summary>
    SseItem<string> Greeting { get; }

    /// <summary>Completed when there is something new. To miss nothing, ask before reading what there is.</summary>
    Task News { get; }

    /// <summary>Cancelled when the server is about to end.</summary>
    CancellationToken Ending { get; }

    /// <summary>Somebody comes; <see cref="Leave"/> when they go.</summary>
    void Enter();

    /// <summary>Somebody goes.</summary>
    void Leave();

    /// <summary>Gives for one page, each time it is called, what that page has not been told yet.</summary>
    Func<IEnumerable<SseItem<string>>> Listen();
}
