using System.Globalization;
using Workers.CrashMatrix;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await new MatrixCommand(Environment.GetEnvironmentVariable).Parse(args).InvokeAsync();
