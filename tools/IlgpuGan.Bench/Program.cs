return IlgpuGan.Bench.BenchCommand.Run(args, Console.Out, Console.Error);
