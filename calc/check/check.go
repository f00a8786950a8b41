// Package check judges the settings of an account as AWS would: which settings AWS refuses, which have surprising
// effects, and whether the settings can handle the load. Like package calc, it is pure. It knows nothing about file
// formats.
package check

import (
	"cmp"
	"iter"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// Rules lists everything that lambdacap looks for, in calculations and in checks: first the rules of calculations,
// worst first, then the rules that only a check has, by number.
func Rules() []rule.Rule {
	numbered := slices.Concat(claimRules(), settingRules(), versionRules(), functionRules(),
		scalingRules(), pollerRules(), sourceRules(), deployRules(), loadRules(), fileRules())
	slices.SortFunc(numbered, byNumber)
	return append(slices.Collect(Worded()), numbered...)
}

// Worded lists the rules that have a word, which are those of calculations, the worst first.
func Worded() iter.Seq[rule.Rule] {
	own := []rule.Rule{unknownValueRule, filesDifferRule, repeatedKeyRule, memoryRule, managedRule}
	lists := [][]rule.Rule{own, calc.Rules(), ramp.Rules(), source.Rules(), rule.ScalingRules(), rule.TrafficRules()}
	return func(yield func(rule.Rule) bool) {
		for _, level := range rule.Levels() {
			for _, list := range lists {
				for _, r := range list {
					if r.LevelInCalculation() == level && !yield(r) {
						return
					}
				}
			}
		}
	}
}

// Numbered lists the rules of a check, by number.
func Numbered() []rule.Rule {
	rules := slices.DeleteFunc(Rules(), func(r rule.Rule) bool { return r.Number == "" })
	slices.SortFunc(rules, byNumber)
	return rules
}

func byNumber(x, y rule.Rule) int { return cmp.Compare(x.Number, y.Number) }

// A Question is what a check should find out about an account.
type Question struct {
	// Headroom is the additional load that should fit, as a share of the rates, 0 or more.
	Headroom float64 `json:"headroom_ratio"`
	// TargetSpillover is the share of random arrivals that may spill, 0 to 1.
	TargetSpillover calc.Optional[float64] `json:"target_spillover_ratio"`
	// TargetThrottle is the share of random arrivals that may be throttled, 0 to 1.
	TargetThrottle calc.Optional[float64] `json:"target_throttle_ratio"`
	// DuringDeploy asks whether two versions fit at the same time during a deployment.
	DuringDeploy bool `json:"during_deploy"`
	// ConnectionsPerEnv is how many database connections an environment opens; absent means that connections are not
	// checked.
	ConnectionsPerEnv calc.Optional[int64] `json:"connections_per_env"`
	// MaxConnections is how many connections the database accepts.
	MaxConnections calc.Optional[int64] `json:"max_connections"`
	// Skip lists the rules to leave out; never nil.
	Skip []rule.ID `json:"skip"`
}

// skips reports whether a rule is left out.
func (q Question) skips(id rule.ID) bool { return slices.Contains(q.Skip, id) }

// An Acceptance accepts the findings of a rule: at one place, for one function, or all of them.
type Acceptance struct {
	Rule     rule.ID               // the rule whose findings are accepted
	Reason   string                // why they are accepted
	Function calc.Optional[string] // absent means any
	Place    Place                 // the zero Place means any
	At       Place                 // where the acceptance is written
}

// Options are the options of a check.
type Options struct {
	Question
	// Accept lists the accepted findings.
	Accept []Acceptance
	// Known are the findings of an earlier check, the baseline. Only new findings are reported.
	Known []Finding
	// FailOn lists the levels whose findings fail the check in addition to errors.
	FailOn []rule.Level
	// Failed reports whether the check fails for another reason, such as a condition that holds.
	Failed bool
	// Incomplete reports whether some input could not be read.
	Incomplete bool
	// Empty lists files without functions.
	Empty []string
	// Unmatched lists the functions of a profile that have no settings there or in any other file.
	Unmatched []Unmatched
	// KnowsZone reports whether there is a time zone; nil if that is not known.
	KnowsZone func(name string) bool
	// Connecting is the function that connects to the database; absent means that all functions do.
	Connecting calc.Optional[string]
}

// Fails reports whether findings of a level fail the check.
func (o Options) Fails(level rule.Level) bool {
	return level == rule.Error || slices.Contains(o.FailOn, level)
}

// Run applies the rules to an account. The account need not be valid: settings that AWS refuses are findings, not
// errors.
func Run(a Account, o Options) Result {
	c := checker{
		given:       a,
		account:     a,
		options:     o,
		capacity:    a.Capacity().AtHome(),
		rules:       map[rule.ID]rule.Rule{},
		acceptances: map[acceptanceKey][]int{},
		used:        make([]bool, len(o.Accept)),
	}
	for i := range a.Functions { // whose load is not judged
		if f := &a.Functions[i]; f.RunsManaged() {
			c.capacity.Functions[i] = calc.Function{Name: f.Name, Mode: f.Mode, Arch: f.Arch, EventSource: f.EventSource,
				Compute: calc.OnManaged}
		}
	}
	c.sums, c.counted = c.capacity.Result(), a.counted()
	for i, a := range o.Accept {
		key := acceptanceKey{a.Rule, a.Function.Or(""), a.Place}
		c.acceptances[key] = append(c.acceptances[key], i)
	}
	for _, r := range Numbered() {
		c.rules[r.Number] = r
	}
	if i := slices.IndexFunc(a.Functions, func(f Function) bool { return f.Unnamed }); i >= 0 {
		c.unnamed = a.Functions[i].Name
	}
	for i := range a.Functions { // before functions on Managed Instances lose their sizes
		c.durations(&a.Functions[i])
		c.sizes(&a.Functions[i])
	}
	c.account.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		c.account.Functions[i].Function = c.capacity.Functions[i]
	}
	c.onManaged = c.managedLoads()
	var err error
	c.load, err = c.newLoad()
	c.granted()
	for i := range c.account.Functions {
		c.settings(&c.account.Functions[i])
	}
	for i := range a.Unowned {
		c.settings(&a.Unowned[i])
	}
	if o.DuringDeploy {
		c.deploy()
	}
	c.connections()
	c.judge(err)
	c.otherRegions()
	c.files()
	c.stale()
	return c.result()
}

// checker collects findings.
type checker struct {
	given    Account // with the loads of functions of Lambda@Edge in all Regions
	account  Account
	capacity calc.Account       // the account as calculations see it
	sums     calc.AccountResult // the totals of its settings
	options  Options
	rules    map[rule.ID]rule.Rule // by number
	findings []Finding

	unnamed string   // stands for the name of an unnamed function; empty if there is none
	counted int64    // see Account.counted
	lookUps []string // see Result.LookUps
	// lookUpProvisioned reports whether some of them look up provisioned concurrency.
	lookUpProvisioned bool
	// loadQuota is the quota that the loads require, with the headroom and with all reservations raised as recommended; 0
	// if the current quota is enough.
	loadQuota int64
	onManaged map[string]calc.FunctionSpill // the loads of functions on Managed Instances that are judged, by name
	load      *load                         // nil if no function has a rate, or if the rates could not be split

	acceptances map[acceptanceKey][]int // indices into options.Accept
	used        []bool                  // whether each of options.Accept matches a finding
}

// acceptanceKey is what an acceptance applies to. An empty function or place means any.
type acceptanceKey struct {
	rule     rule.ID
	function string
	place    Place
}

// accepted returns the reason why a finding is accepted, and reports whether it is.
func (c *checker) accepted(f Finding) (reason string, ok bool) {
	keys := []acceptanceKey{{f.ID, "", f.Place()}, {f.ID, f.Function.Or(""), Place{}}, {f.ID, "", Place{}}}
	for _, key := range keys {
		for _, i := range c.acceptances[key] {
			if c.used[i] = true; !ok {
				reason, ok = c.options.Accept[i].Reason, true
			}
		}
	}
	return reason, ok
}

// A report is a finding without the fields that follow from its rule.
type report struct {
	function *Function // nil if the finding is about the account
	place    Place
	level    rule.Level // empty for the level of the rule
	message  string
	aws      string // empty if AWS accepts the setting
	remedy   string
}

// add adds a finding of a rule.
func (c *checker) add(number rule.ID, r report) {
	c.findings = append(c.findings, c.finding(number, r))
}

func (c *checker) finding(number rule.ID, r report) Finding {
	f := Finding{ID: number, Rule: number, Level: cmp.Or(r.level, c.rules[number].Level),
		Message: r.message, Remedy: r.remedy}
	if r.function != nil {
		f.Function, f.Unnamed = calc.Some(r.function.Name), r.function.Name == c.unnamed
	}
	if r.place.Known() {
		f.File, f.Line = calc.Some(r.place.File), calc.Some(r.place.Line)
		if r.place.Call != nil {
			f.Call = calc.Some(*r.place.Call)
		}
	}
	if r.aws != "" {
		f.AWSMessage = calc.Some(r.aws)
	}
	return f
}
