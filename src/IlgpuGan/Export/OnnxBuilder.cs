using System.Buffers.Binary;

namespace IlgpuGan.Export;

/// <summary>Adds nodes to an ONNX graph one after the other.</summary>
internal sealed class OnnxBuilder(OnnxGraph graph)
{
    private readonly Dictionary<string, int> used = [];

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

    /// <summary>An input or an output of the graph, of an open number of rows.</summary>
    public static OnnxValue Value(string name, int type, params IEnumerable<int> lengths)
    {
        var value = new OnnxValue { Name = name, Type = { Tensor = { ElementType = type } } };
        value.Type.Tensor.Shape.Lengths.Add(new() { Name = "batch" });
        value.Type.Tensor.Shape.Lengths.AddRange(lengths.Select(length => new OnnxLength { Value = length }));
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
