Console.Error.WriteLine("ilgpugan");
return 2;
