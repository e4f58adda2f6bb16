using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// Arguments of the kernels that compute output[m, n] = epilogue(sum over k of left(m, k) right(n, k)): matrix product, convolution, its data
/// gradient and its weight gradient, by the operands they are given.
/// </summary>
public struct GemmParameters<TLeft, TRight>
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
{
    /// <summary>Rows of the product.</summary>
    public int M;

    /// <summary>Columns of the product.</summary>
    public int N;

    /// <summary>Length of the sums.</summary>
    public int K;

    /// <summary>Left operand [M, K].</summary>
    public TLeft Left;

    /// <summary>Right operand [N, K].</summary>
    public TRight Right;

    /// <summary>The tensor that is written; its columns are the product's.</summary>
    public ArrayView<float> Output;

    /// <summary>Where the rows go.</summary>
    public OutputRows Rows;

    /// <summary>What the epilogue takes besides the sum.</summary>
    public Operands Operands;

    /// <summary>Cores of a processor that is programmed through OpenCL; they share the product evenly.</summary>
    public int Cores;

    /// <summary>The right operand as <see cref="PackRight{TTile, TRight}"/> leaves it, on the CPU.</summary>
    public ArrayView<float> Packed;

    /// <summary>Memory for packed rows of the left operand on the CPU: <see cref="HostBlocking.ScratchSize"/> floats.</summary>
    public ArrayView<float> Scratch;

    /// <summary>Most groups of a launch that loops over its tiles; 0 for as many as there are tiles.</summary>
    public int MostGroups;

    /// <summary>Parts into which the sums are cut, each stored by itself, where the kernel was chosen for it; 0 or 1 for one.</summary>
    public int Splits;

    /// <summary>Terms of a part.</summary>
    public int SplitDepth;

    /// <summary>Floats from one part of the output to the next.</summary>
    public int SplitStride;

    /// <summary>
    /// The classes of a data gradient, all of which a launch makes: then <see cref="M"/> and <see cref="K"/> are those of the largest, and a class has its own
    /// rows and operands.
    /// </summary>
    public GradientClasses Classes;

    /// <summary>Groups of a convolution, of <see cref="N"/> columns each, one beside the other, where the operands have them.</summary>
    public int Groups;

    /// <summary>The first column of a group among those of all.</summary>
    public int FirstColumn;

    /// <summary>Not 0 where the output lies on 16 bytes, so that four neighbours may be stored as one.</summary>
    public int StoresQuads;

    /// <summary>Not 0 where the output holds <see cref="Pairs"/>; all of it is then stored by four numbers. Only where the precision is theirs.</summary>
    public int StoresPairs;

    /// <summary>A bit for each of <see cref="Operands"/> that has a value for each element, from the lowest for the first: what a processor asks for before the epilogue.</summary>
    public int Touches;
}
