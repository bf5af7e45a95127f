using System.Globalization;
using Workers.Benchmarks;
using Workers.Benchmarks.Processes;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args is ["worker", .. var arguments] ? await Worker.RunAsync(arguments) : await new BenchmarkCommand().Parse(args).InvokeAsync();
