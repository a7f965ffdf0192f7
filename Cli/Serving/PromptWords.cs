using System.Text;
using Preble.Core.Workloads;

namespace Preble.Cli.Serving;

/// <summary>
/// Prompts as text: a plain word for each token, so that equal contents are equal text, and
/// prompts that share their first segments share the beginning of their text.
/// </summary>
internal static class PromptWords
{
    // Short and frequent, so that most tokenizers have each of them, with the space before it, as one token.
    private static readonly string[] Words = (
        "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were her all she there would " +
        "their we him been has when who will more no if out so said what up its about into than them can only other new some could time these two may then do " +
        "first any my now such like our over man me even most made after also did many before must through back years where much your way well down should " +
        "because each just those people too how little state good very make world still own see men work long get here between both life being under never day " +
        "same another know while last might us great old year off come since against go came right used take three house place part water small end number word " +
        "line form set name point page book hand high left night home large side few near change most story head light city open body paper group music mark " +
        "letter table river car feet second care example plain answer school tree plant fire south north field rest done force blue object decide surface deep " +
        "moon island foot system test record boat gold possible age dry wonder laugh thousand check game shape hot miss heat snow bring yes distant fill east " +
        "paint language among").Split(' ').Distinct().ToArray();

    /// <summary>The text of a prompt.</summary>
    public static string Of(ReadOnlySpan<PromptSegment> prompt)
    {
        var text = new StringBuilder();
        foreach (PromptSegment segment in prompt)
        {
            for (int i = 0; i < segment.Tokens; i++)
            {
                if (text.Length > 0)
                {
                    text.Append(' ');
                }

                text.Append(Words[SegmentTokens.At(segment.Content, i, Words.Length)]);
            }
        }

        return text.ToString();
    }
}
