using System.Runtime.CompilerServices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>An operation that a pass does not know is refused by name: guessed at, it would compile to memory that nothing writes.</summary>
[Collection(nameof(TestDevice))]
public sealed class UnknownOperationTests(TestDevice under)
{
    private sealed record Unheard : Operation;

    private readonly Graph graph = new();
    private readonly Variable variable = new("variable", 24);

    public static TheoryData<string> Operations =>
        [.. typeof(Operation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_operation_has_its_facts(string name)
    {
        var type = typeof(Operation).Assembly.GetType($"IlgpuGan.Graphs.{name}")!;
        var operation = (Operation)RuntimeHelpers.GetUninitializedObject(type);
        var kind = operation.Kind();
        // It has no counter as it was never made, but it was asked for one by name.
        Assert.Null(operation.DrawnBy());
        bool hasCounter = type.GetProperty("Counter") is not null;
        Assert.Equal(hasCounter, kind == OperationKind.Drawn || operation is ParameterUpdate or Advance);
        Assert.Equal(kind == OperationKind.Elementwise, Record.Exception(() => operation.FlopsPerElement()) is null);
    }

    [Fact]
    public void A_plan_of_an_unknown_operation_is_not_compiled() => RefusesToCompile(Make(), Make().Shape);

    [Fact]
    public void Nor_is_one_that_reads_it() => RefusesToCompile(Make() + 1, Shape.Of(4, 6));

    [Fact]
    public void Nor_one_whose_effect_it_is()
    {
        graph.Assign(variable, 0, Make());
        RefusesToCompile(graph.Constant(1), Shape.Scalar);
    }

    [Fact]
    public void A_counter_does_not_advance_over_numbers_that_might_be_drawn_by_it()
    {
        Make();
        Assert.Contains("Unheard", Assert.Throws<InvalidOperationException>(() => graph.Advance(new("step"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_through_it_is_refused() => Assert.Contains(
        "Unheard has no gradient rule", Assert.Throws<InvalidOperationException>(() => Differentiation.Gradients(Make().Sum(), [Read()])).Message, StringComparison.Ordinal);

    [Fact]
    public void Functions_without_an_expression_are_refused_by_name()
    {
        var unary = graph.Unary((UnaryFunction)99, Read());
        var binary = graph.Binary((BinaryFunction)98, Read(), Read());
        using var variables = new VariableStore(under.Open());
        Assert.Contains("99", Assert.Throws<InvalidOperationException>(() => Plan.Compile(variables, graph, unary)).Message, StringComparison.Ordinal);
        Assert.Contains("98", Assert.Throws<InvalidOperationException>(() => Plan.Compile(variables, graph, binary)).Message, StringComparison.Ordinal);
        Assert.Contains("99", Assert.Throws<InvalidOperationException>(() => Differentiation.Gradients(unary.Sum(), [Read()])).Message, StringComparison.Ordinal);
    }

    private Tensor Read() => graph.Read(variable, 0, Shape.Of(4, 6));

    private Tensor Make()
    {
        var x = Read();
        return graph.Repeat(new Tensor(graph, 0, new Unheard(), x.Shape, []), [x]);
    }

    private void RefusesToCompile(Tensor output, Shape shape)
    {
        Assert.Equal(shape, output.Shape);
        using var variables = new VariableStore(under.Open());
        var fault = Assert.Throws<InvalidOperationException>(() => Plan.Compile(variables, graph, output));
        Assert.Contains("The operation Unheard has no", fault.Message, StringComparison.Ordinal);
    }
}
