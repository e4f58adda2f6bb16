namespace IlgpuGan.Kernels.Intrinsics;

#pragma warning disable CS1591 // numbered fields

/// <summary>A lane's part of a block of factors: the rows 4g ... 4g + 3, each at the depths 4t ... 4t + 3.</summary>
public struct Block
{
    public Float4 Row0;
    public Float4 Row1;
    public Float4 Row2;
    public Float4 Row3;

    /// <summary>The block with rows and columns exchanged.</summary>
    public readonly Block Transposed => new()
    {
        Row0 = new() { X = Row0.X, Y = Row1.X, Z = Row2.X, W = Row3.X },
        Row1 = new() { X = Row0.Y, Y = Row1.Y, Z = Row2.Y, W = Row3.Y },
        Row2 = new() { X = Row0.Z, Y = Row1.Z, Z = Row2.Z, W = Row3.Z },
        Row3 = new() { X = Row0.W, Y = Row1.W, Z = Row2.W, W = Row3.W },
    };
}

/// <summary>One row of <see cref="Factors"/>: four TF32 numbers, or in X and Y four of bfloat16, the lower depth in the lower half.</summary>
public struct FactorRow
{
    public uint X;
    public uint Y;
    public uint Z;
    public uint W;
}

/// <summary>A <see cref="Block"/> rounded for tensor cores.</summary>
public struct Factors
{
    public FactorRow Row0;
    public FactorRow Row1;
    public FactorRow Row2;
    public FactorRow Row3;
}

/// <summary>
/// A lane's part of 32 x 32 sums: Tile(i)(j) holds those of rows 4g + 2i (X, Y) and 4g + 2i + 1 (Z, W) and of columns 8t + j (X, Z) and 8t + 4 + j (Y, W).
/// </summary>
public struct Sums
{
    public Float4 Tile00;
    public Float4 Tile01;
    public Float4 Tile02;
    public Float4 Tile03;
    public Float4 Tile10;
    public Float4 Tile11;
    public Float4 Tile12;
    public Float4 Tile13;

    /// <summary>Columns 8t ... 8t + 3 of row 4g.</summary>
    public readonly Float4 Left0 => new() { X = Tile00.X, Y = Tile01.X, Z = Tile02.X, W = Tile03.X };

    /// <summary>Columns 8t + 4 ... 8t + 7 of row 4g.</summary>
    public readonly Float4 Right0 => new() { X = Tile00.Y, Y = Tile01.Y, Z = Tile02.Y, W = Tile03.Y };

    /// <summary>Columns 8t ... 8t + 3 of row 4g + 1.</summary>
    public readonly Float4 Left1 => new() { X = Tile00.Z, Y = Tile01.Z, Z = Tile02.Z, W = Tile03.Z };

    /// <summary>Columns 8t + 4 ... 8t + 7 of row 4g + 1.</summary>
    public readonly Float4 Right1 => new() { X = Tile00.W, Y = Tile01.W, Z = Tile02.W, W = Tile03.W };

    /// <summary>Columns 8t ... 8t + 3 of row 4g + 2.</summary>
    public readonly Float4 Left2 => new() { X = Tile10.X, Y = Tile11.X, Z = Tile12.X, W = Tile13.X };

    /// <summary>Columns 8t + 4 ... 8t + 7 of row 4g + 2.</summary>
    public readonly Float4 Right2 => new() { X = Tile10.Y, Y = Tile11.Y, Z = Tile12.Y, W = Tile13.Y };

    /// <summary>Columns 8t ... 8t + 3 of row 4g + 3.</summary>
    public readonly Float4 Left3 => new() { X = Tile10.Z, Y = Tile11.Z, Z = Tile12.Z, W = Tile13.Z };

    /// <summary>Columns 8t + 4 ... 8t + 7 of row 4g + 3.</summary>
    public readonly Float4 Right3 => new() { X = Tile10.W, Y = Tile11.W, Z = Tile12.W, W = Tile13.W };
}
