package calc

import (
	"maps"
	"math"
	"slices"
)

// A Comparison compares a cost with an earlier one, US dollars a month.
type Comparison struct {
	// Before is the earlier cost.
	Before float64 `json:"before"`
	// After is the cost now.
	After float64 `json:"after"`
	// Delta is After - Before; it may be negative.
	Delta float64 `json:"delta"`
	// DeltaRatio is Delta / Before, which may be negative or above 1; absent if Before is 0 or close to it.
	DeltaRatio Optional[float64] `json:"delta_ratio"`
}

// Compare compares a cost with an earlier one.
func Compare(before, after float64) Comparison {
	c := Comparison{Before: before, After: after, Delta: after - before}
	if ratio := c.Delta / before; before > 0 && !math.IsInf(ratio, 0) {
		c.DeltaRatio = Some(ratio)
	}
	return c
}

// A Baseline is the earlier cost of an account, with the settings it had then, US dollars a month.
type Baseline struct {
	// Total is the cost of the account.
	Total float64
	// Functions is the cost of each function by name. A function that is not listed is new.
	Functions map[string]float64
}

// A Removed is a function of the baseline that no longer exists.
type Removed struct {
	// Name is its name.
	Name string `json:"name"`
	// Before is what it cost, US dollars a month.
	Before float64 `json:"before"`
}

// priced is a function with its cost, and a pointer to the field for its comparison.
type priced struct {
	name     string
	cost     Optional[Cost]
	baseline *Optional[Comparison]
}

// compare compares the cost of the account and of each function with a baseline. A cost that is unknown now is not
// compared. Functions that no longer exist are listed by name.
func (b *Baseline) compare(
	account Optional[AccountCost], functions int, function func(i int) priced,
) (all Optional[Comparison], removed []Removed) {
	if b == nil {
		return all, nil
	}
	gone := maps.Clone(b.Functions)
	for i := range functions {
		f := function(i)
		delete(gone, f.name)
		if total, ok := f.cost.Or(Cost{}).Total.Get(); ok {
			*f.baseline = Some(Compare(b.Functions[f.name], total))
		}
	}
	if total, ok := account.Or(AccountCost{}).Total.Get(); ok {
		all = Some(Compare(b.Total, total))
	}
	for _, name := range slices.Sorted(maps.Keys(gone)) {
		removed = append(removed, Removed{name, gone[name]})
	}
	return all, removed
}
