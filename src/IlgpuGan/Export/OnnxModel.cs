using ProtoBuf;

namespace IlgpuGan.Export;

// The messages of the Open Neural Network Exchange format that a generator needs, with the field numbers of its specification.

[ProtoContract]
internal sealed class OnnxModel
{
    private const int OperatorSet = 17, Format = 8;

    // What protocol buffers can hold is less than 2 GiB; the rest of the model is small.
    private const long MostBytes = int.MaxValue - (1 << 20);

    /// <summary>A model without a node.</summary>
    /// <param name="name">The name of its graph.</param>
    /// <param name="says">What it does, as a sentence.</param>
    /// <param name="weights">The weights that it will hold.</param>
    /// <param name="version">Version of this program.</param>
    /// <param name="metadata">What else it says of itself.</param>
    /// <exception cref="NotSupportedException">The weights are too many for the format.</exception>
    public static OnnxModel Of(string name, string says, float[] weights, string version, IReadOnlyDictionary<string, string> metadata)
    {
        if ((long)weights.Length * sizeof(float) > MostBytes)
        {
            throw new NotSupportedException($"{weights.LongLength * sizeof(float)} bytes of weights are more than an ONNX file holds; export safetensors instead.");
        }
        var model = new OnnxModel
        {
            IrVersion = Format,
            ProducerName = "IlgpuGan",
            ProducerVersion = version,
            DocString = says,
            Graph = { Name = name },
            OperatorSets = { new() { Version = OperatorSet } },
        };
        model.Metadata.AddRange(metadata.Select(pair => new OnnxEntry { Key = pair.Key, Value = pair.Value }));
        return model;
    }

    [ProtoMember(1)] public long IrVersion { get; set; }

    [ProtoMember(2)] public string ProducerName { get; set; } = "";

    [ProtoMember(3)] public string ProducerVersion { get; set; } = "";

    [ProtoMember(6)] public string DocString { get; set; } = "";

    [ProtoMember(7, IsRequired = true)] public OnnxGraph Graph { get; set; } = new();

    [ProtoMember(8)] public List<OnnxOperatorSet> OperatorSets { get; } = [];

    [ProtoMember(14)] public List<OnnxEntry> Metadata { get; } = [];
}

[ProtoContract]
internal sealed class OnnxOperatorSet
{
    [ProtoMember(1)] public string Domain { get; set; } = "";

    [ProtoMember(2)] public long Version { get; set; }
}

[ProtoContract]
internal sealed class OnnxEntry
{
    [ProtoMember(1)] public string Key { get; set; } = "";

    [ProtoMember(2)] public string Value { get; set; } = "";
}

[ProtoContract]
internal sealed class OnnxGraph
{
    [ProtoMember(1)] public List<OnnxNode> Nodes { get; } = [];

    [ProtoMember(2)] public string Name { get; set; } = "";

    [ProtoMember(5)] public List<OnnxTensor> Initializers { get; } = [];

    [ProtoMember(11)] public List<OnnxValue> Inputs { get; } = [];

    [ProtoMember(12)] public List<OnnxValue> Outputs { get; } = [];
}

[ProtoContract]
internal sealed class OnnxNode
{
    [ProtoMember(1)] public List<string> Inputs { get; } = [];

    [ProtoMember(2)] public List<string> Outputs { get; } = [];

    [ProtoMember(3)] public string Name { get; set; } = "";

    [ProtoMember(4)] public string Operator { get; set; } = "";

    [ProtoMember(5)] public List<OnnxAttribute> Attributes { get; } = [];
}

[ProtoContract]
internal sealed class OnnxAttribute
{
    /// <summary>Kinds of attributes, by their numbers in the format.</summary>
    public const int Float = 1, Integer = 2, Letters = 3, Integers = 7;

    [ProtoMember(1)] public string Name { get; set; } = "";

    [ProtoMember(2)] public float? Number { get; set; }

    [ProtoMember(3)] public long? Count { get; set; }

    /// <summary>A word, in UTF-8.</summary>
    [ProtoMember(4)] public byte[]? Word { get; set; }

    [ProtoMember(8)] public long[]? Counts { get; set; }

    [ProtoMember(20)] public int Kind { get; set; }
}

[ProtoContract]
internal sealed class OnnxTensor
{
    /// <summary>Types of elements, by their numbers in the format.</summary>
    public const int Float = 1, Int64 = 7;

    [ProtoMember(1)] public long[] Lengths { get; set; } = [];

    [ProtoMember(2)] public int ElementType { get; set; }

    [ProtoMember(8)] public string Name { get; set; } = "";

    /// <summary>The elements, little-endian.</summary>
    [ProtoMember(9)] public byte[] Data { get; set; } = [];
}

[ProtoContract]
internal sealed class OnnxValue
{
    [ProtoMember(1)] public string Name { get; set; } = "";

    [ProtoMember(2, IsRequired = true)] public OnnxType Type { get; set; } = new();
}

[ProtoContract]
internal sealed class OnnxType
{
    [ProtoMember(1, IsRequired = true)] public OnnxTensorType Tensor { get; set; } = new();
}

[ProtoContract]
internal sealed class OnnxTensorType
{
    [ProtoMember(1)] public int ElementType { get; set; }

    [ProtoMember(2, IsRequired = true)] public OnnxShape Shape { get; set; } = new();
}

[ProtoContract]
internal sealed class OnnxShape
{
    [ProtoMember(1)] public List<OnnxLength> Lengths { get; } = [];
}

/// <summary>The length of an axis: a number, or a name where it is open.</summary>
[ProtoContract]
internal sealed class OnnxLength
{
    [ProtoMember(1)] public long? Value { get; set; }

    [ProtoMember(2)] public string? Name { get; set; }
}
