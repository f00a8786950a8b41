package calc_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// TestProvisionToSettles checks that a function which fits, with the provisioned concurrency that suits it set in place
// of none, and the quota and the reservation that this takes, fits and needs no further change.
func TestProvisionToSettles(t *testing.T) {
	options := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.DefaultSizing()}
	tried, raised := 0, 0
	for _, rate := range []float64{0.5, 7, 200, 1500, 4000, 8800} {
		for _, duration := range []float64{10, 100, 900} {
			for _, mode := range []calc.Mode{calc.Sync, calc.Async} {
				for _, reserved := range []calc.Optional[int64]{{}, calc.Some(int64(60)), calc.Some(int64(880))} {
					f := calc.Function{Name: "f", Mode: mode, RPS: rps(rate), DurationMS: ms(duration), Reserved: reserved}
					a := calc.Account{Concurrency: 1000, Functions: []calc.Function{f}}
					r, err := calc.Plan(a, options)
					if err != nil {
						t.Fatal(err)
					}
					now := &r.Functions[0]
					if len(r.Changes) > 0 || now.Now.Headline() != calc.Fits {
						continue
					}
					n := now.ProvisionTo()
					a.Concurrency = r.Account.QuotaToProvision(&now.Now, n)
					if a.Concurrency > 1000 {
						raised++
					}
					f.Provisioned = n
					if size, ok := reserved.Get(); ok {
						f.Reserved = calc.Some(max(size, n))
					}
					a.Functions = []calc.Function{f}
					again, err := calc.Plan(a, options)
					if err != nil {
						t.Fatal(err)
					}
					tried++
					if v := again.Account.Headline(); v != calc.Fits || len(again.Changes) > 0 {
						t.Errorf("%v req/s of %v ms, %s, reserved %v: with %d provisioned %s, changes %+v",
							rate, duration, mode, reserved, n, v, again.Changes)
					}
				}
			}
		}
	}
	if tried < 20 || raised == 0 {
		t.Errorf("%d functions tried, %d with a higher quota", tried, raised)
	}
}

// TestProvisionTo checks the size for random arrivals: by Erlang's formula, 20 busy environments need 30 units for at
// most 1 % beyond them, and 22 with 10 % of headroom.
func TestProvisionTo(t *testing.T) {
	a := calc.Account{Concurrency: 1000, Functions: []calc.Function{
		{Name: "f", RPS: calc.Some(200.0), DurationMS: calc.Some(100.0)}}}
	options := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.DefaultSizing()}
	r, err := calc.Plan(a, options)
	if err != nil {
		t.Fatal(err)
	}
	f := &r.Functions[0]
	if f.RecommendedProvisioned != 22 || f.ProvisionTo() != 30 {
		t.Errorf("recommended %d, to set %d; want 22 and 30", f.RecommendedProvisioned, f.ProvisionTo())
	}
	steps := r.Explain(options.Sizing)
	found := false
	for _, s := range steps {
		found = found || s.Quantity == "provisioned to set" && s.Value == 30
	}
	if !found {
		t.Errorf("the steps do not explain 30: %+v", steps)
	}
	options.Chance = false
	if r, err = calc.Plan(a, options); err != nil || r.Functions[0].ProvisionTo() != 22 {
		t.Errorf("without random arrivals %d, %v; want 22", r.Functions[0].ProvisionTo(), err)
	}
}
