using IlgpuGan.Graphs;
using IlgpuGan.Kernels;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>
/// Two steps of each training from image to image on a device against the same in PyTorch in double precision: losses, and the gradient of each network, of which the second step's are
/// those of the weights that the first has left. Weights and images are the formulas of tests/fixtures-scripts/translation_steps.py, which prints what stands here: how many numbers
/// there are, the mean of their squares, and eight of them from the first to the last.
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class TranslationStepTests(TestDevice device)
{
    // A mean of 1,536 numbers at most, each from a dozen sums of up to 200 floats.
    private const double LossBound = 1e-5;

    // Where a float lies on the other side of a kink, of |x| or a ReLU, a gradient jumps by that number's share of it: a few of the thousands do.
    private const double GradientBound = 1e-3;

    private static readonly Dictionary<string, Printed> printed = new()
    {
        ["pix2pix 1 losses"] = new(4, 0.850795456, [1.52579505, 0.850541603, 0.540388282, 0.244316934]),
        ["pix2pix 1 discriminator 0"] = new(3077, 0.00350656603, [0.174310074, -0.106544471, -0.0111685657, 0.0135258832, -0.0417633246, -0.065097387, -0.0144257592, -0.134890866]),
        ["pix2pix 1 generator 0"] = new(4573, 0.71546565, [1.27801586, 0.123124027, 0, -0.294869283, -0.00460986437, -0.0404084824, 0.146822883, 16.4777067]),
        ["pix2pix 2 losses"] = new(4, 0.836784627, [1.50607864, 0.868015036, 0.517339648, 0.240364783]),
        ["pix2pix 2 discriminator 0"] = new(3077, 0.00352613679, [0.133541895, -0.12792992, -0.00655607961, 0.00780738468, -0.042901666, -0.0651564474, -0.0166052454, -0.136780356]),
        ["pix2pix 2 generator 0"] = new(4573, 0.177095829, [0.803341959, 0.994631365, 0, -0.132678608, -0.00228216118, -0.200967521, 0.0144564107, 5.53120903]),
        ["cyclegan 1 losses"] = new(4, 1.49505671, [1.45982032, 0.871644741, 1.24281496, 1.24289899]),
        ["cyclegan 1 discriminator 0"] = new(3013, 0.0628234067, [0.0185350913, 0.467608139, -0.0264426638, -0.0959606912, 0.0675459565, -0.124308327, 0.0646941422, -2.00384382]),
        ["cyclegan 1 discriminator 1"] = new(3013, 0.0356644812, [0.0702139568, 0.209253834, 0.0892703013, 0.0456346357, 0.0778378693, 0.0302531361, 0.0384262809, -1.24429771]),
        ["cyclegan 1 generator 0"] = new(13275, 0.279505717, [-1.15489251, -0.815363966, 0.042823747, -0.0412766224, -0.0157668168, 0.027245415, 0.580776615, -0.660265228]),
        ["cyclegan 1 generator 1"] = new(13275, 0.485062142, [-0.420266325, -0.221236351, -0.02248092, 0.269999951, 0.0618671739, -0.106325168, 0.00459834038, -1.26057961]),
        ["cyclegan 2 losses"] = new(4, 1.18736836, [1.21796027, 0.530461444, 1.22587136, 1.21733162]),
        ["cyclegan 2 discriminator 0"] = new(3013, 0.0451635028, [-0.0768694572, 0.432114363, -0.0538533385, -0.0430015973, 0.0762177648, -0.100606131, -0.0219138798, -1.61548188]),
        ["cyclegan 2 discriminator 1"] = new(3013, 0.0279158229, [0.171004613, 0.149653467, 0.0300300342, 0.10020467, 0.0138336584, 0.00557057684, 0.0418521568, -1.00327983]),
        ["cyclegan 2 generator 0"] = new(13275, 0.129968651, [-1.05047802, -0.714697009, 0.0658123461, 0.375595555, -0.0364773457, -0.012768846, 0.176402891, -0.357711926]),
        ["cyclegan 2 generator 1"] = new(13275, 0.192934285, [1.5977239, 0.110277903, 0.208826974, -0.31771018, 0.0232804002, -0.0633315119, -0.28008061, -0.735955129]),
        ["stargan 1 losses"] = new(5, 0.169859063, [3.98858106e-05, 0.00224392449, -0.0112019828, 0.689484383, 0.611372292]),
        ["stargan 1 discriminator 0"] = new(3052, 4.45457783e-05, [-0.0115448023, 2.7948298e-05, -0.00258217122, 0.00595544799, 3.72179907e-05, 0.000823732321, -0.00215883932, -0.0208998035]),
        ["stargan 1 generator 0"] = new(10320, 0.125210356, [0.414428635, -1.0396359, 0.0255678243, -0.137110139, -0.204032896, 0.203638852, 0.15224396, 0.0821868677]),
        ["stargan 2 losses"] = new(5, 0.172063087, [0.00342349069, 0.00224374105, -0.0145961604, 0.69600455, 0.61291378]),
        ["stargan 2 discriminator 0"] = new(3052, 4.76343504e-05, [-0.0170065426, 0.000714908715, -0.00250434965, 0.00393885715, 3.69238972e-05, 0.00630124731, -0.00370322242, -0.0209030284]),
        ["stargan 2 generator 0"] = new(10320, 0.197667787, [-0.341147654, -0.977167439, 0.283545915, 0.0554752691, 0.817700541, -0.000286298322, 0.2710984, -0.18022418]),
        ["cut 1 losses"] = new(4, 11.4756357, [1.69169684, 1.25547205, 4.58130957, 4.52505217]),
        ["cut 1 discriminator 0"] = new(3013, 0.0592796828, [0.0982834117, -0.139931048, 0.0626875752, -0.0899518378, 0.0396703141, -0.184402761, -0.0999952853, -1.98802751]),
        ["cut 1 generator 0"] = new(13275, 0.170787497, [1.6488703, 0.831983268, 0.216117602, -0.274824765, 0.0523055063, 0.0513717102, 0.0323804784, 0.148900021]),
        ["cut 1 head 0"] = new(66816, 3.14139971e-06, [0.00419547265, -4.87805955e-06, 0.00290853872, 0.00064863737, 2.29548069e-07, 0.00166683801, -6.05826619e-07, -0.0137460766]),
        ["cut 1 head 1"] = new(68096, 1.62647659e-07, [0.000700772024, -0.00020259226, 2.79903367e-05, -2.69011981e-05, -0.000139282889, -0.000115080182, 0, 0.00225516707]),
        ["cut 1 head 2"] = new(70144, 7.84342726e-07, [0.00243552152, 0.000153427318, -0.000580527266, 2.00330383e-05, 0.000265927583, 0.000393800027, 0.000162987127, 0.00422806213]),
        ["cut 1 head 3"] = new(70144, 3.50749857e-06, [0.00210997329, -0.00124783086, -0.000352330405, 0.00134965768, 0.000853579365, -0.00110430236, -0.000517571451, -0.00243171433]),
        ["cut 1 head 4"] = new(70144, 4.20259783e-06, [-0.00234175082, -0.00234325042, -0.00106041328, -0.000564301596, 0.00148688799, -0.00157153365, 0.00100271941, -0.00302246679]),
        ["cut 2 losses"] = new(4, 9.34227178, [1.42014828, 0.818390331, 3.97626372, 4.34417196]),
        ["cut 2 discriminator 0"] = new(3013, 0.0408625358, [-0.0340041529, -0.0650424483, 0.0761399914, -0.0494269922, 0.0527496336, -0.0937094956, -0.0891133865, -1.57053644]),
        ["cut 2 generator 0"] = new(13275, 0.0865845214, [0.320665635, 0.0181693137, 0.225303562, -0.0742346309, 0.151722569, 0.0307316933, -0.101451638, -0.135993035]),
        ["cut 2 head 0"] = new(66816, 3.12233889e-06, [0.00455560196, -9.78938462e-06, 0.00296085216, 0.000666428725, 7.26125273e-07, 0.00162952525, -7.15105787e-07, -0.012558623]),
        ["cut 2 head 1"] = new(68096, 1.35076354e-07, [0.000992188302, -0.000138544388, 3.70526374e-05, -3.48440074e-05, -5.70601506e-05, -0.000111758018, 0, 0.00210745589]),
        ["cut 2 head 2"] = new(70144, 7.20522854e-07, [0.00113240256, 0.000213911369, -0.000600164541, -0.000218741835, 0.000488436726, 0.000184595965, 0.000160344686, 0.00363720564]),
        ["cut 2 head 3"] = new(70144, 2.80160185e-06, [-0.00708664897, -0.000247521997, -0.000329890587, 0.00126277813, 0.000435794978, 0.000239618945, 0.000214036193, -3.16934943e-05]),
        ["cut 2 head 4"] = new(70144, 3.33503678e-06, [-0.00440887499, -0.000740482663, -0.000776038655, 0.000328319305, 0.00115612607, -0.000907126963, 0.000966892142, -0.00472104015]),
        ["fastcut 1 losses"] = new(3, 9.2084978, [1.58733887, 1.10192105, 4.88790535]),
        ["fastcut 1 discriminator 0"] = new(3013, 0.0548812577, [0.129797087, -0.263083201, 0.1070076, -0.0685631194, 0.0577693348, -0.145189328, -0.119366579, -1.92134976]),
        ["fastcut 1 generator 0"] = new(13275, 0.138033802, [0.872116475, 0.174407047, 0.395119321, -0.106758885, 0.0561866644, -0.212657818, -0.232580058, 0.0393965878]),
        ["fastcut 1 head 0"] = new(66816, 4.24618542e-06, [0.00374322317, 2.13183002e-06, 0.00297747451, 0.00064362539, 0, 0.00158994686, -2.31549293e-06, -0.0186947534]),
        ["fastcut 1 head 1"] = new(68096, 1.59017933e-07, [0.000754823759, -0.000266960419, 5.36202481e-05, 2.84684539e-06, -2.84044305e-05, -0.000148701656, 0, 0.00122757103]),
        ["fastcut 1 head 2"] = new(70144, 1.18471483e-06, [0.00194529782, 0.000261662903, 0.000850969702, 0.00020096515, 0.00054243276, -0.000627226995, 0.000132860265, 0.0017995892]),
        ["fastcut 1 head 3"] = new(70144, 7.12255599e-06, [-0.00352360803, 0.0012061351, 0.000956810287, 0.000924665251, 0.00041426465, 0.000268581358, -0.000666702488, 0.000179148328]),
        ["fastcut 1 head 4"] = new(70144, 8.42167625e-06, [0.00300290789, -0.000791983385, -6.31286593e-05, 0.000534768448, 0.000217961507, -0.000842740229, -0.000141260705, -0.00157275648]),
        ["fastcut 2 losses"] = new(3, 8.48303963, [1.5463659, 1.19947468, 4.64963782]),
        ["fastcut 2 discriminator 0"] = new(3013, 0.053350041, [-0.100155903, -0.240728246, 0.0743782607, -0.114925818, 0.0161807853, -0.156069115, -0.107822561, -1.87459836]),
        ["fastcut 2 generator 0"] = new(13275, 0.246215087, [1.7806079, 1.78362807, 0.519655012, -0.0759398496, 0.150228615, 0.275906463, 0.319994525, -0.0462509188]),
        ["fastcut 2 head 0"] = new(66816, 3.23963189e-06, [0.00363698972, -4.87306278e-07, 0.00311014816, 0.00074800086, 8.11083492e-08, 0.00150840226, -9.36842774e-07, -0.0135916686]),
        ["fastcut 2 head 1"] = new(68096, 2.35154521e-07, [0.000641206195, -5.0436454e-05, 0.000140999115, -3.52755238e-05, -3.66240795e-05, -7.83776527e-05, 0, 0.00303108793]),
        ["fastcut 2 head 2"] = new(70144, 1.19329654e-06, [0.00443211351, 0.000272620327, -0.000740723662, 2.08973546e-05, 0.000102140672, 0.00144515781, 0.000137734971, 0.00383459119]),
        ["fastcut 2 head 3"] = new(70144, 6.00737264e-06, [0.00663099149, -0.00173820183, -0.000485088252, 0.00167447275, 0.000906737819, -0.00185232566, -0.00155553206, -0.00615064599]),
        ["fastcut 2 head 4"] = new(70144, 8.17415159e-06, [-0.00960575787, -0.00337642016, -0.00117223259, -0.000129140472, 0.000597588229, -0.00187765624, 0.00107954654, -0.00387194549]),
    };

    public static TheoryData<string> Methods => [.. TranslationOptions.Methods];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Two_steps_are_those_of_PyTorch(string method)
    {
        var options = Options(method);
        using var data = TinyTranslation.Data(options, count: 2);
        using var trainer = new TranslationTrainer(device.Open(), options, data);
        string[] networks = [.. TinyTranslation.NetworksOf(method)];
        trainer.LoadState(TinyTranslation.WithFormulas(trainer.SaveState(), networks));
        for (int step = 1; step <= 2; step++)
        {
            trainer.RunStep();

            var report = trainer.Report();
            Close($"{method} {step} losses", [(float)report.DiscriminatorLoss, .. report.Penalty is { } penalty ? [(float)penalty] : (float[])[],
                (float)report.GeneratorLoss, .. report.Terms!.Values.Select(term => (float)term)]);
            var state = trainer.SaveState();
            foreach (string kind in new[] { "discriminator", "generator", "head" })
            {
                foreach (var (i, network) in networks.Where(network => network.Contains(kind, StringComparison.Ordinal)).Index())
                {
                    // Without momentum what the optimiser keeps is the gradient.
                    Close($"{method} {step} {kind} {i}", [.. state.Where(pair => pair.Key.StartsWith($"{network}.adam.m.", StringComparison.Ordinal)).SelectMany(pair => pair.Value.Floats!)]);
                }
            }
        }
    }

    private static void Close(string name, float[] numbers)
    {
        var expected = printed[name];
        double size = Math.Max(Math.Sqrt(expected.MeanOfSquares), expected.Values.Max(Math.Abs));
        Assert.Equal(expected.Count, numbers.Length);
        double worst = expected.Values.Index().Max(value => Math.Abs(value.Item - numbers[numbers.Length <= 8 ? value.Index : value.Index * (numbers.Length - 1) / 7]));
        double squares = Math.Abs(expected.MeanOfSquares - numbers.Average(value => (double)value * value));
        double bound = name.EndsWith("losses", StringComparison.Ordinal) ? LossBound : GradientBound;
        Assert.True(worst <= bound * size && squares <= 2 * bound * expected.MeanOfSquares,
            $"{name}: off by {worst / size:E1} of the largest, and by {squares / expected.MeanOfSquares:E1} in the squares.");
    }

    private static TrainingOptions Options(string method) => TinyTranslation.Options(method, options => options with
    {
        Stages = method switch { TranslationMethod.Pix2Pix => 3, TranslationMethod.StarGan => 1, _ => 2 },
        NcePlaces = 4096,
        // As in the script, whatever the usual settings are.
        Norm = Normalization.Instance,
        Cycle = 10,
        Identity = method switch { TranslationMethod.CycleGan => 5, TranslationMethod.StarGan => 0, _ => options.Identity },
    }).With(UpdateRule.Sgd) with
    {
        LearningRate = 0.001f,
        Momentum = 0,
        Batch = 2,
        DiscriminatorSteps = 1,
        Penalty = method == TranslationMethod.StarGan ? "r1" : "none",
        Seed = SeedFor(method),
    };

    /// <summary>
    /// What is drawn is as in the script: of stargan the first step asks each image for what the other is, the second for what it is itself; of fastcut the first translates both images
    /// mirrored, the second none.
    /// </summary>
    private static ulong SeedFor(string method)
    {
        bool IsMirrored(ulong seed, uint step, int image)
        {
            var words = Philox.Generate(0, (uint)TranslationStream.Mirror, step, (uint)seed, (uint)(seed >> 32));
            return Philox.Uniform(image == 0 ? words.A : words.B) > 0.5f;
        }
        int First(ulong seed, int step) => EpochShuffle.Pick(2 * step, 2, (uint)seed, (uint)(seed >> 32));
        for (ulong seed = 1; ; seed++)
        {
            bool isSwapped = First(seed, 0) != First(~seed, 0) && First(seed, 1) == First(~seed, 1);
            bool areMirrored = IsMirrored(seed, 0, 0) && IsMirrored(seed, 0, 1) && !IsMirrored(seed, 1, 0) && !IsMirrored(seed, 1, 1);
            if (method switch { TranslationMethod.StarGan => isSwapped, TranslationMethod.FastCut => areMirrored, _ => true })
            {
                return seed;
            }
        }
    }

    private sealed record Printed(int Count, double MeanOfSquares, double[] Values);
}
