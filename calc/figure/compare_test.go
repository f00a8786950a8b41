package figure_test

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
)

// variants plans and compares accounts whose functions need 100 units each. Each text gives what is provisioned: a
// letter for the function, then the number of tens of units.
func variants(t *testing.T, accounts ...string) calc.CompareResult {
	t.Helper()
	var list []calc.PlannedVariant
	for i, functions := range accounts {
		a := calc.Account{Concurrency: 5000}
		for word := range strings.FieldsSeq(functions) {
			tens := int64(word[1] - '0')
			a.Functions = append(a.Functions, calc.Function{
				Name: word[:1], RPS: calc.Some(1000.0), DurationMS: calc.Some(50.0), Provisioned: 20 * tens})
		}
		plan, err := calc.Plan(a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, calc.PlannedVariant{Name: string(rune('A' + i)), Plan: plan})
	}
	return calc.CompareVariants(list)
}

// TestBest checks that the best variant has the best verdict and, among those, the smallest loss.
func TestBest(t *testing.T) {
	for _, c := range []struct {
		accounts []string
		want     string
	}{
		{[]string{"a1", "a4", "a3"}, "B"},
		{[]string{"a1", "a1"}, "A"},
		{[]string{"a3", "a6", "a1"}, "B"},
	} {
		if best := figure.Best(variants(t, c.accounts...).Variants); best.Name != c.want {
			t.Errorf("%q: %s", c.accounts, best.Name)
		}
	}
}

// TestChanged checks which functions change, that the worst comes first, and that one that is gone comes last.
func TestChanged(t *testing.T) {
	r := variants(t, "a1 g1 b1 s1 c6", "a9", "a6 b2 s1 c1 n4")
	names := func(list []calc.FunctionChange) (text string) {
		for _, c := range list {
			text += c.Name
		}
		return text
	}
	changed, same := figure.Changed(r)
	if names(changed) != "cbnag" || names(same) != "s" {
		t.Errorf("changed %s, same %s", names(changed), names(same))
	}
}

// TestDiffers checks that differences are detected, for accounts and for single functions.
func TestDiffers(t *testing.T) {
	r := variants(t, "a1", "a2")
	for key, want := range map[calc.FigureKey]bool{
		calc.KeyProvisioned: true, calc.KeyRPS: false, calc.KeyDuration: false, calc.KeyTotalUSD: false,
	} {
		if figure.Differs(r, key) != want {
			t.Errorf("%s differs: %v", key, !want)
		}
	}
	if figure.Same(r) || !figure.Same(variants(t, "a1 b2", "b2 a1")) {
		t.Error("equal accounts are not told from others")
	}
	if d := figure.AccountDifference(r, "B", calc.KeyProvisioned); d.Delta != calc.Some(20.0) {
		t.Errorf("%+v", d)
	}
	if d := figure.AccountDifference(r, "A", calc.KeyProvisioned); d.Before.Known() {
		t.Errorf("the first differs from itself: %+v", d)
	}
	priced := func(usd calc.Optional[float64]) *calc.ComparedFunction {
		return &calc.ComparedFunction{Figures: calc.Figures{TotalUSD: usd}}
	}
	five, unknown := priced(calc.Some(5.0)), priced(calc.Optional[float64]{})
	for _, c := range []struct {
		before, after *calc.ComparedFunction
		want          float64
	}{{five, priced(calc.Some(7.0)), 2}, {nil, five, 5}, {five, nil, -5}, {five, unknown, 0}, {unknown, nil, 0}} {
		if x := figure.CostChange(calc.FunctionChange{Before: c.before, After: c.after}); x.Delta != c.want {
			t.Errorf("a change of %v, want %v", x.Delta, c.want)
		}
	}
}

// TestMarked checks that a mark appears only where it distinguishes a variant from others that fit.
func TestMarked(t *testing.T) {
	for _, c := range []struct {
		accounts []string
		want     string
	}{
		{[]string{"a1", "a6"}, "- -"},             // only one fits
		{[]string{"a1", "a6", "a7"}, "B -"},       // no cost is known
		{[]string{"a6", "a6", "b6"}, "- -"},       // all the same
		{[]string{"a7 b6", "a6", "a1 b9"}, "B -"}, // the third does not fit
	} {
		r := variants(t, c.accounts...)
		name := func(v *calc.ComparedVariant) string {
			if v == nil {
				return "-"
			}
			return v.Name
		}
		smallest, cheapest := figure.Marked(r.Variants)
		if got := name(smallest) + " " + name(cheapest); got != c.want {
			t.Errorf("%q: %s, want %s", c.accounts, got, c.want)
		}
	}
	r := variants(t, "a6", "a6")
	r.Variants[0].TotalUSD, r.Variants[1].TotalUSD = calc.Some(7.0), calc.Some(5.0)
	r.Variants[1].CheapestThatFits = true
	if _, cheapest := figure.Marked(r.Variants); cheapest == nil || cheapest.Name != "B" {
		t.Errorf("the cheapest is %+v", cheapest)
	}
	if fit := figure.Fitting(variants(t, "a1", "a6", "a7").Variants); len(fit) != 2 || fit[0].Name != "B" {
		t.Errorf("%d fit", len(fit))
	}
}

// TestSpilling checks that only the spillover of a single function is explained by its provisioned concurrency.
func TestSpilling(t *testing.T) {
	for accounts, want := range map[string]bool{"a1": true, "a6": false, "a1 b1": false} {
		r := variants(t, accounts)
		f, ok := figure.Spilling(&r.Variants[0])
		if ok != want || ok && f.ProvisionedCeiling().RPS != calc.Some(200.0) {
			t.Errorf("%s: %v, %+v", accounts, ok, f)
		}
	}
}
