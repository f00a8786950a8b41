package calc

import (
	"fmt"
	"slices"
)

// A Place is where a value stands in a file. The zero Place is nowhere.
type Place struct {
	File string // as the user named it
	Line int    // from 1
}

// Known reports whether the place is in a file.
func (p Place) Known() bool { return p.File != "" }

// String gives file:line, and nothing for a value that stands in no file.
func (p Place) String() string {
	if !p.Known() {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// An Origin is where the value of a field stands.
type Origin struct {
	Field Field
	Place Place
}

// Origins tells where the values of a function or an account stand that come
// from files, each field once. It is a list and no map: few have more than four,
// and a plan may have twenty thousand functions.
type Origins []Origin

// Of returns where the value of a field stands; nowhere where it comes from no
// file.
func (o Origins) Of(field Field) Place {
	for _, origin := range o {
		if origin.Field == field {
			return origin.Place
		}
	}
	return Place{}
}

// Set notes where the value of a field stands.
func (o *Origins) Set(field Field, place Place) {
	for i := range *o {
		if (*o)[i].Field == field {
			(*o)[i].Place = place
			return
		}
	}
	*o = append(*o, Origin{field, place})
}

// A Deployment is what files say of how a function is deployed: what AWS judges
// beside its units. The calculations do not look at it; the rules of package
// check do.
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
	SnapStart Optional[Place]
	// Unaliased is where a SAM function asks for provisioned concurrency
	// without AutoPublishAlias; absent where there is none.
	Unaliased Optional[Place]
	// Refused are settings that are no number that AWS takes.
	Refused []Refused
	// Open tells that the reservation is not known.
	Open bool
	// Adrift tells that it is not known which function this is part of: its units
	// may be in that one's reservation, so that they count nowhere.
	Adrift bool
	// Current is what the function has claimed before the change; absent where
	// no file tells, or where it is new.
	Current Optional[Claim]
}

// An Allocation is the provisioned concurrency of a version or an alias.
type Allocation struct {
	Qualifier string          // the version or alias
	Version   bool            // it is a version
	Units     Optional[int64] // of concurrency; absent where not known
	Observed  bool            // it is what AWS says there is, which scaling may have set
	Possible  bool            // it may be there or not
	Unnamed   bool            // which version or alias it is on is not known
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

// A ScalableTarget is a version or alias whose provisioned concurrency
// Application Auto Scaling sets.
type ScalableTarget struct {
	Qualifier string          // the version or alias
	Version   bool            // the qualifier is a version
	Min, Max  Optional[int64] // units; absent where not known, or where an action leaves it as it is
	Scheduled bool            // a scheduled action, which changes a target for a time
	Unnamed   bool            // which version or alias it scales is not known
	Tracking  []Tracking
	Place     Place
}

// A Tracking is a policy of target tracking.
type Tracking struct {
	Target float64 // utilization, a ratio
	Place  Place
}

// A Poller is an event source mapping of an SQS queue.
type Poller struct {
	MaximumConcurrency int64  // environments
	Text               string // as it stands in the file, where it is no whole number
	Queue              string // its name; empty where not known
	Place              Place
}

// A Refused is a setting that is no number AWS takes.
type Refused struct {
	Field Field  // FieldReserved or FieldProvisioned
	Text  string // as it stands in the file
	Place Place
}

// A Claim is what a function takes from the account: its reservation, or the
// provisioned concurrency that it has without one.
type Claim struct {
	Reserved    Optional[int64] // units
	Provisioned int64           // units, of all versions and aliases
}

// Units returns what the claim takes from the account, units: provisioned
// concurrency sits inside a reservation.
func (c Claim) Units() int64 { return c.Reserved.Or(c.Provisioned) }

// Claim returns what the function takes from the account with its settings.
func (f *Function) Claim() Claim { return Claim{f.Reserved, f.Provisioned} }

// Provided lists what is provisioned where. A scalable target counts with its
// least capacity where the same version or alias has no fixed value, and where what
// scaling has set is less: Application Auto Scaling raises it to that at once.
//
// Source: SourceProvisioned, read 2026-11.
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

// Provisioned returns the least provisioned concurrency of all versions and aliases
// together, units: the sum of what is provided, 0 for what is adrift. A fixed value
// and a scalable target count once, the larger of them, where the name of one is
// not known: it may be that of the other.
func (d *Deployment) Provisioned() (total int64) {
	if d.Adrift {
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

// Fixed returns the versions and aliases that have a provisioned concurrency of
// their own.
func (d *Deployment) Fixed() map[string]bool {
	fixed := make(map[string]bool, len(d.Allocations))
	for _, a := range d.Allocations {
		fixed[a.Qualifier] = true
	}
	return fixed
}

// An Unknown is a value of a file that cannot be resolved.
type Unknown struct {
	Function Optional[string] // absent where the account is meant
	What     string           // the setting, as the file calls it
	Why      string           // what is missing
	Remedy   string           // how to make it known
	Place    Place
}

// A Conflict is a setting that two files give different values; the second one
// counts.
type Conflict struct {
	Function Optional[string] // absent where the account is meant
	What     string           // the setting
	First    string           // its value in the first file
	Second   string           // its value in the second
	At, By   Place            // where the two stand
}
