// Package check judges the settings of an account as AWS would: what it refuses,
// what surprises, and whether the settings carry the load. Like the
// calculations it is pure, and it knows no form of file.
package check

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// A RuleID is the stable id of a rule: LC and three digits.
type RuleID string

// The rules, see Rules for what each means.
const (
	Floor            RuleID = "LC001"
	OverReserved     RuleID = "LC002"
	OverUnreserved   RuleID = "LC003"
	OnLatest         RuleID = "LC004"
	Unaliased        RuleID = "LC005"
	WithSnapStart    RuleID = "LC006"
	SwitchedOff      RuleID = "LC007"
	QueueConcurrency RuleID = "LC008"
	MinOverMax       RuleID = "LC009"
	FixedAndScaled   RuleID = "LC010"
	Orphaned         RuleID = "LC011"
	DeployRoom       RuleID = "LC012"
	Connections      RuleID = "LC013"
	TrackingBlind    RuleID = "LC014"
	Throttled        RuleID = "LC015"
	Spilling         RuleID = "LC016"
	Headroom         RuleID = "LC017"
	BelowOne         RuleID = "LC018"
	VersionTaken     RuleID = "LC019"
	NoOnDemandRoom   RuleID = "LC020"
	UnknownValue     RuleID = "LC021"
	FilesDiffer      RuleID = "LC022"
	NoReservation    RuleID = "LC023"
	NoFunctions      RuleID = "LC024"
	StaleAcceptance  RuleID = "LC025"
	OnlyInProfile    RuleID = "LC026"
)

// A Rule is one thing that check looks for.
type Rule struct {
	// ID is the stable id.
	ID RuleID `json:"id"`
	// Name says in a few words what is found.
	Name string `json:"name"`
	// Level is how much its findings matter.
	Level calc.Level `json:"level"`
	// Text says when it is found, one sentence.
	Text string `json:"text"`
	// Why says what happens where nobody minds it.
	Why string `json:"why"`
	// AWSMessage is what AWS answers; absent where it accepts the setting.
	AWSMessage calc.Optional[string] `json:"aws_message"`
	// Source is the page or the record that says so.
	Source calc.Source `json:"source"`
}

// What AWS answers. Recorded from the service on 2025-11-25, but for that of SAM,
// which is in the translator's own tests, and that of more provisioned than
// reserved, which people quote in public threads.
const (
	awsFloorReserved    = "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d]."
	awsFloorProvisioned = "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d]."
	awsOverUnreserved   = "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [%d]."
	awsOverReserved     = "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
	awsOnLatest         = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
	awsUnaliased        = "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function"
	awsBelowOne         = "1 validation error detected: Value '%s' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1"
	awsAliasTaken       = "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
	awsVersionTaken     = "Version is pointed by a Provisioned Concurrency alias"
)

// The bounds of the concurrency that an event source mapping may have.
//
// Unit: environments. Scope: one event source mapping of SQS. Source: SourceSQS,
// read 2026-11.
const (
	MinQueueConcurrency = 2
	MaxQueueConcurrency = 1000
)

// Pages that only the rules rest on.
const (
	SourceSQS       calc.Source = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
	SourceSAM       calc.Source = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html"
	SourceSnapStart calc.Source = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
	SourceScaling   calc.Source = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"
)

// Rules lists the rules in the order of their ids.
func Rules() []Rule {
	aws := calc.Some[string]
	none := calc.Optional[string]{}
	n := func(format string) calc.Optional[string] { return aws(fmt.Sprintf(format, calc.OrdinaryFloor)) }
	return []Rule{
		{Floor, "below the floor", calc.LevelError,
			"a reservation, or provisioned concurrency without one, leaves less unreserved than AWS keeps",
			"AWS refuses the change, and the stack rolls back minutes after the deployment began.",
			n(awsFloorReserved), calc.SourceConcurrency},
		{OverReserved, "provisioned over reserved", calc.LevelError,
			"the provisioned concurrency of all versions and aliases together is more than the function's reservation",
			"Provisioned concurrency is a part of the reservation, so AWS refuses it.",
			aws(awsOverReserved), calc.SourceProvisioned},
		{OverUnreserved, "provisioned over unreserved", calc.LevelError,
			"provisioned concurrency of a function without a reservation is more than the account has unreserved",
			"AWS refuses the change, and the stack rolls back.",
			n(awsOverUnreserved), calc.SourceConcurrency},
		{OnLatest, "provisioned on $LATEST", calc.LevelError,
			"provisioned concurrency is set on the version that is not published",
			"AWS provisions published versions only.",
			aws(awsOnLatest), calc.SourceProvisioned},
		{Unaliased, "SAM without AutoPublishAlias", calc.LevelError,
			"a SAM function has ProvisionedConcurrencyConfig and no AutoPublishAlias",
			"SAM does not publish a version without it, and refuses the template.",
			aws(awsUnaliased), SourceSAM},
		{WithSnapStart, "provisioned with SnapStart", calc.LevelError,
			"a function has SnapStart and provisioned concurrency",
			"AWS supports only one of them on a version.",
			none, SourceSnapStart},
		{SwitchedOff, "reserved 0", calc.LevelError,
			"a reserved concurrency of 0 switches the function off",
			"AWS accepts it, refuses every request and drops every event. Where that is meant, accept it with a reason.",
			none, calc.SourceReserved},
		{QueueConcurrency, "SQS maximum concurrency", calc.LevelError,
			fmt.Sprintf("the maximum concurrency of an SQS event source is outside %d to %s, or more than the reservation", MinQueueConcurrency, calc.FormatCount(MaxQueueConcurrency)),
			"AWS refuses values out of range; above the reservation the queue's messages are throttled, and end in the dead-letter queue.",
			none, SourceSQS},
		{MinOverMax, "scalable target min over max", calc.LevelError,
			"the least capacity of a scalable target, or of a scheduled action, is more than the greatest, or below 0",
			"Application Auto Scaling refuses it.",
			none, SourceScaling},
		{FixedAndScaled, "fixed and scaled", calc.LevelWarning,
			"a version or alias has a fixed provisioned concurrency and a scalable target",
			"Each deployment sets the fixed value again, and throws away what scaling had reached.",
			none, calc.SourceProvisioned},
		{Orphaned, "provisioned on a version without alias", calc.LevelWarning,
			"provisioned concurrency is set on a version that no alias names",
			"Callers use aliases, so it is paid for and not reached, most often what is left of an earlier deployment.",
			none, calc.SourceProvisioned},
		{DeployRoom, "room during a deployment", calc.LevelWarning,
			"the provisioned concurrency of the old and the new version together does not fit (--during-deploy)",
			"While an alias moves to a new version both are provisioned, and the deployment waits or fails.",
			none, calc.SourceProvisioned},
		{Connections, "database connections", calc.LevelError,
			"the environments that functions can have open more connections than the database takes (--connections-per-env, --max-connections)",
			"A burst takes all connections, and every other client of the database fails.",
			none, calc.SourceDerived},
		{TrackingBlind, "tracking that cannot fire", calc.LevelWarning,
			fmt.Sprintf("the duration is below the target of tracking / %d seconds, %s at %s utilization", calc.RatePerUnit,
				calc.FormatDuration(calc.TrackingTarget/calc.RatePerUnit*1000), calc.FormatPercent(calc.TrackingTarget)),
			"Provisioned concurrency is full by rate before its utilization reaches the target, so it spills and never scales out.",
			none, calc.SourceDerived},
		{Throttled, "throttled", calc.LevelError,
			"the settings do not carry the rate of a function, and requests are refused; with --target-throttle, more than that by chance",
			"Callers get errors (429).",
			none, calc.SourceConcurrency},
		{Spilling, "spillover", calc.LevelWarning,
			"more of the rate spills past provisioned concurrency than --target-spillover allows; without a target, any in the steady state",
			"What spills is served on demand, where a cold start may come first.",
			none, calc.SourceConcurrency},
		{Headroom, "headroom", calc.LevelWarning,
			fmt.Sprintf("the rate fits, and would not with the headroom on top (--headroom, %s)", calc.FormatPercent(calc.AdvisedHeadroom)),
			"A little more load, and requests are throttled or wait.",
			none, calc.SourceProvisioned},
		{BelowOne, "provisioned below 1", calc.LevelError,
			"provisioned concurrency is 0, negative, or no whole number",
			"AWS takes 1 or more; none is said by leaving the setting out.",
			aws(fmt.Sprintf(awsBelowOne, "0")), calc.SourceProvisioned},
		{VersionTaken, "version provisioned twice", calc.LevelError,
			"provisioned concurrency is set on an alias and on the version it names, or on two aliases of one version",
			"A version can have one setting only, and AWS refuses the second.",
			aws(awsAliasTaken), calc.SourceProvisioned},
		{NoOnDemandRoom, "provisioned equals reserved", calc.LevelWarning,
			"all of the reservation is provisioned",
			"Nothing is left for on-demand: what does not fit is throttled and not spilled, and so is $LATEST.",
			none, calc.SourceConcurrency},
		{UnknownValue, "unknown value", calc.LevelUnknown,
			"a value of a file cannot be resolved",
			"What rests on it is not judged. --fail-on unknown makes it fail.",
			none, calc.SourceDerived},
		{FilesDiffer, "files differ", calc.LevelWarning,
			"one setting is given two different values, most often by two files",
			"The later one counts here; which one AWS gets depends on what is deployed last.",
			none, calc.SourceDerived},
		{NoReservation, "reservation that is no number", calc.LevelError,
			"a reserved concurrency is negative, or no whole number",
			"AWS takes whole numbers of 0 or more.",
			none, calc.SourceReserved},
		{NoFunctions, "file without functions", calc.LevelInfo,
			"a file can be read and has no function in it",
			"It may be the wrong one.",
			none, calc.SourceDerived},
		{StaleAcceptance, "acceptance without a finding", calc.LevelInfo,
			"a finding is accepted that is not there",
			"It may be mended, and would be accepted when it comes back.",
			none, calc.SourceDerived},
		{OnlyInProfile, "function in the profile alone", calc.LevelInfo,
			"a function of the profile is in none of the other files",
			"Its name may be misspelt, and then its rate is not judged with its settings.",
			none, calc.SourceDerived},
	}
}

// Lookup returns the rule of an id.
func Lookup(id RuleID) (Rule, bool) {
	rules := Rules()
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
