using System.Buffers.Binary;
using System.Text;

namespace IlgpuGan.Export;

/// <summary>Adds nodes to an ONNX graph one after the other.</summary>
internal sealed class OnnxBuilder(OnnxGraph graph)
{
    private readonly Dictionary<string, int> used = [];
    private readonly Dictionary<(float, int), string> constants = [];

    /// <summary>Adds a node with one output and returns the name of that.</summary>
    public string Node(string operation, IReadOnlyList<string> inputs, params IReadOnlyList<OnnxAttribute> attributes) =>
        Node(operation, Unique(operation.ToLowerInvariant()), inputs, attributes);

    /// <summary>Adds a node whose output has a given name.</summary>
    public string Node(string operation, string output, IReadOnlyList<string> inputs, params IReadOnlyList<OnnxAttribute> attributes)
    {
        var node = new OnnxNode { Name = $"{output}_node", Operator = operation };
        node.Inputs.AddRange(inputs);
        node.Outputs.Add(output);
        node.Attributes.AddRange(attributes);
        graph.Nodes.Add(node);
        return output;
    }

    /// <summary>Adds a tensor of floats and returns its name.</summary>
    public string Tensor(string name, IReadOnlyList<int> shape, float[] values)
    {
        var data = new byte[checked(values.Length * sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
        }
        return Tensor(name, shape, OnnxTensor.Float, data);
    }

    /// <summary>A vector that holds the same number everywhere; there is one for all who want it.</summary>
    public string Constant(float value, int length) => constants.TryGetValue((value, length), out string? name) ? name
        : constants[(value, length)] = Tensor("constant", [length], [.. Enumerable.Repeat(value, length)]);

    /// <summary>Adds a tensor of integers and returns its name.</summary>
    public string Integers(string name, IReadOnlyList<int> shape, params IReadOnlyList<long> values)
    {
        var data = new byte[values.Count * sizeof(long)];
        for (int i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(i * sizeof(long)), values[i]);
        }
        return Tensor(name, shape, OnnxTensor.Int64, data);
    }

    public static OnnxAttribute Attribute(string name, float number) => new() { Name = name, Number = number, Kind = OnnxAttribute.Float };

    public static OnnxAttribute Attribute(string name, int count) => new() { Name = name, Count = count, Kind = OnnxAttribute.Integer };

    public static OnnxAttribute Attribute(string name, params long[] counts) => new() { Name = name, Counts = counts, Kind = OnnxAttribute.Integers };

    public static OnnxAttribute Attribute(string name, string word) => new() { Name = name, Word = Encoding.UTF8.GetBytes(word), Kind = OnnxAttribute.Letters };

    /// <summary>An input or an output of the graph, of an open number of rows.</summary>
    public static OnnxValue Value(string name, int type, params IEnumerable<int> lengths) => Open(name, type, lengths.Select(length => new OnnxLength { Value = length }));

    /// <summary>Images [batch, channels, height, width] that come in or go out, whose sides are open, too.</summary>
    /// <param name="name">The name of the value.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="height">The name of the number of rows: axes of one name are of one length.</param>
    /// <param name="width">The name of the number of columns.</param>
    public static OnnxValue Images(string name, int channels, string height, string width) =>
        Open(name, OnnxTensor.Float, [new() { Value = channels }, new() { Name = height }, new() { Name = width }]);

    private static OnnxValue Open(string name, int type, IEnumerable<OnnxLength> lengths)
    {
        var value = new OnnxValue { Name = name, Type = { Tensor = { ElementType = type } } };
        value.Type.Tensor.Shape.Lengths.AddRange([new() { Name = "batch" }, .. lengths]);
        return value;
    }

    private string Tensor(string name, IReadOnlyList<int> shape, int type, byte[] data)
    {
        name = Unique(name);
        graph.Initializers.Add(new() { Name = name, Lengths = [.. shape.Select(length => (long)length)], ElementType = type, Data = data });
        return name;
    }

    private string Unique(string name) => (used[name] = used.GetValueOrDefault(name) + 1) is > 1 and var count ? $"{name}_{count}" : name;
}
