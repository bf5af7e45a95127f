using Microsoft.AspNetCore.Http;
using Workers.Providers.Http;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

/// <summary>Tenants choose addresses; none of them may make the fleet connect to what only the fleet can reach.</summary>
internal sealed class When_a_reference_leads_inside
{
    private readonly ScriptedNetwork _network = new();

    private ProviderHost Host(params string[] allowed) => new(
        settings: allowed
            .Select((host, index) => KeyValuePair.Create($"Outbound:AllowedHosts:{index}", (string?)host))
            .Append(new("Http:Retries", "0"))
            .ToDictionary(),
        with: _network.Register);

    private async Task<ReferenceFacts> Probe(string address, params string[] allowed)
    {
        await using var host = Host(allowed);
        return await host.Get<IReferenceProbe>().ProbeAsync(new(address), CancellationToken.None);
    }

    [TestCase("https://127.0.0.1/a")]
    [TestCase("https://2130706433/a")]
    [TestCase("https://0x7f.1/a")]
    [TestCase("https://[::1]/a")]
    [TestCase("https://[::ffff:10.0.0.1]/a")]
    [TestCase("https://169.254.169.254/latest/meta-data")]
    [TestCase("http://media.example.com/a")]
    [TestCase("ftp://media.example.com/a")]
    [TestCase("file:///etc/passwd")]
    [TestCase("https://user:pass@media.example.com/a")]
    public async Task An_address_that_shows_it_is_not_even_looked_up(string address)
    {
        _network.Name("media.example.com", "8.8.8.8");

        var facts = await Probe(address);

        Assert.That((facts.Reachable, facts.Transient), Is.EqualTo((false, false)));
        Assert.That(_network.Resolved, Is.Empty);
        Assert.That(_network.Dialled, Is.Empty);
    }

    [TestCase("127.0.0.1")]
    [TestCase("10.0.0.1,192.168.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("::1")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("64:ff9b::a9fe:a9fe")]
    [TestCase("fd00::1")]
    public async Task A_name_that_leads_there_is_not_dialled(string addresses)
    {
        _network.Name("media.example.com", addresses);

        var facts = await Probe("https://media.example.com/a");

        Assert.That((facts.Reachable, facts.Transient, facts.Problem), Is.EqualTo((false, false, "its host has no public address")));
        Assert.That(_network.Resolved, Is.EqualTo(["media.example.com"]));
        Assert.That(_network.Dialled, Is.Empty);
    }

    [Test]
    public async Task Of_several_addresses_only_public_ones_are_dialled()
    {
        _network.Name("media.example.com", "10.0.0.1,8.8.8.8,127.0.0.1");

        var facts = await Probe("https://media.example.com/a");

        Assert.That(facts.Transient, Is.True);
        Assert.That(_network.Dialled.Select(end => end.ToString()), Is.EqualTo(["8.8.8.8:443"]));
    }

    [Test]
    public async Task A_name_that_changes_between_two_looks_is_looked_up_once()
    {
        _network.Name("media.example.com", "8.8.8.8", "127.0.0.1");

        await Probe("https://media.example.com/a");

        Assert.That(_network.Resolved, Has.Count.EqualTo(1));
        Assert.That(_network.Dialled.Select(end => end.ToString()), Is.EqualTo(["8.8.8.8:443"]));
    }

    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("http://inside.example.com/a")]
    [TestCase("https://inside.example.com/a")]
    [TestCase("ftp://inside.example.com/a")]
    public async Task A_redirect_that_leads_there_is_not_followed(string target)
    {
        await using var server = await Kestrel.StartAsync(context =>
        {
            context.Response.Redirect(target);
            return Task.CompletedTask;
        });
        _network.Server = server.Address;
        _network.Name("listed.example.com", "8.8.8.8");
        _network.Name("inside.example.com", "10.0.0.1");

        var facts = await Probe("http://listed.example.com/a", "listed.example.com");

        Assert.That((facts.Reachable, facts.Transient), Is.EqualTo((false, false)));
        Assert.That(_network.Dialled.Select(end => end.ToString()), Is.EqualTo(["8.8.8.8:80"]));
    }

    [Test]
    public async Task Redirects_without_end_are_given_up()
    {
        await using var server = await Kestrel.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        _network.Server = server.Address;
        _network.Name("listed.example.com", "8.8.8.8");

        var facts = await Probe("http://listed.example.com/a", "listed.example.com");

        Assert.That(facts.Problem, Is.EqualTo("it redirects too often"));
        Assert.That(server.Requests, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_listed_host_may_be_private_but_only_at_its_port()
    {
        await using var server = await Kestrel.StartAsync(context => context.Response.CompleteAsync());
        _network.Server = server.Address;
        _network.Name("store", "10.0.0.1");

        Assert.That((await Probe("http://store:9000/a", "store:9000")).Reachable, Is.True);
        Assert.That((await Probe("http://store:9001/a", "store:9000")).Reachable, Is.False);
        Assert.That(_network.Dialled.Select(end => end.ToString()), Is.EqualTo(["10.0.0.1:9000"]));
    }

    [Test]
    public async Task An_output_that_leads_there_is_not_read_and_blocks()
    {
        _network.Name("media.example.com", "10.0.0.1");
        await using var host = Host();

        var answer = await host.Get<IOutputSource>().OpenAsync(ProviderHost.Account, new("https://media.example.com/a"), CancellationToken.None);

        Assert.That(answer, Is.InstanceOf<OutputAnswer.Unavailable>());
        var failure = ((OutputAnswer.Unavailable)answer).Failure;
        Assert.That((failure.Code, failure.Disposition), Is.EqualTo(("AddressRefused", Disposition.Block)));
        Assert.That(_network.Dialled, Is.Empty);
    }
}
