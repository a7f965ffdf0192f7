using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Preble.Core.Placement;
using Preble.Core.Serving;

namespace Preble.Silo;

/// <summary>Binds and checks <see cref="PrebleOptions"/>.</summary>
internal static class PrebleOptionsExtensions
{
    private static readonly string[] KernelSets = ["auto", "avx512", "avx2", "portable"];

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
        var properties = typeof(PrebleOptions).GetProperties().ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection value in section.GetChildren())
        {
            if (!properties.TryGetValue(value.Key, out var property))
            {
                throw new StartupException($"{PrebleOptions.Section}:{value.Key} is not known; known are {string.Join(", ", properties.Keys)}.");
            }

            try
            {
                property.SetValue(options, Convert.ChangeType(value.Value, property.PropertyType, CultureInfo.InvariantCulture));
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or InvalidCastException)
            {
                string allowed = property.PropertyType == typeof(int) ? "an integer" : "a number";
                throw new StartupException($"{PrebleOptions.Section}:{property.Name} is \"{value.Value}\", but must be {allowed}.");
            }
        }

        foreach (var property in properties.Values)
        {
            var range = (RangeAttribute?)Attribute.GetCustomAttribute(property, typeof(RangeAttribute));
            if (range is not null && !range.IsValid(property.GetValue(options)))
            {
                string shown = string.Create(CultureInfo.InvariantCulture, $"{property.GetValue(options)}, but must be from {range.Minimum} to {range.Maximum}");
                throw new StartupException($"{PrebleOptions.Section}:{property.Name} is {shown}.");
            }
        }

        RequireOneOf(nameof(PrebleOptions.KernelSet), options.KernelSet, KernelSets);
        RequireOneOf(nameof(PrebleOptions.Policy), options.Policy, PlacementPolicies.Names);
        RequireOneOf(nameof(PrebleOptions.QueueOrder), options.QueueOrder, QueueOrders.Names);
        if (options.PageTokens % 16 != 0)
        {
            throw new StartupException($"{PrebleOptions.Section}:{nameof(PrebleOptions.PageTokens)} is {options.PageTokens}, but must be a multiple of 16.");
        }

        return options;
    }

    private static void RequireOneOf(string name, string value, IEnumerable<string> allowed)
    {
        if (!allowed.Contains(value))
        {
            throw new StartupException($"{PrebleOptions.Section}:{name} is \"{value}\", but must be one of {string.Join(", ", allowed)}.");
        }
    }
}
