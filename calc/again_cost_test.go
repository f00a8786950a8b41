package calc_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// TestPlanAgainCheapest applies plans for the least cost to random accounts, most of them short of quota, and plans
// again: the second plan has nothing to change, AWS accepts the settings, nothing is throttled or waits, and the
// targets are met. The required changes alone are enough for the last three.
func TestPlanAgainCheapest(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 5))
	short := 0
	for range 120 {
		a, o := priced(t, random)
		plan, err := calc.Plan(a, o)
		if err != nil {
			t.Fatal(err)
		}
		all, required := a, a
		all.Functions, required.Functions = slices.Clone(a.Functions), slices.Clone(a.Functions)
		for _, c := range plan.Changes {
			apply(&all, c)
			if c.Required {
				apply(&required, c)
			}
			if c.Setting == calc.SettingAccount {
				short++
			}
		}
		scheduled := false
		for i, p := range plan.Functions {
			segments := p.Optimize.Or(calc.Optimization{}).Schedule.Or(calc.Schedule{}).Segments
			if len(segments) > 1 {
				scheduled = true
				for _, s := range segments {
					all.Functions[i].Provisioned = max(all.Functions[i].Provisioned, s.Provisioned)
				}
			}
		}
		again, err := calc.Plan(all, o)
		if err != nil {
			t.Errorf("%+v: %v after %+v", a, err, plan.Changes)
			continue
		}
		if len(again.Changes) > 0 {
			t.Errorf("%+v, %+v: %+v, and then %+v", a, o.Sizing, plan.Changes, again.Changes)
		}
		if f := unmet(t, all, o, plan, o.Chance); f != "" {
			t.Errorf("%+v, %+v: %s after %+v", a, o.Sizing, f, plan.Changes)
		}
		if scheduled {
			continue // without the schedule, a target may be missed
		}
		if f := unmet(t, required, o, plan, false); f != "" {
			t.Errorf("%+v, %+v: %s after the required ones of %+v", a, o.Sizing, f, plan.Changes)
		}
	}
	if short < 50 {
		t.Errorf("only %d accounts are short of quota", short)
	}
}

// unmet returns what is wrong with an account: AWS does not accept it, something is throttled or waits, or a target is
// missed.
func unmet(t *testing.T, a calc.Account, o calc.PlanOptions, plan calc.PlanResult, random bool) string {
	t.Helper()
	if !a.Accepted() {
		return "not accepted"
	}
	for i, row := range spillWith(t, a, calc.SpillOptions{Chance: true}).Functions {
		x, p := row.Chance.Or(calc.Chance{}), plan.Functions[i]
		scheduled := len(p.Optimize.Or(calc.Optimization{}).Schedule.Or(calc.Schedule{}).Segments) > 1
		target := p.RequiredProvisionedForTarget.Known() && a.Functions[i].Provisioned > 0 && !scheduled
		switch {
		case row.QueuedRPS > 0 || row.ThrottledRPS > 0 && !p.RequiredUnitsForTarget.Known():
			return fmt.Sprintf("%s %s", row.Name, row.Verdict)
		case calc.Exceeds(x.ThrottledRatio.Or(0), o.TargetThrottle.Or(1)),
			random && calc.Exceeds(x.ThrottledRatio.Or(0), o.TargetThrottle.Or(0.001)):
			return fmt.Sprintf("%s throttled %v", row.Name, x.ThrottledRatio)
		case random && x.QueuedRatio.Or(0) > 0.01:
			return fmt.Sprintf("%s queued %v", row.Name, x.QueuedRatio)
		case target && calc.Exceeds(x.BeyondProvisionedRatio.Or(0), o.TargetSpillover.Or(1)):
			return fmt.Sprintf("%s spills %v", row.Name, x.BeyondProvisionedRatio)
		}
	}
	return ""
}

// priced returns an account with known costs, and how it is planned for the least cost.
func priced(t *testing.T, random *rand.Rand) (a calc.Account, o calc.PlanOptions) {
	t.Helper()
	a = usual(random)
	if random.IntN(3) == 0 {
		a = crowded(t, random)
	}
	if random.IntN(6) == 0 {
		for range random.IntN(6) {
			b := usual(random)
			for _, f := range b.Functions {
				f.Reserved, f.Provisioned = calc.Optional[int64]{}, 0
				a.Functions = append(a.Functions, f)
			}
		}
		for i := range a.Functions {
			a.Functions[i].Name = "f" + strconv.Itoa(i)
		}
	}
	if random.IntN(8) == 0 {
		a.ClaimedElsewhere = a.Concurrency - random.Int64N(a.Concurrency)/4
	}
	if random.IntN(8) == 0 {
		a.UnreservedFloor = calc.Some(random.Int64N(min(a.Concurrency, 100) + 1))
	}
	a.Region = []string{"us-east-1", "eu-west-1", "eu-central-1"}[random.IntN(3)]
	for i := range a.Functions {
		f := &a.Functions[i]
		f.MemoryMB = units([]int64{128, 512, 1024, 10240}[random.IntN(4)])
		if random.IntN(10) == 0 {
			f.MemoryMB = calc.Optional[int64]{}
		}
		if random.IntN(6) == 0 {
			f.InitMS = ms(2000)
		}
		if random.IntN(6) == 0 {
			f.AverageRPS = rps(f.RPS.Or(0) * random.Float64())
		} else if random.IntN(4) == 0 {
			values := make([]float64, 24)
			for h := range values {
				values[h] = f.RPS.Or(0) * random.Float64()
			}
			values[random.IntN(24)] = f.RPS.Or(0)
			f.Day = series.Day(values)
		}
	}
	o.Sizing = calc.DefaultSizing()
	o.Objective = calc.Cheapest
	o.Chance = random.IntN(4) > 0
	cost := monthly(t)
	cost.FreeTier = random.IntN(4) == 0
	if random.IntN(4) == 0 {
		cost.SavingsPlan = 0.12
	}
	if random.IntN(4) == 0 {
		cost.EnabledHours = calc.Some(300.0)
	}
	o.Cost = cost
	if random.IntN(4) == 0 {
		o.SpillPenalty = []float64{1e-6, 1e-4}[random.IntN(2)]
	}
	o.Wrap = random.IntN(4) == 0
	if random.IntN(3) == 0 {
		o.TargetSpillover = calc.Some([]float64{0.1, 0.01, 0.001}[random.IntN(3)])
	}
	if random.IntN(3) == 0 {
		o.TargetThrottle = calc.Some([]float64{0.01, 0.001, 0.0001}[random.IntN(3)])
	}
	return a, o
}
