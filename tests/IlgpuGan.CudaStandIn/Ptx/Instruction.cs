namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>An instruction, ready to be executed. Operands are places in a group's registers; constants have places, too.</summary>
internal sealed class Instruction
{
    public required Operation Operation { get; init; }

    public required int Line { get; init; }

    public required string Text { get; init; }

    /// <summary>The predicate's place; -1 for none.</summary>
    public int Predicate { get; init; } = -1;

    public bool IsNegated { get; init; }

    /// <summary>Where the result goes; -1 for nowhere.</summary>
    public int D { get; init; } = -1;

    public int A { get; init; } = -1;

    public int B { get; init; } = -1;

    public int C { get; init; } = -1;

    /// <summary>Places of the elements that are moved, or of the result, both factors and the sum of a product.</summary>
    public int[] Elements { get; init; } = [];

    /// <summary>Whether the result has 64 bits.</summary>
    public bool IsWide { get; init; }

    /// <summary>Bytes of an element that is moved, or that a copy moves.</summary>
    public int Bytes { get; init; }

    /// <summary>Added to an address; of a copy, to the address in shared memory.</summary>
    public int Offset { get; init; }

    /// <summary>Added to the address of a copy's source.</summary>
    public int SourceOffset { get; init; }

    /// <summary>A number that the instruction carries: how far to shift (-1 where a register says it), how many groups of copies may be under way.</summary>
    public int Number { get; init; } = -1;

    public bool IsUniform { get; init; }

    /// <summary>Where a branch goes.</summary>
    public int Target { get; set; } = -1;

    /// <summary>Where the threads that a branch parts meet again; -1 for at their end.</summary>
    public int Meeting { get; set; } = -1;

    /// <summary>Registers that may not have been written when this is reached.</summary>
    public int[] Doubtful { get; set; } = [];

    /// <summary>Registers written here that another instruction doubts.</summary>
    public int[] Doubted { get; set; } = [];
}
