namespace Preble.Engine.Text.Unicode;

/// <summary>Arithmetic of Hangul syllables (Unicode, section 3.12).</summary>
internal static class Hangul
{
    internal const int SyllableBase = 0xAC00;
    internal const int LeadBase = 0x1100;
    internal const int VowelBase = 0x1161;
    internal const int TailBase = 0x11A7;
    internal const int Leads = 19;
    internal const int Vowels = 21;
    internal const int Tails = 28;
    internal const int Syllables = Leads * Vowels * Tails;

    /// <summary>Whether the code point is a whole syllable.</summary>
    internal static bool IsSyllable(int point) => (uint)(point - SyllableBase) < Syllables;

    /// <summary>Composes lead and vowel, or a syllable without tail and a tail.</summary>
    internal static bool TryCompose(int first, int second, out int composed)
    {
        composed = 0;
        if ((uint)(first - LeadBase) < Leads && (uint)(second - VowelBase) < Vowels)
        {
            composed = SyllableBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
        }
        else if (IsSyllable(first) && (first - SyllableBase) % Tails == 0 && second > TailBase && second < TailBase + Tails)
        {
            composed = first + second - TailBase;
        }

        return composed != 0;
    }
}
