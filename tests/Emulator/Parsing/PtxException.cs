using System.Globalization;

namespace Preble.Emulator.Parsing;

/// <summary>The text is not PTX that the emulator knows: where, and what is wrong with it.</summary>
internal sealed class PtxException(int line, string message) : Exception(string.Create(CultureInfo.InvariantCulture, $"line {line}: {message}"));
