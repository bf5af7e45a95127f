using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Intake;

namespace Workers.RabbitMq.Tests.Intake;

internal sealed class ProducerUsersTests
{
    [TestCase("studio", "acme", ExpectedResult = null)]
    [TestCase("studio", "globex", ExpectedResult = "tenantId")]
    [TestCase("studio", "ACME", ExpectedResult = "tenantId")]
    [TestCase("studio", null, ExpectedResult = "tenantId")]
    [TestCase("stranger", "acme", ExpectedResult = "tenantId")]
    [TestCase("", "acme", ExpectedResult = "user_id")]
    [TestCase(null, "acme", ExpectedResult = "user_id")]
    public string? A_user_names_tenants_of_its_own(string? user, string? tenant) =>
        new ProducerUsers(new RabbitMqOptions { ProducerTenants = { ["studio"] = ["acme", "initech"] } }).Judge(user, tenant).SingleOrDefault()?.Field;

    [Test]
    public void Nobody_is_bound_unless_the_settings_say_so() => Assert.That(new ProducerUsers(new RabbitMqOptions()).Judge(null, "acme"), Is.Empty);
}
