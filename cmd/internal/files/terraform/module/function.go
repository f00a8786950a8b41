package module

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// table returns Terraform's functions by name. A function that is not here makes a value unknown.
func (e *evaluator) table() map[string]function.Function {
	all := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc,
		"max": stdlib.MaxFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc,
		"signum": stdlib.SignumFunc,

		"chomp": stdlib.ChompFunc, "indent": guarded(stdlib.IndentFunc), "join": stdlib.JoinFunc,
		"lower": stdlib.LowerFunc, "regex": searching(stdlib.RegexFunc), "regexall": searching(stdlib.RegexAllFunc),
		"split":  stdlib.SplitFunc,
		"strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc,
		"trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc,
		"upper": stdlib.UpperFunc, "format": guarded(stdlib.FormatFunc), "formatlist": guarded(stdlib.FormatListFunc),
		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,

		"chunklist": stdlib.ChunklistFunc, "coalesce": coalesce(), "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
		"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
		"keys": stdlib.KeysFunc, "merge": stdlib.MergeFunc, "range": stdlib.RangeFunc,
		"reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc,
		"setproduct": e.product(), "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
		"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,

		"csvdecode": e.decoding(stdlib.CSVDecodeFunc), "jsondecode": e.decoding(stdlib.JSONDecodeFunc),
		"jsonencode": stdlib.JSONEncodeFunc,

		"tobool": stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number),
		"tostring": stdlib.MakeToFunc(cty.String),
		"tolist":   stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		"tomap":    stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"toset":    stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),

		"try": tryFunction(), "can": canFunction(),
		"sensitive": same(), "nonsensitive": same(), "ephemeralasnull": same(),
	}
	addTexts(all)
	addCollections(all)
	addNetworks(all)
	e.addFiles(all)
	return all
}

// coalesce returns the function that returns the first of its arguments that is neither null nor an empty text.
func coalesce() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "values", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true,
			AllowDynamicType: true},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			types := make([]cty.Type, len(args))
			for i, v := range args {
				types[i] = v.Type()
			}
			common, _ := convert.UnifyUnsafe(types)
			if common == cty.NilType {
				return cty.NilVal, errors.New("the arguments have different types")
			}
			for _, v := range args {
				v, err := convert.Convert(v, common)
				switch {
				case err != nil:
					return cty.NilVal, err
				case !v.IsKnown():
					return cty.UnknownVal(common), nil
				case !v.IsNull() && !(v.Type() == cty.String && v.AsString() == ""):
					return v, nil
				}
			}
			return cty.NilVal, errors.New("all arguments are null or empty")
		},
	})
}

// same returns a function that returns its argument.
func same() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true,
			AllowDynamicType: true, AllowMarked: true}},
		Type: func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0], nil },
	})
}

// wrapped returns a function whose value is unknown if check has a reason against its arguments.
func wrapped(f function.Function, check func(args []cty.Value) string) function.Function {
	spec := &function.Spec{VarParam: f.VarParam(), Params: f.Params()}
	spec.Type = func(args []cty.Value) (cty.Type, error) {
		if check(args) != "" {
			return cty.DynamicPseudoType, nil
		}
		return f.ReturnTypeForValues(args)
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if why := check(args); why != "" {
			return unknown(why, planRemedy), nil
		}
		return f.Call(args)
	}
	return function.New(spec)
}

// maxWidth limits the widths that texts are filled up to.
const maxWidth = 1000

// wideVerb matches the verbs of formats that fill up to such widths.
var wideVerb = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%[^%a-zA-Z]*[0-9]{4}`) })

// guarded returns a function that does not fill up texts to any width.
func guarded(f function.Function) function.Function {
	return wrapped(f, func(args []cty.Value) string {
		first, _ := args[0].Unmark()
		if !first.IsKnown() || first.IsNull() {
			return ""
		}
		if first.Type() == cty.String && wideVerb().MatchString(first.AsString()) ||
			first.Type() == cty.Number && first.GreaterThan(cty.NumberIntVal(maxWidth)).True() {
			return "a text would be wider than lambdacap makes it"
		}
		return ""
	})
}

// maxSearch limits the work of a regular expression: its instructions, times the bytes of the text.
const maxSearch = 4_000_000

// searches returns why a text is not searched with a pattern; empty if nothing is against it.
func searches(pattern, text string) string {
	x, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "" // which the function reports
	}
	program, err := syntax.Compile(x.Simplify())
	if err == nil && len(program.Inst)*len(text) > maxSearch {
		return "searching a text takes more work than lambdacap does"
	}
	return ""
}

// searching returns a function that searches no long text with a pattern that takes long.
func searching(f function.Function) function.Function {
	return wrapped(f, func(args []cty.Value) string { return searches(text(args[0]), text(args[1])) })
}

// decodeShare is how many bytes of text that is decoded count as one value.
const decodeShare = 2

// decoding returns a function that decodes texts that are neither too long nor nested too deeply.
func (e *evaluator) decoding(f function.Function) function.Function {
	return wrapped(f, func(args []cty.Value) string {
		data := text(args[0])
		if tooDeepJSON([]byte(data)) > 0 || !e.work.spend(len(data)/decodeShare) {
			return "the text has more in it than lambdacap reads"
		}
		return ""
	})
}

// product returns setproduct, which counts the items that it makes.
func (e *evaluator) product() function.Function {
	return wrapped(stdlib.SetProductFunc, func(args []cty.Value) string {
		items := 1
		for _, v := range args {
			v, _ = v.Unmark()
			if ty := v.Type(); v.IsKnown() && !v.IsNull() && (ty.IsCollectionType() || ty.IsTupleType()) {
				if items *= v.LengthInt(); items > maxSize {
					return "a list has more items than lambdacap makes"
				}
			}
		}
		e.work.spend(items)
		return ""
	})
}

// closure returns the expression that is the argument of try or can, evaluated.
func closure(arg cty.Value) (cty.Value, hcl.Diagnostics) {
	return customdecode.ExpressionClosureFromVal(arg).Value()
}

// tryFunction returns the function that returns the first of its arguments that can be evaluated.
func tryFunction() function.Function {
	first := func(args []cty.Value) (cty.Value, error) {
		for _, arg := range args {
			v, diagnostics := closure(arg)
			if diagnostics.HasErrors() {
				continue
			}
			if !v.IsWhollyKnown() { // with other values, it might fail
				_, marks := v.UnmarkDeep()
				return cty.DynamicVal.WithMarks(marks), nil
			}
			return v, nil
		}
		return cty.NilVal, errors.New("no argument can be evaluated")
	}
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
		// A type would need the value, and so evaluate the arguments twice: one inside the other, each doubles the work.
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return first(args) },
	})
}

// canFunction returns the function that reports whether its argument can be evaluated.
func canFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, diagnostics := closure(args[0])
			if diagnostics.HasErrors() {
				return cty.False, nil
			}
			if !v.IsWhollyKnown() {
				_, marks := v.UnmarkDeep()
				return cty.UnknownVal(cty.Bool).WithMarks(marks), nil
			}
			return cty.True, nil
		},
	})
}

// template evaluates a template with values.
func (e *evaluator) template(text string, vars cty.Value) (cty.Value, error) {
	if tooComplexTemplate(text) {
		return unknown("a template nests too deeply or has too many lines", planRemedy), nil
	}
	x, diagnostics := hclsyntax.ParseTemplate([]byte(text), "template", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return cty.NilVal, errors.New("the template is not valid")
	}
	values := map[string]cty.Value{}
	if vars, _ := vars.Unmark(); !vars.IsNull() && vars.CanIterateElements() {
		for it := vars.ElementIterator(); it.Next(); {
			key, value := it.Element()
			if key = bare(key); key.Type() == cty.String && key.IsKnown() {
				values[key.AsString()] = value
			}
		}
	}
	functions := map[string]function.Function{}
	for name, f := range e.work.functions {
		if !strings.HasPrefix(name, "template") { // as in Terraform
			functions[name] = f
		}
	}
	v, diagnostics := prepare(x, &e.work).Value(&hcl.EvalContext{Variables: values, Functions: functions})
	if d := firstError(diagnostics); d != nil {
		return cty.NilVal, errors.New(shownFault(d))
	}
	return v, nil
}

// templateFunction returns a function of a text and of values.
func templateFunction(of func(text string, vars cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String},
			{Name: "vars", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true, AllowDynamicType: true}},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[1].IsKnown() {
				return cty.DynamicVal.WithSameMarks(args[1]), nil
			}
			return of(args[0].AsString(), args[1])
		},
	})
}

// texts returns a function of texts with a text as its result.
func texts(of func(args []string) (string, error), names ...string) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.String)}
	for _, name := range names {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.String})
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list := make([]string, len(args))
		for i, v := range args {
			list[i] = v.AsString()
		}
		result, err := of(list)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(result), nil
	}
	return function.New(spec)
}

// truth returns a function of texts that is true or false.
func truth(of func(args []string) bool, names ...string) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.Bool)}
	for _, name := range names {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.String})
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list := make([]string, len(args))
		for i, v := range args {
			list[i] = v.AsString()
		}
		return cty.BoolVal(of(list)), nil
	}
	return function.New(spec)
}

// anything returns a function of any values. It is called only with known ones.
func anything(of func(args []cty.Value) (cty.Value, error), names ...string) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for _, name := range names {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.DynamicPseudoType, AllowNull: true})
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if slices.ContainsFunc(args, func(v cty.Value) bool { return !v.IsWhollyKnown() }) {
			return cty.DynamicVal, nil
		}
		return of(args)
	}
	return function.New(spec)
}

// number converts a value to a number, or reports false.
func number(v cty.Value) (cty.Value, bool) {
	n, err := convert.Convert(v, cty.Number)
	return n, err == nil && n.IsKnown() && !n.IsNull()
}
