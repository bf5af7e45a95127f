namespace Workers.Host.Starting;

/// <summary>Mounted settings, between the program's own and those of the environment.</summary>
internal static class HostConfiguration
{
    /// <exception cref="CannotStartException">A path leads nowhere, or a file is no JSON.</exception>
    public static void AddMounted(this IConfigurationBuilder configuration, IReadOnlyList<string> paths)
    {
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            try
            {
                if (Directory.Exists(path))
                {
                    configuration.AddKeyPerFile(path, optional: false);
                }
                else
                {
                    configuration.AddJsonFile(path, optional: false, reloadOnChange: false);
                }
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new CannotStartException($"--config: there is no file or directory {path}.", fault);
            }
            catch (Exception fault) when (fault is InvalidDataException or FormatException)
            {
                // The parser's own words repeat what it stumbled over, and that may be part of a secret.
                throw new CannotStartException($"--config: the file {path} is no JSON object of settings.", fault);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CannotStartException($"--config: {path} can't be read ({fault.GetType().Name}).", fault);
            }
        }

        configuration.AddEnvironmentVariables();
    }
}
