using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>What the graph shares, what it tells apart, and what it refuses.</summary>
public sealed class GraphTests
{
    private readonly Graph graph = new();
    private readonly Variable variable = new("variable", 24);

    [Fact]
    public void Equal_operations_on_equal_inputs_are_one_node()
    {
        var x = Read(4, 6);
        Assert.Same(x, Read(4, 6));
        Assert.Same(x.Tanh() + 1, x.Tanh() + 1);
        Assert.Same(x.SumRows(), x.SumRows());
        Assert.Same(graph.BceLoss(x, 1), graph.BceLoss(x, 1));
        Assert.Same(graph.MatrixProduct(x, x, true), graph.MatrixProduct(x, x, true));
        var geometry = new ConvolutionGeometry(4, 3, 2, 1, 2, 2, 1, 0);
        var image = Read(1, 4, 3, 2);
        var weights = Read(2, 2, 2, 1);
        Assert.Same(graph.Convolution(geometry, image, weights), graph.Convolution(geometry with { }, image, weights));
    }

    [Fact]
    public void Operations_that_differ_in_a_setting_a_shape_or_an_input_are_different_nodes()
    {
        var x = Read(4, 6);
        Assert.NotSame(x, Read(6, 4));
        Assert.NotSame(x.Tanh(), x.Exp());
        Assert.NotSame(x.LeakyRelu(0.1f), x.LeakyRelu(0.2f));
        Assert.NotSame(graph.BceLoss(x, 1), graph.BceLoss(x, 0));
        Assert.NotSame(graph.MatrixProduct(x, x, true), graph.MatrixProduct(x, x, false, true));
        Assert.NotSame(graph.Read(variable, 0, Shape.Of(2)), graph.Read(variable, 2, Shape.Of(2)));
        Assert.NotSame(x.Square().SumRows().BroadcastTo(Shape.Of(4, 6)), x.Square().SumRows().BroadcastTo(Shape.Of(2, 6)));
        var counter = new Counter("step");
        Assert.NotSame(graph.RandomNormal(Shape.Of(3), 1, 0, counter), graph.RandomNormal(Shape.Of(3), 1, 1, counter));
        Assert.NotSame(graph.RandomNormal(Shape.Of(3), 1, 0, counter), graph.RandomNormal(Shape.Of(3), 1, 0, new Counter("step")));
    }

    [Fact]
    public void Reads_before_and_after_an_update_are_different_nodes()
    {
        var before = Read(4, 6);
        graph.Assign(variable, 0, before * 2);
        var after = Read(4, 6);
        Assert.NotSame(before, after);
        Assert.Same(after, Read(4, 6));
    }

    [Fact]
    public void An_optimiser_step_makes_new_reads_of_everything_it_writes()
    {
        var set = new ParameterSet("net");
        set.Add("weight", Shape.Of(3), 0, 1);
        Variable[] written = [set.Values, set.Gradients, set.FirstMoment, set.SecondMoment, set.Average];
        Tensor[] before = [.. written.Select(variable => graph.Read(variable, 0, Shape.Of(3)))];
        graph.Update(set, [before[0] * 2], new(UpdateRule.Adam) { LearningRate = 1e-3f }, new("updates"));
        Assert.All(before.Zip(written), pair => Assert.NotSame(pair.First, graph.Read(pair.Second, 0, Shape.Of(3))));
    }

    [Fact]
    public void Every_effect_is_an_event_of_its_own_in_order()
    {
        var (first, second) = (Read(24).Exp(), Read(24).Tanh());
        var counter = new Counter("step");
        graph.Assign(variable, 0, first);
        graph.Assign(variable, 0, second);
        graph.Assign(variable, 0, first);
        graph.Advance(counter);
        graph.Advance(counter);
        Assert.Equal(5, graph.Effects.Distinct().Count());
        Assert.Equal(graph.Effects.OrderBy(effect => effect.Id), graph.Effects);
        Assert.Equal([first, second, first], graph.Effects.Take(3).Select(effect => effect.Inputs[0]));
    }

    [Fact]
    public void Random_numbers_and_batches_made_after_their_counter_advanced_are_new()
    {
        var (counter, other) = (new Counter("step"), new Counter("other"));
        var images = new ByteSource("images", 10, 4, 4, 3);
        var labels = new LabelSource("labels", 10, 3, 2);
        Tensor[] Draw() =>
        [
            graph.RandomNormal(Shape.Of(3), 1, 0, counter), graph.RandomUniform(Shape.Of(3), 1, 0, counter),
            graph.GatherImages(images, 2, 1, 0, counter, flip: false),
            graph.GatherLabels(labels, 2, 1, counter),
        ];
        var before = Draw();
        var unaffected = graph.RandomNormal(Shape.Of(3), 1, 0, other);
        Assert.Equal(before, Draw());
        graph.Advance(counter);
        Assert.All(before.Zip(Draw()), pair => Assert.NotSame(pair.First, pair.Second));
        Assert.Same(unaffected, graph.RandomNormal(Shape.Of(3), 1, 0, other));
    }

    [Fact]
    public void Every_tensor_comes_after_what_it_is_made_of()
    {
        var x = Read(4, 6);
        Differentiation.Gradients(ElementwiseCases.Normalized(x, graph.Constant(1).BroadcastTo(Shape.Of(6)), x.SumRows()).Sum(), [x]);
        Assert.All(graph.Tensors, (tensor, id) => Assert.Equal(id, tensor.Id));
        Assert.All(graph.Tensors, tensor => Assert.All(tensor.Inputs, input => Assert.True(input.Id < tensor.Id)));
    }

    [Fact]
    public void Arithmetic_that_changes_nothing_makes_nothing()
    {
        var x = Read(4, 6);
        Assert.Same(x, x * 1);
        Assert.Same(x, x + 0);
        Assert.Same(x, x - 0);
        Assert.Same(x, graph.Constant(0) + x);
        Assert.Same(x, x / graph.Constant(1));
        Assert.Same(x, x.Reshape(24).Reshape(4, 6));
        Assert.Same(x, x.BroadcastTo(Shape.Of(4, 6)));
        Assert.Same(graph.Constant(6), graph.Constant(2) * graph.Constant(3));
    }

    [Fact]
    public void A_dense_convolution_is_a_matrix_product()
    {
        var geometry = new ConvolutionGeometry(2, 3, 2, 2, 2, 3, 1, 0);
        var y = graph.Convolution(geometry, Read(2, 2, 3, 2), Read(2, 3, 2, 2));
        Assert.Equal(Shape.Of(2, 1, 1, 2), y.Shape);
        Assert.DoesNotContain(graph.Tensors, tensor => tensor.Operation is Convolution);
        Assert.Single(graph.Tensors, tensor => tensor.Operation is MatrixProduct);
    }

    [Fact]
    public void A_target_that_the_scalar_does_not_depend_on_gets_zeros()
    {
        var (x, unused) = (Read(4, 6), graph.Read(variable, 0, Shape.Of(2, 3)));
        var gradients = Differentiation.Gradients(x.Tanh().Sum() + x.Step().Sum(), [unused, x, x.Step()]);
        double[] zeros = new HostReference().Run(graph)[gradients[0]];
        Assert.Equal(Shape.Of(2, 3), gradients[0].Shape);
        Assert.Equal(new double[6], zeros);
    }

    [Fact]
    public void No_gradient_flows_through_what_is_detached()
    {
        var graph = new Graph();
        var x = graph.Read(new Variable("x", 3));

        var gradient = Differentiation.Gradient((x * (x * x).Detach()).Sum(), x);

        Assert.Contains(gradient.Inputs.Append(gradient), tensor => tensor.Operation is Detach);
        Assert.Equal(0, Assert.IsType<Constant>(Differentiation.Gradient(x.Exp().Detach().Sum(), x).Inputs[0].Operation).Value);
    }

    [Fact]
    public void A_target_made_after_the_scalar_gets_zeros()
    {
        var x = Read(4, 6);
        var scalar = x.Sum();
        var gradient = Differentiation.Gradients(scalar, [x.Exp()])[0];
        Assert.Equal(new double[24], new HostReference().Run(graph)[gradient]);
    }

    [Fact]
    public void Parameters_that_are_no_targets_cost_no_weight_gradient()
    {
        var step = new DcganStep(new(Side: 16, Channels: 3, Width: 4, Latent: 8, Batch: 2));
        // Both layers of each net that are not dense: D's once for the real and once for the fake batch, G's once.
        Assert.Equal(2 * 2 + 2, step.Graph.Tensors.Count(tensor => tensor.Operation is ConvolutionWeightGradient));
    }

    [Fact]
    public void Nothing_is_differentiated_towards_inputs_that_are_no_targets()
    {
        var step = new DcganStep(new(Side: 16, Channels: 3, Width: 4, Latent: 8, Batch: 2));
        // Transposed convolutions forward: G's two. Backward: D's second layer for real and fake, then both layers on G's way down.
        Assert.Equal(2 + 2 + 2, step.Graph.Tensors.Count(tensor => tensor.Operation is ConvolutionDataGradient));
    }

    [Fact]
    public void The_published_step_costs_what_was_counted_by_hand()
    {
        // 64 x 64, batch 128: 317.7 GFLOP in PyTorch's example, less the 26.6 of D's weight gradients in the step of G.
        var step = new DcganStep(new(Side: 64, Channels: 3, Width: 64, Latent: 100, Batch: 128));
        Assert.Equal(291.2, step.Graph.Tensors.Where(tensor => tensor.Operation.Kind() == OperationKind.Product).Sum(tensor => tensor.Flops()) / 1e9, 0.05);
        Assert.Equal(3_576_704, step.Generator.Size);
        Assert.Equal(2_765_568, step.Discriminator.Size);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var x = Read(4, 6);
        Assert.Throws<ArgumentException>(() => x + Read(6, 4));
        Assert.Throws<ArgumentException>(() => x + Read(4));
        Assert.Throws<ArgumentException>(() => x.SumRows().BroadcastTo(Shape.Of(6, 4)));
        Assert.Throws<ArgumentException>(() => x.Reshape(5, 5));
        Assert.Throws<ArgumentException>(() => graph.MatrixProduct(x, x));
        Assert.Throws<ArgumentException>(() => Differentiation.Gradients(x, [x]));
        Assert.Throws<ArgumentException>(() => graph.BatchNormalize(x, Read(4), Read(6), Read(6), Read(6)));
        Assert.Throws<ArgumentException>(() => x + new Graph().Constant(2).Exp());
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Read(variable, 20, Shape.Of(5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Read(variable, int.MaxValue, Shape.Of(5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Assign(variable, 1, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Assign(variable, -1, x.SumRows()));
    }

    [Fact]
    public void A_window_larger_than_the_padded_image_is_refused()
    {
        // (2 - 3) / 2 + 1 is 1 in integers, so the shapes alone would pass.
        var geometry = new ConvolutionGeometry(2, 2, 1, 1, 3, 3, 2, 0);
        var (image, weights) = (Read(1, 2, 2, 1), Read(3, 3, 1, 1));
        Assert.Throws<ArgumentException>(() => graph.Convolution(geometry, image, weights));
        Assert.Throws<ArgumentException>(() => graph.ConvolutionDataGradient(geometry, Read(1, 1, 1, 1), weights));
        Assert.Throws<ArgumentException>(() => graph.ConvolutionWeightGradient(geometry, image, Read(1, 1, 1, 1)));
    }

    [Fact]
    public void Gradients_of_an_update_must_match_the_parameters_in_number_and_shape()
    {
        var set = new ParameterSet("net");
        set.Add("weight", Shape.Of(2, 3), 0, 1);
        set.Add("bias", Shape.Of(3), 0, 1);
        var settings = new Optimizer(UpdateRule.Adam) { LearningRate = 1e-3f };
        Assert.Throws<ArgumentException>(() => graph.Update(set, [Read(2, 3)], settings, new("updates")));
        Assert.Throws<ArgumentException>(() => graph.Update(set, [Read(2, 3), Read(2)], settings, new("updates")));
        Assert.Throws<ArgumentException>(() => graph.Update(set, [Read(2, 3), Read(3)], settings with { LearningRate = Read(2) }, new("updates")));
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 3, 0 })]
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 65536, 65536 })]
    [InlineData(new[] { 65536, 65536, 65536, 65536 })]
    public void Shapes_without_elements_or_with_too_many_are_refused(int[] lengths) =>
        Assert.ThrowsAny<ArgumentException>(() => Shape.Of(lengths));

    private Tensor Read(params int[] lengths) => graph.Read(variable, 0, Shape.Of(lengths));
}
