using System.Text.Json;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Tests.Topology;

internal sealed class PolicyRulesTests
{
    private static readonly FleetTopology Topology = new(new RabbitMqOptions(), new DelayLadder(new RabbitMqOptions()));

    [TestCase("workers-crashed", "delivery-limit", "2", "dead letters that are looked at")]
    [TestCase("workers-crashed", "delivery-limit", "1000", "dead letters that are looked at")]
    [TestCase("workers-crashed", "message-ttl", "60000", "dead letters are dropped")]
    [TestCase("workers-start-job_error", "max-length", "10", "oldest dead letters are dropped")]
    [TestCase("workers-start-job_error", "dead-letter-exchange", "\"amq.fanout\"", "comes where the fleet does not look")]
    [TestCase("workers-start-job_error", "consumer-timeout", "3000", "taken back")]
    [TestCase("workers-start-job", "delivery-limit", "20", "after other than 100 deliveries")]
    [TestCase("workers-start-job", "message-ttl", "60000", "become dead letters")]
    [TestCase("workers-start-job", "max-length-bytes", "10", "sends are refused")]
    [TestCase("workers-start-job", "overflow", "\"drop-head\"", "may be lost")]
    [TestCase("workers-start-job", "expires", "60000", "deleted")]
    [TestCase("workers-start-job", "delayed-retry-type", "\"all\"", "not delivered")]
    [TestCase("workers-delay-5s", "message-ttl", "1000", "come early")]
    [TestCase("workers-delay-5s", "dead-letter-routing-key", "\"x\"", "do not come back")]
    [TestCase("workers-record-dead-letter", "dead-letter-exchange", "\"workers-dead-letters\"", "or back to it")]
    public void What_matters_is_told_with_what_comes_of_it(string queue, string key, string value, string effect)
    {
        var found = Overruled(queue, key, value).Single();

        Assert.That(found.Setting, Is.EqualTo($"{key} {value.Trim('"')}"));
        Assert.That(found.Effect, Does.Contain(effect));
    }

    [TestCase("workers-start-job", "delivery-limit", "100")]
    [TestCase("workers-start-job", "delivery-limit", "-1")]
    [TestCase("workers-start-job", "delivery-limit", "1000")]
    [TestCase("workers-crashed", "delivery-limit", "-1")]
    [TestCase("workers-start-job", "consumer-timeout", "3000")]
    [TestCase("workers-crashed", "consumer-timeout", "3600000")]
    [TestCase("workers-start-job", "overflow", "\"reject-publish\"")]
    [TestCase("workers-start-job", "dead-letter-exchange", "\"amq.fanout\"")]
    [TestCase("workers-start-job", "dead-letter-routing-key", "\"x\"")]
    [TestCase("workers-start-job", "queue-leader-locator", "\"balanced\"")]
    [TestCase("workers-delay-5s", "message-ttl", "5000")]
    [TestCase("workers-delay-5s", "message-ttl", "3600000")]
    [TestCase("workers-intake-submit-job", "max-length", "10000")]
    public void What_an_operator_may_set_is_passed_over(string queue, string key, string value) => Assert.That(Overruled(queue, key, value), Is.Empty);

    private static (string Setting, string Effect)[] Overruled(string queue, string key, string value) =>
        [.. PolicyRules.Overruled(Topology.Queues.Single(declared => declared.Name == queue), new Dictionary<string, JsonElement> { [key] = JsonElement.Parse(value) })];
}
