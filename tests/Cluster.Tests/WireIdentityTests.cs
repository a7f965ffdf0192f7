using System.Reflection;
using System.Runtime.CompilerServices;
using Preble.Grains.Interfaces;

namespace Preble.Cluster.Tests;

/// <summary>
/// What silos and clients of different builds rely on: the names of grain interfaces and their methods, the names and the numbered fields of messages.
/// wire.txt holds them, so that a change shows in review.
/// </summary>
public sealed class WireIdentityTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
    private static readonly string[] Committed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "wire.txt"));

    /// <remarks>To change them: raise <see cref="ContractVersion"/> unless something was only added, then write the lines of this test's message.</remarks>
    [Fact]
    public void TheContractsAreThoseOfWireTxt() => string.Join('\n', Actual).Should().Be(string.Join('\n', Committed));

    [Fact]
    public void NoNameIsUsedTwice() => Types.Select(Alias).Should().OnlyHaveUniqueItems();

    [Fact]
    public void EveryTypeThatTravelsHasANameOfItsOwn() =>
        Types.Where(type => Alias(type)?.StartsWith("preble.", StringComparison.Ordinal) != true).Should().BeEmpty();

    /// <summary>One that has no serializer is found when it is first sent, or never.</summary>
    [Fact]
    public void WhatMessagesAndMethodsConsistOfTravelsToo() =>
        Types.SelectMany(Parts).SelectMany(Named).Distinct().Where(type => type.Assembly == typeof(ContractVersion).Assembly).Should().NotBeEmpty().And.BeSubsetOf(Types);

    [Fact]
    public void EveryFieldOfAMessageHasANumber() => Types.Where(type => type.IsClass)
        .SelectMany(type => type.GetProperties(Own).Where(property => property.SetMethod is not null && Id(property) is null)).Should().BeEmpty();

    private static IEnumerable<Type> Types => typeof(ContractVersion).Assembly.GetExportedTypes()
        .Where(type => (type.IsInterface || type.IsEnum || type.GetCustomAttribute<GenerateSerializerAttribute>() is not null) && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && type.Namespace == typeof(ContractVersion).Namespace)
        .OrderBy(Alias, StringComparer.Ordinal);

    private static IEnumerable<string> Actual => Types.SelectMany(Lines).Prepend($"version {ContractVersion.Current}");

    private static IEnumerable<string> Lines(Type type)
    {
        if (type.IsInterface)
        {
            return type.GetMethods(Own).OrderBy(Alias, StringComparer.Ordinal).Select(method => $"  {Alias(method)}({Names(method.GetParameters())}): {Name(method.ReturnType)}")
                .Prepend($"grain {Alias(type)}");
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"  {Convert.ToInt32(Enum.Parse(type, name))} {name}").Prepend($"enum {Alias(type)}");
        }

        return type.GetProperties(Own).Where(property => Id(property) is not null).OrderBy(Id).Select(property => $"  {Id(property)} {property.Name}: {Name(property.PropertyType)}")
            .Prepend($"message {Alias(type)}");
    }

    /// <summary>What a type of the contracts is made of.</summary>
    private static IEnumerable<Type> Parts(Type type) => type.IsInterface
        ? type.GetMethods(Own).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
        : type.GetProperties(Own).Where(property => Id(property) is not null).Select(property => property.PropertyType);

    /// <summary>The types that the name of one has in it.</summary>
    private static IEnumerable<Type> Named(Type type) => type.IsArray ? Named(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Named).Append(type);

    private static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static uint? Id(PropertyInfo property) => property.GetCustomAttribute<IdAttribute>()?.Id;

    private static string Names(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter => Name(parameter.ParameterType)));

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        string name = Alias(type) ?? type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
