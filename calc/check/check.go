// Package check judges the settings of an account as AWS would: what it refuses, what surprises, and whether the
// settings carry the load. Like the calculations it is pure, and it does not know any file format.
package check

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules lists everything that lambdacap looks for, in calculations and in checks: first the rules of calculations, the
// worst first, then those that only a check looks for, by their numbers.
func Rules() []rule.Rule {
	rules := slices.Concat([]rule.Rule{valueUnknown, differ}, calc.Rules())
	slices.SortStableFunc(rules, func(x, y rule.Rule) int {
		return cmp.Compare(slices.Index(rule.Levels(), x.LevelInCalculation()), slices.Index(rule.Levels(), y.LevelInCalculation()))
	})
	numbered := slices.Concat(claimRules(), settingRules(), versionRules(), scalingRules(), deployRules(), loadRules(), fileRules())
	slices.SortFunc(numbered, byNumber)
	return append(rules, numbered...)
}

// Numbered lists the rules that a check looks for, by their numbers.
func Numbered() []rule.Rule {
	rules := slices.DeleteFunc(Rules(), func(r rule.Rule) bool { return r.Number == "" })
	slices.SortFunc(rules, byNumber)
	return rules
}

func byNumber(x, y rule.Rule) int { return cmp.Compare(x.Number, y.Number) }

// A Question is what a check is asked, beside the account.
type Question struct {
	// Headroom is what should fit on top of the rates, a ratio, 0 or more.
	Headroom float64 `json:"headroom_ratio"`
	// TargetSpillover is the share of random arrivals that may spill, 0 to 1.
	TargetSpillover calc.Optional[float64] `json:"target_spillover_ratio"`
	// TargetThrottle is the share that may be throttled, 0 to 1.
	TargetThrottle calc.Optional[float64] `json:"target_throttle_ratio"`
	// DuringDeploy asks whether there is room for two versions at a time.
	DuringDeploy bool `json:"during_deploy"`
	// ConnectionsPerEnv is how many connections to a database an environment opens; absent means not to look at them.
	ConnectionsPerEnv calc.Optional[int64] `json:"connections_per_env"`
	// MaxConnections is how many the database takes.
	MaxConnections calc.Optional[int64] `json:"max_connections"`
	// Skip are the rules to leave out, never nil.
	Skip []rule.ID `json:"skip"`
}

// skips reports whether a rule is left out.
func (q Question) skips(id rule.ID) bool { return slices.Contains(q.Skip, id) }

// An Acceptance accepts findings of a rule: at a place, of a function, or all of them.
type Acceptance struct {
	Rule     rule.ID               // the rule whose findings are accepted
	Reason   string                // why
	Function calc.Optional[string] // absent means any
	Place    Place                 // the zero Place means any
	At       Place                 // where the acceptance itself stands
}

// Options are what a check depends on beside the account.
type Options struct {
	Question
	// Accept are the findings that somebody accepts.
	Accept []Acceptance
	// Known are the findings of an earlier check: only the others are reported.
	Known []Finding
	// QuotaGiven says that somebody gave the quota, so that it is not a guess.
	QuotaGiven bool
	// FailOn are levels whose findings fail beside errors, and Failed says that something else does.
	FailOn []rule.Level
	Failed bool
	// Incomplete says that not everything could be read.
	Incomplete bool
	// Empty are files without functions.
	Empty []string
	// Alone are the functions of a profile that no other file speaks of.
	Alone map[string]bool
	// Connecting is the function that connects to the database; absent means all.
	Connecting calc.Optional[string]
}

// Fails reports whether findings of a level fail.
func (o Options) Fails(level rule.Level) bool {
	return level == rule.Error || slices.Contains(o.FailOn, level)
}

// Run applies the rules to an account. The account need not be valid: what AWS refuses is found and not a fault.
func Run(a Account, o Options) Result {
	c := checker{account: a, options: o, capacity: a.Capacity(), rules: map[rule.ID]rule.Rule{},
		accepting: map[accepting][]int{}, used: make([]bool, len(o.Accept))}
	c.sums = c.capacity.Result()
	for i, a := range o.Accept {
		key := accepting{a.Rule, a.Function.Or(""), a.Place}
		c.accepting[key] = append(c.accepting[key], i)
	}
	for _, rule := range Rules() {
		c.rules[rule.Number] = rule
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
	account  Account
	capacity calc.Account       // of the account
	sums     calc.AccountResult // of the account
	options  Options
	rules    map[rule.ID]rule.Rule // by number
	findings []Finding

	arithmetic string // of the account, as sum says it
	load       *load  // nil where no function has a rate, or where they could not be split

	accepting map[accepting][]int // indexes of options.Accept
	used      []bool              // of options.Accept
}

// accepting is what an acceptance is about: an empty function or place means any.
type accepting struct {
	rule     rule.ID
	function string
	place    Place
}

// accepted finds the reason why somebody accepts a finding.
func (c *checker) accepted(f Finding) (reason string, ok bool) {
	for _, key := range []accepting{{f.ID, "", f.Place()}, {f.ID, f.Function.Or(""), Place{}}, {f.ID, "", Place{}}} {
		for _, i := range c.accepting[key] {
			if c.used[i] = true; !ok {
				reason, ok = c.options.Accept[i].Reason, true
			}
		}
	}
	return reason, ok
}

// A report is a finding without what its rule knows.
type report struct {
	function *Function // nil where the account is meant
	place    Place
	message  string
	aws      string // empty where AWS accepts the setting
	remedy   string
}

// add adds a finding of a rule.
func (c *checker) add(number rule.ID, r report) {
	c.findings = append(c.findings, c.finding(number, r))
}

func (c *checker) finding(number rule.ID, r report) Finding {
	f := Finding{ID: number, Rule: number, Level: c.rules[number].Level, Message: r.message, Remedy: r.remedy}
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
