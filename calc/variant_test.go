package calc_test

import (
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// compared compares accounts by name, planned with the recommended sizing, and priced if they have a Region.
func compared(t *testing.T, o calc.PlanOptions, accounts ...calc.Account) calc.CompareResult {
	t.Helper()
	o.SpillOptions = calc.SpillOptions{Chance: true, Cost: monthly(t)}
	names := []string{"a", "b", "c", "d"}
	var list []calc.PlannedVariant
	for i, a := range accounts {
		list = append(list, calc.PlannedVariant{Name: names[i], Plan: planWith(t, a, o)})
	}
	return calc.CompareVariants(list)
}

// spilling is an account whose only function has some provisioned concurrency, for 1,500 requests/s of 60 ms: it needs
// 150 units and keeps 90 busy.
func spilling(provisioned int64) calc.Account {
	a := ordinary(calc.Function{Name: "f", RPS: rps(1500), DurationMS: ms(60), Provisioned: provisioned,
		MemoryMB: units(1024)})
	a.Region = "us-east-1"
	return a
}

// find returns the difference of a figure.
func find(r calc.CompareResult, variant, function string, key calc.FigureKey) (calc.Difference, bool) {
	i := slices.IndexFunc(r.Differences, func(d calc.Difference) bool {
		return d.Variant == variant && d.Function.Or("") == function && d.Key == key
	})
	if i < 0 {
		return calc.Difference{}, false
	}
	return r.Differences[i], true
}

// TestMarks checks which variants are marked: at most one each, and only one that fits.
func TestMarks(t *testing.T) {
	reserved := spilling(165)
	reserved.Functions[0].Reserved = units(300)
	refused := spilling(165)
	refused.Concurrency = 200
	priceless := spilling(165)
	priceless.Region = ""
	for name, c := range map[string]struct {
		accounts           []calc.Account
		smallest, cheapest string
	}{
		"the smaller one":           {[]calc.Account{spilling(100), spilling(200), spilling(165)}, "c", "c"},
		"nothing fits":              {[]calc.Account{spilling(100), spilling(140)}, "", ""},
		"the first of equals":       {[]calc.Account{spilling(165), spilling(165)}, "a", "a"},
		"a reservation counts":      {[]calc.Account{reserved, spilling(165)}, "b", "a"},
		"AWS refuses the settings":  {[]calc.Account{refused, spilling(165)}, "b", "b"},
		"no cost is known":          {[]calc.Account{priceless, priceless}, "a", ""},
		"a cost is better than one": {[]calc.Account{priceless, spilling(165)}, "a", "b"},
	} {
		r := compared(t, calc.PlanOptions{Sizing: calc.DefaultSizing()}, c.accounts...)
		smallest, cheapest := "", ""
		for _, v := range r.Variants {
			if v.SmallestThatFits {
				smallest += v.Name
			}
			if v.CheapestThatFits {
				cheapest += v.Name
			}
		}
		if smallest != c.smallest || cheapest != c.cheapest {
			t.Errorf("%s: smallest %q, cheapest %q", name, smallest, cheapest)
		}
	}
}

// TestFitsBothWays checks that a variant that spills only at random does not fit, unless a target allows it.
func TestFitsBothWays(t *testing.T) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(100), DurationMS: ms(1000), Provisioned: 101})
	sizing := calc.DefaultSizing()
	v := compared(t, calc.PlanOptions{Sizing: sizing}, a, a).Variants[0]
	if v.Verdict != calc.Fits || v.VerdictRandom != calc.Some(calc.Spills) || v.Fits() || v.SmallestThatFits {
		t.Errorf("without a target: %+v", v)
	}
	sizing.TargetSpillover = calc.Some(0.5)
	if v := compared(t, calc.PlanOptions{Sizing: sizing}, a, a).Variants[0]; !v.Fits() || !v.SmallestThatFits {
		t.Errorf("with a target: %+v", v)
	}
}

// TestDifferences checks what is compared, in which order, and when there is no difference or ratio.
func TestDifferences(t *testing.T) {
	before, after := spilling(100), spilling(165)
	before.Functions = append(before.Functions, calc.Function{Name: "old", RPS: rps(10)})
	after.Functions = append([]calc.Function{{Name: "new", RPS: rps(20)}}, after.Functions...)
	r := compared(t, calc.PlanOptions{Sizing: calc.DefaultSizing()}, before, after)

	provisioned, _ := find(r, "b", "", calc.KeyProvisioned)
	equal(t, "provisioned", provisioned.Delta, calc.Some(65.0))
	equal(t, "provisioned, relative", provisioned.DeltaRatio, calc.Some(0.65))
	spilled, _ := find(r, "b", "f", calc.KeySpillover)
	near(t, "spilled", known(t, "spilled", spilled.Delta), -1.0/3, 1e-12)
	equal(t, "spilled, relative", spilled.DeltaRatio, calc.Some(-1.0))
	throttled, ok := find(r, "b", "", calc.KeyThrottled)
	if !ok || throttled.Delta != calc.Some(0.0) || throttled.DeltaRatio.Known() {
		t.Errorf("nothing to nothing: %+v", throttled)
	}
	if busy, ok := find(r, "b", "", calc.KeyBusy); !ok || busy.Before.Known() || busy.Delta.Known() {
		t.Errorf("an unknown duration: %+v", busy)
	}
	if _, ok := find(r, "b", "f", calc.KeyRPS); ok {
		t.Error("a rate that does not differ is listed")
	}
	gone, _ := find(r, "b", "old", calc.KeyRPS)
	equal(t, "gone before", gone.Before, calc.Some(10.0))
	added, _ := find(r, "b", "new", calc.KeyRPS)
	equal(t, "added after", added.After, calc.Some(20.0))
	if gone.After.Known() || gone.Delta.Known() || added.Before.Known() || added.DeltaRatio.Known() {
		t.Errorf("%+v, %+v", gone, added)
	}
	var order []string
	for _, d := range r.Differences {
		if name := d.Function.Or("account"); !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	if want := []string{"account", "f", "old", "new"}; !slices.Equal(order, want) {
		t.Errorf("order %q", order)
	}
}

// TestSameAccounts checks that equal accounts have no differences, whatever the order of their functions.
func TestSameAccounts(t *testing.T) {
	a := spilling(100)
	for i := range 9 {
		f := a.Functions[0]
		f.Name, f.RPS, f.Provisioned = "f"+string(rune('0'+i)), rps(0.1*float64(i+1)), 0
		a.Functions = append(a.Functions, f)
	}
	b := a
	b.Functions = slices.Clone(a.Functions)
	slices.Reverse(b.Functions)
	r := compared(t, calc.PlanOptions{Sizing: calc.DefaultSizing()}, a, b)
	if len(r.Differences) != 10 {
		t.Errorf("%d differences", len(r.Differences))
	}
	for _, d := range r.Differences {
		if d.Differs() || d.Function.Known() {
			t.Errorf("%+v", d)
		}
	}
}

// TestFiguresOfAccount checks that the account's shares of random arrivals are those of its functions, weighted by
// rate.
func TestFiguresOfAccount(t *testing.T) {
	a := spilling(100)
	a.Functions = append(a.Functions, calc.Function{Name: "g", RPS: rps(500), DurationMS: ms(100)})
	v := compared(t, calc.PlanOptions{Sizing: calc.DefaultSizing()}, a, a).Variants[0]
	x, _ := v.Functions[0].Chance.Get()
	all, ok := v.Chance.Get()
	if !ok {
		t.Fatal("the shares of the account are absent")
	}
	near(t, "spilled", known(t, "spilled", all.SpilloverRatio), known(t, "f", x.SpilloverRatio)*0.75, 1e-12)
	near(t, "busy", known(t, "busy", v.Busy), 1500*0.06+500*0.1, 1e-12)
	equal(t, "provisioned", v.Provisioned, 100)
	a.Functions[1].DurationMS = none
	v = compared(t, calc.PlanOptions{Sizing: calc.DefaultSizing()}, a, a).Variants[0]
	if v.Chance.Known() || v.Busy.Known() || v.TotalUSD.Known() {
		t.Errorf("without a duration: %+v", v.Figures)
	}
	a.Functions[1].RPS = rps(0)
	v = compared(t, calc.PlanOptions{Sizing: calc.DefaultSizing()}, a, a).Variants[0]
	if !v.Chance.Known() || !v.Busy.Known() {
		t.Errorf("a function without a load counts: %+v", v.Figures)
	}
}
