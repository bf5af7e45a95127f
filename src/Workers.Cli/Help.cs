using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Workers.Cli;

/// <summary>A command whose help says more than the list of commands has room for.</summary>
internal sealed class ExplainedCommand(string name, string description, string explanation) : Command(name, description)
{
    public string Explanation => explanation;
}

/// <summary>The usual help, then what the command explains.</summary>
internal sealed class ExplainingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    /// <summary>Makes the help of a program explain.</summary>
    public static void Use(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExplainingHelp((HelpAction)help.Action!);
    }

    /// <summary>Whoever asks for help has made no mistake.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExplainedCommand command)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(command.Explanation);
        }

        return code;
    }
}
