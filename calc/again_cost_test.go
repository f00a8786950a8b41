package calc_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// TestPlanAgainCheapest applies plans for the least cost to random accounts, most of them short of quota, and plans
// again: the second plan has nothing to change, AWS accepts the settings, nothing is throttled or waits, and the targets
// are met. The required changes alone are enough for the last three.
func TestPlanAgainCheapest(t *testing.T) {
	seed, _ := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	count := 300
	if n, err := strconv.Atoi(os.Getenv("COUNT")); err == nil {
		count = n
	}
	random := rand.New(rand.NewPCG(13, 5+seed))
	changed, short := 0, 0
	for n := range count {
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
			t.Errorf("%v", err)
			continue
		}
		if len(plan.Changes) > 0 {
			changed++
		}
		if len(again.Changes) > 0 {
			t.Errorf("AT %d %s%s\n", n, show(a, o), showChanges(plan.Changes, again.Changes))
		}
		if f := unmet(t, all, o, plan, o.Chance); f != "" {
			t.Errorf("AT %d %s: %s%s\n", n, f, show(a, o), showChanges(plan.Changes))
		}
		if scheduled {
			continue // without the schedule, a target may be missed
		}
		if f := unmet(t, required, o, plan, false); f != "" {
			t.Errorf("AT %d with the required changes %s: %s%s\n", n, f, show(a, o), showChanges(plan.Changes))
		}
	}
	t.Logf("%d changed, %d short", changed, short)
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
		if !target && row.SpilloverRPS > 0 {
			row.SpilloverRPS = 0
		}
		switch {
		case row.QueuedRPS > 0 || row.ThrottledRPS > 0 && !p.RequiredUnitsForTarget.Known():
			return fmt.Sprintf("%s %s", row.Name, row.Verdict)
		case calc.Exceeds(x.ThrottledRatio.Or(0), o.TargetThrottle.Or(1)), random && x.ThrottledRatio.Or(0) > o.TargetThrottle.Or(0.001)*(1+1e-9):
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

func show(a calc.Account, o calc.PlanOptions) (text string) {
	text = fmt.Sprintf("\n%d %v %s elsewhere %d; pen %v ts %v tt %v random %v", a.Concurrency, a.UnreservedFloor, a.Region, a.ClaimedElsewhere,
		o.SpillPenalty, o.TargetSpillover, o.TargetThrottle, o.Chance)
	for _, f := range a.Functions {
		text += fmt.Sprintf("\n  %s %s rps %v ms %v (a %.3f) avg %v day %v R %v P %v z %v MB %v init %v", f.Name, f.Mode, f.RPS.Or(0), f.DurationMS.Or(-1),
			f.RPS.Or(0)*f.DurationMS.Or(0)/1000, f.AverageRPS, !f.Day.Empty(), f.Reserved, f.Provisioned, f.Peakedness, f.MemoryMB, f.InitMS)
	}
	return text
}

func showChanges(lists ...[]calc.Change) (text string) {
	for _, list := range lists {
		text += "\n ->"
		for _, c := range list {
			text += fmt.Sprintf("  %v.%s %v>%v req %v cause %v;", c.Function.Or(""), c.Setting, c.From.Or(-1), c.To.Or(-1), c.Required, c.Cause)
		}
	}
	return text
}
