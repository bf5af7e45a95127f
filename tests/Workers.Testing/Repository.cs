namespace Workers.Testing;

/// <summary>The files that the tests are built from.</summary>
public static class Repository
{
    /// <summary>A path from the root of the repository.</summary>
    public static string PathOf(params string[] parts)
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Workers.sln")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("There is no Workers.sln above the tests.");
        }

        return Path.Combine([folder.FullName, .. parts]);
    }
}
