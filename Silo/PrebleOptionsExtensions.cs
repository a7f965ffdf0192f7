using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Silo.Engines;

namespace Preble.Silo;

/// <summary>Binds and checks <see cref="PrebleOptions"/>.</summary>
internal static class PrebleOptionsExtensions
{
    private const int WorkersMax = 64;

    private static readonly string[] KernelSets = ["auto", "avx512", "avx2", "portable"];

    /// <summary>Every option without the leading section, such as <c>Workers</c> and <c>Cluster:Redis</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. NamesOf(typeof(PrebleOptions), "")];

    public static PrebleOptions AddPrebleOptions(this WebApplicationBuilder builder)
    {
        PrebleOptions options = Read(builder.Configuration.GetSection(PrebleOptions.Section));
        builder.Services.AddSingleton(options);
        return options;
    }

    /// <summary>Reads the section; an unknown name, a value of the wrong kind or out of range ends the start with a message that says so.</summary>
    public static PrebleOptions Read(IConfigurationSection section)
    {
        var options = new PrebleOptions();
        Fill(options, section);
        RequireOneOf(nameof(PrebleOptions.Device), options.Device, EngineFleets.Devices);
        RequireWorkers(options.Workers);
        RequireOneOf(nameof(PrebleOptions.KernelSet), options.KernelSet, KernelSets);
        RequireOneOf(nameof(PrebleOptions.Policy), options.Policy, PlacementPolicies.Names);
        RequireOneOf(nameof(PrebleOptions.QueueOrder), options.QueueOrder, QueueOrders.Names);
        if (options.PageTokens % 16 != 0)
        {
            throw new StartupException($"{PrebleOptions.Section}:{nameof(PrebleOptions.PageTokens)} is {options.PageTokens}, but must be a multiple of 16.");
        }

        return options;
    }

    private static IEnumerable<string> NamesOf(Type type, string prefix) => type.GetProperties().SelectMany(property =>
        IsSection(property) ? NamesOf(property.PropertyType, $"{prefix}{property.Name}:") : [prefix + property.Name]);

    private static bool IsSection(PropertyInfo property) => property.PropertyType == typeof(ClusterSettings);

    private static void Fill(object target, IConfigurationSection section)
    {
        var properties = target.GetType().GetProperties().ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection value in section.GetChildren())
        {
            if (!properties.TryGetValue(value.Key, out PropertyInfo? property))
            {
                throw new StartupException($"{section.Path}:{value.Key} is not known; known are {string.Join(", ", properties.Keys)}.");
            }

            if (IsSection(property))
            {
                if (!string.IsNullOrEmpty(value.Value))
                {
                    throw new StartupException($"{value.Path} is \"{value.Value}\", but holds options: {string.Join(", ", NamesOf(property.PropertyType, value.Path + ":"))}.");
                }

                Fill(property.GetValue(target)!, value);
            }
            else
            {
                Set(target, property, value);
            }
        }
    }

    private static void Set(object target, PropertyInfo property, IConfigurationSection value)
    {
        string name = $"{value.Path[..value.Path.LastIndexOf(':')]}:{property.Name}";
        try
        {
            property.SetValue(target, Convert.ChangeType(value.Value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or InvalidCastException)
        {
            string allowed = property.PropertyType == typeof(int) ? "an integer" : "a number";
            throw new StartupException($"{name} is \"{value.Value}\", but must be {allowed}.");
        }

        var range = (RangeAttribute?)Attribute.GetCustomAttribute(property, typeof(RangeAttribute));
        if (range is not null && !range.IsValid(property.GetValue(target)))
        {
            string shown = string.Create(CultureInfo.InvariantCulture, $"{property.GetValue(target)}, but must be from {range.Minimum} to {range.Maximum}");
            throw new StartupException($"{name} is {shown}.");
        }
    }

    private static void RequireWorkers(string value)
    {
        bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int workers);
        if (value != "auto" && !(isNumber && workers is >= 1 and <= WorkersMax))
        {
            string shown = isNumber ? value : $"\"{value}\"";
            throw new StartupException($"{PrebleOptions.Section}:{nameof(PrebleOptions.Workers)} is {shown}, but must be auto or an integer from 1 to {WorkersMax}.");
        }
    }

    private static void RequireOneOf(string name, string value, IEnumerable<string> allowed)
    {
        if (!allowed.Contains(value))
        {
            throw new StartupException($"{PrebleOptions.Section}:{name} is \"{value}\", but must be one of {string.Join(", ", allowed)}.");
        }
    }
}
