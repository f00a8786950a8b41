package figure

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// Best returns the variant that serves its load best: the one with the best headline and, among those, the smallest
// share of requests that are throttled, queued or spilled. Ties go to the first.
func Best(variants []calc.ComparedVariant) *calc.ComparedVariant {
	best := &variants[0]
	for i := range variants[1:] {
		if v := &variants[1+i]; worse(&best.Figures, &v.Figures) {
			best = v
		}
	}
	return best
}

// worse reports whether x is worse than y.
func worse(x, y *calc.Figures) bool {
	order := calc.Verdicts()
	if c := cmp.Compare(slices.Index(order, x.Headline()), slices.Index(order, y.Headline())); c != 0 {
		return c < 0
	}
	return largest(x) > largest(y)
}

// largest returns the largest share of a load that is in excess, in the steady state or with random arrivals.
func largest(x *calc.Figures) (share float64) {
	for _, e := range Excesses(x) {
		share = max(share, e.Ratio, e.Random.Or(0))
	}
	return share
}

// Changed splits the functions into those that differ between the first and the last variant, and the same, in their
// order. Changed functions are sorted by their figures in the last variant, worst first, and then by the size of their
// cost change, largest first. Functions that are gone come last.
func Changed(r calc.CompareResult) (changed, same []calc.FunctionChange) {
	first, last := &r.Variants[0], &r.Variants[len(r.Variants)-1]
	differs := map[string]bool{}
	costs := map[string]float64{}
	for _, d := range r.Differences {
		name, ok := d.Function.Get()
		if !ok || d.Variant != last.Name {
			continue
		}
		differs[name] = true
		if d.Key == calc.KeyTotalUSD {
			costs[name] = d.After.Or(0) - d.Before.Or(0)
		}
	}
	for _, c := range calc.Changes(first, last) {
		if differs[c.Name] {
			changed = append(changed, c)
		} else {
			same = append(same, c)
		}
	}
	slices.SortStableFunc(changed, func(a, b calc.FunctionChange) int {
		switch {
		case a.After == nil || b.After == nil:
			return cmp.Compare(missing(a.After), missing(b.After))
		case worse(&a.After.Figures, &b.After.Figures):
			return -1
		case worse(&b.After.Figures, &a.After.Figures):
			return 1
		}
		return cmp.Compare(size(costs[b.Name]), size(costs[a.Name]))
	})
	return changed, same
}

// missing orders functions that a variant lacks after those that it has.
func missing(f *calc.ComparedFunction) int {
	if f == nil {
		return 1
	}
	return 0
}

// size returns the absolute value of a change.
func size(x float64) float64 { return max(x, -x) }

// AccountDifference returns how a figure of the account differs from that of the first variant. The result is empty for
// the first variant itself.
func AccountDifference(r calc.CompareResult, variant string, key calc.FigureKey) (d calc.Difference) {
	for _, d := range r.Differences {
		if d.Variant == variant && d.Key == key && !d.Function.Known() {
			return d
		}
	}
	return d
}

// Differs reports whether a figure of the account differs between variants. A figure that only functions have is
// compared if each variant has the same single function.
func Differs(r calc.CompareResult, key calc.FigureKey) bool {
	ofFunction := key == calc.KeyDuration || key == calc.KeyMemory
	for i := range r.Variants {
		if f := r.Variants[i].Functions; ofFunction && (len(f) != 1 || f[0].Name != r.Variants[0].Functions[0].Name) {
			return false
		}
	}
	return slices.ContainsFunc(r.Differences, func(d calc.Difference) bool {
		return d.Key == key && d.Function.Known() == ofFunction && d.Differs()
	})
}

// Same reports whether no figure of any variant differs from the first variant's.
func Same(r calc.CompareResult) bool {
	return !slices.ContainsFunc(r.Differences, calc.Difference.Differs)
}

// CostChange compares the cost of a function before and after. The comparison is empty if either cost is not known. A
// function that does not exist costs 0.
func CostChange(c calc.FunctionChange) calc.Comparison {
	cost := func(f *calc.ComparedFunction) calc.Optional[float64] {
		if f == nil {
			return calc.Some(0.0)
		}
		return f.TotalUSD
	}
	before, known := cost(c.Before).Get()
	after, also := cost(c.After).Get()
	if !known || !also {
		return calc.Comparison{}
	}
	return calc.Compare(before, after)
}

// Spilling returns the only function of a variant if its headline is that it spills.
func Spilling(v *calc.ComparedVariant) (f *calc.ComparedFunction, ok bool) {
	if len(v.Functions) != 1 || v.Headline() != calc.Spills {
		return nil, false
	}
	return &v.Functions[0], true
}

// Marked returns the variants marked as the smallest and as the cheapest that fit. A mark is nil if it distinguishes
// nothing: no other variant that fits sets more aside, or costs more.
func Marked(variants []calc.ComparedVariant) (smallest, cheapest *calc.ComparedVariant) {
	for i := range variants {
		v := &variants[i]
		others := func(worse func(other *calc.ComparedVariant) bool) bool {
			return slices.ContainsFunc(variants, func(o calc.ComparedVariant) bool { return o.Fits() && worse(&o) })
		}
		if v.SmallestThatFits && others(func(o *calc.ComparedVariant) bool { return o.SetAside() > v.SetAside() }) {
			smallest = v
		}
		if v.CheapestThatFits && others(func(o *calc.ComparedVariant) bool { return v.CostsLess(&o.ComparedAccount) }) {
			cheapest = v
		}
	}
	return smallest, cheapest
}

// Fitting returns the variants that fit.
func Fitting(variants []calc.ComparedVariant) (fit []*calc.ComparedVariant) {
	for i := range variants {
		if variants[i].Fits() {
			fit = append(fit, &variants[i])
		}
	}
	return fit
}
