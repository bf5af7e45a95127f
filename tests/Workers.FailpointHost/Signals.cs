using System.Runtime.InteropServices;

namespace Workers.FailpointHost;

/// <summary>What the operating system does to a process.</summary>
internal static partial class Signals
{
    /// <summary>SIGKILL: it is gone at once, as by a power cut.</summary>
    public static void Kill(int process) => Send(process, 9);

    /// <summary>SIGSTOP: it stands still, with its connections open.</summary>
    public static void Stop(int process) => Send(process, 19);

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public static void Continue(int process) => Send(process, 18);

    /// <summary>SIGTERM: it is asked to end.</summary>
    public static void Terminate(int process) => Send(process, 15);

    private static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
