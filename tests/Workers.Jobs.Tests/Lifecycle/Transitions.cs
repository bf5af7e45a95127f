using MassTransit;
using MassTransit.SagaStateMachine;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>Walks a job's state machine, and notes which event may lead where from each state.</summary>
internal sealed class Transitions : StateMachineVisitor
{
    private readonly SortedDictionary<(string State, string Event), SortedSet<string>> _found = [];
    private string _state = "";
    private string _event = "";

    /// <summary>The states that each event may lead to from each state; none where it is answered or noted only.</summary>
    public static IReadOnlyDictionary<(string State, string Event), SortedSet<string>> Of(JobLifecycle machine)
    {
        var walk = new Transitions();
        machine.Accept(walk);
        return walk._found;
    }

    public void Visit(State state, Action<State> next)
    {
        _state = state.Name;
        next(state);
    }

    public void Visit(Event @event, Action<Event> next) => next(@event);

    public void Visit<TMessage>(Event<TMessage> @event, Action<Event<TMessage>> next)
        where TMessage : class
    {
        _event = @event.Name;
        _found.TryAdd((_state, _event), new SortedSet<string>(StringComparer.Ordinal));
        next(@event);
    }

    public void Visit(IStateMachineActivity activity) => Visit(activity, _ => { });

    public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
    {
        if (activity is TransitionActivity<Job> transition)
        {
            _found[(_state, _event)].Add(transition.ToState.Name);
        }

        next(activity);
    }

    public void Visit<T>(IBehavior<T> behavior)
        where T : class, SagaStateMachineInstance => Visit(behavior, _ => { });

    public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next)
        where T : class, SagaStateMachineInstance => next(behavior);

    public void Visit<T, TMessage>(IBehavior<T, TMessage> behavior)
        where T : class, SagaStateMachineInstance
        where TMessage : class => Visit(behavior, _ => { });

    public void Visit<T, TMessage>(IBehavior<T, TMessage> behavior, Action<IBehavior<T, TMessage>> next)
        where T : class, SagaStateMachineInstance
        where TMessage : class => next(behavior);
}
