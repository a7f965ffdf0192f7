using System.Globalization;

namespace Preble.Emulator.Parsing;

/// <summary>Reads a PTX file: what a module declares. Kernels are read by <see cref="PtxKernelParser"/>.</summary>
internal sealed class PtxParser
{
    private readonly PtxReader _reader;
    private readonly PtxScope _scope = new(null);
    private readonly List<PtxVariable> _variables = [];
    private readonly List<PtxKernel> _kernels = [];
    private int _version;
    private int _target;

    private PtxParser(string text) => _reader = new PtxReader(PtxTokenizer.Read(text));

    /// <exception cref="PtxException">It is not PTX, or PTX that is not known.</exception>
    internal static PtxModule Parse(string text)
    {
        var parser = new PtxParser(text);
        while (parser._reader.Next.Kind != PtxTokenKind.End)
        {
            parser.ReadDirective();
        }

        if (parser._version == 0 || parser._target == 0)
        {
            throw new PtxException(1, "a module begins with .version and .target");
        }

        return new PtxModule(parser._version, parser._target, parser._variables, parser._kernels);
    }

    private void ReadDirective()
    {
        PtxToken token = _reader.Take();
        switch (token.Text)
        {
            case ".version":
                _version = (int)Math.Round(10 * double.Parse(_reader.Take().Text, CultureInfo.InvariantCulture));
                break;
            case ".target":
                ReadTarget(_reader.Word(), token.Line);
                break;
            case ".address_size":
                if (_reader.Integer() != 64)
                {
                    throw new PtxException(token.Line, "only .address_size 64 is supported");
                }

                break;
            case ".file" or ".pragma":
                _reader.SkipLine();
                break;
            case ".section":
                SkipBlock();
                break;
            case ".visible" or ".extern" or ".weak" or ".common":
                break;
            case ".entry":
                _kernels.Add(new PtxKernelParser(_reader, _scope).Read(token.Line));
                break;
            case ".global" or ".const" or ".shared":
                PtxVariable variable = PtxVariableParser.Read(_reader, Space(token.Text));
                _reader.Expect(";");
                _scope.Add(variable);
                _variables.Add(variable);
                break;
            case ".func":
                throw new PtxException(token.Line, ".func: functions that are not inlined are not supported");
            default:
                throw new PtxException(token.Line, $"unknown directive '{token.Text}'");
        }
    }

    private static PtxSpace Space(string directive) => directive switch
    {
        ".global" => PtxSpace.Global,
        ".const" => PtxSpace.Const,
        _ => PtxSpace.Shared,
    };

    private void ReadTarget(string target, int line)
    {
        string digits = target.StartsWith("sm_", StringComparison.Ordinal) ? target[3..].TrimEnd('a', 'f') : "";
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _target))
        {
            throw new PtxException(line, $"unknown target '{target}'");
        }

        while (_reader.Accept(","))
        {
            _reader.Word();
        }
    }

    private void SkipBlock()
    {
        while (!_reader.Is("{"))
        {
            _reader.Take();
        }

        int depth = 0;
        do
        {
            string text = _reader.Take().Text;
            depth += text == "{" ? 1 : text == "}" ? -1 : 0;
        }
        while (depth > 0);
    }
}
