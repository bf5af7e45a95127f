using MassTransit;

namespace Workers.Jobs.Lifecycle;

/// <summary>The transitions that <see cref="JobLifecycle"/> is written in.</summary>
internal static class JobTransitions
{
    /// <summary>Enters a state and issues what follows from it.</summary>
    public static EventActivityBinder<Job, T> Go<T>(this EventActivityBinder<Job, T> binder, JobSteps steps, State state)
        where T : class =>
        binder.ThenAsync(context => steps.Leave(context, state)).TransitionTo(state).ThenAsync(steps.Enter);

    /// <summary>After a failure: another try, a person, or the end.</summary>
    public static EventActivityBinder<Job, T> Settle<T>(this EventActivityBinder<Job, T> binder, JobSteps steps, JobLifecycle machine)
        where T : class =>
        binder.IfElse(steps.MayTryAgain,
            again => again.Go(steps, machine.Waiting),
            over => over.IfElse(steps.NeedsSomebody,
                somebody => somebody.Go(steps, machine.Blocked),
                nobody => nobody.Go(steps, machine.Failed)));

    /// <summary>After the end of a task that was to be cancelled: cancelled, failed by itself, or nobody can tell.</summary>
    public static EventActivityBinder<Job, TaskEnded> SettleCancel(this EventActivityBinder<Job, TaskEnded> binder, JobSteps steps, JobLifecycle machine) =>
        binder.IfElse(steps.IsCancelled,
            cancelled => cancelled.Go(steps, machine.Cancelled),
            other => other.IfElse(steps.IsUncertain,
                uncertain => uncertain.Go(steps, machine.Blocked),
                failed => failed.Go(steps, machine.Failed)));

    /// <summary>Back to where the attempt stands.</summary>
    public static EventActivityBinder<Job, T> GoOn<T>(this EventActivityBinder<Job, T> binder, JobSteps steps, JobLifecycle machine)
        where T : class =>
        binder.IfElse(context => context.Saga.Standing == AttemptStanding.Succeeded,
            paid => paid.Go(steps, machine.Retrieving),
            unpaid => unpaid.IfElse(context => context.Saga is { TaskId: not null, Settlement: null, Standing: AttemptStanding.Alive or AttemptStanding.Uncertain },
                live => live.Go(steps, machine.Running),
                none => none.Go(steps, machine.Submitting)));

    /// <summary>On with what a redriven command was issued for: the cancelling, else back to where the attempt stands.</summary>
    public static EventActivityBinder<Job, CommandRedriven> Revive(this EventActivityBinder<Job, CommandRedriven> binder, JobSteps steps, JobLifecycle machine) =>
        binder.IfElse(context => context.Message.Command == nameof(CancelTask),
            cancel => cancel.Go(steps, machine.Cancelling),
            other => other.GoOn(steps, machine));
}
