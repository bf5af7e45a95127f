using System.Net;

namespace Workers.Simulator.Tests;

internal sealed class When_tasks_are_listed : SimulatorTest
{
    [Test]
    public async Task The_newest_come_first_in_pages()
    {
        string[] ids = [await Create("1"), await Create("2"), await Create("3")];

        var first = await List("page_num=1&page_size=2");
        var second = await List("page_num=2&page_size=2");

        Assert.That(first.Ids, Is.EqualTo([ids[2], ids[1]]));
        Assert.That(second.Ids, Is.EqualTo([ids[0]]));
        Assert.That(second.Json["total"]!.GetValue<int>(), Is.EqualTo(3));
    }

    [Test]
    public async Task Twenty_are_a_page_where_nothing_else_is_said()
    {
        for (var task = 0; task < 21; task++)
        {
            await Create($"{task}");
        }

        var reply = await List("");

        Assert.That(reply.Ids.Count(), Is.EqualTo(20));
        Assert.That(reply.Json["total"]!.GetValue<int>(), Is.EqualTo(21));
    }

    [Test]
    public async Task Ids_are_asked_for_one_parameter_each()
    {
        string[] ids = [await Create("1"), await Create("2"), await Create("3")];

        Assert.That((await ListIds(ids[0], ids[2], ids[0], "cgt-unknown")).Ids, Is.EqualTo([ids[2], ids[0]]));
        Assert.That((await List($"filter.task_ids={ids[0]},{ids[2]}")).Ids, Is.Empty);
        Assert.That(Ledger.ListCalls.Select(call => (call.Ids, call.Returned)), Is.EqualTo([(4, 2), (1, 0)]));
    }

    [Test]
    public async Task Five_hundred_ids_fit_into_one_call()
    {
        var id = await Create();
        var others = Enumerable.Range(0, 499).Select(number => $"cgt-20260809211822-{number:D5}");

        Assert.That((await ListIds([id, .. others])).Ids, Is.EqualTo([id]));
    }

    [Test]
    public async Task They_are_filtered_by_status_model_and_tier()
    {
        var stuck = await Create("[simulate task stuck]");
        var old = await Create("2", body =>
        {
            body["model"] = "seedance-1-0-pro-250528";
            body["service_tier"] = "flex";
        });
        Pass(seconds: 70);

        Assert.That((await List("filter.status=running")).Ids, Is.EqualTo([stuck]));
        Assert.That((await List("filter.status=succeeded")).Ids, Is.EqualTo([old]));
        Assert.That((await List($"filter.model={Model}")).Ids, Is.EqualTo([stuck]));
        Assert.That((await List("filter.service_tier=flex")).Ids, Is.EqualTo([old]));
    }

    [TestCase("page_size=501", "page_size")]
    [TestCase("page_size=0", "page_size")]
    [TestCase("page_num=501", "page_num")]
    [TestCase("page_num=first", "page_num")]
    [TestCase("filter.status=expired", "filter.status")]
    [TestCase("filter.service_tier=gold", "filter.service_tier")]
    public async Task A_wrong_filter_is_refused(string query, string param)
    {
        var reply = await List(query);

        Assert.That((reply.Status, reply.Code, reply.Param), Is.EqualTo((HttpStatusCode.BadRequest, "InvalidParameter", param)));
    }

    [Test]
    public async Task An_item_is_the_same_as_what_get_says()
    {
        var id = await Create();
        Pass(seconds: 70);

        var listed = (await ListIds(id)).Json["items"]![0]!;

        Assert.That(listed.ToJsonString(), Is.EqualTo((await Get(id)).Json.ToJsonString()));
    }
}
