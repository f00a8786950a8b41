package module

import (
	"errors"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// addCollections adds functions of lists and maps.
func addCollections(all map[string]function.Function) {
	all["length"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true,
			AllowDynamicType: true}},
		Type: function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			switch ty := v.Type(); {
			case ty.IsTupleType():
				return cty.NumberIntVal(int64(len(ty.TupleElementTypes()))), nil
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))), nil
			case !v.IsKnown():
				return cty.UnknownVal(cty.Number), nil
			case ty == cty.String:
				return stdlib.Strlen(v)
			case ty.IsCollectionType():
				return v.Length(), nil
			}
			return cty.NilVal, errors.New("it has no length")
		},
	})
	all["lookup"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "map", Type: cty.DynamicPseudoType}, {Name: "key", Type: cty.String}},
		VarParam: &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true,
			AllowDynamicType: true},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			m := args[0]
			if ty := m.Type(); ty.IsObjectType() && ty.HasAttribute(args[1].AsString()) {
				return m.GetAttr(args[1].AsString()), nil
			} else if ty.IsMapType() && m.HasIndex(args[1]).True() {
				return m.Index(args[1]), nil
			}
			if len(args) < 3 {
				return cty.NilVal, errors.New("there is no such key")
			}
			return args[2], nil
		},
	})
	addTables(all)
	addTotals(all)
}

// addTables adds functions that match lists and maps with each other.
func addTables(all map[string]function.Function) {
	all["matchkeys"] = anything(func(args []cty.Value) (cty.Value, error) {
		values, keys := items(args[0]), items(args[1])
		if len(values) != len(keys) {
			return cty.NilVal, errors.New("there are more values than keys, or fewer")
		}
		var list []cty.Value
		for i, key := range keys {
			same := func(v cty.Value) bool { return written(v).RawEquals(written(key)) }
			if slices.ContainsFunc(items(args[2]), same) {
				list = append(list, values[i])
			}
		}
		return cty.TupleVal(list), nil
	}, "values", "keys", "searched")
	all["transpose"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "map", Type: cty.Map(cty.List(cty.String))}},
		Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			lists := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				key, list := it.Element()
				for _, v := range items(list) {
					if !v.IsKnown() || v.IsNull() {
						return cty.UnknownVal(cty.Map(cty.List(cty.String))), nil
					}
					lists[v.AsString()] = append(lists[v.AsString()], key)
				}
			}
			if len(lists) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			transposed := map[string]cty.Value{}
			for name, list := range lists {
				transposed[name] = cty.ListVal(list)
			}
			return cty.MapVal(transposed), nil
		},
	})
}

// items lists the items of a value; none if it has none.
func items(v cty.Value) []cty.Value {
	if v.IsNull() || !v.CanIterateElements() {
		return nil
	}
	return v.AsValueSlice()
}

// written returns a number or a truth value as the text that it becomes in a list with texts, and other values as they
// are.
func written(v cty.Value) cty.Value {
	if text, err := convert.Convert(v, cty.String); err == nil {
		return text
	}
	return v
}

// isTrue reports whether an item is true, also as a text.
func isTrue(v cty.Value) bool {
	return v.Type() == cty.Bool && !v.IsNull() && v.True() || text(v) == "true"
}

// addTotals adds functions that make one value of all items.
func addTotals(all map[string]function.Function) {
	all["alltrue"] = anything(func(args []cty.Value) (cty.Value, error) {
		for _, v := range items(args[0]) {
			if !isTrue(v) {
				return cty.False, nil
			}
		}
		return cty.True, nil
	}, "list")
	all["anytrue"] = anything(func(args []cty.Value) (cty.Value, error) {
		for _, v := range items(args[0]) {
			if isTrue(v) {
				return cty.True, nil
			}
		}
		return cty.False, nil
	}, "list")
	all["sum"] = anything(func(args []cty.Value) (cty.Value, error) {
		total := cty.Zero
		list := items(args[0])
		for _, v := range list {
			n, ok := number(v)
			if !ok {
				return cty.NilVal, errors.New("it has items that are not numbers")
			}
			total = total.Add(n)
		}
		if len(list) == 0 {
			return cty.NilVal, errors.New("the list is empty")
		}
		return total, nil
	}, "list")
	all["one"] = anything(func(args []cty.Value) (cty.Value, error) {
		switch list := items(args[0]); len(list) {
		case 0:
			return cty.NullVal(cty.DynamicPseudoType), nil
		case 1:
			return list[0], nil
		}
		return cty.NilVal, errors.New("the list has several items")
	}, "list")
	all["index"] = anything(func(args []cty.Value) (cty.Value, error) {
		for i, v := range items(args[0]) {
			if v.Type().Equals(args[1].Type()) && v.RawEquals(args[1]) {
				return cty.NumberIntVal(int64(i)), nil
			}
		}
		return cty.NilVal, errors.New("there is no such item")
	}, "list", "value")
}
