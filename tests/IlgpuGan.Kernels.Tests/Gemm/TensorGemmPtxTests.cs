using IlgpuGan.Devices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>What becomes of the kernels for tensor cores on the way to a card.</summary>
public class TensorGemmPtxTests
{
    private const int Threads = 128, RegistersOfMultiprocessor = 65536, SharedMemoryOfGroup = 48 * 1024;

    /// <summary>Each tile with the groups that are to fit on a multiprocessor at a time.</summary>
    public static TheoryData<Type, int, Type> Tiles()
    {
        var data = new TheoryData<Type, int, Type>();
        foreach (var precision in (Type[])[typeof(Tf32Factors), typeof(Bf16Factors), typeof(Bf16Pairs)])
        {
            data.Add(typeof(Tile128x128), Tile128x128.Groups, precision);
            data.Add(typeof(Tile128x64), Tile128x64.Groups, precision);
            data.Add(typeof(Tile64x64), Tile64x64.Groups, precision);
            data.Add(typeof(Tile128x32), Tile128x32.Groups, precision);
            data.Add(typeof(SmallTile64x64), SmallTile64x64.Groups, precision);
            data.Add(typeof(SmallTile128x32), SmallTile128x32.Groups, precision);
        }
        return data;
    }

    // Copies of every kind, the epilogue of a layer, and the operands that cost the most registers.
    private static readonly (Type LeftWidth, Type RightWidth, Type Left, Type Right, Type Epilogue)[] Products =
    [
        (typeof(ByQuads), typeof(ByQuads), typeof(WindowRows), typeof(OuterMajor), typeof(LeakyRelu<Add<Accumulator, PerColumn<Slot0>>, Number<Slot0>>)),
        (typeof(ByQuads), typeof(ByQuads), typeof(WindowColumns), typeof(OuterMajor), typeof(Accumulator)),
        (typeof(ByQuads), typeof(ByQuads), typeof(ClassWindows), typeof(ClassWeights), typeof(Accumulator)),
        (typeof(ByQuads), typeof(ByQuads), typeof(DepthMajor), typeof(DepthMajor), typeof(Accumulator)),
        (typeof(ByFloats), typeof(ByFloats), typeof(WindowRows), typeof(DepthMajor), typeof(Accumulator)),
        (typeof(ByFloats), typeof(ByQuads), typeof(WindowColumns), typeof(OuterMajor), typeof(Accumulator)),
    ];

    private static readonly (Type LeftWidth, Type RightWidth, Type Left, Type Right, Type Epilogue)[] Paired =
    [
        (typeof(ByPairs), typeof(ByPairs), typeof(WindowRows), typeof(OuterMajor), typeof(LeakyRelu<Add<Accumulator, FullInPairs<Slot0>>, Number<Slot0>>)),
        (typeof(ByPairs), typeof(ByPairs), typeof(WindowColumns), typeof(OuterMajor), typeof(Accumulator)),
        (typeof(ByPairs), typeof(ByPairs), typeof(ClassWindows), typeof(ClassWeights), typeof(Accumulator)),
    ];

    [Theory]
    [MemberData(nameof(Tiles))]
    public async Task A_kernel_is_assembled_without_spilling_and_its_groups_fit(Type tile, int groups, Type precision)
    {
        // What copies does not depend on the precision.
        foreach (var (leftWidth, rightWidth, left, right, epilogue) in precision == typeof(Tf32Factors) ? Products : precision == typeof(Bf16Factors) ? Products[..2] : Paired)
        {
            var kernel = typeof(TensorGemm<,,,,,,>).MakeGenericType(tile, precision, leftWidth, rightWidth, left, right, epilogue);
            var entry = typeof(DeviceKernel<,>).MakeGenericType(kernel, typeof(GemmParameters<,>).MakeGenericType(left, right))
                .GetProperty("Entry")!.GetValue(null) as System.Reflection.MethodInfo;
            // An older instruction set than a current driver takes: that of the assembler at hand may be as old.
            using var compiler = new PtxCompiler(CudaInstructionSet.ISA_78);
            string ptx = compiler.Ptx(entry!, new(Threads, groups));
            PtxCheck.AssertClean(ptx);
            PtxOfTensorGemm.AssertCounts(kernel, PtxCheck.Entry(ptx));
            foreach (string card in (string[])["sm_80", "sm_90"])
            {
                var usage = await Ptxas.AssembleAsync(ptx, card, TestContext.Current.CancellationToken);
                TestContext.Current.TestOutputHelper!.WriteLine($"{tile.Name} {precision.Name} {left.Name} {right.Name} {leftWidth.Name} {card}: {usage}");
                Assert.Equal(0, usage.SpilledBytes);
                // Registers are dealt out by eights.
                Assert.InRange((usage.Registers + 7) / 8 * 8 * Threads * groups, 1, RegistersOfMultiprocessor);
                Assert.InRange(usage.SharedBytes, 1, SharedMemoryOfGroup);
            }
        }
    }
}
