namespace IlgpuGan.Data;

/// <summary>One discrete attribute of every image of a set: its class, or the hair colour of a drawn face.</summary>
/// <param name="Name">What is labelled: <c>class</c>, <c>folder</c>, or an attribute of the drawn faces.</param>
/// <param name="ValueNames">Names of the values; a value is an index into this list.</param>
/// <param name="Values">The value of each image, [Count], each at least 0 and below the length of <paramref name="ValueNames"/>.</param>
public sealed record LabelColumn(string Name, IReadOnlyList<string> ValueNames, IReadOnlyList<int> Values)
{
    /// <summary>Whether the values only number the images, as folders of a thousand each do: no label unless it is asked for by its name.</summary>
    public bool OnlyNumbers { get; init; }
}
