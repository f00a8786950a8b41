package module

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

const (
	// leastWork is the work that the evaluation of any root module may cost, in values and in pieces of text. It takes
	// less than a second. Larger sources may cost more: a unit for each byte, up to the most.
	leastWork = 200_000
	mostWork  = 1_000_000
	// maxStack limits how many evaluations may wait for each other.
	maxStack = 20_000
	// maxSize limits one named value: a local value, a variable, an output.
	maxSize = 100_000
	// pairShare is how many comparisons count as one value.
	pairShare = 50
	// textPiece is how much text counts as one value, bytes.
	textPiece = 16
)

// work is what expressions may do: how much, and which functions they may call.
type work struct {
	left      int
	depth     int // of evaluations that wait for each other
	functions map[string]function.Function
	seen      *reason // of the first unknown value that the expression being evaluated refers to
}

// spend deducts from the work, and reports whether any is left.
func (w *work) spend(units int) bool {
	w.left -= max(units, 0)
	return w.left >= 0
}

// weigh counts a value with all its parts. If pairs of them are compared, large values count more. A tuple is always
// compared, because a function that takes a list finds one type for its items.
func (w *work) weigh(v cty.Value, pairs bool) {
	size := weigh(v, w.left)
	compared := size
	if !pairs {
		compared = entries(v)
	}
	w.spend(size + compared/pairShare*compared)
}

// entries returns how many items a tuple or an object has; 0 for other values.
func entries(v cty.Value) int {
	switch ty := v.Type(); {
	case ty.IsTupleType():
		return ty.Length()
	case ty.IsObjectType():
		return len(ty.AttributeTypes())
	}
	return 0
}

// exhausted is the value of everything after the work is used up.
func (w *work) exhausted() cty.Value {
	return unknown("evaluating the sources takes more work than lambdacap does", planRemedy)
}

// lightly returns the size of a value without that of its parts.
func lightly(v cty.Value) int {
	v, _ = v.Unmark()
	switch ty := v.Type(); {
	case !v.IsKnown() || v.IsNull():
		return 0
	case ty == cty.String:
		return len(v.AsString()) / textPiece
	case ty.IsListType() || ty.IsSetType() || ty.IsMapType():
		return v.LengthInt()
	}
	return entries(v)
}

// typeSize returns how many types a type consists of.
func typeSize(ty cty.Type) int {
	size := 1
	switch {
	case ty.IsCollectionType():
		size += typeSize(ty.ElementType())
	case ty.IsObjectType():
		for _, part := range ty.AttributeTypes() {
			size += typeSize(part)
		}
	case ty.IsTupleType():
		for _, part := range ty.TupleElementTypes() {
			size += typeSize(part)
		}
	}
	return size
}

// weigh returns the size of a value with all its parts, up to a limit.
func weigh(v cty.Value, most int) int {
	size := 0
	var add func(v cty.Value) bool
	add = func(v cty.Value) bool {
		v, _ = v.Unmark()
		size++
		if size > most || !v.IsKnown() || v.IsNull() {
			return size <= most
		}
		switch ty := v.Type(); {
		case ty == cty.String:
			size += len(v.AsString()) / textPiece
		case ty == cty.Number:
			if wide(v.AsBigFloat()) {
				size = most + 1
			}
		case ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType():
			for it := v.ElementIterator(); it.Next(); {
				if _, item := it.Element(); !add(item) {
					return false
				}
			}
		}
		return size <= most
	}
	add(v)
	return size
}
