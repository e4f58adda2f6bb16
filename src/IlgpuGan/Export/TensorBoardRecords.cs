using ProtoBuf;

namespace IlgpuGan.Export;

/// <summary>One record of an event file, with the field numbers of TensorBoard's <c>event.proto</c>; of its fields only those that are written here.</summary>
[ProtoContract]
internal sealed class EventRecord
{
    /// <summary>Seconds since 1970.</summary>
    [ProtoMember(1)]
    public double WallTime { get; set; }

    [ProtoMember(2)]
    public long Step { get; set; }

    /// <summary>Of the first record of a file alone.</summary>
    [ProtoMember(3)]
    public string? FileVersion { get; set; }

    [ProtoMember(5)]
    public SummaryRecord? Summary { get; set; }

    [ProtoMember(7)]
    public SessionRecord? Session { get; set; }
}

/// <summary>Values of one step.</summary>
[ProtoContract]
internal sealed class SummaryRecord
{
    [ProtoMember(1)]
    public List<SummaryValue> Values { get; } = [];
}

/// <summary>A number or an image under a name.</summary>
[ProtoContract]
internal sealed class SummaryValue
{
    [ProtoMember(1)]
    public string Tag { get; set; } = "";

    /// <summary>The number; written even where it is 0, as a value that is absent is none.</summary>
    [ProtoMember(2)]
    public float? Number { get; set; }

    [ProtoMember(4)]
    public SummaryImage? Image { get; set; }
}

/// <summary>A picture.</summary>
[ProtoContract]
internal sealed class SummaryImage
{
    [ProtoMember(1)]
    public int Height { get; set; }

    [ProtoMember(2)]
    public int Width { get; set; }

    /// <summary>Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    [ProtoMember(3)]
    public int Colorspace { get; set; }

    /// <summary>The bytes of a PNG file.</summary>
    [ProtoMember(4)]
    public byte[] Encoded { get; set; } = [];
}

/// <summary>That a session began: what older files hold of its step and later is void.</summary>
[ProtoContract]
internal sealed class SessionRecord
{
    /// <summary>1 is START.</summary>
    [ProtoMember(1)]
    public int Status { get; set; }
}
