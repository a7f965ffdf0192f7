using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Runtime;
using Preble.Embedded.Activations;

namespace Preble.Embedded.References;

/// <summary>
/// Emits the proxy of a grain interface: a <see cref="GrainReference"/> whose methods pack their arguments into a tuple and hand it, with the
/// method's invoker, to <see cref="GrainReference.Call"/> or <see cref="GrainReference.Enumerate"/>. No reflection is left for the calls.
/// </summary>
internal static class ProxyEmitter
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo CallMethod = typeof(GrainReference).GetMethod(nameof(GrainReference.Call), Instance)!;
    private static readonly MethodInfo EnumerateMethod = typeof(GrainReference).GetMethod(nameof(GrainReference.Enumerate), Instance)!;
    private static readonly MethodInfo ToReferenceMethod = typeof(GrainArgument).GetMethod(nameof(GrainArgument.ToReference))!;
    private static readonly Type[] ConstructorParameters = [typeof(GrainTypeActivations), typeof(string)];

    /// <summary>The proxy type of an interface.</summary>
    /// <exception cref="ArgumentException">This is no grain interface.</exception>
    /// <exception cref="NotSupportedException">The interface has a method that grains cannot have.</exception>
    public static Type Emit(Type interfaceType)
    {
        if (!interfaceType.IsInterface || !typeof(IAddressable).IsAssignableFrom(interfaceType))
        {
            throw new ArgumentException($"{interfaceType} is no grain interface.", nameof(interfaceType));
        }

        Type[] interfaces = [interfaceType, .. interfaceType.GetInterfaces()];
        MethodInfo[] methods = [.. interfaces.SelectMany(static type => type.GetMethods()).Where(static method => method.IsAbstract && !method.IsStatic)];
        object[] invokers = [.. methods.Select(MethodInvoker.Create)];

        TypeBuilder type = DefineType(interfaceType, interfaces, methods);
        EmitConstructor(type);
        for (int i = 0; i < methods.Length; i++)
        {
            FieldBuilder invoker = type.DefineField(FieldName(i), invokers[i].GetType(), FieldAttributes.Public | FieldAttributes.Static);
            EmitMethod(type, methods[i], invoker);
        }

        Type proxy = type.CreateType();
        for (int i = 0; i < methods.Length; i++) proxy.GetField(FieldName(i))!.SetValue(null, invokers[i]);
        return proxy;
    }

    private static string FieldName(int method) => $"Method{method}";

    private static TypeBuilder DefineType(Type interfaceType, Type[] interfaces, MethodInfo[] methods)
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName($"Preble.Embedded.Proxies.{interfaceType.Name}"), AssemblyBuilderAccess.Run);
        // Grain interfaces and their message types are internal more often than not.
        ConstructorInfo attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructors().Single();
        var types = new HashSet<Type>([typeof(GrainReference), .. interfaces, .. methods.SelectMany(SignatureTypes)]);
        foreach (string name in types.Select(static type => type.Assembly.GetName().Name!).Distinct())
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }

        return assembly.DefineDynamicModule("Proxies").DefineType(
            $"{interfaceType.Name}Proxy", TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.Class, typeof(GrainReference), interfaces);
    }

    private static IEnumerable<Type> SignatureTypes(MethodInfo method) =>
        method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(WithArguments);

    private static IEnumerable<Type> WithArguments(Type type)
    {
        yield return type;
        Type[] inner = type.HasElementType ? [type.GetElementType()!] : type.GetGenericArguments();
        foreach (Type argument in inner.SelectMany(WithArguments)) yield return argument;
    }

    private static void EmitConstructor(TypeBuilder type)
    {
        ILGenerator code = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, ConstructorParameters).GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(Instance, ConstructorParameters)!);
        code.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder type, MethodInfo method, FieldBuilder invoker)
    {
        Type[] parameters = [.. method.GetParameters().Select(static parameter => parameter.ParameterType)];
        MethodBuilder proxy = type.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot | MethodAttributes.HideBySig,
            method.ReturnType,
            parameters);
        type.DefineMethodOverride(proxy, method);

        ILGenerator code = proxy.GetILGenerator();
        Type[] typeArguments = invoker.FieldType.GetGenericArguments();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldsfld, invoker);
        EmitArguments(code, parameters, typeArguments[0]);
        EmitToken(code, parameters);
        bool isStream = invoker.FieldType.GetGenericTypeDefinition() == typeof(StreamMethod<,>);
        code.Emit(OpCodes.Call, (isStream ? EnumerateMethod : CallMethod).MakeGenericMethod(typeArguments));
        if (MethodInvoker.IsValueTask(method.ReturnType))
        {
            Type task = method.ReturnType.IsGenericType ? typeof(Task<>).MakeGenericType(typeArguments[1]) : typeof(Task);
            code.Emit(OpCodes.Newobj, method.ReturnType.GetConstructor([task])!);
        }

        code.Emit(OpCodes.Ret);
    }

    private static void EmitArguments(ILGenerator code, Type[] parameters, Type tuple)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i] == typeof(CancellationToken)) continue;
            code.Emit(OpCodes.Ldarg, (short)(i + 1));
            if (parameters[i].IsInterface && typeof(IAddressable).IsAssignableFrom(parameters[i]))
            {
                code.Emit(OpCodes.Call, ToReferenceMethod.MakeGenericMethod(parameters[i]));
            }
        }

        EmitTuple(code, tuple);
    }

    private static void EmitTuple(ILGenerator code, Type tuple)
    {
        if (tuple == typeof(ValueTuple))
        {
            LocalBuilder empty = code.DeclareLocal(tuple);
            code.Emit(OpCodes.Ldloc, empty);
            return;
        }

        // The innermost rest comes from the top of the stack.
        Type[] items = tuple.GetGenericArguments();
        if (items.Length > ArgumentTuple.FlatMax) EmitTuple(code, items[ArgumentTuple.FlatMax]);
        code.Emit(OpCodes.Newobj, tuple.GetConstructor(items)!);
    }

    private static void EmitToken(ILGenerator code, Type[] parameters)
    {
        int position = Array.IndexOf(parameters, typeof(CancellationToken));
        if (position >= 0)
        {
            code.Emit(OpCodes.Ldarg, (short)(position + 1));
            return;
        }

        code.Emit(OpCodes.Ldloc, code.DeclareLocal(typeof(CancellationToken)));
    }
}
