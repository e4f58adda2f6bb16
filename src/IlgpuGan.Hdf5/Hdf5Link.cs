using IlgpuGan.Data.Containers;

namespace IlgpuGan.Hdf5;

/// <summary>A link that is not followed: nobody named the file that it leads into, and what lies there may change unseen.</summary>
/// <param name="name">Its name in the file.</param>
/// <param name="target">The file that it leads into; null where it leads nowhere.</param>
internal sealed class Hdf5Link(string name, string? target) : ContainerColumn(name, ContainerElement.Other, [0])
{
    /// <inheritdoc/>
    public override string Refusal => target is null ? "is a link to what is not there; name the array itself, or mend the link"
        : $"is a link into another file, '{Excerpt.Of(target)}', which is not followed; name that file, or copy what it holds into this one with h5copy";
}
