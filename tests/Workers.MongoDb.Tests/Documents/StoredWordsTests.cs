using System.Reflection;
using MongoDB.Bson.Serialization;
using Workers.Contracts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.MongoDb.Documents;
using Workers.Providers;

namespace Workers.MongoDb.Tests.Documents;

/// <summary>The words that stand in stored documents. One may be added; to rename or remove one is to lose what was stored.</summary>
internal sealed class StoredWordsTests
{
    private static readonly Dictionary<Type, string> Pinned = new()
    {
        [typeof(FailureBucket)] = "Validation ContentPolicy Auth Quota RateLimit Timeout ServerError SchemaMismatch Budget Uncertain Unknown Storage",
        [typeof(Disposition)] = "Retry PauseAccount Block Fail Reconcile",
        [typeof(AttemptStanding)] = "None Open Alive Succeeded Failed Uncertain",
        [typeof(AttemptState)] = "Open Live Ended Closed NotCreated Uncertain",
        [typeof(TaskEnd)] = "Succeeded Failed Cancelled Unclear",
        [typeof(AlertKind)] = "Failures CostP95 OldestWaiting AccountPaused DeadLetters UnseenTasks ResultsUnwritable",
        [typeof(AlertLevel)] = "Warning Error",
        [typeof(AlertState)] = "Quiet Pending Firing",
    };

    [Test]
    public void TheWordsOfEachStoredEnumerationArePinned() =>
        Assert.That(Enumerations().ToDictionary(type => type, type => string.Join(" ", Enum.GetNames(type))), Is.EquivalentTo(Pinned));

    [Test]
    public void EachIsWrittenAsItsWord()
    {
        DocumentMap.EnsureRegistered();
        var members = BsonClassMap.GetRegisteredClassMaps().SelectMany(map => map.DeclaredMemberMaps).Where(member => member.MemberType.IsEnum).ToList();

        Assert.That(members, Is.Not.Empty);
        Assert.That(members.Where(member => member.GetSerializer().GetType().GetGenericTypeDefinition() != typeof(Words<>)).Select(member => member.MemberInfo), Is.Empty);
    }

    [Test]
    public void TheStatesOfAJobArePinned() =>
        Assert.That(string.Join(" ", JobQuery.AllStates), Is.EqualTo("Waiting Submitting Running Retrieving Cancelling Blocked Succeeded Failed Cancelled"));

    [Test]
    public void TheActionsOfTheAuditArePinned() =>
        Assert.That(
            string.Join(" ", typeof(AuditAction).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetRawConstantValue())),
            Is.EqualTo("submitted resumed cancelled accepted settled refused pruned erased cost-filled"));

    private static IEnumerable<Type> Enumerations()
    {
        DocumentMap.EnsureRegistered();
        return BsonClassMap.GetRegisteredClassMaps().SelectMany(map => map.DeclaredMemberMaps)
            .Select(member => Nullable.GetUnderlyingType(member.MemberType) ?? member.MemberType).Where(type => type.IsEnum).Distinct();
    }
}
