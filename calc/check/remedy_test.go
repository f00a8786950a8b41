package check_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// randomAccount returns an account with some functions and rates, and the options of its check.
func randomAccount(seed uint64) (check.Account, check.Options) {
	r := rand.New(rand.NewPCG(seed, 1))
	a := account(100 + r.Int64N(1500))
	if r.IntN(3) == 0 {
		a.ClaimedElsewhere = r.Int64N(a.Concurrency)
	}
	for i := range 1 + r.IntN(4) {
		f := function(fmt.Sprint("f", i), none, 0)
		if r.IntN(2) == 0 {
			f.Reserved = some(r.Int64N(300))
		}
		if r.IntN(2) == 0 {
			f.Provisioned = r.Int64N(200)
		}
		if r.IntN(4) > 0 {
			f.RPS, f.DurationMS = calc.Some(float64(r.IntN(4000))), calc.Some(float64(1+r.IntN(400)))
		}
		if r.IntN(3) == 0 {
			f.Mode = calc.Async
		}
		if r.IntN(4) == 0 {
			before := function("", f.Reserved.Or(none), r.Int64N(200))
			f.Deployment.Current = calc.Some(before.Claim())
		}
		if r.IntN(4) == 0 {
			f.Deployment.Pollers = []check.Poller{queue(1 + r.Int64N(400) + 1000*int64(r.IntN(20)/19))}
		}
		if r.IntN(8) == 0 {
			f.Deployment.Pollers = []check.Poller{[]check.Poller{
				provisionedPollers(source.SQS, 2, 2+r.Int64N(90)), provisionedPollers(source.Kafka, 1, 1+r.Int64N(90)),
				stream(1+r.Int64N(90), 1+r.Int64N(10)), plain(source.SQS)}[r.IntN(4)]}
		}
		a.Functions = append(a.Functions, f)
	}
	o := check.Options{Question: check.Question{Headroom: float64(r.IntN(4)) / 10, DuringDeploy: r.IntN(2) == 0}}
	if r.IntN(3) == 0 {
		o.TargetThrottle = calc.Some([]float64{0.05, 0.01, 0.001}[r.IntN(3)])
	}
	if r.IntN(3) == 0 {
		o.TargetSpillover = calc.Some([]float64{0.05, 0.01, 0.001}[r.IntN(3)])
	}
	if r.IntN(3) == 0 {
		o.ConnectionsPerEnv, o.MaxConnections = some(1+r.Int64N(3)), some(r.Int64N(600))
		o.Connecting = calc.Some("f0")
	}
	return a, o
}

// follow applies one alternative of a remedy. It returns false for an alternative that is not about units.
func follow(a check.Account, name, remedy string) (remedied check.Account, done bool) {
	a.Functions = slices.Clone(a.Functions)
	i := slices.IndexFunc(a.Functions, func(f check.Function) bool { return f.Name == name })
	if i < 0 {
		return a, false
	}
	f := &a.Functions[i]
	d := *f.Deployment
	f.Deployment = &d
	for step := range strings.SplitSeq(remedy, ", and ") {
		step = strings.ReplaceAll(step, ",", "")
		var n int64
		is := func(format string) bool { got, _ := fmt.Sscanf(step, format, &n); return got == 1 }
		switch {
		case is("reserve and provision at most %d"):
			f.Reserved, f.Provisioned = some(n), min(n, f.Provisioned)
		case is("reserve at least %d"), is("reserve at most %d"):
			f.Reserved = some(n)
		case is("provision at least %d"), is("provision at most %d"):
			f.Provisioned = n
		case is("request a quota of %d"):
			a.Concurrency = n
		case is("lower it to %d"), is("lower the SQS maximum concurrency to %d"):
			d.Pollers = []check.Poller{queue(n)}
		case strings.Contains(step, "less aside"):
			return a, false
		case is("set %d"), is("set a maximum concurrency of at most %d"), is("set a maximum concurrency of %d"):
			d.Pollers = []check.Poller{queue(n)}
		case is("set at most %d poller"):
			d.Pollers = []check.Poller{provisionedPollers(d.Pollers[0].Type, min(2, n), n)}
		case is("set a parallelization factor of at most %d"):
			d.Pollers = []check.Poller{stream(d.Pollers[0].Shards.Or(0), n)}
		case is("give the stream at most %d shard"):
			d.Pollers = []check.Poller{stream(n, d.Pollers[0].Parallelization.Or(1))}
		case step == "reserve at least as much":
			f.Reserved = some(f.Provisioned)
		case step == "provision nothing":
			f.Provisioned = 0
		case step == "reserve nothing":
			f.Reserved = calc.Optional[int64]{}
		case strings.HasPrefix(step, "neither"):
			f.Reserved, f.Provisioned = calc.Optional[int64]{}, 0
		default:
			return a, false
		}
	}
	return a, true
}

// FuzzRemedies checks that each remedy that names units resolves its finding, as far as is known, and causes no new
// error.
func FuzzRemedies(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		a, o := randomAccount(seed)
		before := check.Run(a, o).Findings
		for _, found := range before {
			name := found.Function.Or("")
			for remedy := range strings.SplitSeq(found.Remedy, ", or ") {
				remedied, done := follow(a, name, remedy)
				if !done {
					continue
				}
				for _, after := range check.Run(remedied, o).Findings {
					expected := func(b check.Finding) bool { return explains(b, after, found) }
					remains := found.ID == after.ID && found.Function == after.Function && after.Level != rule.Unknown
					if remains || after.Level == rule.Error && !slices.ContainsFunc(before, expected) {
						t.Errorf("seed %d: %s %s: %s\n%s\nafter that: %s %s: %s", seed, found.ID, name, found.Message,
							remedy, after.ID, after.Function.Or(""), after.Message)
					}
				}
			}
		}
	})
}

// explains reports whether a finding before the remedy of found is the same as the one after it, or was hiding it. A
// refused setting hides the load of its function, and a refused claim hides an account below its floor.
func explains(before, after, found check.Finding) bool {
	switch {
	case refusesClaim(before) && refusesClaim(after):
		return before.Function == after.Function || !after.Function.Known() || found.ID == "LC013"
	case after.ID == "LC013": // the load may need more than the database accepts
		return true
	case before.ID == "LC021" && after.ID == "LC015":
		return before.Function == after.Function
	}
	return before.ID == after.ID && before.Function == after.Function
}

// TestOneQuota checks that all remedies of an account name the same quota, that each includes the headroom, and that
// all of them together resolve their findings.
func TestOneQuota(t *testing.T) {
	a := account(1000)
	for name, x := range map[string]struct {
		reserved        int64
		rps, durationMS float64
	}{
		"checkout": {50, 900, 60}, "orders": {40, 500, 100}, "search": {240, 2390, 100},
		"web": {none, 3000, 250}, "mail": {none, 500, 100},
	} {
		f := function(name, x.reserved, 0)
		if x.reserved == none {
			f.Reserved = calc.Optional[int64]{}
		}
		f.RPS, f.DurationMS = calc.Some(x.rps), calc.Some(x.durationMS)
		a.Functions = append(a.Functions, f)
	}
	o := check.Options{Question: check.Question{Headroom: 0.1}}
	before := check.Run(a, o).Findings
	remedied, want := a, map[string]string{
		"checkout": "reserve at least 99, and ", "orders": "reserve at least 71, and ",
		"search": "reserve at least 280, and ", "web": "", "mail": "",
		// 99 + 71 + 280 + 1.1 x (3000 x 0.25 + 500 x 0.1) = 1330; 50 busy need 71, and 239 need 280, so that at most 0.1 %
		// of random arrivals are throttled (Erlang's formula)
	}
	for _, f := range before {
		name := f.Function.Or("")
		if f.Remedy != want[name]+"request a quota of 1,330" {
			t.Errorf("%s %s: %s", f.ID, name, f.Remedy)
		}
		remedied, _ = follow(remedied, name, f.Remedy)
	}
	if len(before) != len(want) {
		t.Errorf("%d findings: %+v", len(before), before)
	}
	if left := check.Run(remedied, o).Findings; len(left) > 0 {
		t.Errorf("after all remedies: %+v", left)
	}
}

// TestQuotaForRandom checks that the quota which a remedy names is one that a plan of the same account accepts: nothing
// is throttled at random arrivals, and no higher quota is asked for. 100 environments that are busy on average need 128
// units for 0.1 % of random arrivals (Erlang's formula), and 110 with 10 % of headroom.
func TestQuotaForRandom(t *testing.T) {
	a := account(60)
	f := function("f", none, 0)
	f.RPS, f.DurationMS = calc.Some(500.0), calc.Some(200.0)
	a.Functions = []check.Function{f}
	quota := int64(0)
	for _, found := range check.Run(a, check.Options{Question: check.Question{Headroom: 0.1}}).Findings {
		if is, _ := fmt.Sscanf(found.Remedy, "request a quota of %d", &quota); is == 1 {
			break
		}
	}
	at := calc.Account{Concurrency: quota, Functions: []calc.Function{
		{Name: "f", RPS: f.RPS, DurationMS: f.DurationMS}}}
	r, err := calc.Plan(at, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.DefaultSizing()})
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Account.Headline(); v != calc.Fits || len(r.Changes) > 0 {
		t.Errorf("a quota of %d: %s, changes %+v", quota, v, r.Changes)
	}
	at.Concurrency = quota - 1
	if r, err = calc.Plan(at, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}}); err != nil ||
		r.Account.Headline() == calc.Fits {
		t.Errorf("a quota of %d is enough, %v", quota-1, err)
	}
}
