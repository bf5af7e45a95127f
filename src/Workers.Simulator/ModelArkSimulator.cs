using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Net.Http.Headers;
using Workers.Simulator.Callbacks;
using Workers.Simulator.Faulting;
using Workers.Simulator.Http;
using Workers.Simulator.Outputs;
using Workers.Simulator.Tasks;

namespace Workers.Simulator;

/// <summary>ModelArk's video generation API (Seedance) over real HTTP, with a provider behind it that lives by the clock it is given.</summary>
public sealed class ModelArkSimulator : IAsyncDisposable
{
    private const long MaxBodyBytes = 64L << 20;
    private const string RequestIdHeader = "X-Client-Request-Id";

    private readonly WebApplication _app;
    private readonly Clockwork _clockwork;
    private readonly CallbackSender _sender;
    private bool _disposed;

    private ModelArkSimulator(WebApplication app, Engine engine, FaultDecider faults, OutputLinks links, TimeProvider time)
    {
        _app = app;
        var root = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().TrimEnd('/') + "/";
        Root = new Uri(root);
        BaseAddress = new Uri(Root, "api/v3/");
        Ledger = engine.Ledger;
        _sender = new CallbackSender(Ledger, time);
        engine.StateChanged = new CallbackDispatch(_sender, faults, links, root).Tell;
        _clockwork = new Clockwork(engine, time);
    }

    /// <summary>What a ModelArk client is pointed at: <c>http://127.0.0.1:PORT/api/v3/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Where samples, outputs, health and the ledger's summary lie: <c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Root { get; }

    /// <summary>What was asked and what became of it.</summary>
    public Ledger Ledger { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="time">The provider's clock. Everything waits by it; nothing else does.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">The options are wrong; names all mistakes.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ModelArkSimulator> StartAsync(SimulatorOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        options.ThrowIfWrong();
        time = options.ClockAhead == TimeSpan.Zero ? time : new ShiftedTime(time, options.ClockAhead);
        var chance = new Chance(options.Seed);
        var faults = new FaultDecider(options.Faults, chance);
        var engine = new Engine(options, time, chance, faults);
        var links = new OutputLinks(options.Seed);

        var app = Build(options);
        app.Use((http, next) => Stamp(http, next, options.TellsTime ? time : null));
        new TaskCalls(engine, faults, new CallRunner(engine, faults, time), links, options.Lists).Map(app);
        new OutputCalls(engine, faults, links, options, time).Map(app);
        SampleFiles.Map(app);
        PeoplePages.Map(app, engine.Ledger);
        await app.StartAsync(cancellationToken);

        return new ModelArkSimulator(app, engine, faults, links, time);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _clockwork.DisposeAsync();
        await _sender.DisposeAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(SimulatorOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;

            // A list call of 500 ids has a first line of 21 kB.
            kestrel.Limits.MaxRequestLineSize = 64 << 10;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
        });
        return builder.Build();
    }

    /// <summary>Puts the provider's own time on every answer, or none that anyone can read, and the client's id of the request.</summary>
    private static Task Stamp(HttpContext http, RequestDelegate next, TimeProvider? time)
    {
        // Where there is none, the server adds its own.
        http.Response.Headers.Date = time is null ? "-" : HeaderUtilities.FormatDate(time.GetUtcNow());
        if (http.Request.Headers.TryGetValue(RequestIdHeader, out var id))
        {
            http.Response.Headers[RequestIdHeader] = id;
        }

        return next(http);
    }
}
