using System.Globalization;
using Workers.CrashMatrix;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await new MatrixCommand().Parse(args).InvokeAsync();
