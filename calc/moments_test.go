package calc_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// TestMoments checks that moments give the split and the losses of Spill, also after other moments, except that they
// take what is next to nothing as none.
func TestMoments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		data := make([]byte, 60)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		d := dice{data}
		a := d.account()
		m := calc.NewMoments(a)
		const moments = 3
		rate := func(i, k int) calc.Optional[float64] {
			return calc.Some(a.Functions[i].RPS.Or(0) / float64(int(1)<<k))
		}
		set := func(i, k int) { m.Functions[i].RPS = rate(i, k) }
		for _, n := range []int{moments + 2, moments} {
			m.Share(slices.Repeat([]int64{a.Unreserved()}, n), set)
		}
		for k := range moments {
			at := a
			at.Functions = slices.Clone(a.Functions)
			for i := range at.Functions {
				at.Functions[i].RPS = rate(i, k)
			}
			want, err := calc.Spill(at, calc.SpillOptions{Chance: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range want.Functions {
				set(i, k)
				parts, lost := m.At(i, k)
				equal(t, "split", parts, row.Parts)
				x, ok := row.Chance.Get()
				if !ok {
					equal(t, "losses", lost, calc.Losses{})
					continue
				}
				for _, pair := range [][2]float64{
					{lost.RefusedRatio, x.ThrottledRatio.Or(x.QueuedRatio.Or(0))},
					{lost.BeyondProvisionedRatio, x.BeyondProvisionedRatio.Or(0)},
					{lost.SpilloverRatio, x.SpilloverRatio.Or(0)},
				} {
					if row.RPS > 0 && !(math.Abs(pair[0]-pair[1]) <= 1e-13+1e-9*pair[1]) {
						t.Errorf("%+v: %+v of %+v, want %+v", a, lost, row.Name, x)
					}
				}
			}
		}
	}
}

// TestPriceUsage checks that the usage of a steady load in any span costs a month what the load costs.
func TestPriceUsage(t *testing.T) {
	a := calc.Account{Concurrency: 1000, Region: "us-east-1", Functions: []calc.Function{
		{Name: "a", RPS: rps(1000), DurationMS: ms(100.5), Provisioned: 30, MemoryMB: units(1024), EphemeralMB: units(1024)},
		{Name: "b", RPS: rps(3000), DurationMS: ms(50), MemoryMB: units(512)},
	}}
	o := calc.CostOptions{Billing: calc.Billing{Hours: 730, FreeTier: true, SavingsPlan: 0.1}, Prices: prices(t)}
	want, err := calc.Spill(a, calc.SpillOptions{Cost: &o})
	if err != nil {
		t.Fatal(err)
	}
	for _, seconds := range []float64{60, 86400, 1e7} {
		use := make([]calc.Usage, len(a.Functions))
		for i, row := range want.Functions {
			billed := math.Ceil(a.Functions[i].DurationMS.Or(0)) / 1000
			use[i] = calc.Usage{
				UnitS: float64(a.Functions[i].Provisioned) * seconds, BusyS: row.ProvisionedBusy.Or(0) * seconds,
				ProvisionedRequests: row.ProvisionedRPS * seconds, ProvisionedS: row.ProvisionedRPS * seconds * billed,
				OnDemandRequests: row.OnDemandRPS * seconds, OnDemandS: row.OnDemandRPS * seconds * billed,
			}
		}
		functions, account, found := a.PriceUsage(o, seconds, use)
		equal(t, "findings", len(found), 0)
		for i, row := range want.Functions {
			got, want := functions[i].Or(calc.Cost{}), row.Cost.Or(calc.Cost{})
			near(t, row.Name, known(t, "total", got.Total), known(t, "total", want.Total), 1e-12)
			near(t, row.Name, known(t, "on demand", got.AllOnDemand), known(t, "on demand", want.AllOnDemand), 1e-12)
		}
		total := want.Account.Cost.Or(calc.AccountCost{}).Total
		near(t, "account", known(t, "total", account.Total), known(t, "total", total), 1e-12)
	}
	a.Functions[0].MemoryMB = calc.Optional[int64]{}
	functions, account, found := a.PriceUsage(o, 60, make([]calc.Usage, 2))
	if functions[0].Known() || !functions[1].Known() || account.Total.Known() || len(found) != 1 {
		t.Errorf("without memory: %+v, %+v, %+v", functions, account, found)
	}
}

// TestSolitary checks that a function alone loses what moments say of the only function of an account, to the last bit.
func TestSolitary(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		f := calc.Function{Name: "f", Mode: []calc.Mode{calc.Sync, calc.Async}[r.IntN(2)]}
		if r.IntN(3) == 0 {
			f.Peakedness = calc.Some(1 + 20*r.Float64())
		}
		m := calc.NewMoments(calc.Account{Functions: []calc.Function{f}})
		f.Reserved = calc.Some[int64](7)
		s := calc.NewSolitary(f)
		for range 20 {
			load, units := math.Pow(10, 8*r.Float64()-3), int64(1+r.IntN(1000))
			if r.IntN(2) == 0 {
				units = 1 + int64(load*(0.5+r.Float64()))
			}
			ms := math.Pow(10, 6*r.Float64())
			rps := load / ms * 1000
			m.Share([]int64{1e8}, func(int, int) {
				f := &m.Functions[0]
				f.RPS, f.DurationMS, f.Provisioned = calc.Some(rps), calc.Some(ms), units
			})
			_, want := m.At(0, 0)
			if got := s.BeyondProvisionedRatio(rps, ms, units); got != want.BeyondProvisionedRatio {
				t.Errorf("%v requests/s of %v ms, %d units: got %v, want %v", rps, ms, units, got, want)
			}
		}
	}
}
