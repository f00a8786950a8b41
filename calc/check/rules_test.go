package check_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A ruleCase is an account, the options of its check, and the expected findings.
type ruleCase struct {
	name      string
	account   int64 // the quota; 0 means 1000
	elsewhere int64
	functions []check.Function
	repeated  []check.Repeated
	options   check.Options
	want      string
	level     rule.Level // of the first finding; empty means the level of its rule
}

// deployed is a function with a deployment and what the deployment provisions.
func deployed(d check.Deployment) check.Function {
	f := check.Function{Function: calc.Function{Name: "f"}, Deployment: &d}
	f.Provisioned = d.Provisioned()
	return f
}

// scaled is a function with only scalable targets.
func scaled(targets ...check.ScalableTarget) check.Function {
	return deployed(check.Deployment{Targets: targets})
}

// polled is a function with only pollers.
func polled(pollers ...check.Poller) check.Function {
	return deployed(check.Deployment{Pollers: pollers})
}

// queue is an SQS queue with a maximum concurrency.
func queue(most int64) check.Poller {
	return check.Poller{Source: source.Source{Type: source.SQS, MaximumConcurrency: some(most)}}
}

// plain is a source without settings.
func plain(of source.Type) check.Poller { return check.Poller{Source: source.Source{Type: of}} }

// refusing is a source with a setting that is not a number.
func refusing(key string) check.Poller {
	return check.Poller{Refused: []check.Refused{{Field: key, Text: "many"}}}
}

// provisionedPollers is a source with between least and most provisioned pollers.
func provisionedPollers(of source.Type, least, most int64) check.Poller {
	p := check.Poller{Source: source.Source{Type: of, PollersMin: some(least), PollersMax: some(most)}}
	p.Provisioned = true
	return p
}

// stream is a stream with a number of shards and a parallelization factor.
func stream(shards, factor int64) check.Poller {
	return check.Poller{Source: source.Source{Type: source.Kinesis, Shards: some(shards), Parallelization: some(factor)}}
}

// target is a scalable target of an alias.
func target(alias string, least, most int64) check.ScalableTarget {
	return check.ScalableTarget{Qualifier: alias, Min: some(least), Max: some(most)}
}

// scheduled is a scheduled action on an alias.
func scheduled(schedule, zone string) check.ScalableTarget {
	return check.ScalableTarget{Qualifier: "live", Scheduled: true, Timing: check.Timing{Schedule: schedule, Zone: zone}}
}

// onAlias is provisioned concurrency on an alias, and onVersion on a version.
func onAlias(alias string, units int64) check.Allocation {
	return check.Allocation{Qualifier: alias, Units: some(units)}
}

func onVersion(version string, units int64) check.Allocation {
	return check.Allocation{Qualifier: version, Version: true, Units: some(units)}
}

// reserving gives a function a reservation.
func reserving(units int64, f check.Function) check.Function {
	f.Reserved = some(units)
	return f
}

// open makes the settings of a function unknown.
func open(f check.Function) check.Function {
	f.Deployment.Open = true
	return f
}

// currently gives a function its current settings.
func currently(f check.Function, reserved, provisioned int64) check.Function {
	before := function("", reserved, provisioned)
	f.Deployment.Current = calc.Some(before.Claim())
	return f
}

// partly makes a function's current reservation unknown.
func partly(f check.Function) check.Function {
	before := f.Deployment.Current.Or(check.Claim{})
	before.Partial = true
	f.Deployment.Current = calc.Some(before)
	return f
}

// timed gives a function a duration, and rated also a rate.
func timed(f check.Function, ms float64) check.Function {
	f.DurationMS = calc.Some(ms)
	return f
}

func rated(f check.Function, rps, ms float64) check.Function {
	f.RPS = calc.Some(rps)
	return timed(f, ms)
}

func async(f check.Function) check.Function {
	f.Mode = calc.Async
	return f
}

var (
	duringDeploy = check.Options{Question: check.Question{DuringDeploy: true}}
	tenPercent   = check.Options{Question: check.Question{Headroom: 0.1}}

	live = []check.Alias{{Name: "live", Version: "1"}}
	both = []check.Alias{{Name: "blue", Version: "1"}, {Name: "live", Version: "1"}}
)

// spilling allows a share of random arrivals to spill.
func spilling(share float64) check.Options {
	return check.Options{Question: check.Question{TargetSpillover: calc.Some(share)}}
}

// connections asks for a check of the database connections.
func connections(perEnv, most int64) check.Options {
	return check.Options{Question: check.Question{ConnectionsPerEnv: some(perEnv), MaxConnections: some(most)}}
}

// claimCases are about what functions claim from the account.
var claimCases = []ruleCase{
	{name: "nothing"},
	{name: "reserved to the floor", functions: []check.Function{function("f", 900, 0)}},
	{name: "reserved below the floor", functions: []check.Function{function("f", 901, 0)}, want: "LC001"},
	{name: "a small account has a small floor",
		account: 50, functions: []check.Function{function("f", 1, 0)}, want: "LC001"},
	{name: "claimed elsewhere",
		elsewhere: 500, functions: []check.Function{currently(function("f", 401, 0), none, 0)}, want: "LC001"},
	{name: "claimed elsewhere, or by itself", level: rule.Unknown,
		elsewhere: 500, functions: []check.Function{function("f", 401, 0)}, want: "LC001"},
	{name: "claimed by itself and more", level: rule.Error,
		elsewhere: 500, functions: []check.Function{function("f", 901, 0)}, want: "LC001"},
	{name: "it may have had a reservation, too", level: rule.Unknown,
		elsewhere: 500, functions: []check.Function{partly(currently(function("f", 500, 100), none, 100))}, want: "LC001"},
	{name: "provisioned by itself or elsewhere", level: rule.Unknown,
		elsewhere: 500, functions: []check.Function{function("f", none, 501)}, want: "LC001"},
	{name: "the second does not fit",
		functions: []check.Function{function("a", 500, 0), function("b", 500, 0), function("c", 300, 0)}, want: "LC001"},
	{name: "what is claimed stays",
		elsewhere: 400, functions: []check.Function{currently(function("f", 500, 0), 500, 0)}},
	{name: "what is given back is free",
		functions: []check.Function{function("a", 400, 0), currently(function("b", 500, 0), 800, 0)}},
	{name: "raised beyond",
		elsewhere: 400, functions: []check.Function{currently(function("f", 501, 0), 300, 0)}, want: "LC001"},
	{name: "below the floor already", level: rule.Warning,
		functions: []check.Function{currently(function("f", 950, 0), 950, 0)}, want: "LC001"},
	{name: "nothing of ours below the floor",
		elsewhere: 950, functions: []check.Function{function("f", none, 0)}},
	{name: "provisioned to the floor", functions: []check.Function{function("f", none, 900)}},
	{name: "provisioned below the floor", functions: []check.Function{function("f", none, 901)}, want: "LC001"},
	{name: "provisioned to the pool", functions: []check.Function{function("f", none, 1000)}, want: "LC001"},
	{name: "provisioned over the pool", functions: []check.Function{function("f", none, 1001)}, want: "LC003 f"},
	{name: "provisioned over reserved", functions: []check.Function{function("f", 50, 51)}, want: "LC002 f"},
	{name: "provisioned equals reserved", functions: []check.Function{function("f", 50, 50)}, want: "LC020 f"},
	{name: "sum over aliases",
		functions: []check.Function{reserving(50, deployed(check.Deployment{
			Allocations: []check.Allocation{onAlias("a", 30), onAlias("b", 21)}}))},
		want: "LC002 f"},
	{name: "scaled alone counts",
		functions: []check.Function{reserving(50, scaled(target("live", 51, 90)))}, want: "LC002 f"},
	{name: "switched off", functions: []check.Function{function("f", 0, 0)}, want: "LC007 f"},
	{name: "no number",
		functions: []check.Function{deployed(check.Deployment{
			Refused: []check.Refused{{Field: "reserved", Text: "-5"}, {Field: "provisioned", Text: "x"}}})},
		want: "LC023 f, LC018 f"},
	{name: "skipped",
		functions: []check.Function{function("f", 950, 0)},
		options:   check.Options{Question: check.Question{Skip: []rule.ID{"LC001"}}}},
}

// versionCases are about provisioned concurrency on versions and aliases.
var versionCases = []ruleCase{
	{name: "on $LATEST",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onVersion(check.Latest, 1)}})},
		want: "LC004 f"},
	{name: "on an alias of $LATEST",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onAlias("live", 1)},
			Aliases:     []check.Alias{{Name: "live", Version: check.Latest}}})},
		want: "LC004 f"},
	{name: "scaled on $LATEST",
		functions: []check.Function{scaled(
			check.ScalableTarget{Qualifier: check.Latest, Version: true, Min: some(1), Max: some(2)})},
		want: "LC004 f"},
	{name: "without AutoPublishAlias",
		functions: []check.Function{deployed(check.Deployment{
			Unaliased: calc.Some(check.Place{File: "t", Line: 3})})},
		want: "LC005 f"},
	{name: "with SnapStart",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onAlias("live", 1)}, Aliases: live, SnapStart: calc.Some(check.Place{})})},
		want: "LC006 f"},
	{name: "SnapStart alone",
		functions: []check.Function{deployed(check.Deployment{SnapStart: calc.Some(check.Place{})})}},
	{name: "SnapStart, and provisioned or not",
		functions: []check.Function{deployed(check.Deployment{
			Aliases: live, SnapStart: calc.Some(check.Place{}),
			Allocations: []check.Allocation{{Qualifier: "live", Possible: true}}})}},
	{name: "SnapStart, and a target of who knows what",
		functions: []check.Function{deployed(check.Deployment{
			Aliases: live, SnapStart: calc.Some(check.Place{}),
			Targets: []check.ScalableTarget{{Qualifier: "live", Max: some(9)}}})}},
	{name: "SnapStart, and provisioned by who knows how many",
		functions: []check.Function{deployed(check.Deployment{
			Aliases: live, SnapStart: calc.Some(check.Place{}),
			Allocations: []check.Allocation{{Qualifier: "live"}}})},
		want: "LC006 f"},
	{name: "orphaned version",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onVersion("2", 5)}, Aliases: live})},
		want: "LC011 f"},
	{name: "version with an alias",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onVersion("1", 5)}, Aliases: live})}},
	{name: "alias and its version",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onVersion("1", 5), onAlias("live", 5)}, Aliases: live})},
		want: "LC019 f"},
	{name: "an alias that may be provisioned, and its version that is",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     live,
			Allocations: []check.Allocation{onVersion("1", 5), {Qualifier: "live", Possible: true}}})}},
	{name: "two aliases of a version",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onAlias("live", 5), onAlias("blue", 5)}, Aliases: both})},
		want: "LC019 f"},
	{name: "two targets of one version",
		functions: []check.Function{deployed(check.Deployment{
			Aliases: both, Targets: []check.ScalableTarget{target("live", 1, 2), target("blue", 1, 2)}})},
		want: "LC019 f"},
	{name: "below 1",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onAlias("live", 0)}})},
		want: "LC018 f"},
	{name: "an alias set twice",
		functions: []check.Function{reserving(8, deployed(check.Deployment{
			Aliases: live, Allocations: []check.Allocation{onAlias("live", 6), onAlias("live", 7)}}))},
		want: "LC022 f"},
}

// scalingCases are about queues and about scaling of provisioned concurrency.
var scalingCases = []ruleCase{
	{name: "queue of 1",
		functions: []check.Function{polled(queue(1))}, want: "LC008 f"},
	{name: "queue of 2 and 1000",
		functions: []check.Function{polled(
			queue(2), queue(1000))}},
	{name: "queue of 1001",
		functions: []check.Function{polled(queue(1001))}, want: "LC008 f"},
	{name: "queue of no number",
		functions: []check.Function{polled(refusing("maximum_concurrency"))}, want: "LC008 f"},
	{name: "queue over reserved",
		functions: []check.Function{reserving(10, polled(queue(11)))}, want: "LC008 f"},
	{name: "min over max", functions: []check.Function{scaled(target("live", 3, 2))}, want: "LC009 f"},
	{name: "min below 0", functions: []check.Function{scaled(target("live", -1, 2))}, want: "LC009 f"},
	{name: "an action takes the target's max",
		functions: []check.Function{scaled(
			target("live", 1, 9), check.ScalableTarget{Qualifier: "live", Min: some(10), Scheduled: true})},
		want: "LC009 f"},
	{name: "no schedule",
		functions: []check.Function{scaled(target("live", 1, 9), scheduled("cron(60 8 * * ? *)", ""),
			scheduled("cron(55 8 * * ? *)", "Europe/Berlin"), scheduled("rate(1 day)", "Europe/Berlim"), scheduled("", ""))},
		options: check.Options{KnowsZone: func(name string) bool { return name == "Europe/Berlin" }},
		want:    "LC041 f, LC041 f"},
	{name: "fixed and scaled",
		functions: []check.Function{deployed(check.Deployment{
			Allocations: []check.Allocation{onAlias("live", 5)}, Aliases: live,
			Targets: []check.ScalableTarget{target("live", 1, 9)}})},
		want: "LC010 f"},
	{name: "what scaling has set",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     live,
			Allocations: []check.Allocation{{Qualifier: "live", Units: some(5), Observed: true}},
			Targets:     []check.ScalableTarget{target("live", 1, 9)}})}},
	{name: "scaled, and fixed or not",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     live,
			Allocations: []check.Allocation{{Qualifier: "live", Possible: true}},
			Targets:     []check.ScalableTarget{target("live", 1, 9)}})}},
	{name: "a target of 0 is no setting below 1",
		functions: []check.Function{reserving(8, deployed(check.Deployment{
			Aliases: live, Allocations: []check.Allocation{onAlias("live", 6), onAlias("live", 6)},
			Targets: []check.ScalableTarget{target("blue", 0, 2)}}))}},
	{name: "tracking", functions: []check.Function{timed(function("f", none, 10), 69.9)}, want: "LC014 f"},
	{name: "tracking that fires", functions: []check.Function{timed(function("f", none, 10), 70)}},
	{name: "a lower target fires",
		functions: []check.Function{timed(scaled(check.ScalableTarget{Qualifier: "live", Min: some(1), Max: some(9),
			Tracking: []check.Tracking{{Target: 0.5, Place: check.Place{File: "t", Line: 1}}}}), 50)}},
}

// deployCases are about deployments and about database connections.
var deployCases = []ruleCase{
	{name: "room for two versions",
		functions: []check.Function{function("f", 99, 50)}, options: duringDeploy, want: "LC012 f"},
	{name: "enough room for two versions",
		functions: []check.Function{function("f", 100, 50)}, options: duringDeploy},
	{name: "room above the floor",
		functions: []check.Function{function("f", none, 451)}, options: duringDeploy, want: "LC012 f"},
	{name: "a new function needs none",
		functions: []check.Function{currently(function("f", none, 451), none, 0)}, options: duringDeploy},
	{name: "room for two deployments at once",
		functions: []check.Function{function("a", none, 250), function("b", none, 250)},
		options:   duringDeploy, want: "LC012 b"},
	{name: "connections",
		functions: []check.Function{function("f", 101, 0)}, options: connections(2, 201), want: "LC013 f"},
	{name: "enough connections",
		functions: []check.Function{function("f", 100, 0)}, options: connections(2, 201)},
	{name: "connections of the pool",
		functions: []check.Function{function("f", none, 0)}, options: connections(1, 999), want: "LC013 f"},
	{name: "connections of who knows how many",
		functions: []check.Function{function("f", 60, 0), open(function("g", none, 0))},
		options:   connections(1, 100), want: "LC021 g"},
	{name: "too many connections without who knows how many",
		functions: []check.Function{function("f", 101, 0), open(function("g", none, 0))},
		options:   connections(1, 100), want: "LC013 f"},
}

// loadCases are about whether the settings can handle the load.
var loadCases = []ruleCase{
	{name: "throttled by rate",
		functions: []check.Function{rated(function("f", 100, 0), 1001, 10)}, want: "LC015 f"},
	{name: "spills by rate",
		functions: []check.Function{rated(function("f", none, 100), 1100, 90)}, want: "LC016 f"},
	{name: "within the target by chance",
		functions: []check.Function{rated(function("f", none, 132), 800, 150)}, options: spilling(0.05)},
	{name: "over the target by chance",
		functions: []check.Function{rated(function("f", none, 132), 800, 150)}, options: spilling(0.01), want: "LC016 f"},
	{name: "headroom as advised",
		functions: []check.Function{rated(function("f", 220, 0), 2000, 10)}, options: tenPercent},
	{name: "less headroom",
		functions: []check.Function{rated(function("f", 219, 0), 2000, 10)}, options: tenPercent, want: "LC017 f"},
	{name: "not judged",
		functions: []check.Function{rated(function("f", 50, 60), 10, 10)}, want: "LC002 f, LC014 f, LC021 f"},
	{name: "two that share",
		functions: []check.Function{
			rated(function("a", none, 0), 2450, 200), rated(function("b", none, 0), 2450, 200)},
		options: tenPercent, want: "LC017 a, LC017 b"},
	{name: "two that wait",
		functions: []check.Function{
			async(rated(function("a", none, 0), 4000, 200)), async(rated(function("b", none, 0), 4000, 200))},
		want: "LC017 a, LC017 b"},
	{name: "what is refused hides nobody",
		functions: []check.Function{function("bad", 10, 20), rated(function("busy", 50, 0), 20000, 100)},
		want:      "LC002 bad, LC015 busy"},
	{name: "a quota that is too small hides the pool",
		functions: []check.Function{
			function("big", 2000, 0), rated(function("own", 10, 0), 200, 100), rated(function("pool", none, 0), 10, 100)},
		want: "LC001, LC015 own, LC021 pool"},
	{name: "an unknown reservation",
		functions: []check.Function{open(rated(function("f", none, 0), 20000, 100))}, want: "LC021 f"},
}

// fileCases are about the files behind an account.
var fileCases = []ruleCase{
	{name: "a file without functions", options: check.Options{Empty: []string{"vpc.yaml"}}, want: "LC024"},
	{name: "an acceptance in vain",
		options: check.Options{Accept: []check.Acceptance{{Rule: "LC007", Reason: "winter"}}}, want: "LC025"},
	{name: "in the profile alone", functions: []check.Function{function("f", none, 0)},
		options: check.Options{Unmatched: []check.Unmatched{{Function: "f", Instead: "did you mean g?"}}}, want: "LC026 f"},
	{name: "a key given twice", repeated: []check.Repeated{{Key: "Url", At: check.Place{File: "t.yaml", Line: 9},
		First: check.Place{File: "t.yaml", Line: 8}}}, want: "LC039"},
}

// ruleCases lists all cases.
func ruleCases() []ruleCase {
	return slices.Concat(claimCases, versionCases, scalingCases, deployCases, loadCases, fileCases,
		functionCases, pollerCases, sourceCases, managedCases)
}

// TestRulesCovered checks that each rule has a case that finds it.
func TestRulesCovered(t *testing.T) {
	for _, r := range check.Numbered() {
		finds := func(c ruleCase) bool { return strings.Contains(c.want, string(r.Number)) }
		if !slices.ContainsFunc(ruleCases(), finds) {
			t.Errorf("%s has no case that finds it", r.Number)
		}
	}
}

// TestRules checks what each rule finds, exactly at its limit and one step before it.
func TestRules(t *testing.T) {
	for _, c := range ruleCases() {
		t.Run(c.name, func(t *testing.T) {
			if c.account == 0 {
				c.account = 1000
			}
			a := account(c.account, c.functions...)
			a.ClaimedElsewhere, a.Repeated = c.elsewhere, c.repeated
			r := check.Run(a, c.options)
			if got := ids(r.Findings); got != c.want {
				t.Errorf("found %q, want %q: %+v", got, c.want, r.Findings)
			}
			for i, f := range r.Findings {
				found, _ := rule.Find(check.Rules(), f.ID)
				if i == 0 && c.level != "" {
					found.Level = c.level
				}
				worse := (f.ID == rule.LongDuration.Number || f.ID == rule.VisibilityShort.Number) && f.Level == rule.Error
				if f.Rule != f.ID || f.Level != found.Level && !worse || f.Message == "" || f.Remedy == "" ||
					f.AWSMessage.Known() && found.AWS == "" {
					t.Errorf("%+v", f)
				}
			}
			if fails := r.Counts.Error > 0; fails != (r.Verdict == check.Fails) {
				t.Errorf("%s with %d errors", r.Verdict, r.Counts.Error)
			}
		})
	}
}
