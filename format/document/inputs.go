package document

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// Inputs echoes every input after precedence has been applied. The origin of each part says where its values come from.
type Inputs struct {
	// Account is the account.
	Account InputAccount `json:"account"`
	// Quotas holds the quotas in other Regions than the account's; absent if none is given.
	Quotas *InputQuotas `json:"quotas,omitempty"`
	// Functions are the functions, in the order of the profile.
	Functions []InputFunction `json:"functions"`
	// Files are the files that were read.
	Files []InputFile `json:"files,omitempty"`
	// Check holds the inputs of check; absent for other commands.
	Check *InputCheck `json:"check,omitempty"`
	// Plan holds the inputs of plan; absent for other commands.
	Plan *InputPlan `json:"plan,omitempty"`
	// Limits holds the inputs of limits; absent for other commands.
	Limits *InputLimits `json:"limits,omitempty"`
	// Ramp holds the inputs of ramp; absent for other commands.
	Ramp *InputRamp `json:"ramp,omitempty"`
	// Cost holds the inputs for pricing; absent if no Region is given.
	Cost *InputCost `json:"cost,omitempty"`
	// Sweep is the requested sweep; absent without --sweep.
	Sweep *InputSweep `json:"sweep,omitempty"`
	// Scale is the requested scale; absent without --scale.
	Scale *InputScale `json:"scale,omitempty"`
	// Replay holds what is replayed, by replay and by plan for recorded traffic; absent otherwise.
	Replay *InputReplay `json:"replay,omitempty"`
}

// Swept returns the index of the function that is swept, and 0 if no function has its name.
func (in Inputs) Swept() int {
	for i := range in.Functions {
		if in.Functions[i].Name == in.Sweep.Function {
			return i
		}
	}
	return 0
}

// InputAccount is the account of Inputs.
type InputAccount struct {
	// Concurrency is the concurrency quota, units.
	Concurrency int64 `json:"concurrency"`
	// UnreservedFloor is what AWS keeps unreserved, units.
	UnreservedFloor int64 `json:"unreserved_floor"`
	// ClaimedElsewhere is the concurrency reserved or provisioned by functions that are not listed, units.
	ClaimedElsewhere int64 `json:"claimed_elsewhere"`
	// Region is the Region's code; absent if not given.
	Region calc.Optional[string] `json:"region"`
	// TimeZone is the zone of the hours of the day; absent for UTC.
	TimeZone calc.Optional[string] `json:"time_zone"`
	// KeepAliveS is how long an idle environment is assumed to be kept, seconds.
	KeepAliveS float64 `json:"keep_alive_s"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// DefaultQuota reports whether the quota is the default, because nobody gave one.
func (a InputAccount) DefaultQuota() bool { return a.Origin.Of("concurrency") == OriginDefault }

// InputFunction is a function of Inputs.
type InputFunction struct {
	// Name is the function's name, or "function" if none is given.
	Name string `json:"name"`
	// Mode is how it is invoked; absent if limits shows both modes.
	Mode calc.Optional[calc.Mode] `json:"mode"`
	// RPS is the offered rate at its peak, requests per second.
	RPS calc.Optional[float64] `json:"rps"`
	// HourlyRPS is the rate in each hour of the day, of the account's time zone, requests per second; absent if not
	// given. RPS is its peak.
	HourlyRPS []float64 `json:"hourly_rps,omitempty"`
	// AverageRPS is the mean rate, requests per second.
	AverageRPS calc.Optional[float64] `json:"average_rps"`
	// DurationMS is the mean duration, milliseconds.
	DurationMS calc.Optional[float64] `json:"duration_ms"`
	// Durable is true if DurationMS is the active time of an execution of a durable function.
	Durable bool `json:"durable,omitempty"`
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved calc.Optional[int64] `json:"reserved"`
	// Provisioned is the provisioned concurrency, units; 0 or absent means none.
	Provisioned calc.Optional[int64] `json:"provisioned"`
	// Peakedness is how bursty the arrivals are, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// OnTheMinute is the part of the requests that comes at the start of every minute; absent if not given.
	OnTheMinute calc.Optional[calc.OnTheMinute] `json:"on_the_minute,omitzero"`
	// MemoryMB is the configured memory, MB of 1,048,576 bytes.
	MemoryMB calc.Optional[int64] `json:"memory_mb"`
	// Arch is the instruction set.
	Arch calc.Arch `json:"arch"`
	// Managed holds the settings of a function on Managed Instances; absent for others.
	Managed *InputManaged `json:"managed,omitempty"`
	// Special holds what only functions of some kinds have; absent for others.
	Special *InputSpecial `json:"special,omitempty"`
	// EventSource names what invokes the function.
	EventSource calc.Optional[string] `json:"event_source"`
	// EphemeralMB is the ephemeral storage, MB.
	EphemeralMB int64 `json:"ephemeral_storage_mb"`
	// InitMS is the init time of a cold start, milliseconds.
	InitMS calc.Optional[float64] `json:"init_ms"`
	// Unnamed is true if nobody named the function: Name is then "function".
	Unnamed bool `json:"unnamed"`
	// Source is its event source; absent if none is given.
	Source *InputSource `json:"source,omitempty"`
	// Sources are its event sources if a list of them is given; empty otherwise.
	Sources []InputSource `json:"sources,omitempty"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// NewInputAccount echoes an account.
func NewInputAccount(a calc.Account, origin Origin) InputAccount {
	in := InputAccount{Concurrency: a.Concurrency, UnreservedFloor: a.Floor(), ClaimedElsewhere: a.ClaimedElsewhere,
		KeepAliveS: a.KeepAliveS(), Origin: origin}
	if a.Region != "" {
		in.Region = calc.Some(a.Region)
	}
	if a.TimeZone != "" {
		in.TimeZone = calc.Some(a.TimeZone)
	}
	return in
}

// NewInputFunction echoes a function. provisioned is its provisioned concurrency; absent if not given.
func NewInputFunction(f calc.Function, provisioned calc.Optional[int64], origin Origin) InputFunction {
	in := InputFunction{
		Name:        f.Name,
		Unnamed:     f.Unnamed,
		RPS:         f.RPS,
		HourlyRPS:   f.Day.Values,
		AverageRPS:  f.AverageRPS,
		DurationMS:  f.DurationMS,
		Durable:     f.Durable,
		Reserved:    f.Reserved,
		Provisioned: provisioned,
		Peakedness:  f.Peakedness.Or(1),
		OnTheMinute: f.OnTheMinute,
		MemoryMB:    f.MemoryMB,
		Arch:        f.Arch,
		EphemeralMB: f.EphemeralMB.Or(aws.FreeEphemeralMB),
		InitMS:      f.InitMS,
		Origin:      origin,
	}
	if f.Mode != "" {
		in.Mode = calc.Some(f.Mode)
	}
	if f.EventSource != "" {
		in.EventSource = calc.Some(f.EventSource)
	}
	return in
}

// InputFile is a file that was read.
type InputFile struct {
	// Name is the file name as given; stdin for -.
	Name string `json:"name"`
	// Format is the format of the file; absent if unknown.
	Format calc.Optional[string] `json:"format"`
	// Problem is the reason the file could not be read; absent if it could.
	Problem calc.Optional[string] `json:"problem"`
	// Defaults are the parameters of a template that nobody gave, and on whose defaults the settings depend.
	Defaults []InputParameter `json:"defaults,omitempty"`
	// ConfiguredBy is the configuration of the SAM CLI that gives values to the template; absent if there is none.
	ConfiguredBy calc.Optional[string] `json:"configured_by,omitzero"`
	// Configured are the parameters of a template that have the values of that configuration.
	Configured []InputParameter `json:"configured,omitempty"`
}

// Defaults says which parameters of templates have their defaults, with the flag that gives others; empty for none.
func (in Inputs) Defaults() string {
	const most, longest = 3, 30
	var words []string
	n := 0
	for _, file := range in.Files {
		for _, p := range file.Defaults {
			text := p.Name + "=" + p.Value
			if len(text) > longest {
				text = p.Name
			}
			if n++; n <= most {
				words = append(words, text)
			}
		}
	}
	if n == 0 {
		return ""
	}
	if n > most {
		words = append(words, quantity.FormatCountOf(n-most, "more default"))
	}
	return strings.Join(words, ", ") + " (--param)"
}

// InputParameter is a parameter of a template.
type InputParameter struct {
	// Name is its name.
	Name string `json:"name"`
	// Value is its value.
	Value string `json:"value"`
}

// InputCheck holds the inputs that only check has.
type InputCheck struct {
	check.Question
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputPlan holds the inputs that only plan has.
type InputPlan struct {
	calc.Sizing
	// Steady says that evenly spaced requests determine the sizes for recorded traffic, and not random arrivals; absent
	// without traffic.
	Steady calc.Optional[bool] `json:"steady,omitzero"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputLimits holds the inputs that only limits has.
type InputLimits struct {
	calc.LimitsOptions
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputCost holds the inputs for pricing a load.
type InputCost struct {
	calc.Billing
	// Prices is the source of the prices: embedded, or a file.
	Prices string `json:"prices"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputSweep is the requested sweep.
type InputSweep struct {
	// Function is the name of the function.
	Function string `json:"function"`
	// Setting is the setting with its points, SETTING=FROM:TO:STEP.
	Setting string `json:"setting"`
	// Origin says where the value comes from.
	Origin Origin `json:"origin"`
}

// InputScale is the requested scale.
type InputScale struct {
	// Factors multiply the rate of every function, more than 0, up to 100.
	Factors []float64 `json:"factors"`
	// Origin says where the factors come from.
	Origin Origin `json:"origin"`
}

// InputReplay says what is replayed.
type InputReplay struct {
	// Scale multiplies the traffic.
	Scale float64 `json:"scale"`
	// Between is the part of the time that counts, as given; absent for all of it.
	Between calc.Optional[string] `json:"between"`
	// Gaps says whether times without data count as no requests (zero) or not at all (skip).
	Gaps string `json:"gaps"`
	// Compare lists the other settings, as given.
	Compare []string `json:"compare"`
	// AlarmDelayS is the time from the end of a minute until its alarm acts, seconds.
	AlarmDelayS float64 `json:"alarm_delay_s"`
	// AllocationDelayS is the time until more provisioned concurrency can be used, seconds; absent if none is given.
	AllocationDelayS calc.Optional[float64] `json:"allocation_delay_s"`
	// Scaling lists what changes the provisioned concurrency of functions; functions without it are left out.
	Scaling []InputScaling `json:"scaling"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputScaling is what changes the provisioned concurrency of a function.
type InputScaling struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Autoscale is the target tracking; absent without it.
	Autoscale calc.Optional[InputTracking] `json:"autoscale"`
	// Scheduled lists the scheduled actions, as --scheduled reads them.
	Scheduled []string `json:"scheduled"`
	// Levels lists the levels of the day.
	Levels []InputLevel `json:"levels"`
	// Suspended lists what is suspended, as AWS calls it.
	Suspended []string `json:"suspended"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputTracking is target tracking.
type InputTracking struct {
	// TargetRatio is the utilization to keep.
	TargetRatio float64 `json:"target_ratio"`
	// Min and Max are the bounds, units.
	Min int64 `json:"min"`
	Max int64 `json:"max"`
	// Statistic is that of the alarms: average or maximum.
	Statistic scaling.Statistic `json:"statistic"`
	// Missing says what the alarms make of minutes without data: missing or breaching.
	Missing scaling.Missing `json:"missing"`
	// OutCooldownS and InCooldownS are the cooldowns, seconds.
	OutCooldownS float64 `json:"out_cooldown_s"`
	InCooldownS  float64 `json:"in_cooldown_s"`
}

// InputLevel is a number of units from a time of the day on.
type InputLevel struct {
	// FromS is the time, UTC, seconds since midnight.
	FromS int64 `json:"from_s"`
	// Provisioned are the units.
	Provisioned int64 `json:"provisioned"`
}

// NewInputScaling echoes what changes the provisioned concurrency of a function.
func NewInputScaling(name string, p scaling.Policy, origin Origin) InputScaling {
	in := InputScaling{Name: name, Scheduled: []string{}, Levels: []InputLevel{}, Suspended: p.Suspended.Keys(),
		Origin: origin}
	if t := p.Tracking; t.Tracks() {
		in.Autoscale = calc.Some(InputTracking{t.Target, t.Min, t.Max, t.Statistic, t.Missing, t.OutCooldownS, t.InCooldownS})
	}
	for i := range p.Actions {
		in.Scheduled = append(in.Scheduled, p.Actions[i].String())
	}
	for _, l := range p.Levels {
		in.Levels = append(in.Levels, InputLevel{l.FromS, l.Units})
	}
	return in
}
