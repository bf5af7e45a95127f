using Workers.Simulator.Tasks;

namespace Workers.Simulator.Requests;

/// <summary>
/// What model 2.5 asks of the kinds of task: an explicit <c>omni_reference_task_type</c> is checked at once; what follows from the content only shows
/// when the task runs.
/// </summary>
internal static class TaskTypeRules
{
    public static CreateBody Check(Fields fields, CreateBody body)
    {
        if (body.Model.Family is not ModelFamily.V25)
        {
            return body;
        }

        switch (fields.Word("omni_reference_task_type", ["auto", "reference", "edit", "extend"], "auto"))
        {
            case "reference":
                fields.RefuseIf(body.Content is { Images: 0, Videos: 0, Audios: 0 }, ArkError.Constraint("content", "a reference task needs reference media"));
                break;
            case "edit":
                RequireVideo(fields, body);
                fields.RefuseIf(body.Seconds != ModelSpec.ModelChooses, ArkError.Constraint("duration", "an edit task needs -1"));
                break;
            case "extend":
                RequireVideo(fields, body);
                break;
            default:
                return body.Content.HasFrames && body.Ratio != Pixels.Adaptive
                    ? body with { LateMistake = new Fault.FailTask("InvalidParameter.TaskTypeConstraint", "With a first or last frame the ratio must be adaptive.") }
                    : body;
        }

        return body;
    }

    private static void RequireVideo(Fields fields, CreateBody body)
    {
        fields.RefuseIf(body.Content.Videos == 0, ArkError.Constraint("content", "the task needs a reference video"));
        fields.RefuseIf(body.Ratio != Pixels.Adaptive, ArkError.Constraint("ratio", "it must be adaptive"));
    }
}
