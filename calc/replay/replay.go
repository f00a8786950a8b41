package replay

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A Setting is what provides concurrency while traffic is replayed.
type Setting struct {
	// Name tells it from others: "30 provisioned", "tracking 70%, 2 to 60".
	Name string
	// Account has the settings of all functions of the traffic, see Match.
	Account calc.Account
	// Changes are the changes of provisioned concurrency of each function, by time; nil for none. Before the first one, it
	// is that of the account.
	Changes [][]scaling.Change
	// Policies change the provisioned concurrency of each function; nil for none. The changes of a function with a policy
	// follow from it, and so does its provisioned concurrency at the start.
	Policies []*scaling.Policy

	followed []*followed // by function; nil without a policy
}

// Options say what to replay, and what to compute beside it.
type Options struct {
	// Scale multiplies the traffic, more than 0, up to 100. Single invocations are replayed one by one only with 1.
	Scale float64
	// SkipGaps leaves out steps about which the data has nothing. Otherwise they count as steps without requests.
	SkipGaps bool
	// EstimatePeakedness says to estimate the peakedness of functions that give none.
	EstimatePeakedness bool
	// Minutes asks for every step of the functions, with the first setting.
	Minutes bool
	// Cost asks for costs, if the account has a Region.
	Cost *calc.CostOptions

	noCalls bool // single invocations are replayed as steps, too
}

// MaxScale is the highest factor by which traffic is multiplied.
const MaxScale = 100

// Match returns the account with a function for each trace: the one of the same name, or the only function for a trace
// without a name, or a new one with the defaults of AWS. functions has the index of each trace's function. A function
// without a trace has no traffic.
//
// The rates of the account's functions count for nothing and are removed.
func Match(a calc.Account, traces []*series.Trace) (matched calc.Account, functions []int) {
	matched = a
	matched.Functions = slices.Clone(a.Functions)
	byName := make(map[string]int, len(a.Functions))
	for i := range matched.Functions {
		f := &matched.Functions[i]
		f.RPS, f.AverageRPS, f.Day = calc.Optional[float64]{}, calc.Optional[float64]{}, series.Series{}
		f.Sources = slices.Clone(f.Sources)
		for j := range f.Sources {
			f.Sources[j].MessagesRPS = calc.Optional[float64]{}
			if f.Mode == "" && f.Sources[j].Type == source.Async {
				f.Mode = calc.Async
			}
		}
		byName[f.Name] = i
	}
	only := len(a.Functions) == 1 && len(traces) == 1
	for _, t := range traces {
		i, ok := byName[t.Function]
		switch {
		case ok:
		case only && (t.Function == "" || a.Functions[0].Unnamed):
			i = 0
			if t.Function != "" {
				matched.Functions[0].Name, matched.Functions[0].Unnamed = t.Function, false
			}
		default:
			name := t.Function
			if name == "" {
				name = freeName(byName)
			}
			i = len(matched.Functions)
			byName[name] = i
			f := calc.Function{Name: name, Unnamed: t.Function == "", Mode: calc.Sync, Arch: calc.X86}
			matched.Functions = append(matched.Functions, f)
		}
		functions = append(functions, i)
	}
	return matched, functions
}

// freeName returns a name for a function that has none.
func freeName(taken map[string]int) string {
	const name = "function"
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try = fmt.Sprint(name, "-", n)
		}
		if _, ok := taken[try]; !ok {
			return try
		}
	}
}

// Replay lets settings handle traffic. The first setting is the one replayed, the others are compared with it. Their
// accounts have the same functions, in the same order, and functions[i] is the function of traces[i]; no two traces are
// of one function.
//
// It returns calc.Faults if an account is not valid with the provisioned concurrency that its changes bring, if a value
// of the traffic is out of range, or if there is no traffic.
func Replay(settings []Setting, traces []*series.Trace, functions []int, o Options) (Result, error) {
	e, err := newEngine(settings[0].Account, traces, functions, o)
	if err != nil {
		return Result{}, err
	}
	settings = slices.Clone(settings)
	for i := range settings {
		settings[i] = e.follow(settings[i])
	}
	for _, s := range settings {
		if err := s.validate(); err != nil {
			return Result{}, err
		}
	}
	r := Result{Traffic: []Traffic{}, Settings: []Sums{}, Functions: []Function{}, Compared: []Function{},
		Findings: []calc.Finding{}}
	e.describe(&r)
	e.quantiles()
	var lacks []calc.Finding
	for i, s := range settings {
		run := e.run(s, i == 0)
		rows, sums, found := run.rows()
		r.Settings = append(r.Settings, sums)
		if i > 0 {
			r.Compared = append(r.Compared, rows...)
			continue
		}
		r.Functions, r.Minutes, lacks = rows, run.minutes(), found
	}
	r.Findings = append(r.Findings, e.findings()...)
	r.Findings = append(r.Findings, lacks...)
	r.Findings = append(r.Findings, settings[0].scalingFindings(r.Functions)...)
	return r, nil
}

// validate checks the account at the moment at which the most provisioned concurrency is on.
func (s Setting) validate() error {
	a := s.Account
	a.Functions = slices.Clone(a.Functions)
	if err := a.Validate(); err != nil {
		return err
	}
	now := make([]int64, len(a.Functions))
	total := int64(0)
	for i := range a.Functions {
		now[i] = a.Functions[i].Provisioned
		if !a.Functions[i].Reserved.Known() {
			total += now[i]
		}
	}
	most, at := total, slices.Clone(now)
	for _, c := range merged(s.Changes) {
		f := &a.Functions[c.function]
		if f.Reserved.Known() {
			now[c.function] = max(now[c.function], c.units) // each by itself
			at[c.function] = now[c.function]
			continue
		}
		total += c.units - now[c.function]
		now[c.function] = c.units
		if total > most {
			most = total
			copy(at, now)
		}
	}
	for i := range a.Functions {
		a.Functions[i].Provisioned = at[i]
	}
	return a.Validate()
}

// A change is a change of a function's provisioned concurrency.
type change struct {
	at       float64
	function int
	units    int64
}

// merged returns the changes of all functions by time; those of the same time in the order of the functions.
func merged(changes [][]scaling.Change) (list []change) {
	for i, own := range changes {
		for _, c := range own {
			list = append(list, change{c.AtS, i, c.Units})
		}
	}
	slices.SortStableFunc(list, func(x, y change) int { return cmp.Compare(x.at, y.at) })
	return list
}

// noTraffic is the fault of traffic without a step.
func noTraffic(what string) error {
	return calc.Faults{{Function: calc.AccountFault, Field: "traffic", Message: what}}
}

// check checks the values of a step.
func check(name string, rps float64, durationMS float64) error {
	switch {
	case !quantity.Finite(rps) || !quantity.Rates.Contains(rps):
		return noTraffic(fmt.Sprintf("%s: %g requests/s is out of range; expected %s", name, rps, quantity.Rates.Legal))
	case !quantity.Finite(durationMS) || durationMS < 0 || durationMS > quantity.Durations.Most:
		return noTraffic(fmt.Sprintf("%s: a mean duration of %s is longer than an invocation may run",
			name, quantity.FormatDuration(math.Abs(durationMS))))
	}
	return nil
}
