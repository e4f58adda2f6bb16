using System.Globalization;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>
/// The same in OpenCL C, number by number as the instructions define it, so that kernels for tensor cores can be tested, raced and compared
/// on machines without them. The threads of a group exchange their registers through local memory; no plan launches it.
/// </summary>
public static partial class TensorCore
{
    private const int MostThreads = 128, FactorRegisters = 16;

    private static void RoundTf32OpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var (source, target) = Declare(generator, value);
        for (int i = 0; i < 16; i++)
        {
            generator.Builder.Append($"\t{target}.{Field(i)} = as_uint({source}.{Field(i)} * {Tf32Rounding.ToString("R", CultureInfo.InvariantCulture)}f);\n");
        }
    }

    private static void RoundBf16OpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var (source, target) = Declare(generator, value);
        for (int row = 0; row < 4; row++)
        {
            for (int pair = 0; pair < 2; pair++)
            {
                int first = 4 * row + 2 * pair;
                generator.Builder.Append($"\t{target}.{Field(4 * row + pair)} = {Half(first)} | ({Half(first + 1)} << 16);\n");
            }
        }

        string Half(int i)
        {
            string bits = $"as_uint({source}.{Field(i)})";
            return $"(isnan({source}.{Field(i)}) ? 0x7fffu : (({bits} + 0x7fffu + (({bits} >> 16) & 1u)) >> 16))";
        }
    }

    private static void MultiplyAddTf32OpenCl(CLBackend backend, CLCodeGenerator generator, Value value) =>
        // Slot of 8: registers 2 step of lanes 0 to 3, then registers 2 step + 1 of the same.
        MultiplyAdd(generator, value, steps: 2, slots: 8, "as_float({0}[16 * ({1} + slot % 4) + {2} + 2 * step + slot / 4] & 0xffffe000u)");

    private static void MultiplyAddBf16OpenCl(CLBackend backend, CLCodeGenerator generator, Value value) => MultiplyAddBf16(generator, value, steps: 1);

    private static void MultiplyAddBf16PairsOpenCl(CLBackend backend, CLCodeGenerator generator, Value value) => MultiplyAddBf16(generator, value, steps: 2);

    // Slot of 16: the two halves of register 2 step of lanes 0 to 3, then those of register 2 step + 1.
    private static void MultiplyAddBf16(CLCodeGenerator generator, Value value, int steps) =>
        MultiplyAdd(generator, value, steps, slots: 16, "as_float({0}[16 * ({1} + slot % 8 / 2) + {2} + 2 * step + slot / 8] >> slot % 2 * 16 << 16)");

    private static void InterleaveOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var (source, target) = Declare(generator, value);
        for (int i = 0; i < 16; i++)
        {
            var (row, depth) = (i / 4, i % 4);
            string lower = $"{source}.{Field(4 * depth + row / 2)}", upper = $"{source}.{Field(4 * depth + 2 + row / 2)}";
            generator.Builder.Append(row % 2 == 0
                ? $"\t{target}.{Field(i)} = ({lower} & 0xffffu) | ({upper} << 16);\n"
                // ILGPU's numbers have a sign.
                : $"\t{target}.{Field(i)} = ((uint){lower} >> 16) | ({upper} & 0xffff0000u);\n");
        }
    }

    private static void ClearOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        string sums = $"{SumsOfBlock} * {OpenClText.Number(generator.Load(value[0]))}";
        generator.Builder.Append($$"""
                local uint left_of_all[{{MostThreads * FactorRegisters}}], right_of_all[{{MostThreads * FactorRegisters}}];
                float sums_of_thread[{{sums}}];
                for (uint sum = 0; sum < {{sums}}; sum++) sums_of_thread[sum] = 0.0f;

            """);
    }

    private static void ReadOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        string block = OpenClText.Number(generator.Load(value[0]));
        var target = generator.Declare(value);
        for (int i = 0; i < SumsOfBlock; i++)
        {
            generator.Builder.Append($"\t{target}.{Field(i)} = sums_of_thread[{SumsOfBlock} * {block} + {i}];\n");
        }
    }

    /// <summary>
    /// mma.m16n8 as its specification lays it out: row g of the left factor is in the lanes 4g ... 4g + 3, in registers 0 and 2 for the upper eight rows
    /// and 1 and 3 for the lower; column g of the right factor in the same lanes; sums 0 and 1 of a lane are of row g, columns 2t and 2t + 1.
    /// </summary>
    /// <remarks>Registers are exchanged as plain numbers: Mesa loses the index of structs that are looked at as such.</remarks>
    private static void MultiplyAdd(CLCodeGenerator generator, Value value, int steps, int slots, string factor)
    {
        string block = OpenClText.Number(generator.Load(value[0]));
        var (left, right) = (generator.Load(value[1]), generator.Load(value[2]));
        string Factor(string all, string lane, string register) => string.Format(CultureInfo.InvariantCulture, factor, all, lane, register);
        string Each(int count, Func<int, string> statement) => string.Concat(Enumerable.Range(0, count).Select(statement));
        // Unrolled, the loops would be a thousand products, and take the compiler a minute.
        generator.Builder.Append($$"""
                {{Each(FactorRegisters, i => $"left_of_all[{FactorRegisters} * get_local_id(0) + {i}] = {left}.{Field(i)};\n\t")}}
                {{Each(FactorRegisters, i => $"right_of_all[{FactorRegisters} * get_local_id(0) + {i}] = {right}.{Field(i)};\n\t")}}
                barrier(CLK_LOCAL_MEM_FENCE);
                {
                    const uint thread = get_local_id(0), warp = thread & ~31u, g = thread % 32 / 4, t = thread % 4;
                    __attribute__((opencl_unroll_hint(1)))
                    for (uint sum = 0; sum < {{SumsOfBlock}}; sum++)
                    {
                        const uint tile = sum / 4, c = sum % 4;
                        float total = sums_of_thread[{{SumsOfBlock}} * {{block}} + sum];
                        for (uint step = 0; step < {{steps}}; step++)
                            __attribute__((opencl_unroll_hint(1)))
                            for (uint slot = 0; slot < {{slots}}; slot++)
                                total = fma(
                                    {{Factor("left_of_all", "warp + 4 * g", "8 * (tile / 4) + 4 * (c / 2)")}},
                                    {{Factor("right_of_all", "warp + 4 * (2 * t + c % 2)", "4 * (tile % 4)")}},
                                    total);
                        sums_of_thread[{{SumsOfBlock}} * {{block}} + sum] = total;
                    }
                }
                barrier(CLK_LOCAL_MEM_FENCE);

            """);
    }

    private static (ILGPU.Backends.VariableAllocator.Variable Source, ILGPU.Backends.VariableAllocator.Variable Target) Declare(CLCodeGenerator generator, Value value) =>
        (generator.Load(value[0]), generator.Declare(value));

    private static string Field(int index) => $"field_{index}";
}
