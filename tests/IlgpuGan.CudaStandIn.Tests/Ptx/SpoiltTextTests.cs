using System.Globalization;
using System.Text.RegularExpressions;
using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>Whatever is wrong with a text, it is refused, faults or runs: nothing reaches memory that is not the card's, and nothing goes on for ever.</summary>
public sealed partial class SpoiltTextTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private static readonly ExecutorOptions Short = new() { MaximumInstructions = 20_000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Cross_entropy_spoilt_anywhere_is_refused_faults_or_runs(int seed) => Spoil(seed, 150, card => card.Run<BceWithLogits, BceParameters>(
        new() { Target = 1f, Count = 70 },
        ("Logits", card.Upload<float>(Numbers.Random(70, 1))), ("Loss", card.Empty(1)), ("Gradient", card.Empty(70)), ("Probability", card.Empty(1))));

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Sums_spoilt_anywhere_are_refused_fault_or_run(int seed) => Spoil(seed, 150, card => card.Run<SumRows<Full<Slot0>>, ReductionParameters>(
        new() { Rows = 30, Columns = 24, Blocks = 8 }, ("Output", card.Empty(192)), ("Operands.X0", card.Upload<float>(Numbers.Random(720, 1)))));

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Products_spoilt_anywhere_are_refused_fault_or_run(int seed) => Spoil(seed, 40, card =>
        new MatrixProduct(card, 40, 24, 36, isLeftAlongDepth: true, isRightAlongDepth: true)
            .Run(typeof(TensorGemm<,,,,,,>), [typeof(Tile64x64), typeof(Tf32Factors), typeof(ByQuads), typeof(ByQuads)]));

    private void Spoil(int seed, int times, Action<Card> run)
    {
        var random = new Random(seed);
        int refused = 0, faulted = 0, ran = 0;
        for (int time = 0; time < times; time++)
        {
            string spoilt = "";
            using var card = new Card(texts) { Options = Short, Change = text => spoilt = Spoilt(text, random) };
            try
            {
                run(card);
                ran++;
            }
            catch (PtxException)
            {
                refused++;
            }
            catch (KernelFaultException)
            {
                faulted++;
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}, text {time}: {other}\n{spoilt}");
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {refused} refused, {faulted} faulted, {ran} ran");
        Assert.True(refused > 0 && faulted > 0 && ran > 0, $"{refused} refused, {faulted} faulted, {ran} ran");
    }

    private static string Spoilt(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        int entry = lines.FindIndex(line => line.Contains(".entry", StringComparison.Ordinal));
        int at = random.Next(entry, lines.Count - 1);
        string line = lines[at];
        switch (random.Next(6))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(random.Next(entry, lines.Count), line);
                break;
            case 2:
                (lines[at], lines[at + 1]) = (lines[at + 1], line);
                break;
            case 3 when line.Length > 0:
                lines[at] = line.Remove(random.Next(line.Length), 1);
                break;
            case 4:
                lines[at] = WholeNumbers().Replace(line, _ => random.Next(-70, 70).ToString(CultureInfo.InvariantCulture), 1);
                break;
            default:
                // Any register's number, or a form's for another.
                lines[at] = Registers().Replace(line, match => $"{match.Groups[1].Value}{random.Next(1, 30)}", 1);
                break;
        }
        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"(?<=[\s+<\[,])\d+")]
    private static partial Regex WholeNumbers();

    [GeneratedRegex(@"(%(?:r|rd|f|p))\d+")]
    private static partial Regex Registers();
}
