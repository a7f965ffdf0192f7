using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>How a kind of response is written. The envelope (id, created, model, usage) is the same for all and written elsewhere.</summary>
internal interface IResponseFormat
{
    /// <summary><c>object</c> of a whole response.</summary>
    string WholeObject { get; }

    /// <summary><c>object</c> of a chunk of a stream.</summary>
    string ChunkObject { get; }

    /// <summary>Writes what stands between index and finish reason of a choice of a stream.</summary>
    /// <param name="json">An open choice object.</param>
    /// <param name="choice">What the choice has produced before this event.</param>
    /// <param name="item">What it produces now.</param>
    void WriteDelta(Utf8JsonWriter json, ChoiceResult choice, GenerationEvent item);

    /// <summary>Writes what stands between index and finish reason of a choice of a whole response.</summary>
    void WriteWhole(Utf8JsonWriter json, ChoiceResult choice);
}
