namespace Preble.Engine.Text.Jinja;

/// <summary>Parses a whole template: text, output and blocks.</summary>
internal sealed class StatementParser
{
    private readonly TokenCursor _cursor;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private StatementParser(TokenCursor cursor)
    {
        _cursor = cursor;
        _expressions = new ExpressionParser(cursor);
    }

    /// <summary>The statements of a template. Throws <see cref="ChatTemplateException"/>.</summary>
    internal static Block Parse(string template)
    {
        var parser = new StatementParser(new TokenCursor(JinjaLexer.Tokenize(template)));
        return parser.ParseBody(isWhole: true);
    }

    /// <summary>Statements up to a block that begins with one of <paramref name="ends"/>, whose name is left to be read.</summary>
    private Block ParseBody(bool isWhole, params ReadOnlySpan<string> ends)
    {
        var at = _cursor.Current.At;
        var statements = new List<Statement>();
        while (true)
        {
            var token = _cursor.Current;
            switch (token.Kind)
            {
                case JinjaTokenKind.End when isWhole:
                    return new Block(at, statements);
                case JinjaTokenKind.End:
                    throw _cursor.Unexpected($"'{string.Join("' or '", ends)}'");
                case JinjaTokenKind.Text:
                    statements.Add(new TextStatement(token.At, _cursor.Next().Text));
                    break;
                case JinjaTokenKind.OutputBegin:
                    _cursor.Next();
                    statements.Add(new OutputStatement(token.At, _expressions.ParseTuple()));
                    _cursor.Expect(JinjaTokenKind.OutputEnd, "'}}'");
                    break;
                default:
                    _cursor.Next();
                    if (ends.Contains(_cursor.Current.Text))
                    {
                        return new Block(at, statements);
                    }

                    statements.Add(_cursor.Nested(ParseBlock));
                    break;
            }
        }
    }

    /// <summary>The end of the tag, then a body, then the name of the block that ends it.</summary>
    private (Block Body, string End) ParseBodyAndEnd(params ReadOnlySpan<string> ends)
    {
        ExpectBlockEnd();
        var body = ParseBody(isWhole: false, ends);
        return (body, _cursor.Next().Text);
    }

    private Block ParseBodyTo(string end)
    {
        var (body, _) = ParseBodyAndEnd(end);
        ExpectBlockEnd();
        return body;
    }

    private Statement ParseBlock()
    {
        var at = _cursor.Current.At;
        var name = _cursor.ExpectName();
        switch (name)
        {
            case "for":
                return ParseFor(at);
            case "if":
                return ParseIf(at);
            case "set":
                return ParseSet(at);
            case "macro":
                var (macro, parameters) = (_cursor.ExpectName(), ParseParameters());
                return new MacroStatement(at, new MacroBody(macro, parameters, OutsideLoops(() => ParseBodyTo("endmacro"))));
            case "call":
                return ParseCall(at);
            case "filter":
                var filter = _expressions.ParseFilter();
                var more = _expressions.ParseFilters();
                return new FilterStatement(at, value => more(filter(value)), OutsideLoops(() => ParseBodyTo("endfilter")));
            case "with":
                return new ScopeStatement(at, ParseWith(), ParseBodyTo("endwith"));
            case "generation":
                return new ScopeStatement(at, [], ParseBodyTo("endgeneration"));
            case "break" or "continue" when _loops > 0:
                ExpectBlockEnd();
                return new JumpStatement(at, name == "break" ? Flow.Break : Flow.Continue);
            default:
                var problem = name is "break" or "continue" ? $"'{name}' stands outside of a loop" : $"the block '{name}' is not supported here";
                throw new ChatTemplateException(problem, at.Line, at.Column);
        }
    }

    private ForStatement ParseFor(JinjaPosition at)
    {
        var target = ParseTarget(withAttributes: false);
        if (!_cursor.SkipName("in"))
        {
            throw _cursor.Unexpected("'in'");
        }

        var sequence = _expressions.ParseTuple(withCondition: false);
        var filter = _cursor.SkipName("if") ? _expressions.Parse() : null;
        var isRecursive = _cursor.SkipName("recursive");
        _loops++;
        var (body, end) = ParseBodyAndEnd("else", "endfor");
        _loops--;
        var otherwise = end == "else" ? ParseBodyTo("endfor") : null;
        if (otherwise is null)
        {
            ExpectBlockEnd();
        }

        return new ForStatement(at, target, sequence, filter, body, otherwise, isRecursive);
    }

    private IfStatement ParseIf(JinjaPosition at)
    {
        var branches = new List<(Expression?, Block)>();
        while (true)
        {
            var test = _expressions.ParseTuple();
            var (body, end) = ParseBodyAndEnd("elif", "else", "endif");
            branches.Add((test, body));
            if (end == "elif")
            {
                continue;
            }

            if (end == "else")
            {
                branches.Add((null, ParseBodyTo("endif")));
            }
            else
            {
                ExpectBlockEnd();
            }

            return new IfStatement(at, branches);
        }
    }

    private Statement ParseSet(JinjaPosition at)
    {
        var target = ParseTarget(withAttributes: true);
        if (!_cursor.SkipOperator("="))
        {
            var filters = _expressions.ParseFilters();
            return new SetBlockStatement(at, target, filters, OutsideLoops(() => ParseBodyTo("endset")));
        }

        var value = _expressions.ParseTuple();
        ExpectBlockEnd();
        return new SetStatement(at, target, value);
    }

    private CallStatement ParseCall(JinjaPosition at)
    {
        var parameters = _cursor.IsOperator("(") ? ParseParameters() : [];
        var call = _expressions.Parse() as CallExpression ?? throw new ChatTemplateException("a call is wanted", at.Line, at.Column);
        return new CallStatement(at, call, new MacroBody("caller", parameters, OutsideLoops(() => ParseBodyTo("endcall"))));
    }

    private List<(Target, Expression)> ParseWith()
    {
        var variables = new List<(Target, Expression)>();
        while (_cursor.Current.Kind != JinjaTokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _cursor.ExpectOperator(",");
            }

            var target = ParseTarget(withAttributes: false);
            _cursor.ExpectOperator("=");
            variables.Add((target, _expressions.Parse()));
        }

        return variables;
    }

    private List<(string, Expression?)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        _cursor.ExpectOperator("(");
        while (!_cursor.SkipOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _cursor.ExpectOperator(",");
            }

            parameters.Add((_cursor.ExpectName(), _cursor.SkipOperator("=") ? _expressions.Parse() : null));
        }

        return parameters;
    }

    private Target ParseTarget(bool withAttributes)
    {
        var targets = new List<Target>();
        var isTuple = false;
        do
        {
            if (targets.Count > 0 && _cursor.Current.Kind != JinjaTokenKind.Name && !_cursor.IsOperator("("))
            {
                break; // A comma at the end, as in "a, = list".
            }

            targets.Add(ParseSingleTarget(withAttributes));
        }
        while (_cursor.SkipOperator(",") && (isTuple = true));
        return isTuple ? new TupleTarget(targets) : targets[0];
    }

    private Target ParseSingleTarget(bool withAttributes)
    {
        if (_cursor.SkipOperator("("))
        {
            var inner = _cursor.Nested(() => ParseTarget(withAttributes));
            _cursor.ExpectOperator(")");
            return inner;
        }

        var name = _cursor.ExpectName();
        return withAttributes && _cursor.SkipOperator(".") ? new AttributeTarget(name, _cursor.ExpectName()) : new NameTarget(name);
    }

    /// <summary>Parses a body that break and continue may not leave.</summary>
    private T OutsideLoops<T>(Func<T> parse)
    {
        var loops = _loops;
        _loops = 0;
        var result = parse();
        _loops = loops;
        return result;
    }

    private void ExpectBlockEnd() => _cursor.Expect(JinjaTokenKind.BlockEnd, "'%}'");
}
