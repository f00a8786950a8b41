package check

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// An Account is an account as it is deployed: its capacity, and what files say about it beside that.
type Account struct {
	// Account is the capacity of the account, without its functions.
	calc.Account
	// Functions are the functions to look at; there may be none.
	Functions []Function
	// Unknown are the values of files that cannot be resolved.
	Unknown []Unknown
	// Conflicts are the settings for which files differ.
	Conflicts []Conflict
	// Places says where the values of the account stand that come from a file.
	Places Places
}

// A Function is a function as it is deployed: its capacity, and what files say about it beside that.
type Function struct {
	calc.Function
	// Places says where the values stand that come from a file.
	Places Places
	// Deployment is how the function is deployed; nil where no file says.
	Deployment *Deployment
}

// Capacity returns the account as calculations see it.
func (a Account) Capacity() calc.Account {
	c := a.Account
	c.Functions = make([]calc.Function, len(a.Functions))
	for i := range a.Functions {
		c.Functions[i] = a.Functions[i].Function
	}
	return c
}

// A Deployment is how a function is deployed: what AWS judges beside its units.
type Deployment struct {
	// Place is where the function is declared, or first named.
	Place Place
	// Allocations is the provisioned concurrency of each version and alias.
	Allocations []Allocation
	// Aliases are the names of versions.
	Aliases []Alias
	// Targets are what Application Auto Scaling may set.
	Targets []ScalableTarget
	// Pollers are the queues whose messages the function gets.
	Pollers []Poller
	// SnapStart is where it is switched on; absent where it is not.
	SnapStart calc.Optional[Place]
	// Unaliased is where a SAM function asks for provisioned concurrency without AutoPublishAlias; absent where none
	// does.
	Unaliased calc.Optional[Place]
	// Refused are settings that are not a number that AWS takes.
	Refused []Refused
	// Open says that the reservation is not known.
	Open bool
	// UnknownOwner says that it is not known which function this is part of: its units may be in the reservation of
	// that one, so they count nowhere.
	UnknownOwner bool
	// Current is what the function has claimed before the change; absent where no file tells, and where it is new.
	Current calc.Optional[Claim]
}

// An Allocation is the provisioned concurrency of a version or an alias.
type Allocation struct {
	Qualifier string               // the version or alias
	Version   bool                 // it is a version
	Units     calc.Optional[int64] // of concurrency; absent where not known
	Observed  bool                 // AWS says it is there, and scaling may have set it
	Possible  bool                 // it may be there or not
	Unnamed   bool                 // which version or alias it is on is not known
	Place     Place
}

// Latest is the qualifier of the version that is not published.
const Latest = "$LATEST"

// An Alias names a version.
type Alias struct {
	Name    string // without the function's
	Version string // empty where not known
	Place   Place
}

// A ScalableTarget is a version or alias whose provisioned concurrency Application Auto Scaling sets.
type ScalableTarget struct {
	Qualifier string               // the version or alias
	Version   bool                 // the qualifier is a version
	Min, Max  calc.Optional[int64] // units; absent where not known, or where an action leaves it as it is
	Scheduled bool                 // a scheduled action, which changes a target for a time
	Unnamed   bool                 // which version or alias it scales is not known
	Tracking  []Tracking
	Place     Place
}

// A Tracking is a target tracking policy.
type Tracking struct {
	Target float64 // utilization, a ratio
	Place  Place
}

// A Poller is an event source mapping of an SQS queue.
type Poller struct {
	MaximumConcurrency int64  // environments
	Text               string // as it stands in the file, where it is not a whole number
	Queue              string // its name; empty where not known
	Place              Place
}

// A Refused is a setting that is not a number that AWS takes.
type Refused struct {
	Field string // "reserved" or "provisioned"
	Text  string // as it stands in the file
	Place Place
}

// A Claim is what a function takes from the account: its reservation, or the provisioned concurrency that it has
// without one.
type Claim struct {
	Reserved    calc.Optional[int64] // units
	Provisioned int64                // units, of all versions and aliases
}

// Units returns what the claim takes from the account, units. Provisioned concurrency is a part of a reservation.
func (c Claim) Units() int64 { return c.Reserved.Or(c.Provisioned) }

// Claim returns what the function takes from the account with its settings.
func (f *Function) Claim() Claim { return Claim{f.Reserved, f.Provisioned} }

// claimedBefore returns what the function has taken so far, units; 0 where no file tells.
func (f *Function) claimedBefore() int64 {
	if f.Deployment == nil {
		return 0
	}
	return f.Deployment.Current.Or(Claim{}).Units()
}

// open reports whether the units of the function are not known.
func (f *Function) open() bool {
	d := f.Deployment
	return d != nil && (d.Open || slices.ContainsFunc(d.Provided(), func(a Allocation) bool { return !a.Units.Known() }))
}

// place is where a field of the function stands, or else the function itself.
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

// Provided lists what is provisioned where. A scalable target counts with its least capacity where the same version
// or alias has no fixed value, and where scaling has set less than that: Application Auto Scaling raises it at once.
//
// Source: aws.SourceProvisioned, read 2026-11.
func (d *Deployment) Provided() []Allocation {
	fixed := d.Fixed()
	list := make([]Allocation, 0, len(d.Allocations)+len(d.Targets))
	at := make(map[string]int, len(d.Allocations))
	for _, a := range d.Allocations {
		if i, twice := at[a.Qualifier]; twice { // it can have one setting
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
			list = append(list, Allocation{Qualifier: t.Qualifier, Version: t.Version, Units: t.Min, Possible: !t.Min.Known(), Place: t.Place})
		}
	}
	return list
}

// Provisioned returns the least provisioned concurrency of all versions and aliases together, units: the sum of what
// is provided, and 0 where the owner is not known. A fixed value and a scalable target count once, the larger of them,
// where the name of one is not known: it may be that of the other.
func (d *Deployment) Provisioned() (total int64) {
	if d.UnknownOwner {
		return 0
	}
	for _, a := range d.Provided() {
		total += max(0, a.Units.Or(0))
	}
	fixed := d.Fixed()
	var paired []string // allocations that may be those of a target
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

// Fixed returns the versions and aliases that have a provisioned concurrency of their own.
func (d *Deployment) Fixed() map[string]bool {
	fixed := make(map[string]bool, len(d.Allocations))
	for _, a := range d.Allocations {
		fixed[a.Qualifier] = true
	}
	return fixed
}
