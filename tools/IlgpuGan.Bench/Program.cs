Console.Error.WriteLine("bench");
return 2;
