using System.Globalization;
using System.Numerics;

namespace Preble.Engine.Text.Jinja;

/// <summary>Parses expressions by recursive descent, a method for each level of precedence, lowest first, as Jinja's own parser has them.</summary>
internal sealed class ExpressionParser(TokenCursor cursor)
{
    /// <summary>An expression; with commas, a tuple.</summary>
    internal Expression ParseTuple(bool withCondition = true)
    {
        var at = cursor.Current.At;
        Expression Item() => withCondition ? Parse() : ParseOr();
        var items = new List<Expression> { Item() };
        var isTuple = false;
        while (cursor.SkipOperator(","))
        {
            isTuple = true;
            if (EndsTuple())
            {
                break;
            }

            items.Add(Item());
        }

        return isTuple ? new ListExpression(at, items, isTuple: true) : items[0];
    }

    /// <summary>One expression.</summary>
    internal Expression Parse() => cursor.Nested(() =>
    {
        var at = cursor.Current.At;
        var value = ParseOr();
        while (cursor.SkipName("if"))
        {
            var test = ParseOr();
            value = new ConditionalExpression(at, test, value, cursor.SkipName("else") ? Parse() : null);
        }

        return value;
    });

    /// <summary>Filters behind a value, as in <c>| trim | upper</c>.</summary>
    internal Func<Expression, Expression> ParseFilters()
    {
        var filters = new List<Func<Expression, Expression>>();
        while (cursor.SkipOperator("|"))
        {
            filters.Add(ParseFilter());
        }

        return value => filters.Aggregate(value, (inner, filter) => filter(inner));
    }

    /// <summary>One filter: its name and arguments.</summary>
    internal Func<Expression, Expression> ParseFilter()
    {
        var at = cursor.Current.At;
        var name = ParseDottedName();
        var arguments = cursor.IsOperator("(") ? ParseArguments() : ArgumentList.Empty;
        return value => new FilterExpression(at, value, name, arguments);
    }

    /// <summary>Arguments in parentheses.</summary>
    internal ArgumentList ParseArguments()
    {
        var positional = new List<(Expression, bool)>();
        var named = new List<(string, Expression)>();
        var spread = new List<Expression>();
        cursor.ExpectOperator("(");
        while (!cursor.SkipOperator(")"))
        {
            if (positional.Count + named.Count + spread.Count > 0)
            {
                cursor.ExpectOperator(",");
                if (cursor.SkipOperator(")"))
                {
                    break;
                }
            }

            if (cursor.SkipOperator("**"))
            {
                spread.Add(Parse());
            }
            else if (cursor.SkipOperator("*"))
            {
                positional.Add((Parse(), true));
            }
            else if (cursor.Current.Kind == JinjaTokenKind.Name && cursor.Following.Is(JinjaTokenKind.Operator, "="))
            {
                var name = cursor.ExpectName();
                cursor.ExpectOperator("=");
                named.Add((name, Parse()));
            }
            else
            {
                positional.Add(named.Count + spread.Count == 0
                    ? (Parse(), false)
                    : throw cursor.Error("an argument by place stands behind one by name"));
            }
        }

        return new ArgumentList(positional, named, spread);
    }

    internal Expression ParseOr()
    {
        var value = ParseAnd();
        while (cursor.Current is var token && cursor.SkipName("or"))
        {
            value = new LogicalExpression(token.At, isAnd: false, value, ParseAnd());
        }

        return value;
    }

    private Expression ParseAnd()
    {
        var value = ParseNot();
        while (cursor.Current is var token && cursor.SkipName("and"))
        {
            value = new LogicalExpression(token.At, isAnd: true, value, ParseNot());
        }

        return value;
    }

    private Expression ParseNot() => cursor.Current is var token && cursor.SkipName("not")
        ? new NotExpression(token.At, cursor.Nested(ParseNot))
        : ParseComparison();

    private Expression ParseComparison()
    {
        var at = cursor.Current.At;
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (cursor.Current is { Kind: JinjaTokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            {
                rest.Add((cursor.Next().Text, ParseSum()));
            }
            else if (cursor.SkipName("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (cursor.IsName("not") && cursor.Following.Is(JinjaTokenKind.Name, "in"))
            {
                cursor.Next();
                cursor.Next();
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonExpression(at, first, rest);
            }
        }
    }

    private Expression ParseSum() => LeftToRight(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation()
    {
        var at = cursor.Current.At;
        var operands = new List<Expression> { ParseProduct() };
        while (cursor.SkipOperator("~"))
        {
            operands.Add(ParseProduct());
        }

        return operands.Count == 1 ? operands[0] : new ConcatenationExpression(at, operands);
    }

    private Expression ParseProduct() => LeftToRight(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => LeftToRight(() => ParseUnary(withFilters: true), "**");

    private Expression LeftToRight(Func<Expression> operand, params string[] signs)
    {
        var left = operand();
        while (cursor.Current is { Kind: JinjaTokenKind.Operator } token && signs.Contains(token.Text))
        {
            cursor.Next();
            left = new ArithmeticExpression(token.At, token.Text, left, operand());
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        var at = cursor.Current.At;
        var value = cursor.SkipOperator("-") ? new SignExpression(at, isMinus: true, cursor.Nested(() => ParseUnary(withFilters: false)))
            : cursor.SkipOperator("+") ? new SignExpression(at, isMinus: false, cursor.Nested(() => ParseUnary(withFilters: false)))
            : ParsePrimary();
        value = ParsePostfix(value);
        return withFilters ? ParseFiltersAndTests(value) : value;
    }

    private Expression ParsePrimary()
    {
        var token = cursor.Current;
        switch (token.Kind)
        {
            case JinjaTokenKind.Name:
                cursor.Next();
                return token.Text switch
                {
                    "true" or "True" => new LiteralExpression(token.At, true),
                    "false" or "False" => new LiteralExpression(token.At, false),
                    "none" or "None" => new LiteralExpression(token.At, null),
                    _ => new NameExpression(token.At, token.Text),
                };
            case JinjaTokenKind.String:
                var text = "";
                while (cursor.Current.Kind == JinjaTokenKind.String)
                {
                    text += cursor.Next().Text;
                }

                return new LiteralExpression(token.At, text);
            case JinjaTokenKind.Integer:
                cursor.Next();
                return new LiteralExpression(token.At, long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                    ? (object)whole
                    : BigInteger.Parse(token.Text, CultureInfo.InvariantCulture));
            case JinjaTokenKind.Float:
                cursor.Next();
                return new LiteralExpression(token.At, double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
            case JinjaTokenKind.Operator when token.Text is "(" or "[" or "{":
                return cursor.Nested(ParseBrackets);
            default:
                throw cursor.Unexpected("an expression");
        }
    }

    private Expression ParseBrackets()
    {
        var token = cursor.Next();
        switch (token.Text)
        {
            case "(" when cursor.SkipOperator(")"):
                return new ListExpression(token.At, [], isTuple: true);
            case "(":
                var inner = ParseTuple();
                cursor.ExpectOperator(")");
                return inner;
            case "[":
                return new ListExpression(token.At, ParseItems("]", Parse), isTuple: false);
            default:
                return new DictExpression(token.At, ParseItems("}", () =>
                {
                    var key = Parse();
                    cursor.ExpectOperator(":");
                    return (key, Parse());
                }));
        }
    }

    private List<T> ParseItems<T>(string close, Func<T> parse)
    {
        var items = new List<T>();
        while (!cursor.SkipOperator(close))
        {
            if (items.Count > 0)
            {
                cursor.ExpectOperator(",");
                if (cursor.SkipOperator(close))
                {
                    break;
                }
            }

            items.Add(parse());
        }

        return items;
    }

    /// <summary>Attributes, items and calls.</summary>
    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var at = cursor.Current.At;
            if (cursor.SkipOperator("."))
            {
                value = cursor.Current.Kind == JinjaTokenKind.Integer
                    ? new ItemExpression(at, value, new LiteralExpression(at, long.Parse(cursor.Next().Text, CultureInfo.InvariantCulture)))
                    : new AttributeExpression(at, value, cursor.ExpectName());
            }
            else if (cursor.IsOperator("["))
            {
                value = cursor.Nested(() => ParseSubscript(value));
            }
            else if (cursor.IsOperator("("))
            {
                value = new CallExpression(at, value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ParseSubscript(Expression value)
    {
        var at = cursor.Next().At;
        var start = cursor.IsOperator(":") ? null : ParseTuple();
        if (start is not null && cursor.SkipOperator("]"))
        {
            return new ItemExpression(at, value, start);
        }

        cursor.ExpectOperator(":");
        var stop = cursor.IsOperator(":") || cursor.IsOperator("]") ? null : Parse();
        var step = cursor.SkipOperator(":") && !cursor.IsOperator("]") ? Parse() : null;
        cursor.ExpectOperator("]");
        return new SliceExpression(at, value, start, stop, step);
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            if (cursor.SkipOperator("|"))
            {
                value = ParseFilter()(value);
            }
            else if (cursor.SkipName("is"))
            {
                value = ParseTest(value);
            }
            else if (cursor.IsOperator("("))
            {
                value = new CallExpression(cursor.Current.At, value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private TestExpression ParseTest(Expression value)
    {
        var at = cursor.Current.At;
        var isNegated = cursor.SkipName("not");
        var name = ParseDottedName();
        if (cursor.IsOperator("("))
        {
            return new TestExpression(at, value, name, ParseArguments(), isNegated);
        }

        if (cursor.IsName("is"))
        {
            throw cursor.Error("tests cannot be chained with 'is'");
        }

        // One argument may stand without parentheses, as in "x is divisibleby 3".
        var hasArgument = cursor.Current.Kind switch
        {
            JinjaTokenKind.Name => !(cursor.IsName("else") || cursor.IsName("or") || cursor.IsName("and") || cursor.IsName("if")),
            JinjaTokenKind.String or JinjaTokenKind.Integer or JinjaTokenKind.Float => true,
            _ => cursor.IsOperator("[") || cursor.IsOperator("{"),
        };
        var arguments = hasArgument ? new ArgumentList([(ParsePostfix(ParsePrimary()), false)], [], []) : ArgumentList.Empty;
        return new TestExpression(at, value, name, arguments, isNegated);
    }

    private string ParseDottedName()
    {
        var name = cursor.ExpectName();
        while (cursor.SkipOperator("."))
        {
            name += "." + cursor.ExpectName();
        }

        return name;
    }

    private bool EndsTuple() =>
        cursor.Current.Kind is JinjaTokenKind.BlockEnd or JinjaTokenKind.OutputEnd
        || cursor.IsOperator(")") || cursor.IsOperator("]") || cursor.IsOperator("=");
}
