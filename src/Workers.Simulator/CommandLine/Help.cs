using System.Text;
using Workers.Simulator.Faulting;

namespace Workers.Simulator.CommandLine;

/// <summary>What <c>--help</c> says beside the options.</summary>
internal static class Help
{
    public static string Description { get; } = Describe();

    private static string Describe()
    {
        var text = new StringBuilder("""
            A simulator of the ModelArk video generation API (Seedance), for any client of it. Nothing is generated, nothing costs money.

            Point a client at http://127.0.0.1:8090/api/v3 with the key simulator-key. References to try it with lie under /samples/ (first.png,
            last.png, style.jpg, clip.mp4, voice.wav) and /samples/no-head/, where HEAD is refused. /simulator/ledger tells what happened.

            What goes wrong is decided by a hash of seed, job and try: the same work meets the same faults in every run.
            A prompt can ask for a fault:  [simulate OPERATION FAULT], [simulate OPERATION once FAULT], [simulate OPERATION try N FAULT]
            for example:                   [simulate create once drop-response] or [simulate task moderate]
            A script (--faults) is a file: {"rules":[{"operation":"create","fault":"drop-response","probability":0.1,"tries":[1],"promptContains":"cat"}]}
            A try is the how-manieth create of a job, get, delete, download or callback of a task, or list of the same ids.
            TIME is 500ms, 5s, 2m or 1h, in the provider's time. OPERATION is create, get, delete, download, callback or task; in scripts also list.
            FAULT, and the operations it fits ("calls": all but callback and task):

            """);
        foreach (var (words, operations, meaning) in FaultGrammar.Words)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {words,-26} {operations,-10} {meaning}").Append('\n');
        }

        return text.ToString().TrimEnd();
    }
}
