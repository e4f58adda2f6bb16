using System.Text;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>Small texts of PTX around a few instructions.</summary>
internal static class Assembly
{
    /// <summary>
    /// A kernel with two addresses as parameters, <c>%rd1</c> and <c>%rd2</c>; <c>%r1</c> is the thread, whose place of 16 bytes is added to the addresses in
    /// <c>%rd3</c> and <c>%rd4</c>.
    /// </summary>
    public static string Kernel(string body, string shared = "", string promise = "") =>
        $$"""
        .version 8.8
        .target sm_80
        .address_size 64
        .visible .entry test(
            .param .b64 in,
            .param .b64 out
        ) {{promise}}
        {
            .reg .pred %p<16>;
            .reg .b16 %rs<16>;
            .reg .b32 %r<64>;
            .reg .b64 %rd<32>;
            .reg .f32 %f<32>;
            .reg .f64 %fd<16>;
            {{shared}}
            ld.param.b64 %rd1, [in];
            ld.param.b64 %rd2, [out];
            mov.u32 %r1, %tid.x;
            mul.wide.u32 %rd3, %r1, 16;
            add.u64 %rd4, %rd3, %rd2;
            add.u64 %rd3, %rd3, %rd1;
        {{body}}
            ret;
        }
        """;

    /// <summary>Runs such a kernel in one group.</summary>
    public static LaunchCounts Run(Card card, string text, MemoryBlock input, MemoryBlock output, int threads, ExecutorOptions? options = null, int groups = 1, int dynamicShared = 0)
    {
        byte[] parameters = [.. BitConverter.GetBytes(input.Address), .. BitConverter.GetBytes(output.Address)];
        return Executor.Launch(PtxModule.Parse(text).Kernels[0], new(groups), new(threads), dynamicShared, parameters, card.Memory, options ?? new() { CountsTraffic = true });
    }

    /// <summary>
    /// Loads the operands of an instruction, each from eight bytes of the thread's row, does it, and stores the result; by the letters of a form.
    /// </summary>
    public static string Around(string form, string operands)
    {
        var body = new StringBuilder();
        var names = new List<string> { Register(operands[0], 0) };
        body.AppendLine($"mul.wide.u32 %rd3, %r1, {8 * operands.Length};");
        body.AppendLine("add.u64 %rd3, %rd3, %rd1;");
        for (int i = 1; i < operands.Length; i++)
        {
            string name = Register(operands[i], i), place = $"[%rd3+{8 * i}]";
            names.Add(name);
            body.AppendLine(operands[i] switch
            {
                'p' => $"ld.global.u32 %r{40 + i}, {place};\nsetp.ne.u32 {name}, %r{40 + i}, 0;",
                'l' => $"ld.global.b64 {name}, {place};",
                'n' => $"ld.global.b16 {name}, {place};",
                _ => $"ld.global.b32 {name}, {place};",
            });
        }
        body.AppendLine($"{form} {string.Join(", ", names)};");
        string result = names[0];
        if (operands[0] == 'p')
        {
            body.AppendLine($"selp.u32 %r40, 1, 0, {result};");
            result = "%r40";
        }
        body.AppendLine(operands[0] == 'l' ? $"st.global.b64 [%rd4], {result};" : $"st.global.b32 [%rd4], {result};");
        return Kernel(body.ToString());
    }

    private static string Register(char kind, int number) => kind switch
    {
        'p' => $"%p{number + 1}",
        'l' => $"%rd{number + 10}",
        'n' => $"%rs{number + 1}",
        _ => $"%r{number + 10}",
    };
}
