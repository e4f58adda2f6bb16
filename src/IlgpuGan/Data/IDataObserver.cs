namespace IlgpuGan.Data;

/// <summary>Hears how far what takes long is, and what a user should know of the data; called on the thread that works.</summary>
public interface IDataObserver : IProgress<Work>
{
    /// <summary>A sentence that the user should see.</summary>
    void Notice(string sentence);

    /// <summary>Data has been loaded: what was taken, and what became of it.</summary>
    void Loaded(ImageSetSummary data)
    {
        foreach (var sentence in data?.Sentences ?? [])
        {
            Notice(sentence);
        }
    }
}
