namespace Workers.Host.Tests.Lifecycle;

/// <summary>Real processes, each with one role: what an orchestrator scales.</summary>
[Category("Integration")]
[NonParallelizable] // it is busy: ten processes, and others would be late beside it
internal sealed class When_roles_come_and_go
{
    private const int Jobs = 40;

    private static readonly string[] Roles = ["lifecycle", "submission", "polling", "retrieval", "failures"];

    [Test]
    public async Task Each_role_in_turn_goes_to_zero_and_back_under_load_and_nothing_is_lost_or_doubled()
    {
        await using var fleet = await RolesFleet.CreateAsync(tasksTake: TimeSpan.FromSeconds(8));
        await Task.WhenAll(Roles.Select(fleet.StartAsync));
        await fleet.ListenAsync();
        foreach (var role in Roles)
        {
            await fleet.SubmitAsync(Jobs);
            await fleet.IsBusyAsync(least: Jobs / 2);

            await fleet.StopAsync(role);
            var left = await fleet.UnderWayAsync();
            TestContext.Out.WriteLine($"{role} at zero: {left} jobs under way");
            Assert.That(left, Is.GreaterThan(0), $"{role} should have been stopped in the middle of things");
            await fleet.StartAsync(role);
        }

        await fleet.AllSucceedAsync();
    }

    [TestCase("lifecycle,submission,polling,retrieval,failures")]
    [TestCase("failures,retrieval,polling,submission,lifecycle")]
    [TestCase("polling,failures,lifecycle,retrieval,submission")]
    public async Task They_start_in_any_order_on_a_broker_that_knows_nothing_of_them(string order)
    {
        await using var fleet = await RolesFleet.CreateAsync(tasksTake: TimeSpan.FromSeconds(1));
        var roles = order.Split(',');

        // Whoever is first declares all queues, also those of the others: what is submitted now waits there.
        await fleet.StartAsync(roles[0]);
        await fleet.ListenAsync();
        await fleet.SubmitAsync(Jobs);
        foreach (var role in roles[1..])
        {
            await fleet.StartAsync(role);
        }

        await fleet.AllSucceedAsync();
    }

    [Test]
    public async Task They_start_at_once_and_declare_everything_at_the_same_time()
    {
        await using var fleet = await RolesFleet.CreateAsync(tasksTake: TimeSpan.FromSeconds(1));

        await Task.WhenAll(Roles.Select(fleet.StartAsync));
        await fleet.ListenAsync();
        await fleet.SubmitAsync(Jobs);

        await fleet.AllSucceedAsync();
    }
}
