using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Theory;

namespace IlgpuGan.Tests.Theory;

/// <summary>The toy grammar, and the gradient that each way to choose words leaves G.</summary>
[Collection(nameof(TestDevice))]
public sealed class SequenceTests(TestDevice under)
{
    private static readonly string[] One = ["a cat", "a dog", "a bird"], Several = ["two cats", "two dogs", "two birds"];

    private static readonly SequenceOptions Small = new() { Steps = 1, Batch = 4, Width = 4 };

    /// <summary>Every subject with each verb of its number and every object.</summary>
    private static List<string> Expected =>
    [
        .. from subject in One from verb in (string[])["sees", "hears"] from thing in One.Concat(Several) select $"{subject} {verb} {thing}",
        .. from subject in Several from verb in (string[])["see", "hear"] from thing in One.Concat(Several) select $"{subject} {verb} {thing}",
    ];

    [Fact]
    public void Of_all_sequences_of_five_words_72_are_sentences()
    {
        int words = ToyGrammar.Words.Count, sequences = words * words * words * words * words;
        var found = Enumerable.Range(0, sequences)
            .Select(number => (int[])[number % words, number / words % words, number / (words * words) % words, number / (words * words * words) % words, number / (words * words * words * words)])
            .Where(ToyGrammar.IsSentence).Select(ToyGrammar.Text).ToList();

        Assert.Equal(12, ToyGrammar.Words.Distinct().Count());
        Assert.Equal((72, 3456), (Expected.Count, sequences / found.Count));
        Assert.Equal(Expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(Expected.Order(StringComparer.Ordinal), ToyGrammar.Sentences.Select(ToyGrammar.Text).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("two cats see a dog", true)]
    [InlineData("two cats sees a dog", false)]
    [InlineData("a cats see a dog", false)]
    [InlineData("a cat see a dog", false)]
    [InlineData("a cat sees a dogs", false)]
    [InlineData("cat a sees a dog", false)]
    [InlineData("two cats see a", false)]
    [InlineData("two cats see a dog dog", false)]
    public void A_noun_agrees_with_the_word_before_it_and_a_verb_with_its_subject(string text, bool isSentence) =>
        Assert.Equal(isSentence, ToyGrammar.IsSentence([.. text.Split(' ').Select(word => ToyGrammar.Words.ToList().IndexOf(word))]));

    [Fact]
    public void Straight_argmax_leaves_G_no_gradient_at_all_and_a_softmax_leaves_one()
    {
        var told = new WorkRecorder();

        var trials = SequenceStudy.Run(Small, under.Open(), told, TestContext.Current.CancellationToken).ToList();

        Assert.Equal(["argmax", "gumbel-softmax", "straight-through"], trials.Select(trial => trial.Choice));
        Assert.Equal(0.0, trials[0].Points[^1].GradientNorm);
        Assert.All(trials.Skip(1), trial => Assert.InRange(trial.Points[^1].GradientNorm, 1e-6, 1e6));
        Assert.All(trials, trial =>
        {
            Assert.Equal([0, 1], trial.Points.Select(point => point.Step));
            Assert.Equal(double.NaN, trial.Points[0].GradientNorm);
            Assert.All(trial.Samples, sample => Assert.Equal(Expected.Contains(sample.Text), sample.IsSentence));
        });
        told.AssertWhole(WorkKind.ComparingTrainings);
        Assert.Equal(3, told.All[^1].Total);
    }

    [Fact]
    public void A_study_ends_between_two_updates()
    {
        using var stop = new CancellationTokenSource();
        var told = new WorkRecorder { Then = work => Cancel(stop, work.Done == 2) };

        Assert.Throws<OperationCanceledException>(() => SequenceStudy.Run(Small with { Choices = ["argmax"], Steps = 50 }, under.Open(), told, stop.Token).ToList());

        Assert.Equal([1L, 2L], told.All.Select(work => work.Done));
    }

    [Fact]
    public void What_is_not_allowed_is_refused_by_the_name_of_its_option()
    {
        SequenceOptions[] wrong = [Small with { Steps = 0 }, Small with { Batch = 1 }, Small with { Width = 0 }, Small with { LearningRate = float.NaN }];

        Assert.Equal(["Steps is 0", "Batch is 1", "Width is 0", "LearningRate is NaN"], wrong.Select(options => Assert.Throws<OptionException>(options.Validate).Message.Split(';')[0]));
    }

    private static void Cancel(CancellationTokenSource stop, bool now)
    {
        if (now)
        {
            stop.Cancel();
        }
    }
}
