package check

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// A Finding is what a rule found.
type Finding struct {
	// ID is the id of the rule.
	ID RuleID `json:"id"`
	// Level is how much it matters.
	Level calc.Level `json:"level"`
	// Function is the function's name; absent where the account is meant.
	Function calc.Optional[string] `json:"function"`
	// File is where the setting stands; absent where it stands in no file.
	File calc.Optional[string] `json:"file"`
	// Line is its line, from 1.
	Line calc.Optional[int] `json:"line"`
	// Message says what is the case, with the numbers.
	Message string `json:"message"`
	// AWSMessage is what AWS answers; absent where it accepts the setting.
	AWSMessage calc.Optional[string] `json:"aws_message"`
	// Remedy says what to change.
	Remedy string `json:"remedy"`
}

// Place is where the setting of the finding stands.
func (f Finding) Place() calc.Place { return calc.Place{File: f.File.Or(""), Line: f.Line.Or(0)} }

// An Accepted is a finding that somebody accepts, and why.
type Accepted struct {
	Finding
	// Reason is why.
	Reason string `json:"reason"`
}

// An Acceptance accepts findings of a rule: at a place, of a function, or all.
type Acceptance struct {
	Rule     RuleID                // the rule whose findings are accepted
	Reason   string                // why
	Function calc.Optional[string] // absent means any
	Place    calc.Place            // the zero Place means any
	At       calc.Place            // where the acceptance itself stands
}

// Options are what a check depends on beside the account.
type Options struct {
	// Skip are rules that are not looked at.
	Skip []RuleID
	// Accept are the findings that somebody accepts.
	Accept []Acceptance
	// Known are findings that were there before, of an earlier check: only the
	// others are reported.
	Known []Finding
	// QuotaGiven tells that somebody gave the quota, so that it is no guess.
	QuotaGiven bool
	// FailOn are levels whose findings fail beside errors, and Failed tells that
	// something else does.
	FailOn []calc.Level
	Failed bool
	// Incomplete tells that not all could be read.
	Incomplete bool
	// Empty are files without functions.
	Empty []string
	// Alone are the functions of a profile that no other file speaks of.
	Alone map[string]bool
	// DuringDeploy looks for room for two versions at a time.
	DuringDeploy bool
	// ConnectionsPerEnv is how many connections to a database an environment
	// opens, and MaxConnections how many the database takes. Absent means not to
	// look at them.
	ConnectionsPerEnv, MaxConnections calc.Optional[int64]
	// Connecting is the function that connects; absent means all.
	Connecting calc.Optional[string]
	// Headroom is what should fit on top of the rates, a ratio, 0 or more.
	Headroom float64
	// TargetSpillover and TargetThrottle are the shares of random arrivals that
	// may spill and be throttled, 0 to 1.
	TargetSpillover, TargetThrottle calc.Optional[float64]
}

// A Verdict is what a check comes to.
type Verdict string

// The verdicts.
const (
	Passes     Verdict = "passes"     // nothing of what fails
	Fails      Verdict = "fails"      // an error, or what else is told to fail
	Incomplete Verdict = "incomplete" // passes, but not all could be read
)

// A Result is what a check found.
type Result struct {
	// Verdict tells whether the check fails, and whether all could be read.
	Verdict Verdict `json:"verdict"`
	// Account is the account with all that the files claim of it.
	Account calc.AccountResult `json:"account"`
	// Functions are the functions with their settings.
	Functions []Function `json:"functions"`
	// Counts are the numbers of findings.
	Counts Counts `json:"counts"`
	// Accepted are the findings that somebody accepts.
	Accepted []Accepted `json:"accepted"`
	// Known are the findings that the baseline has already.
	Known []Finding `json:"known"`
	// Findings are the others, worst first.
	Findings []Finding `json:"-"`
}

// A Function is a function of a Result.
type Function struct {
	// Name is the function's name.
	Name string `json:"name"`
	// File is where it is declared; absent where it stands in no file.
	File calc.Optional[string] `json:"file"`
	// Line is the line, from 1.
	Line calc.Optional[int] `json:"line"`
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved calc.Optional[int64] `json:"reserved"`
	// Provisioned is the provisioned concurrency of all versions and aliases,
	// units.
	Provisioned int64 `json:"provisioned"`
	// Claimed is what the function takes from the account, units.
	Claimed int64 `json:"claimed"`
	// ClaimedBefore is what it has taken so far, units; absent where no file
	// tells.
	ClaimedBefore calc.Optional[int64] `json:"claimed_before"`
	// RPS is the offered rate at its peak, requests per second.
	RPS calc.Optional[float64] `json:"rps"`
	// Verdict tells what becomes of the rate; absent without one, and where AWS
	// refuses the settings.
	Verdict calc.Optional[calc.Verdict] `json:"verdict"`
	// HeadroomRatio is what is left of what the function can carry, 0 to 1;
	// absent where Verdict is, and without a ceiling.
	HeadroomRatio calc.Optional[float64] `json:"headroom_ratio"`
}

// Counts are numbers of findings.
type Counts struct {
	// Error, Warning, Info and Unknown are by level.
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
	Unknown int `json:"unknown"`
	// Accepted is how many somebody accepts.
	Accepted int `json:"accepted"`
	// Known is how many the baseline has.
	Known int `json:"known"`
}

// Of returns the number of findings of a level.
func (c Counts) Of(level calc.Level) int { return *c.of(level) }

func (c *Counts) of(level calc.Level) *int {
	switch level {
	case calc.LevelError:
		return &c.Error
	case calc.LevelWarning:
		return &c.Warning
	case calc.LevelUnknown:
		return &c.Unknown
	}
	return &c.Info
}

// Levels are the levels of findings, worst first. What is unknown may be an
// error.
func Levels() []calc.Level {
	return []calc.Level{calc.LevelError, calc.LevelWarning, calc.LevelUnknown, calc.LevelInfo}
}

// Run applies the rules to an account. The account need not be valid: what AWS
// refuses is found and not a fault.
func Run(a calc.Account, o Options) Result {
	c := checker{account: a, options: o, sums: a.Result(), rules: map[RuleID]Rule{}, accepting: map[accepting][]int{}, used: make([]bool, len(o.Accept))}
	for i, a := range o.Accept {
		key := accepting{a.Rule, a.Function.Or(""), a.Place}
		c.accepting[key] = append(c.accepting[key], i)
	}
	for _, rule := range Rules() {
		c.rules[rule.ID] = rule
	}
	var err error
	c.load, err = c.newLoad()
	c.claims()
	for i := range a.Functions {
		c.settings(&a.Functions[i])
	}
	if o.DuringDeploy {
		c.deploy()
	}
	c.connections()
	c.judge(err)
	c.files()
	c.stale()
	return c.result()
}

// checker collects findings.
type checker struct {
	account  calc.Account
	sums     calc.AccountResult // of the account
	options  Options
	rules    map[RuleID]Rule
	findings []Finding

	arithmetic string // of the account, as sum says it
	load       *load  // nil where no function has a rate, or where they could not be split

	accepting map[accepting][]int // indexes of options.Accept
	used      []bool              // of options.Accept
}

// accepting is what an acceptance is about: a function or a place that are empty
// mean any.
type accepting struct {
	rule     RuleID
	function string
	place    calc.Place
}

// A report is a finding without what its rule knows.
type report struct {
	function *calc.Function // nil where the account is meant
	place    calc.Place
	message  string
	aws      string // empty where AWS accepts the setting
	remedy   string
}

// add adds a finding.
func (c *checker) add(id RuleID, r report) {
	c.findings = append(c.findings, c.finding(id, r))
}

func (c *checker) finding(id RuleID, r report) Finding {
	f := Finding{ID: id, Level: c.rules[id].Level, Message: r.message, Remedy: r.remedy}
	if r.function != nil {
		f.Function = calc.Some(r.function.Name)
	}
	if r.place.Known() {
		f.File, f.Line = calc.Some(r.place.File), calc.Some(r.place.Line)
	}
	if r.aws != "" {
		f.AWSMessage = calc.Some(r.aws)
	}
	return f
}

// result sorts the findings: what is skipped, accepted, known, and the others.
func (c *checker) result() Result {
	r := Result{Verdict: Passes, Account: c.sums, Functions: make([]Function, 0, len(c.account.Functions)), Accepted: []Accepted{}, Known: []Finding{}, Findings: []Finding{}}
	for i := range c.account.Functions {
		r.Functions = append(r.Functions, c.function(&c.account.Functions[i]))
		if l := c.load; l != nil && l.judged[i] && c.account.Functions[i].RPS.Known() {
			r.Functions[i].Verdict = calc.Some(l.plan.Functions[i].Now.Verdict)
			r.Functions[i].HeadroomRatio = l.plan.Functions[i].Now.HeadroomRatio
		}
	}
	known := map[string]int{}
	for _, f := range c.options.Known {
		known[f.key()]++
	}
	var left []Finding
	for _, f := range c.findings {
		reason, accepted := c.accepted(f)
		switch {
		case slices.Contains(c.options.Skip, f.ID):
		case accepted:
			r.Accepted = append(r.Accepted, Accepted{f, reason})
		case known[f.key()] > 0:
			known[f.key()]--
			r.Known = append(r.Known, f)
		default:
			left = append(left, f)
			*r.Counts.of(f.Level)++
		}
	}
	for _, level := range Levels() {
		for _, f := range left {
			if f.Level == level {
				r.Findings = append(r.Findings, f)
			}
		}
	}
	if c.options.Incomplete {
		r.Verdict = Incomplete
	}
	fails := func(level calc.Level) bool { return r.Counts.Of(level) > 0 && c.options.Fails(level) }
	if c.options.Failed || slices.ContainsFunc(Levels(), fails) {
		r.Verdict = Fails
	}
	r.Counts.Accepted, r.Counts.Known = len(r.Accepted), len(r.Known)
	return r
}

// stale finds what is accepted and not there. Where not all could be read or
// judged, it may be in the rest.
func (c *checker) stale() {
	open := c.options.Incomplete
	for _, f := range c.findings {
		c.accepted(f) // which marks what is used
		open = open || f.ID == UnknownValue
	}
	for i, a := range c.options.Accept {
		if open || c.used[i] || slices.Contains(c.options.Skip, a.Rule) {
			continue
		}
		r := report{place: a.At, message: fmt.Sprintf("%s is accepted, and there is no such finding", a.Rule), remedy: "take the acceptance away"}
		if name, ok := a.Function.Get(); ok {
			r.function = &calc.Function{Name: name}
		}
		c.add(StaleAcceptance, r)
	}
}

// Fails tells whether findings of a level fail.
func (o Options) Fails(level calc.Level) bool {
	return level == calc.LevelError || slices.Contains(o.FailOn, level)
}

// key tells whether two findings are about the same: lines and numbers change
// with every edit.
func (f Finding) key() string { return string(f.ID) + " " + f.Function.Or(f.File.Or("")) }

// accepted finds the reason why somebody accepts a finding.
func (c *checker) accepted(f Finding) (reason string, ok bool) {
	for _, key := range []accepting{{f.ID, "", f.Place()}, {f.ID, f.Function.Or(""), calc.Place{}}, {f.ID, "", calc.Place{}}} {
		for _, i := range c.accepting[key] {
			if c.used[i] = true; !ok {
				reason, ok = c.options.Accept[i].Reason, true
			}
		}
	}
	return reason, ok
}

func (c *checker) function(f *calc.Function) Function {
	out := Function{Name: f.Name, Reserved: f.Reserved, Provisioned: f.Provisioned, Claimed: f.Claim().Units(), RPS: f.RPS}
	place := c.place(f)
	if place.Known() {
		out.File, out.Line = calc.Some(place.File), calc.Some(place.Line)
	}
	if d := f.Deployment; d != nil {
		if before, ok := d.Current.Get(); ok {
			out.ClaimedBefore = calc.Some(before.Units())
		}
	}
	return out
}

// place is where a field of a function stands, or else the function itself.
func (c *checker) place(f *calc.Function, fields ...calc.Field) calc.Place {
	for _, field := range fields {
		if p := f.Origins.Of(field); p.Known() {
			return p
		}
	}
	if f.Deployment != nil && f.Deployment.Place.Known() {
		return f.Deployment.Place
	}
	return f.Origins.Of(calc.FieldName)
}

// files reports what the files leave open, and where they differ.
func (c *checker) files() {
	for _, u := range c.account.Unknown {
		r := report{place: u.Place, message: fmt.Sprintf("%s is not known: %s", u.What, u.Why), remedy: u.Remedy}
		if name, ok := u.Function.Get(); ok {
			r.function = &calc.Function{Name: name}
		}
		c.add(UnknownValue, r)
	}
	for _, name := range c.options.Empty {
		f := c.finding(NoFunctions, report{message: "there is no function in it", remedy: "look whether it is the file that was meant"})
		f.File = calc.Some(name)
		c.findings = append(c.findings, f)
	}
	for i := range c.account.Functions {
		if f := &c.account.Functions[i]; c.options.Alone[f.Name] {
			c.add(OnlyInProfile, report{function: f, place: c.place(f, calc.FieldName, calc.FieldRPS),
				message: "no other file speaks of this function", remedy: "look whether the name is the one that the other files have"})
		}
	}
	for _, x := range c.account.Conflicts {
		r := report{place: x.By, message: fmt.Sprintf("%s is %s here and %s in %s", x.What, x.Second, x.First, x.At),
			remedy: "let the files agree, or give the one that counts"}
		if name, ok := x.Function.Get(); ok {
			r.function = &calc.Function{Name: name}
		}
		c.add(FilesDiffer, r)
	}
}
