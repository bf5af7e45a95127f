namespace Workers.Jobs.Tests.Fleet;

internal sealed class RecurringRoleTests
{
    [Test]
    public async Task ALookThatNeverReturnsAndHeedsNoTokenIsGivenUpAndTheRoleLooksAgain()
    {
        using var role = new DeafRole();
        await role.StartAsync(CancellationToken.None);
        await role.LookedTwice.WaitAsync(TimeSpan.FromSeconds(20));
        await role.StopAsync(CancellationToken.None);

        Assert.That(role.Failures, Is.Not.Empty.And.All.InstanceOf<OperationCanceledException>());
    }

    private sealed class DeafRole() : RecurringRole(TimeSpan.FromMilliseconds(1), TimeProvider.System)
    {
        private readonly TaskCompletionSource _lookedTwice = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _looks;

        public List<Exception> Failures { get; } = [];

        public Task LookedTwice => _lookedTwice.Task;

        protected override TimeSpan Patience => TimeSpan.FromMilliseconds(50);

        protected override Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
        {
            if (++_looks == 2)
            {
                _lookedTwice.SetResult();
            }

            return new TaskCompletionSource().Task;
        }

        protected override void LogFailed(Exception fault) => Failures.Add(fault);
    }
}
