package check

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// An Account is an account as deployed: its capacity, and what else files say about it.
type Account struct {
	// Account is the capacity of the account, without its functions.
	calc.Account
	// Functions are the functions to consider; there may be none.
	Functions []Function
	// Managed are functions on Managed Instances, if a calculation leaves them out. Otherwise they are among Functions.
	Managed []Function
	// MostCounted is the most units of ClaimedElsewhere that may be claims of Functions themselves. It is 0 if the given
	// ClaimedElsewhere excludes them. Absent means that only their settings limit it, as in AWS's own count.
	MostCounted calc.Optional[int64]
	// Unowned are settings of functions whose names the files do not give. Each is named after the resource that has the
	// settings.
	Unowned []Function
	// Unknown lists the values in files that cannot be resolved.
	Unknown []Unknown
	// Conflicts lists the settings on which files disagree.
	Conflicts []Conflict
	// Repeated lists the keys that replace an earlier duplicate in the same mapping of a file.
	Repeated []Repeated
	// Places holds the file positions of those values of the account that come from a file.
	Places Places
}

// A Function is a function as deployed: its capacity, and what else files say about it.
type Function struct {
	calc.Function
	// Places holds the file positions of those values of the function that come from a file.
	Places Places
	// Deployment is how the function is deployed; nil if no file says.
	Deployment *Deployment
}

// Capacity returns the account in the form that calculations use. Units that may be counted twice are counted once: a
// function whose units before the change are not known is assumed to have had what it has now, see Account.counted.
func (a Account) Capacity() calc.Account {
	c := a.Account
	c.ClaimedElsewhere -= a.counted()
	c.Functions = make([]calc.Function, len(a.Functions))
	for i := range a.Functions {
		c.Functions[i] = a.Functions[i].capacity()
	}
	return c
}

// counted returns how many units of ClaimedElsewhere may be claims of the account's own functions.
//
// ClaimedElsewhere is the total in AWS's answer minus what files say that these functions had. If a function is
// deployed and no file says what it had, its units are still in ClaimedElsewhere. Its present claim is the best guess
// for them, since deploying the same settings again changes nothing. MostCounted limits the guess.
func (a Account) counted() (units int64) {
	for i := range a.Functions {
		units += a.Functions[i].undetermined()
	}
	return min(units, a.ClaimedElsewhere, a.MostCounted.Or(a.ClaimedElsewhere))
}

// capacity returns the function as calculations see it. On Managed Instances, AWS refuses provisioned concurrency and
// some memory sizes that files may have; findings report them, and they do not count.
func (f *Function) capacity() calc.Function {
	g := f.Function
	g.Qualifier = f.qualifier()
	if !f.RunsManaged() {
		return g
	}
	g.Compute = calc.OnManaged
	if f.Deployment != nil && f.Deployment.Managed.Known() {
		g.Provisioned, g.Reserved = 0, calc.Optional[int64]{}
		if mb, ok := g.MemoryMB.Get(); ok && !managed.Memory.Contains(float64(mb)) {
			g.MemoryMB = calc.Optional[int64]{}
		}
	}
	return g
}

// qualifier returns the version or alias that the function's provisioned concurrency belongs to, or would; empty if the
// files name none or several.
func (f *Function) qualifier() string {
	if f.Deployment == nil {
		return ""
	}
	names := map[string]bool{}
	for _, a := range f.Deployment.Allocations {
		names[a.Qualifier] = !a.Unnamed
	}
	for _, t := range f.Deployment.Targets {
		names[t.Qualifier] = !t.Unnamed
	}
	if len(names) == 0 {
		for _, a := range f.Deployment.Aliases {
			names[a.Name] = true
		}
	}
	for name, known := range names {
		if len(names) == 1 && known && calc.IsQualifier(name) {
			return name
		}
	}
	return ""
}

// RunsManaged reports whether the function runs on Managed Instances, where AWS applies neither the account's quota nor
// the rate limit. What is said to be its compute counts more than a capacity provider in a file.
func (f *Function) RunsManaged() bool {
	if f.Compute != "" {
		return f.Compute == calc.OnManaged
	}
	return f.Deployment != nil && f.Deployment.Managed.Known()
}

// ManagedAt returns where the function has a capacity provider; unknown if no file has one.
func (f *Function) ManagedAt() Place {
	if f.Deployment == nil {
		return Place{}
	}
	return f.Deployment.Managed.Or(Place{})
}

// A Deployment is how a function is deployed: what AWS checks apart from the number of units.
type Deployment struct {
	// Place is where the function is declared, or first mentioned.
	Place Place
	// Called reports whether files contain only what calls the function, such as its URL.
	Called bool
	// LogicalID is the logical id of a function whose name the files do not give; empty otherwise.
	LogicalID string
	// Allocations is the provisioned concurrency of each version and alias.
	Allocations []Allocation
	// Aliases are the aliases of the function's versions.
	Aliases []Alias
	// Targets are the versions and aliases whose capacity Application Auto Scaling may change.
	Targets []ScalableTarget
	// Misdirected are the scalable targets, actions and policies that refer to something that cannot be scaled.
	Misdirected []Misdirected
	// Pollers are the event sources of the function.
	Pollers []Poller
	// Direct reports whether something invokes the function and waits for the answer, such as an API, or may do so.
	Direct bool
	// SnapStart is where SnapStart is enabled; absent if it is not. The next four are the same for tenant isolation, a
	// capacity provider of Managed Instances, a function URL and a file system (EFS or S3 Files).
	SnapStart, Tenancy, Managed, URL, FileSystem calc.Optional[Place]
	// Runtime is AWS's identifier of the runtime, such as python3.13; empty if no file says.
	Runtime string
	// NoSuchType is where a resource has the type AWS::Lambda::ProvisionedConcurrencyConfig; absent if none has.
	NoSuchType calc.Optional[Place]
	// TimeoutS is how long an invocation may run, seconds; absent if no file says.
	TimeoutS calc.Optional[int64]
	// Unaliased is where a SAM function requests provisioned concurrency without AutoPublishAlias; absent if none does.
	Unaliased calc.Optional[Place]
	// Refused lists the settings whose value is not a number that AWS accepts.
	Refused []Refused
	// Open reports whether the reservation is unknown.
	Open bool
	// UnknownOwner reports whether it is unknown which function these settings belong to. Its units may be part of that
	// function's reservation, so they are not counted.
	UnknownOwner bool
	// AllocationsS are the times that scaling out took, from the request until the units were usable, seconds: one for
	// each scaling activity that a file has.
	AllocationsS []float64
	// Unmeasured is the number of scaling activities that do not say how long they took: unfinished, or without times.
	Unmeasured int
	// Current is what the function claimed before the change; absent if no file says, or if the function is new.
	Current calc.Optional[Claim]
}

// An Allocation is the provisioned concurrency of a version or an alias.
type Allocation struct {
	Qualifier string               // the version or alias
	Version   bool                 // the qualifier is a version
	Units     calc.Optional[int64] // units of concurrency; absent if not known
	Observed  bool                 // reported by AWS, and possibly set by scaling
	Possible  bool                 // it may or may not exist
	Unnamed   bool                 // the version or alias is not known
	Place     Place
}

// Latest is the qualifier of the unpublished version.
const Latest = "$LATEST"

// An Alias is an alias, or one weighted entry of it.
type Alias struct {
	Name    string // without the function's name
	Version string // empty if not known
	Weight  bool   // the version gets a share of the alias's traffic; another entry has the rest
	Place   Place
	// Weights is set if it is not known whether the alias has weighted entries.
	Weights calc.Optional[Unknown]
}

// A ScalableTarget is a version or alias whose provisioned concurrency Application Auto Scaling sets.
type ScalableTarget struct {
	Qualifier string               // the version or alias
	Version   bool                 // the qualifier is a version
	Min, Max  calc.Optional[int64] // units; absent if not known, or if an action leaves it as it is
	Scheduled bool                 // a scheduled action, which changes a target temporarily
	Unnamed   bool                 // the version or alias is not known
	Timing    Timing               // of a scheduled action
	Tracking  []Tracking
	Suspended scaling.Suspended // of a target, not of an action
	Place     Place
}

// A Timing is when a scheduled action runs, as written in the file.
type Timing struct {
	Schedule string // cron(...), rate(...) or at(...); empty if not known
	Zone     string // the name of a time zone; empty for UTC
	From, To string // the first and the last time, RFC 3339; empty for no limit
}

// A Tracking is a target tracking policy.
type Tracking struct {
	Target                    float64           // utilization, a ratio
	Statistic                 scaling.Statistic // empty for the average
	OutCooldownS, InCooldownS float64           // seconds, 0 or more
	NoScaleIn                 bool              // it never takes units away
	Place                     Place
}

// A Misdirected is a scalable target, an action or a policy that refers to something that Lambda does not scale.
type Misdirected struct {
	Wrong  string // what is wrong, such as: names the resource "api"
	Remedy string
	Place  Place
}

// A Refused is a setting whose value is not a number that AWS accepts.
type Refused struct {
	Field string // its key in a profile: "reserved"; of an event source without "source."
	Text  string // as written in the file
	Place Place
}

// A Claim is what a function takes from the account: its reservation or, without one, its provisioned concurrency.
type Claim struct {
	Reserved    calc.Optional[int64] // units
	Provisioned int64                // units, of all versions and aliases
	Partial     bool                 // it is not known whether there is a reservation
}

// Units returns the number of units that the claim takes from the account. Provisioned concurrency is part of a
// reservation.
func (c Claim) Units() int64 { return c.Reserved.Or(c.Provisioned) }

// Claim returns what the function takes from the account with its current settings.
func (f *Function) Claim() Claim { return Claim{Reserved: f.Reserved, Provisioned: f.Provisioned} }

// claimedBefore returns what the function claimed before the change, units; 0 if no file says.
func (f *Function) claimedBefore() int64 {
	if f.Deployment == nil {
		return 0
	}
	return f.Deployment.Current.Or(Claim{}).Units()
}

// undetermined returns the units of the function's claim that it may or may not have had before the change. Those are
// the units beyond what files say it had; 0 if files say what it had reserved.
func (f *Function) undetermined() int64 {
	had := calc.Optional[Claim]{}
	if f.Deployment != nil {
		had = f.Deployment.Current
	}
	if f.RunsManaged() || had.Known() && !had.Or(Claim{}).Partial {
		return 0
	}
	return max(0, f.Claim().Units()-f.claimedBefore())
}

// unitsUnknown reports whether the function's units are unknown. On Managed Instances they are not units of the
// account, and the number of environments is not modelled.
func (f *Function) unitsUnknown() bool {
	d := f.Deployment
	if f.RunsManaged() {
		return true
	}
	return d != nil && (d.Open || slices.ContainsFunc(d.Provided(), func(a Allocation) bool { return !a.Units.Known() }))
}

// place returns the position of the first of the given fields that comes from a file, or else the position of the
// function.
func (f *Function) place(fields ...string) Place {
	for _, field := range fields {
		if p := f.Places.Of(field); p.Known() {
			return p
		}
	}
	if f.Deployment != nil && f.Deployment.Place.Known() {
		return f.Deployment.Place
	}
	return f.Places.Of("name")
}

// Provided lists what is provisioned on each version and alias. A scalable target counts with its minimum capacity if
// its version or alias has no fixed value. It also does if scaling has set less than the minimum, since Application
// Auto Scaling raises that at once.
//
// Source: aws.SourceProvisioned, read 2026-11.
func (d *Deployment) Provided() []Allocation {
	fixed := d.Fixed()
	list := make([]Allocation, 0, len(d.Allocations)+len(d.Targets))
	at := make(map[string]int, len(d.Allocations))
	for _, a := range d.Allocations {
		if i, twice := at[a.Qualifier]; twice { // only one setting is possible, and the later one counts
			list[i] = a
			continue
		}
		at[a.Qualifier] = len(list)
		list = append(list, a)
	}
	for _, t := range d.Targets {
		if t.Scheduled {
			continue
		}
		if fixed[t.Qualifier] {
			if a := &list[at[t.Qualifier]]; a.Observed && t.Min.Or(0) > a.Units.Or(0) {
				a.Units, a.Place = t.Min, t.Place
			}
		} else {
			list = append(list, Allocation{Qualifier: t.Qualifier, Version: t.Version,
				Units: t.Min, Possible: !t.Min.Known(), Place: t.Place})
		}
	}
	return list
}

// Provisioned returns the smallest possible total of the provisioned concurrency of all versions and aliases, units; 0
// if the owner is not known. If the name of a fixed value or of a scalable target is not known, the two may belong to
// the same version or alias, and only the larger one counts.
func (d *Deployment) Provisioned() (total int64) {
	if d.UnknownOwner {
		return 0
	}
	for _, a := range d.Provided() {
		total += max(0, a.Units.Or(0))
	}
	fixed := d.Fixed()
	var paired []string // allocations that may belong to a target
	for _, t := range d.Targets {
		if t.Scheduled || fixed[t.Qualifier] {
			continue
		}
		for _, a := range d.Allocations {
			if (a.Unnamed || t.Unnamed) && !slices.Contains(paired, a.Qualifier) {
				paired = append(paired, a.Qualifier)
				total -= max(0, min(a.Units.Or(0), t.Min.Or(0)))
				break
			}
		}
	}
	return total
}

// Fixed returns the versions and aliases that have a fixed provisioned concurrency.
func (d *Deployment) Fixed() map[string]bool {
	fixed := make(map[string]bool, len(d.Allocations))
	for _, a := range d.Allocations {
		fixed[a.Qualifier] = true
	}
	return fixed
}
