namespace Workers.Simulator.Requests;

/// <summary>An error as ModelArk words it.</summary>
/// <param name="Param">The field at fault, or empty.</param>
internal sealed record ArkError(int Status, string Code, string Message, string Param = "")
{
    /// <summary>The kind of error, which ModelArk says beside the code.</summary>
    public string Type => Status switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        408 => "RequestTimeout",
        409 => "Conflict",
        429 => "TooManyRequests",
        _ => "InternalServerError",
    };

    public static ArkError Missing(string param) =>
        new(400, "MissingParameter", $"The request failed because it is missing `{param}` parameter.", param);

    public static ArkError Invalid(string param, string why) =>
        new(400, "InvalidParameter", $"The parameter `{param}` specified in the request is not valid: {why}.", param);

    public static ArkError Unsupported(string param, string model) =>
        new(400, "InvalidParameter.UnsupportedParameter", $"The parameter `{param}` is not supported by model {model}.", param);

    public static ArkError Constraint(string param, string why) =>
        new(400, "InvalidParameter.TaskTypeConstraint", $"The parameter `{param}` specified in the request is not valid: {why}.", param);

    public static ArkError UnknownModel(string model) =>
        new(404, "InvalidEndpointOrModel.NotFound", $"The model or endpoint {model} does not exist or you do not have access to it.", "model");

    public static ArkError UnknownTask(string id) =>
        new(404, "NotFound.Task", $"The task {id} was not found.", "id");

    public static ArkError Unauthorized { get; } =
        new(401, "AuthenticationError", "The API key in the request is missing or invalid.");

    public static ArkError ModelNotNamed { get; } =
        new(403, "AccessDenied", "The API key may list the tasks of a model only: filter.model is required.");

    public static ArkError TooManyCalls { get; } =
        new(429, "AccountRateLimitExceeded", "The requests of your account have exceeded the rate limit. Please try again later.");

    public static ArkError TooManyCreates(string model) =>
        new(429, "ModelAccountRpmRateLimitExceeded", $"The requests per minute of your account for model {model} have exceeded the limit. Please try again later.");

    public static ArkError TooManyQueued { get; } =
        new(429, "QuotaExceeded", "The number of queued tasks of your account has exceeded the quota. Please try again later.");

    /// <summary>An error that a fault asks for.</summary>
    public static ArkError Of(Fault.Answer fault) => new(fault.Status, fault.Code ?? UsualCode(fault.Status), fault.Message ?? "This error was asked for.");

    private static string UsualCode(int status) => status switch
    {
        400 => "InvalidParameter",
        401 => "AuthenticationError",
        403 => "AccessDenied",
        404 => "NotFound.Task",
        408 => "RequestTimeout",
        409 => "InvalidAction",
        429 => "RateLimitExceeded.EndpointRPMExceeded",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        _ => "InternalServiceError",
    };
}
