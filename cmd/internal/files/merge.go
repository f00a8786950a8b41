package files

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// merge adds another file's settings of a function. If the two files disagree, the later one wins.
func (j *joiner) merge(into, f *record.Function) {
	at, by := into.Places.Of(record.KeyReserved), f.Places.Of(record.KeyReserved)
	if r, ok := f.Reserved.Get(); ok {
		if before, ok := into.Reserved.Get(); ok && before != r {
			j.conflict(into.Name, "reserved concurrency", before, r, at, by)
		}
		into.Reserved = f.Reserved
	}
	into.Unreserved = into.Unreserved || f.Unreserved
	into.Called = into.Called && f.Called
	into.NoSnapStart = into.NoSnapStart || f.NoSnapStart
	into.Unprovisioned = append(into.Unprovisioned, f.Unprovisioned...)
	into.Unscaled = append(into.Unscaled, f.Unscaled...)
	into.Queues = append(into.Queues, f.Queues...)
	j.mergeAllocations(into, f)
	mergeTargets(into.Deployment, f.Deployment)
	mergeAliases(into.Deployment, f.Deployment)
	d, e := into.Deployment, f.Deployment
	mergePollers(d, e)
	d.Refused = append(d.Refused, e.Refused...)
	d.SnapStart = d.SnapStart.Else(e.SnapStart)
	d.Unaliased = d.Unaliased.Else(e.Unaliased)
	d.Misdirected = append(d.Misdirected, e.Misdirected...)
	d.NoSuchType = d.NoSuchType.Else(e.NoSuchType)
	d.TimeoutS = e.TimeoutS.Else(d.TimeoutS)
	mergeKinds(d, e)
	d.Current = mergeClaims(into, f)
	into.MemoryMB, into.EphemeralMB = f.MemoryMB.Else(into.MemoryMB), f.EphemeralMB.Else(into.EphemeralMB)
	if f.Arch != "" {
		into.Arch = f.Arch
	}
	newer := f.Managed
	record.MergeManaged(&newer, into.Managed)
	into.Managed = newer
	into.Places.Merge(f.Places)
}

// mergePollers adds the event sources of another file. A function has a queue or a stream only once; the later mapping
// counts.
func mergePollers(into, d *check.Deployment) {
	at := make(map[string]int, len(into.Pollers))
	for i, p := range into.Pollers {
		at[p.Polled] = i
	}
	for _, p := range d.Pollers {
		same, ok := at[p.Polled]
		if ok && p.Polled != "" && (p.Type.IsQueue() || p.Type == source.Kinesis) && into.Pollers[same].Type == p.Type {
			into.Pollers[same] = p
			continue
		}
		into.Pollers = append(into.Pollers, p)
	}
}

// mergeKinds adds what another file says about the kind of a function, and what was measured. A deployment does not
// remove it.
func mergeKinds(into, d *check.Deployment) {
	into.Tenancy = into.Tenancy.Else(d.Tenancy)
	into.Managed = into.Managed.Else(d.Managed)
	into.Runtime = cmp.Or(d.Runtime, into.Runtime)
	into.URL = into.URL.Else(d.URL)
	into.Direct = into.Direct || d.Direct
	into.FileSystem = into.FileSystem.Else(d.FileSystem)
	into.AllocationsS = append(into.AllocationsS, d.AllocationsS...)
	into.Unmeasured += d.Unmeasured
}

// mergeClaims combines what two files say a function has claimed. If both declare the function, the first one wins.
// Otherwise they are plans that each know a part, and the parts are added.
func mergeClaims(into, f *record.Function) calc.Optional[check.Claim] {
	a, ok := into.Deployment.Current.Get()
	b, both := f.Deployment.Current.Get()
	if !ok || !both || into.Declared && f.Declared {
		return into.Deployment.Current.Else(f.Deployment.Current)
	}
	return calc.Some(check.Claim{Reserved: a.Reserved.Else(b.Reserved), Provisioned: a.Provisioned + b.Provisioned,
		Partial: a.Partial && b.Partial})
}

func (j *joiner) mergeAllocations(into, f *record.Function) {
	at := make(map[string]int, len(into.Deployment.Allocations))
	for i, b := range into.Deployment.Allocations {
		at[b.Qualifier] = i
	}
	for _, a := range f.Deployment.Allocations {
		same, ok := at[a.Qualifier]
		if !ok {
			into.Deployment.Allocations = append(into.Deployment.Allocations, a)
			continue
		}
		b := &into.Deployment.Allocations[same]
		if b.Units != a.Units && b.Units.Known() && a.Units.Known() {
			j.conflict(into.Name, "provisioned concurrency", b.Units.Or(0), a.Units.Or(0), b.Place, a.Place)
		}
		a.Observed = a.Observed && b.Observed
		*b = a
	}
}

func mergeTargets(into, d *check.Deployment) {
	type identity struct {
		qualifier string
		scheduled bool
		min, max  calc.Optional[int64] // identify a scheduled action, whose name is not kept
		timing    check.Timing
	}
	of := func(t check.ScalableTarget) identity {
		if !t.Scheduled {
			return identity{qualifier: t.Qualifier}
		}
		return identity{t.Qualifier, true, t.Min, t.Max, t.Timing}
	}
	at := make(map[identity]int, len(into.Targets))
	for i, u := range into.Targets {
		at[of(u)] = i
	}
	for _, t := range d.Targets {
		same, ok := at[of(t)]
		if !ok {
			into.Targets = append(into.Targets, t)
			continue
		}
		u := &into.Targets[same]
		u.Min, u.Max = t.Min.Else(u.Min), t.Max.Else(u.Max)
		u.Tracking, u.Suspended = append(u.Tracking, t.Tracking...), u.Suspended.Or(t.Suspended)
	}
}

func mergeAliases(into, d *check.Deployment) {
	type identity struct{ name, version string }
	known := make(map[identity]bool, len(into.Aliases))
	for _, a := range into.Aliases {
		known[identity{a.Name, a.Version}] = true
	}
	for _, a := range d.Aliases {
		if !known[identity{a.Name, a.Version}] {
			into.Aliases = append(into.Aliases, a)
		}
	}
}

// fillGaps fills the gaps in the desired settings with the deployed ones, because a deployment does not
// change what its files do not mention.
func fillGaps(f, was *record.Function) {
	d, e := f.Deployment, was.Deployment
	if claim, ok := was.Claim().Get(); ok {
		planned := d.Current.Or(check.Claim{Partial: true}) // covers only what the plan knows
		d.Current = calc.Some(check.Claim{
			Reserved:    planned.Reserved.Else(claim.Reserved),
			Provisioned: max(planned.Provisioned, claim.Provisioned), Partial: planned.Partial && claim.Partial})
	}
	keepPlace := func(key string) { f.Places.Set(key, was.Places.Of(key)) }
	if !f.Reserved.Known() && !f.Unreserved && was.Reserved.Known() {
		f.Reserved = was.Reserved
		keepPlace(record.KeyReserved)
	}
	if !f.Places.Of(record.KeyProvisioned).Known() {
		keepPlace(record.KeyProvisioned)
	}
	keepAllocations(f, e)
	keepTargets(f, e)
	keepAliases(d, e)
	for _, p := range e.Pollers {
		mentioned := p.Polled == "" || slices.Contains(f.Queues, p.Polled) || slices.Contains(f.Queues, "")
		if len(f.Queues) == 0 || !mentioned {
			d.Pollers = append(d.Pollers, p)
		}
	}
	if !f.NoSnapStart {
		d.SnapStart = d.SnapStart.Else(e.SnapStart)
	}
	mergeKinds(d, e)
	if !d.TimeoutS.Known() && e.TimeoutS.Known() {
		d.TimeoutS = e.TimeoutS
		keepPlace(record.KeyTimeout)
	}
	if !f.MemoryMB.Known() && was.MemoryMB.Known() {
		f.MemoryMB = was.MemoryMB
		keepPlace(record.KeyMemory)
	}
	if !f.EphemeralMB.Known() && was.EphemeralMB.Known() {
		f.EphemeralMB = was.EphemeralMB
		keepPlace(record.KeyEphemeral)
	}
	before := f.Managed
	record.MergeManaged(&f.Managed, was.Managed)
	for key, added := range map[string]bool{
		record.KeyPerEnvironment:  f.Managed.PerEnvironment != before.PerEnvironment,
		record.KeyMinEnvironments: f.Managed.Min != before.Min, record.KeyMaxEnvironments: f.Managed.Max != before.Max,
		record.KeyMemoryPerVCPU: f.Managed.MemoryPerVCPU != before.MemoryPerVCPU,
	} {
		if added {
			keepPlace(key)
		}
	}
	if f.Arch == "" && was.Arch != "" {
		f.Arch = was.Arch
		keepPlace(record.KeyArch)
	}
}

// keepAliases adds the deployed aliases. Deploying an alias of the file removes the alias's earlier weights.
func keepAliases(d, deployed *check.Deployment) {
	inFile := make(map[string]bool, len(d.Aliases))
	for _, a := range d.Aliases {
		inFile[a.Name] = true
	}
	kept := *deployed
	kept.Aliases = slices.DeleteFunc(slices.Clone(deployed.Aliases), func(a check.Alias) bool {
		return a.Weight && inFile[a.Name]
	})
	mergeAliases(d, &kept)
}

// keepAllocations adds the deployed provisioned concurrency of versions and aliases that the file does not mention.
func keepAllocations(f *record.Function, deployed *check.Deployment) {
	d := f.Deployment
	mentioned := d.Fixed()
	for _, qualifier := range f.Unprovisioned {
		mentioned[qualifier] = true
	}
	unnamed, publishes := map[string]bool{}, false // aliases whose name is unknown; whether the file publishes a version
	for _, t := range d.Targets {
		if t.Unnamed {
			unnamed[t.Qualifier] = true
		}
	}
	for _, a := range d.Allocations {
		if a.Unnamed {
			unnamed[a.Qualifier] = true
		}
		publishes = publishes || a.Version && !record.IsNumber(a.Qualifier)
	}
	latest := int64(0)
	var aliases []check.Allocation // those the file does not mention
	for _, a := range deployed.Allocations {
		if n, ok := record.WholeNumber(a.Qualifier); ok {
			latest = max(latest, n)
		} else if !mentioned[a.Qualifier] && !a.Version {
			aliases = append(aliases, a)
		}
	}
	// An alias with an unknown name may be any of these. The largest ones count as mentioned, to avoid false findings.
	slices.SortStableFunc(aliases, func(a, b check.Allocation) int { return cmp.Compare(b.Units.Or(0), a.Units.Or(0)) })
	for _, a := range aliases[:min(len(unnamed), len(aliases))] {
		mentioned[a.Qualifier] = true
	}
	for _, a := range deployed.Allocations {
		n, numbered := record.WholeNumber(a.Qualifier)
		switch {
		case mentioned[a.Qualifier]:
		case numbered && (publishes || len(unnamed) > 0) && n == latest: // the file may replace it
		case a.Qualifier == "" && len(mentioned) > 0:
		default:
			d.Allocations = append(d.Allocations, a)
		}
	}
}

// keepTargets adds the deployed scalable targets that the file does not mention. It adds none if the file has a
// target with an unknown name, which may be any of them.
func keepTargets(f *record.Function, deployed *check.Deployment) {
	d := f.Deployment
	if slices.ContainsFunc(d.Targets, func(t check.ScalableTarget) bool { return t.Unnamed }) {
		return
	}
	mentioned := map[string]bool{}
	for _, t := range d.Targets {
		mentioned[t.Qualifier] = true
	}
	for _, qualifier := range f.Unscaled {
		mentioned[qualifier] = true
	}
	for _, t := range deployed.Targets {
		if !mentioned[t.Qualifier] {
			d.Targets = append(d.Targets, t)
		}
	}
}
