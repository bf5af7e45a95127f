using System.Text;
using Workers.RabbitMq.Bodies;

namespace Workers.RabbitMq.Tests.Intake;

/// <summary>Bodies as RabbitMQ 4.3 hands them over that were sent with AMQP 1.0.</summary>
internal sealed class AmqpBodyTests
{
    [TestCase("005377a1027b7d", "{}", TestName = "A string")]
    [TestCase("005377b1000000027b7d", "{}", TestName = "A long string")]
    [TestCase("005377a0027b7d", "{}", TestName = "Bytes")]
    [TestCase("005377b0000000027b7d", "{}", TestName = "Many bytes")]
    [TestCase("005377a3027b7d", "{}", TestName = "A symbol")]
    [TestCase("005375a0027b7d", "{}", TestName = "A data section")]
    [TestCase("00800000000000000077a1027b7d", "{}", TestName = "A string behind a long number")]
    [TestCase("005377a1027b7d005378c10100", "{}", TestName = "A string before a footer")]
    [TestCase("005377a100", "", TestName = "An empty string")]
    [TestCase("7b7d", "{}", TestName = "No AMQP 1.0 at all")]
    [TestCase("", "", TestName = "Nothing")]
    [TestCase("00", "\0", TestName = "A zero")]
    [TestCase("005378c10100", "\0Sx\u00c1\u0001\0", TestName = "Another section")]
    public void TextAndBytesAreRead(string body, string text)
    {
        var read = AmqpBody.Read(Convert.FromHexString(body));

        Assert.That(read.Fault, Is.Null);
        Assert.That(Encoding.Latin1.GetString(read.Bytes.Span), Is.EqualTo(text));
    }

    [TestCase("005377c10100", "an AMQP 1.0 value that is a map")]
    [TestCase("005377d1", "an AMQP 1.0 value that is a map")]
    [TestCase("00537745", "an AMQP 1.0 value that is a list")]
    [TestCase("005376c00100", "an AMQP 1.0 value that is a list")]
    [TestCase("00537741", "an AMQP 1.0 value that is true or false")]
    [TestCase("00537740", "an AMQP 1.0 value that is null")]
    [TestCase("005377", "an AMQP 1.0 value that is null")]
    [TestCase("0053775405", "an AMQP 1.0 value that is neither text nor bytes")]
    [TestCase("005377a1057b7d", "an AMQP 1.0 value that is cut short")]
    [TestCase("005377b1ffffffff7b7d", "an AMQP 1.0 value that is cut short")]
    public void WhatElseItIsIsToldWithWhatToSend(string body, string found)
    {
        var read = AmqpBody.Read(Convert.FromHexString(body));

        Assert.That(read.Fault!.Found, Is.EqualTo(found));
        Assert.That(read.Fault.Fix, Does.Contain("JSON.stringify"));
    }
}
