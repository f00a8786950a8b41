package module

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// The evaluation of an expression is that of HCL, with other nodes in between: they look names up only when they are
// needed, and they count the work.

// A reason is why a value is unknown. It is a mark on the value, so that HCL hands it on to what depends on it.
type reason struct{ record.Obstacle }

// unknown returns an unknown value with its reason.
func unknown(why, remedy string) cty.Value {
	return cty.DynamicVal.Mark(&reason{record.Obstacle{Why: why, Remedy: remedy}})
}

// planRemedy is what always helps against an unknown value.
const planRemedy = "check the plan in JSON: terraform plan -out FILE, terraform show -json FILE"

// notice keeps the reason of an unknown value, because some functions of the library drop it.
func (w *work) notice(v cty.Value) {
	if w.seen != nil || v.IsKnown() {
		return
	}
	for mark := range v.Marks() {
		if r, ok := mark.(*reason); ok && (w.seen == nil || r.Why < w.seen.Why) {
			w.seen = r
		}
	}
}

// reasonOf returns why a value or a part of it is unknown.
func reasonOf(v cty.Value) record.Obstacle {
	best := record.Obstacle{}
	_, marks := v.UnmarkDeep()
	for mark := range marks {
		// Of several reasons, the first in the alphabet is told, so that it is always the same.
		if r, ok := mark.(*reason); ok && (best.Why == "" || r.Why < best.Why) {
			best = r.Obstacle
		}
	}
	if best.Why == "" {
		best = record.Obstacle{Why: "the sources do not say", Remedy: planRemedy}
	}
	return best
}

// bare returns a value without its marks.
func bare(v cty.Value) cty.Value {
	v, _ = v.UnmarkDeep()
	return v
}

// text returns a known text, or an empty one.
func text(v cty.Value) string {
	if v = bare(v); v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
		return v.AsString()
	}
	return ""
}

// A counted is an expression whose evaluation is counted.
type counted struct {
	*hclsyntax.ParenthesesExpr
	work *work
	// pairs says that the work grows with the square of the value's size, since something compares all pairs of its parts.
	pairs bool
	// weighed says that a function gets the value, and so may look at all of it.
	weighed bool
	// listed says that the names of the value's attributes matter.
	listed bool
	// parts is the number of the parts of a template, which become texts.
	parts int
}

// partWork is the work to make a text of a part of a template, which may be a number.
const partWork = 15

// openAttribute marks the value of a resource that has attributes the sources do not set.
const openAttribute = "\x00open"

// Value evaluates the expression.
func (c *counted) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if c.work.depth++; c.work.depth > maxStack {
		c.work.left = 0
	}
	defer func() { c.work.depth-- }()
	if !c.work.spend(1 + partWork*c.parts) {
		return c.work.exhausted(), nil
	}
	v, diagnostics := c.Expression.Value(ctx)
	c.work.notice(v)
	if ty := v.Type(); c.listed && ty.IsObjectType() && ty.HasAttribute(openAttribute) {
		return unknown("which attributes a resource has is known only to Terraform", planRemedy), nil
	}
	if c.weighed {
		c.work.weigh(v, c.pairs)
	} else {
		c.work.spend(lightly(v))
	}
	switch {
	case c.work.left < 0:
		return c.work.exhausted(), nil
	case tooWide(v):
		return tooLarge(), nil
	}
	return v, diagnostics
}

// tooLarge is the value of a number that is too large or infinite.
func tooLarge() cty.Value { return unknown("the number is too large", "use a smaller number") }

// A reference is an expression such as var.name.
type reference struct {
	*hclsyntax.ParenthesesExpr
	traversal hcl.Traversal
	work      *work
}

// scopeKey is the name under which the outermost context has the scope. It is not a name that HCL accepts.
const scopeKey = "\x00scope"

// Value looks the name up: in the for expressions and dynamic blocks around it, and then in the module.
func (r *reference) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if !r.work.spend(1) {
		return r.work.exhausted(), nil
	}
	name := r.traversal.RootName()
	var in *scope
	for c := ctx; c != nil; c = c.Parent() {
		if _, ok := c.Variables[name]; ok {
			return r.traversal.TraverseAbs(ctx)
		}
		if v, ok := c.Variables[scopeKey]; ok {
			in = v.EncapsulatedValue().(*scope)
		}
	}
	if in == nil { // a template, which has only its own variables
		return r.traversal.TraverseAbs(ctx)
	}
	v, diagnostics := in.resolve(r.traversal)
	r.work.notice(v)
	if r.work.spend(lightly(v)); r.work.left < 0 || tooWide(v) {
		return r.work.exhausted(), nil
	}
	return v, diagnostics
}

// expression returns the expression of an attribute, prepared for the evaluation.
func (a *attribute) expression(w *work) hclsyntax.Expression {
	if a.prepared == nil {
		if native, ok := a.raw.(hclsyntax.Expression); ok {
			a.prepared = prepare(native, w)
		} else {
			v, _ := a.raw.Value(nil)
			a.prepared = fromJSON(v, a.raw.Range(), w)
		}
	}
	return a.prepared
}

// fromJSON returns the expression that a value of JSON stands for: texts are templates.
func fromJSON(v cty.Value, at hcl.Range, w *work) hclsyntax.Expression {
	switch ty := v.Type(); {
	case v.IsNull() || !v.IsKnown():
	case ty == cty.String:
		if tooComplexTemplate(v.AsString()) {
			return &hclsyntax.LiteralValueExpr{Val: unknown("it nests too deeply", planRemedy), SrcRange: at}
		}
		template, diagnostics := hclsyntax.ParseTemplate([]byte(v.AsString()), at.Filename, at.Start)
		if !diagnostics.HasErrors() {
			return prepare(template, w)
		}
		v = unknown("it is not a valid template", planRemedy)
	case ty.IsTupleType():
		list := &hclsyntax.TupleConsExpr{SrcRange: at, OpenRange: at}
		for _, item := range v.AsValueSlice() {
			list.Exprs = append(list.Exprs, fromJSON(item, at, w))
		}
		return count(list, w)
	case ty.IsObjectType():
		object := &hclsyntax.ObjectConsExpr{SrcRange: at, OpenRange: at}
		for it := v.ElementIterator(); it.Next(); {
			key, value := it.Element()
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{
				KeyExpr: fromJSON(key, at, w), ValueExpr: fromJSON(value, at, w)})
		}
		return count(object, w)
	}
	return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: at}
}

func count(x hclsyntax.Expression, w *work) *counted {
	return &counted{ParenthesesExpr: &hclsyntax.ParenthesesExpr{Expression: x, SrcRange: x.Range()}, work: w}
}

// pairing are the functions that compare all pairs of items, or of their types to find one for all.
var pairing = []string{"distinct", "tolist", "toset", "tomap", "setunion", "setintersection", "setsubtract",
	"setproduct", "coalesce"}

// prepare puts counting nodes and lookups into an expression.
func prepare(x hclsyntax.Expression, w *work) hclsyntax.Expression {
	all := func(list []hclsyntax.Expression) {
		for i, part := range list {
			list[i] = prepare(part, w)
		}
	}
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return &reference{traversal: x.Traversal, work: w,
			ParenthesesExpr: &hclsyntax.ParenthesesExpr{Expression: x, SrcRange: x.SrcRange}}
	case *hclsyntax.LiteralValueExpr:
		if tooWide(x.Val) {
			x.Val = tooLarge()
		}
		return x
	case *hclsyntax.AnonSymbolExpr, *hclsyntax.ExprSyntaxError:
		return x
	case *hclsyntax.ParenthesesExpr:
		x.Expression = prepare(x.Expression, w)
	case *hclsyntax.RelativeTraversalExpr:
		x.Source = prepare(x.Source, w)
	case *hclsyntax.FunctionCallExpr:
		x.Name = strings.TrimPrefix(x.Name, "core::") // the functions of providers have other prefixes
		if _, ok := w.functions[x.Name]; !ok {
			return &hclsyntax.LiteralValueExpr{SrcRange: x.Range(),
				Val: unknown("lambdacap does not evaluate the function "+tree.Shown(x.Name), planRemedy)}
		}
		prepareCall(x, w)
	case *hclsyntax.ConditionalExpr:
		x.Condition = prepare(x.Condition, w)
		for _, branch := range []*hclsyntax.Expression{&x.TrueResult, &x.FalseResult} {
			c := count(prepare(*branch, w), w) // both get one type
			c.weighed, c.pairs = true, true
			*branch = c
		}
	case *hclsyntax.IndexExpr:
		x.Collection, x.Key = prepare(x.Collection, w), prepare(x.Key, w)
	case *hclsyntax.TupleConsExpr:
		all(x.Exprs)
	case *hclsyntax.ObjectConsExpr:
		for i := range x.Items {
			prepareItem(&x.Items[i], w)
		}
	case *hclsyntax.ForExpr:
		of := count(prepare(x.CollExpr, w), w)
		of.listed = true
		x.CollExpr, x.ValExpr = of, prepare(x.ValExpr, w)
		if x.KeyExpr != nil {
			x.KeyExpr = prepare(x.KeyExpr, w)
		}
		if x.CondExpr != nil {
			x.CondExpr = prepare(x.CondExpr, w)
		}
	case *hclsyntax.SplatExpr:
		x.Source, x.Each = prepare(x.Source, w), prepare(x.Each, w)
	case *hclsyntax.BinaryOpExpr:
		x.LHS, x.RHS = prepareSide(x.LHS, x.Op, w), prepareSide(x.RHS, x.Op, w)
	case *hclsyntax.UnaryOpExpr:
		x.Val = prepare(x.Val, w)
	case *hclsyntax.TemplateExpr:
		all(x.Parts)
		return &counted{ParenthesesExpr: count(x, w).ParenthesesExpr, work: w, parts: len(x.Parts)}
	case *hclsyntax.TemplateWrapExpr:
		x.Wrapped = prepare(x.Wrapped, w)
	case *hclsyntax.TemplateJoinExpr:
		x.Tuple = prepare(x.Tuple, w)
	}
	return count(x, w)
}

// prepareSide prepares a side of a binary operation. A comparison looks at all of both.
func prepareSide(x hclsyntax.Expression, op *hclsyntax.Operation, w *work) hclsyntax.Expression {
	c := count(prepare(x, w), w)
	c.weighed = op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual
	return c
}

// prepareCall prepares the arguments of a function.
func prepareCall(x *hclsyntax.FunctionCallExpr, w *work) {
	for i, argument := range x.Args {
		c := count(prepare(argument, w), w)
		c.weighed, c.listed, c.pairs = true, true, slices.Contains(pairing, x.Name)
		x.Args[i] = c
	}
}

// prepareItem prepares an entry of an object. A single word as its key is the key itself.
func prepareItem(item *hclsyntax.ObjectConsItem, w *work) {
	item.ValueExpr = prepare(item.ValueExpr, w)
	key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
	if !ok {
		item.KeyExpr = prepare(item.KeyExpr, w)
		return
	}
	if key.ForceNonLiteral || hcl.ExprAsKeyword(key.Wrapped) == "" {
		key.Wrapped = prepare(key.Wrapped, w)
	}
}

// maxExponent limits the size of numbers, bits. Written as text, a larger one takes megabytes.
const maxExponent = 4096

// tooWide reports whether a value is a number that is too large.
func tooWide(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.Type() == cty.Number && v.IsKnown() && !v.IsNull() && wide(v.AsBigFloat())
}

func wide(x *big.Float) bool {
	exponent := x.MantExp(nil)
	return x.IsInf() || exponent > maxExponent || exponent < -maxExponent
}

// explain turns the fault of an expression into the reason for an unknown value.
func explain(diagnostics hcl.Diagnostics, at check.Place) cty.Value {
	d := firstError(diagnostics)
	return unknown(fmt.Sprintf("it cannot be evaluated (%s: %s)", at, shownFault(d)), planRemedy)
}
