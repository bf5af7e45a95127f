using Workers.Simulator.Faulting;
using Workers.Simulator.Http;
using Workers.Simulator.Outputs;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Callbacks;

/// <summary>Turns changes of state into callbacks, each task's in order unless a fault says otherwise. Called under the engine's gate.</summary>
/// <param name="root">The simulator's own address: a callback answers no request that says how the client calls it.</param>
internal sealed class CallbackDispatch(CallbackSender sender, FaultDecider faults, OutputLinks links, string root)
{
    public void Tell(GenerationTask task, TaskState state)
    {
        // ModelArk does not call back about a cancellation; and nothing but this machine is ever called from here.
        if (task.Body.CallbackUrl is not { IsLoopback: true } to)
        {
            return;
        }

        if (state is not TaskState.Cancelled)
        {
            Tell(task, state, to);
        }

        if (!task.Live)
        {
            task.HeldBack.ForEach(callback => Send(task, callback));
            task.HeldBack.Clear();
        }
    }

    private void Tell(GenerationTask task, TaskState state, Uri to)
    {
        var number = ++task.CallbackCount;
        var hit = faults.Decide(new FaultSubject(Operation.Callback, task.JobKey, number, task.Body.Content.Prompt, task.Body.Directives));
        if (hit.OfType<Fault.LoseCallback>().Any())
        {
            return;
        }

        var callback = new Callback(
            task.Id,
            to,
            TaskJson.Word(state),
            JsonBytes.Of(writer => TaskJson.Write(writer, task, TaskJson.Word(task.State), links, root, listed: false)),
            Resent: state is TaskState.Succeeded or TaskState.Failed,
            Times: hit.OfType<Fault.DuplicateCallback>().Any() ? 2 : 1);
        if (task.Live && hit.OfType<Fault.ReorderCallbacks>().Any())
        {
            task.HeldBack.Insert(0, callback);
        }
        else
        {
            Send(task, callback);
        }
    }

    private void Send(GenerationTask task, Callback callback) => task.CallbacksSent = sender.SendAfter(task.CallbacksSent, callback);
}
