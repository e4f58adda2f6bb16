using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Updates of variables between reads, optimiser steps, counters and random numbers. Devices run these twice: state must carry over.</summary>
internal static class EffectCases
{
    public static IEnumerable<OperationCase> All => [.. Assignments(), .. Updates(), .. Rules(), .. Leaves(), .. Random(), .. Counters()];

    private static IEnumerable<OperationCase> Counters()
    {
        foreach (var schedule in new[] { Schedule.Linear(2e-4f, 0, 0.3f), Schedule.Cosine(0.9f, 0.99f, 0.3f) })
        {
            yield return new($"A schedule {schedule} over five steps", inputs =>
            {
                var counter = new Counter("steps");
                var values = new List<Tensor>();
                for (int i = 0; i < 5; i++)
                {
                    values.Add(schedule.At(inputs.Graph, inputs.Graph.Value(counter) * 0.064f));
                    inputs.Graph.Advance(counter);
                }
                return [.. values];
            });
        }
        yield return new("CounterValue before and after an advance", inputs =>
        {
            var counter = new Counter("steps");
            var before = inputs.Graph.Value(counter) * 2;
            inputs.Graph.Advance(counter);
            return [before, inputs.Graph.Value(counter) * 2];
        });
    }

    private static IEnumerable<OperationCase> Assignments()
    {
        yield return new("Assign between two reads", inputs =>
        {
            var variable = inputs.Variable(37);
            var before = inputs.Graph.Read(variable, 0, Shape.Of(37));
            inputs.Graph.Assign(variable, 0, before * 0.5f + 1);
            return [before, inputs.Graph.Read(variable, 0, Shape.Of(37))];
        });
        yield return new("Assign to a window in the middle", inputs =>
        {
            var variable = inputs.Variable(37);
            inputs.Graph.Assign(variable, 11, inputs.Uniform(3, 5));
            return [inputs.Graph.Read(variable, 0, Shape.Of(37))];
        });
        yield return new("An old read that is first used after the variable was written", inputs =>
        {
            var variable = inputs.Variable(37);
            var old = inputs.Graph.Read(variable, 0, Shape.Of(37));
            inputs.Graph.Assign(variable, 0, inputs.Uniform(37));
            return [old.Exp(), old.Exp() * inputs.Graph.Read(variable, 0, Shape.Of(37))];
        });
        yield return new("Two windows of a variable that change places", inputs =>
        {
            var variable = inputs.Variable(34);
            var (left, right) = (inputs.Graph.Read(variable, 0, Shape.Of(17)), inputs.Graph.Read(variable, 17, Shape.Of(17)));
            inputs.Graph.Assign(variable, 0, right);
            inputs.Graph.Assign(variable, 17, left);
            return [inputs.Graph.Read(variable, 0, Shape.Of(34))];
        });
        yield return new("A variable written with itself, shifted and reversed in scale", inputs =>
        {
            var variable = inputs.Variable(4099);
            inputs.Graph.Assign(variable, 1, inputs.Graph.Read(variable, 0, Shape.Of(4098)) * -1);
            return [inputs.Graph.Read(variable, 0, Shape.Of(4099))];
        });
        yield return new("A variable written with one of its own elements, repeated", inputs =>
        {
            var variable = inputs.Variable(4099);
            inputs.Graph.Assign(variable, 0, inputs.Graph.Read(variable, 0, Shape.Of(4099)) + inputs.Graph.Read(variable, 2048, Shape.Scalar));
            return [inputs.Graph.Read(variable, 0, Shape.Of(4099))];
        });
        yield return new("The same value written again after another", inputs =>
        {
            var variable = inputs.Variable(9);
            var (first, second) = (inputs.Uniform(9), inputs.Uniform(9));
            inputs.Graph.Assign(variable, 0, first);
            inputs.Graph.Assign(variable, 0, second);
            inputs.Graph.Assign(variable, 0, first);
            return [inputs.Graph.Read(variable, 0, Shape.Of(9))];
        });
        yield return new("A running mean, twice in one run", inputs =>
        {
            var variable = inputs.Zeros(5);
            for (int i = 0; i < 2; i++)
            {
                inputs.Graph.Assign(variable, 0, inputs.Graph.Read(variable, 0, Shape.Of(5)) * 0.9f + inputs.Uniform(7, 5).SumRows() * (0.1f / 7));
            }
            return [inputs.Graph.Read(variable, 0, Shape.Of(5))];
        });
    }

    private static IEnumerable<OperationCase> Updates()
    {
        var still = Tolerance.Elementwise with { Floor = 1, Reason = "Weights are about one; roots and quotients of updates a tenth of that." };
        foreach (float halfLife in new[] { 0f, 1f, 3.5f })
        {
            yield return new($"ParameterUpdate of odd sizes with an average of half-life {halfLife}", inputs =>
            {
                var set = Three(inputs);
                Update(inputs.Graph, new("updates"), Settings with { AverageHalfLife = halfLife }, (set, Random(inputs, set)));
                return Everything(inputs, set);
            })
            { Tolerance = still };
        }
        yield return new("ParameterUpdate with beta1 of zero", inputs =>
        {
            var set = Three(inputs);
            Update(inputs.Graph, new("updates"), Settings with { Beta1 = 0, Beta2 = 0.99f }, (set, Random(inputs, set)));
            return Everything(inputs, set);
        })
        { Tolerance = still };
        foreach (var (first, count) in new[] { (0, 2), (1, 1), (1, 2) })
        {
            yield return new($"ParameterUpdate of {count} of three parameters from number {first} on, and then of all", inputs =>
            {
                var set = Three(inputs);
                var counter = new Counter("updates");
                inputs.Graph.Update([.. set.Parameters.Skip(first).Take(count)], Random(inputs, set)[first..(first + count)], Settings with { WeightDecay = 0.1f }, counter);
                inputs.Graph.Advance(counter);
                var between = Everything(inputs, set);
                Update(inputs.Graph, counter, Settings, (set, Random(inputs, set)));
                return [.. between.Select(tensor => tensor * 1), .. Everything(inputs, set)];
            })
            { Tolerance = still };
        }
        yield return new("ParameterUpdate with gradients of zero", inputs =>
        {
            var set = Three(inputs);
            var zeros = set.Parameters.Select(parameter => inputs.Graph.Constant(0).BroadcastTo(parameter.Shape));
            Update(inputs.Graph, new("updates"), Settings, (set, [.. zeros]));
            return Everything(inputs, set);
        })
        { Tolerance = still };
        yield return new("ParameterUpdate twice in one run, with gradients of the updated weights", inputs =>
        {
            var set = Three(inputs);
            var counter = new Counter("updates");
            var losses = new List<Tensor>();
            for (int i = 0; i < 2; i++)
            {
                var loss = set.Parameters.Select(parameter => inputs.Graph.Read(parameter).Square().Sum()).Aggregate((sum, next) => sum + next);
                Update(inputs.Graph, counter, Settings, (set, Differentiation.Gradients(loss, set)));
                losses.Add(loss);
            }
            return [.. losses, .. Everything(inputs, set)];
        })
        { Tolerance = Tolerance.Sum(64) with { Floor = 1 } };
        yield return new("ParameterUpdate twice in one run with the same gradients", inputs =>
        {
            var set = Three(inputs);
            var gradients = Random(inputs, set);
            Update(inputs.Graph, new("updates"), Settings, (set, gradients), (set, gradients));
            return Everything(inputs, set);
        })
        { Tolerance = still };
        yield return new("ParameterUpdate twice in one run, all gradients made before the first", inputs =>
        {
            var set = Three(inputs);
            Tensor[] first = [.. Random(inputs, set).Select(gradient => gradient.Tanh())];
            Tensor[] second = [.. Random(inputs, set).Select(gradient => gradient.Exp())];
            Update(inputs.Graph, new("updates"), Settings, (set, first), (set, second));
            return [.. Everything(inputs, set), .. first];
        })
        { Tolerance = still };
        yield return new("Moments, gradients and average read before an update and used after it", inputs =>
        {
            var set = Three(inputs);
            var parameter = set.Parameters[2];
            Tensor[] before = [.. new[] { set.Gradients, set.FirstMoment, set.SecondMoment, set.Average, set.Values }
                .Select(variable => inputs.Graph.Read(variable, parameter.Offset, parameter.Shape))];
            Update(inputs.Graph, new("updates"), Settings, (set, [.. Random(inputs, set).Select(gradient => gradient.Tanh())]));
            return [.. before, before[1] - inputs.Graph.Read(set.FirstMoment, parameter.Offset, parameter.Shape), .. Everything(inputs, set)];
        })
        { Tolerance = still };
        yield return new("ParameterUpdate with one gradient for two parameters, and a sum of it", inputs =>
        {
            var set = new ParameterSet("net");
            set.Add("a", Shape.Of(5, 3), 0, 1);
            set.Add("b", Shape.Of(5, 3), 0, 1);
            inputs.Parameters(set);
            var gradient = inputs.Uniform(5, 3).Exp();
            Update(inputs.Graph, new("updates"), Settings, (set, [gradient, gradient]));
            return [.. Everything(inputs, set), gradient.SumRows()];
        })
        { Tolerance = still };
        yield return new("ParameterUpdate of two sets that read each other, generator after discriminator", AdversarialStep)
        { Tolerance = Tolerance.Sum(64).Times(8, "two networks on end; Adam's first steps pass a gradient's relative error on undamped.") };
    }

    /// <summary>Every rule over three steps whose rates are formulas of the counter, with and without decay and average.</summary>
    private static IEnumerable<OperationCase> Rules()
    {
        foreach (var rule in Enum.GetValues<UpdateRule>())
        {
            foreach (float decay in new[] { 0, 0.1f })
            {
                yield return new($"ParameterUpdate by {rule} with changing rates and a decay of {decay}", inputs =>
                {
                    var set = Three(inputs);
                    var counter = new Counter("updates");
                    for (int i = 0; i < 3; i++)
                    {
                        var steps = inputs.Graph.Value(counter);
                        var optimizer = new Optimizer(rule)
                        {
                            LearningRate = inputs.Graph.Constant(0.02f) / (steps + 1),
                            Beta1 = (steps * 0.5f).Tanh() * 0.5f,
                            Beta2 = 0.999f - (-steps).Exp() * 0.5f,
                            AverageHalfLife = steps * 2,
                            Epsilon = 1e-6f,
                            WeightDecay = decay,
                        };
                        Update(inputs.Graph, counter, optimizer, (set, Random(inputs, set)));
                    }
                    return Everything(inputs, set);
                })
                { Tolerance = Tolerance.Elementwise with { Floor = 1, Reason = "Weights are about one; steps a hundredth of that." } };
            }
        }
        yield return new("ParameterUpdate with the learning rate in a variable that is changed after it", inputs =>
        {
            var set = Three(inputs);
            var (counter, rate) = (new Counter("updates"), inputs.Variable(3));
            for (int i = 0; i < 2; i++)
            {
                var present = inputs.Graph.Read(rate, 1, Shape.Scalar);
                Update(inputs.Graph, counter, Settings with { LearningRate = present }, (set, Random(inputs, set)));
                inputs.Graph.Assign(rate, 1, present * 0.5f);
            }
            return [.. Everything(inputs, set), inputs.Graph.Read(rate, 0, Shape.Of(3))];
        })
        { Tolerance = Tolerance.Elementwise with { Floor = 1, Reason = "Weights are about one." } };
    }

    /// <summary>Leaves one after the other in one run, and what is beside their gradients.</summary>
    private static IEnumerable<OperationCase> Leaves()
    {
        foreach (int count in new[] { 2, 3, 5, 8 })
        {
            yield return new($"Gradients of {count} leaves with figures and rows beside them, and an update", inputs =>
            {
                var leaf = new Leaf(new("leaf"), count, 3);
                var (graph, set) = (inputs.Graph, new ParameterSet("net") { Beside = 16 + 32 });
                set.Add("layer0.weight", Shape.Of(3, 7), 0, 1);
                set.Add("layer0.bias", Shape.Of(5), 0, 1);
                inputs.Parameters(set);
                for (int i = 0; i < count; i++)
                {
                    graph.Assign(set.Gradients, set.Extent, inputs.Uniform(1));
                    graph.PlaceLeaf(set.Gradients, set.Extent + 16, inputs.Uniform(3, 1), leaf);
                    graph.SumLeaves(set.Parameters, [.. Random(inputs, set).Select((gradient, place) => place == 0 ? gradient.Tanh() : gradient)], leaf, 16);
                    graph.Advance(leaf.Counter);
                }
                var updates = new Counter("updates");
                graph.Update(set.Parameters, Settings, updates);
                graph.Advance(updates);
                graph.Copy(new("first"), leaf.Counter);
                return [.. Everything(inputs, set), graph.Read(set.Gradients)];
            })
            { Tolerance = Tolerance.Sum(count) with { Floor = 1 } };
        }
    }

    private static Optimizer Settings { get; } = new(UpdateRule.Adam) { LearningRate = 0.1f, Beta1 = 0.5f, AverageHalfLife = 2 };

    /// <summary>Updates one after the other, each a step of its own.</summary>
    private static void Update(Graph graph, Counter counter, Optimizer settings, params (ParameterSet Set, Tensor[] Gradients)[] updates)
    {
        foreach (var (set, gradients) in updates)
        {
            graph.Update(set, gradients, settings, counter);
            graph.Advance(counter);
        }
    }

    private static ParameterSet Three(CaseInputs inputs)
    {
        var set = new ParameterSet("net");
        set.Add("layer0.weight", Shape.Of(3, 7), 0, 1);
        set.Add("layer0.bias", Shape.Of(1), 0, 1);
        set.Add("layer1.weight", Shape.Of(5, 4, 2), 0, 1);
        return inputs.Parameters(set);
    }

    private static Tensor[] Random(CaseInputs inputs, ParameterSet set) =>
        [.. set.Parameters.Select(parameter => inputs.AwayFromZero(parameter.Shape.ToArray()))];

    private static Tensor[] Everything(CaseInputs inputs, ParameterSet set) =>
        [.. set.Parameters.SelectMany(parameter =>
            new[] { set.Values, set.FirstMoment, set.SecondMoment, set.Average }
                .Select(variable => inputs.Graph.Read(variable, parameter.Offset, parameter.Shape)))];

    private static Tensor[] AdversarialStep(CaseInputs inputs)
    {
        var graph = inputs.Graph;
        var (generator, discriminator) = (Layers("generator", 3, 2), Layers("discriminator", 2, 1));
        inputs.Parameters(generator);
        inputs.Parameters(discriminator);
        var (settings, updates) = (Settings with { LearningRate = 0.01f }, new Counter("updates"));
        var fake = Apply(graph, generator, inputs.Uniform(16, 3));
        var lossD = graph.BceLoss(Apply(graph, discriminator, inputs.Uniform(16, 2)), 1) + graph.BceLoss(Apply(graph, discriminator, fake), 0);
        graph.Update(discriminator, Differentiation.Gradients(lossD, discriminator), settings, updates);
        var lossG = graph.BceLoss(Apply(graph, discriminator, fake), 1);
        graph.Update(generator, Differentiation.Gradients(lossG, generator), settings, updates);
        graph.Advance(updates);
        return [lossD, lossG, .. Everything(inputs, discriminator), .. Everything(inputs, generator)];
    }

    private static ParameterSet Layers(string name, int from, int to)
    {
        var set = new ParameterSet(name);
        set.Add("layer0.weight", Shape.Of(from, 13), 0, 1);
        set.Add("layer0.bias", Shape.Of(13), 0, 1);
        set.Add("layer1.weight", Shape.Of(13, to), 0, 1);
        return set;
    }

    private static Tensor Apply(Graph graph, ParameterSet set, Tensor x)
    {
        Tensor[] p = [.. set.Parameters.Select(graph.Read)];
        return graph.MatrixProduct((graph.MatrixProduct(x, p[0]) + p[1]).LeakyRelu(0.2f), p[2]);
    }

    private static IEnumerable<OperationCase> Random()
    {
        yield return new("RandomNormal and a chain on it", inputs =>
        {
            var random = inputs.Graph.RandomNormal(Shape.Of(33, 7), 1, 0, new Counter("step"));
            return [random, (random * 2 + 1).Tanh(), random.SumRows()];
        })
        { Tolerance = Tolerance.Sum(33) };
        yield return new("RandomUniform before and after its counter advances", inputs =>
        {
            var counter = new Counter("step");
            var before = inputs.Graph.RandomUniform(Shape.Of(1031), 1, 3, counter);
            inputs.Graph.Advance(counter);
            var after = inputs.Graph.RandomUniform(Shape.Of(1031), 1, 3, counter);
            return [before, after, before * after];
        });
    }
}
