package check_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// at is a known place.
var at = calc.Some(check.Place{File: "t", Line: 1})

// unclear is an unknown value.
var unclear = calc.Some(check.Unknown{What: "a value", Why: "it is open", Remedy: "give it"})

// managed is a function on Managed Instances.
func managed(d check.Deployment) check.Function {
	d.Managed = at
	return deployed(d)
}

// running gives a function a timeout in seconds.
func running(seconds int64, f check.Function) check.Function {
	f.Deployment.TimeoutS = some(seconds)
	return f
}

// sized says that a file gives a size that AWS refuses for regular functions.
func sized(field, text string, f check.Function) check.Function {
	f.Deployment.Refused = append(f.Deployment.Refused, check.Refused{Field: field, Text: text})
	return f
}

func isolated(f check.Function, tenants int64) check.Function {
	f.Tenants = calc.Some(tenants)
	return f
}

// events is a function that is invoked asynchronously.
func events(f check.Function) check.Function {
	f.Mode = calc.Async
	return f
}

// functionCases are about settings that AWS does not allow together, and about sizes. The exclusions are from AWS's
// pages on tenant isolation, Managed Instances, aliases and SnapStart; the bounds are from its quotas.
var functionCases = []ruleCase{
	{name: "tenants and provisioned",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at,
			Allocations: []check.Allocation{onAlias("live", 5)}})},
		want: "LC027 f"},
	{name: "tenants and a scalable target",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at,
			Targets: []check.ScalableTarget{target("live", 1, 2)}})},
		want: "LC027 f"},
	{name: "tenants, and provisioned or not",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at,
			Allocations: []check.Allocation{{Qualifier: "live", Possible: true}}})}},
	{name: "tenants, SnapStart and a URL",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at, SnapStart: at, URL: at})},
		want:      "LC027 f, LC027 f"},
	{name: "tenants and a queue, which names none",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at,
			Pollers: []check.Poller{{Source: source.Source{Type: source.SQS}, Place: at.Or(check.Place{})}}})},
		want: "LC027 f"},
	{name: "tenants and what does not poll",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at, Pollers: []check.Poller{
			{Source: source.Source{Type: source.Async}}, {Source: source.Source{Type: source.SQS}, Disabled: true}}})}},
	{name: "tenants alone",
		functions: []check.Function{deployed(check.Deployment{Tenancy: at})}},
	{name: "as many tenants as a reservation allows", functions: []check.Function{isolated(function("f", 400, 0), 1000)}},
	{name: "more tenants than a reservation allows",
		functions: []check.Function{isolated(function("f", 400, 0), 1001)}, want: "LC045 f"},
	{name: "more tenants than the quota allows, which are not throttled twice",
		functions: []check.Function{rated(isolated(function("f", -1, 0), 2501), 100, 100)}, want: "LC045 f"},
	{name: "more than the quota allows, and events wait",
		functions: []check.Function{events(rated(isolated(function("f", -1, 0), 3000), 100, 100))}, want: "LC045 f"},
	{name: "weights and provisioned",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     append([]check.Alias{{Name: "live", Version: "7", Weight: true}}, live...),
			Allocations: []check.Allocation{onAlias("live", 5)}})},
		want: "LC029 f"},
	{name: "weights on another alias",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     append([]check.Alias{{Name: "blue", Version: "7", Weight: true}}, live...),
			Allocations: []check.Allocation{onAlias("live", 5)}})}},
	{name: "weights or not, and provisioned",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     []check.Alias{{Name: "live", Version: "1", Weights: unclear}},
			Allocations: []check.Allocation{onAlias("live", 5)}})},
		want: "LC021 f"},
	{name: "weights or not, on an alias that is not provisioned",
		functions: []check.Function{deployed(check.Deployment{
			Aliases:     append([]check.Alias{{Name: "blue", Version: "1", Weights: unclear}}, live...),
			Allocations: []check.Allocation{onAlias("live", 5)}})}},
	{name: "SnapStart with 513 MB",
		functions: []check.Function{stored(513, deployed(check.Deployment{SnapStart: at}))}, want: "LC030 f"},
	{name: "SnapStart with 512 MB",
		functions: []check.Function{stored(512, deployed(check.Deployment{SnapStart: at}))}},
	{name: "SnapStart with a file system",
		functions: []check.Function{deployed(check.Deployment{SnapStart: at, FileSystem: at})}, want: "LC030 f"},
	{name: "a file system", functions: []check.Function{stored(10_240, deployed(check.Deployment{FileSystem: at}))}},
	{name: "a target of nothing",
		functions: []check.Function{deployed(check.Deployment{
			Misdirected: []check.Misdirected{{Wrong: "names nothing", Remedy: "name something"}}})},
		want: "LC033 f"},
	{name: "a type that is none",
		functions: []check.Function{deployed(check.Deployment{NoSuchType: at})}, want: "LC034 f"},

	{name: "15 minutes", functions: []check.Function{running(900, timed(function("f", none, 0), 900_000))}},
	{name: "a timeout above 15 minutes",
		functions: []check.Function{running(901, function("f", none, 0))}, want: "LC037 f"},
	{name: "a timeout of 30 minutes",
		functions: []check.Function{running(1800, function("f", none, 0))}, want: "LC037 f"},
	{name: "a timeout above 30 minutes",
		functions: []check.Function{running(1801, function("f", none, 0))}, want: "LC037 f"},
	{name: "a duration above 15 minutes",
		functions: []check.Function{rated(function("f", none, 0), 0.1, 900_001)}, want: "LC037 f"},
	{name: "a duration above 30 minutes hides nobody",
		functions: []check.Function{rated(function("f", none, 0), 5, 1_800_001), rated(function("g", 10, 0), 101, 10)},
		want:      "LC037 f, LC015 g, LC021 f"},

	{name: "memory", functions: []check.Function{sized("memory", "10241", function("f", none, 0))}, want: "LC038 f"},
	{name: "memory of no number",
		functions: []check.Function{sized("memory", "1 GB", function("f", none, 0))}, want: "LC038 f"},
	{name: "ephemeral storage",
		functions: []check.Function{sized("ephemeral_storage", "10241", function("f", none, 0))}, want: "LC038 f"},
}

// stored gives a function ephemeral storage in MB.
func stored(mb int64, f check.Function) check.Function {
	f.EphemeralMB = some(mb)
	return f
}

// pollerCases are about event sources. The ranges and the concurrency of a poller are AWS's.
var pollerCases = []ruleCase{
	{name: "a maximum beside pollers",
		functions: []check.Function{polled(
			check.Poller{Source: source.Source{Type: source.SQS, MaximumConcurrency: some(20)}, Provisioned: true})},
		want: "LC031 f, LC036 f"}, // the default of 200 pollers makes 2,000
	{name: "queue pollers at the bounds",
		account: 200_000,
		functions: []check.Function{polled(
			provisionedPollers(source.SQS, 2, 10_000), provisionedPollers(source.SQS, 200, 200))}},
	{name: "too few queue pollers",
		functions: []check.Function{polled(provisionedPollers(source.SQS, 1, 5))}, want: "LC032 f"},
	{name: "at most 1 queue poller",
		functions: []check.Function{polled(
			check.Poller{Source: source.Source{Type: source.SQS, PollersMax: some(1)}, Provisioned: true})},
		want: "LC032 f"},
	{name: "too many queue pollers",
		functions: []check.Function{polled(provisionedPollers(source.SQS, 2, 10_001))}, want: "LC032 f"},
	{name: "too many queue pollers at least",
		account:   200_000,
		functions: []check.Function{polled(provisionedPollers(source.SQS, 201, 300))}, want: "LC032 f"},
	{name: "kafka pollers at the bounds",
		account: 200_000,
		functions: []check.Function{polled(
			provisionedPollers(source.Kafka, 1, 1), provisionedPollers(source.Kafka, 200, 2000))}},
	{name: "too many kafka pollers",
		account:   200_000,
		functions: []check.Function{polled(provisionedPollers(source.Kafka, 1, 2001))}, want: "LC032 f"},
	{name: "pollers min over max",
		functions: []check.Function{polled(provisionedPollers(source.SQS, 20, 5))}, want: "LC032 f"},
	{name: "pollers of no number",
		functions: []check.Function{polled(check.Poller{Provisioned: true,
			Refused: []check.Refused{{Field: "pollers_max", Text: "many"}}})}, want: "LC032 f"},

	{name: "a queue without a maximum over a reservation",
		functions: []check.Function{reserving(2, polled(plain(source.SQS)))}, want: "LC035 f"},
	{name: "a queue without a maximum over a large reservation",
		account: 5000, functions: []check.Function{reserving(1250, polled(plain(source.SQS)))}},
	{name: "a queue without a maximum or a reservation",
		functions: []check.Function{polled(plain(source.SQS))}},
	{name: "a queue whose maximum is not known",
		functions: []check.Function{reserving(2, polled(check.Poller{Source: source.Source{Type: source.SQS},
			Open: []string{"maximum_concurrency"}}))}},
	{name: "a queue that is not polled",
		functions: []check.Function{reserving(2, polled(
			check.Poller{Source: source.Source{Type: source.SQS}, Disabled: true}))}},
	{name: "a queue of a function that is off",
		functions: []check.Function{reserving(0, polled(plain(source.SQS)))}, want: "LC007 f"},
	{name: "a stream has no maximum",
		functions: []check.Function{reserving(2, polled(plain(source.Kinesis)))}},

	{name: "pollers over a reservation", // 6 x 10 > 50
		functions: []check.Function{reserving(50, polled(provisionedPollers(source.SQS, 2, 6)))}, want: "LC036 f"},
	{name: "pollers within a reservation",
		functions: []check.Function{reserving(50, polled(provisionedPollers(source.SQS, 2, 5)))}},
	{name: "kafka pollers over a reservation", // 11 x 5 > 50
		functions: []check.Function{reserving(50, polled(provisionedPollers(source.Kafka, 2, 11)))}, want: "LC036 f"},
	{name: "pollers of a queue or of Kafka over a reservation", // 11 x 5 > 50
		functions: []check.Function{reserving(50, polled(provisionedPollers("", 2, 11)))}, want: "LC036 f"},
	{name: "pollers of a queue or of Kafka that may be within a reservation",
		functions: []check.Function{reserving(50, polled(provisionedPollers("", 2, 10)))}},
	{name: "pollers out of range, the only finding about them",
		functions: []check.Function{reserving(50, polled(provisionedPollers(source.Kafka, 1, 2001)))}, want: "LC032 f"},
	{name: "shards over a reservation", // 100 x 10 = 1,000
		functions: []check.Function{reserving(50, polled(stream(100, 10)))}, want: "LC036 f"},
	{name: "shards within the account", functions: []check.Function{polled(stream(100, 10))}},
	{name: "shards over the account",
		functions: []check.Function{polled(stream(101, 10))}, want: "LC036 f"},
	{name: "shards over what others leave",
		functions: []check.Function{function("big", 100, 0), polled(stream(100, 10))}, want: "LC036 f"},
	{name: "queues that come to more together",
		functions: []check.Function{reserving(50, polled(queue(30), queue(30)))}, want: "LC036 f"},
	{name: "queues that fit together",
		functions: []check.Function{reserving(60, polled(queue(30), queue(30)))}},
}

// managedCases are about functions on Managed Instances, to which AWS's quotas and rate limits do not apply.
var managedCases = []ruleCase{
	{name: "not judged", // 2,000 environments of 1 s are more than the account has
		functions: []check.Function{rated(managed(check.Deployment{}), 2000, 1000)}, want: "LC040 f"},
	{name: "not in the sums",
		functions: []check.Function{reserving(950, managed(check.Deployment{})), function("g", 900, 0)}, want: "LC040 f"},
	{name: "capacity provider and provisioned",
		functions: []check.Function{managed(check.Deployment{Allocations: []check.Allocation{onAlias("live", 10)}})},
		want:      "LC028 f, LC040 f"},
	{name: "capacity provider, and provisioned without an alias",
		functions: []check.Function{managed(check.Deployment{Unaliased: at})}, want: "LC028 f, LC040 f"},
	{name: "what no function may have, with a capacity provider",
		functions: []check.Function{managed(check.Deployment{NoSuchType: at,
			Misdirected: []check.Misdirected{{Wrong: "names nothing", Remedy: "name something"}}})},
		want: "LC034 f, LC033 f, LC040 f"},
	{name: "pollers of a capacity provider",
		functions: []check.Function{reserving(5, managed(check.Deployment{Pollers: []check.Poller{
			provisionedPollers(source.SQS, 20, 5), plain(source.SQS), queue(30), stream(1000, 10)}}))},
		want: "LC032 f, LC040 f"},
	{name: "90 minutes", functions: []check.Function{running(5400, managed(check.Deployment{}))}, want: "LC040 f"},
	{name: "above 90 minutes",
		functions: []check.Function{running(5401, managed(check.Deployment{}))}, want: "LC037 f, LC040 f"},
	{name: "a synchronous function ends sooner",
		functions: []check.Function{synchronous(running(1801, managed(check.Deployment{})))}, want: "LC037 f, LC040 f"},
	{name: "memory of Managed Instances",
		functions: []check.Function{sized("memory", "32768", managed(check.Deployment{}))}, want: "LC040 f"},
	{name: "too much memory for Managed Instances",
		functions: []check.Function{sized("memory", "32769", managed(check.Deployment{}))}, want: "LC038 f, LC040 f"},
	{name: "too little memory for Managed Instances",
		functions: []check.Function{withMemory(2047, managed(check.Deployment{}))}, want: "LC038 f, LC040 f"},
	{name: "connections of Managed Instances",
		functions: []check.Function{managed(check.Deployment{})}, options: connections(1, 100), want: "LC040 f, LC021 f"},
}

func synchronous(f check.Function) check.Function {
	f.Mode = calc.Sync
	return f
}

func withMemory(mb int64, f check.Function) check.Function {
	f.MemoryMB = some(mb)
	return f
}

// TestLongDuration checks that above 15 minutes AWS may accept a duration, and above 30 it does not.
func TestLongDuration(t *testing.T) {
	for seconds, want := range map[int64]rule.Level{900: "", 901: rule.Warning, 1800: rule.Warning, 1801: rule.Error} {
		level := func(f check.Function) (level rule.Level) {
			for _, f := range check.Run(account(1000, f), check.Options{}).Findings {
				if f.ID == rule.LongDuration.Number {
					level = f.Level
				}
			}
			return level
		}
		if got := level(running(seconds, function("f", none, 0))); got != want {
			t.Errorf("a timeout of %d s: %q, want %q", seconds, got, want)
		}
		if got := level(timed(function("f", none, 0), float64(seconds)*1000)); got != want {
			t.Errorf("a duration of %d s: %q, want %q", seconds, got, want)
		}
	}
}

// TestManaged checks that a function on Managed Instances is in no total, of a check or of a calculation.
func TestManaged(t *testing.T) {
	a := account(1000, rated(reserving(700, managed(check.Deployment{})), 2000, 1000),
		rated(function("g", none, 0), 50, 1000))
	r := check.Run(a, check.Options{})
	if r.Account.ReservedTotal != 0 || r.Functions[0].Claimed != 0 || r.Functions[0].Verdict.Known() ||
		r.Functions[1].Verdict.Or("") != calc.Fits {
		t.Errorf("%+v, %+v", r.Account, r.Functions)
	}
	plan, err := calc.Plan(a.Capacity(), calc.PlanOptions{})
	if err != nil || plan.Account.RequiredConcurrency.Or(0) != 50 || len(plan.Changes) > 0 {
		t.Errorf("%v: %+v, %+v", err, plan.Account, plan.Changes)
	}
	left := check.Account{Managed: a.Functions[:1]}
	if found := left.Findings(); len(found) != 1 || found[0].ID != "managed-instances" || found[0].Level != rule.Warning {
		t.Errorf("%+v", found)
	}
}
