namespace IlgpuGan.Runs;

/// <summary>Where the networks of a run came from, as <c>options.json</c> keeps it.</summary>
/// <param name="Name">Name of the run, or of the file of weights.</param>
/// <param name="File">The checkpoint or the generator's weights.</param>
/// <param name="Sha256">Of the bytes of that file, in small hexadecimal digits.</param>
/// <param name="Step">The step that it was trained to.</param>
public sealed record ParentRun(string Name, string File, string Sha256, long Step)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} at {Amount.Of(Step, "step")}";
}
