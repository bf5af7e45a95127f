namespace Workers.Jobs;
internal static class Placeholder;
