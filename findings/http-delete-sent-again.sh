#!/usr/bin/env bash
# .NET's SocketsHttpHandler sends a request without a body again where the server closes the connection under it in good order.
# The caller does not see it. It holds for DELETE too, and for connections that are never kept (PooledConnectionLifetime zero), so for new ones.
# A POST with a body is sent once. Seen with .NET 10.0.x:
#   DELETE: sent 4 times, then ResponseEnded
#   POST: sent 1 times, then ResponseEnded
# Needs the .NET 10 SDK. Exits with 1 where that has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > once.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Net;
using System.Net.Sockets;
using System.Text;

// A server that reads a request, and hangs up in good order.
var requests = 0;
using var listener = new TcpListener(IPAddress.Loopback, 0);
listener.Start();
_ = Task.Run(async () =>
{
    while (true)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        if (await connection.GetStream().ReadAsync(buffer) > 0)
        {
            Interlocked.Increment(ref requests);
        }
    }
});

Console.WriteLine($".NET {Environment.Version}");
var port = ((IPEndPoint)listener.LocalEndpoint).Port;
foreach (var (method, body) in new[] { (HttpMethod.Delete, null), (HttpMethod.Post, "{}") })
{
    requests = 0;
    using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{port}/") { Content = body is null ? null : new StringContent(body, Encoding.UTF8) };
    try
    {
        await http.SendAsync(request);
    }
    catch (HttpRequestException fault)
    {
        Console.WriteLine($"{method}: sent {requests} times, then {fault.HttpRequestError}");
    }
}
CS
dotnet run -c Release 2>&1 | tee output
grep -Eq '^DELETE: sent ([2-9]|[1-9][0-9]) times' output
grep -q '^POST: sent 1 times' output
