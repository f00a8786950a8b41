package record

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// The profile keys under which the places of values are recorded.
const (
	KeyConcurrency = "concurrency"
	KeyReserved    = "reserved"
	KeyProvisioned = "provisioned"
	KeyMemory      = "memory"
	KeyEphemeral   = "ephemeral_storage"
	KeyArch        = "arch"
	KeyTimeout     = "timeout"
)

// The profile keys of settings that only functions on Managed Instances have.
const (
	KeyRuntime         = "runtime"
	KeyPerEnvironment  = "per_environment"
	KeyMinEnvironments = "environments_min"
	KeyMaxEnvironments = "environments_max"
	KeyMemoryPerVCPU   = "memory_per_vcpu"
)

// A Function holds what one file says about a function. Its Deployment is never nil.
//
// Settings that a file does not mention stay as they are, so some fields record what the file removes.
type Function struct {
	Name        string
	Reserved    calc.Optional[int64] // units
	MemoryMB    calc.Optional[int64]
	EphemeralMB calc.Optional[int64]
	Arch        calc.Arch
	Managed     calc.Managed // empty unless the function runs on Managed Instances
	Places      check.Places
	Deployment  *check.Deployment

	// Unreserved means that the function has no reservation, and NoSnapStart that it has no SnapStart.
	Unreserved, NoSnapStart bool
	// Unprovisioned lists the versions and aliases whose provisioned concurrency the file removes.
	Unprovisioned []string
	// Unscaled lists the versions and aliases whose scalable target the file removes.
	Unscaled []string
	// Queues lists the queues whose maximum concurrency the file sets or omits. An empty name stands for any queue.
	Queues []string

	// Deployed means that the file describes what is deployed, not what is desired.
	Deployed bool
	// Declared means that the file declares the function and does not just refer to it.
	Declared bool
	// Nameless means that the file does not say which function it is about.
	Nameless bool
	// Called means that the file only says what calls the function: a source that Lambda polls for it, or a URL. If no
	// other file says more, it does not count as a function.
	Called bool
	// Logical means that the name is only a logical id, which another template may use for another function.
	Logical bool
	// ID is the logical id of a function that has another name, or empty. A profile may use the id.
	ID string
	// StackID is the logical id of a deployed function in its stack, according to its tag. It is empty if no file has the
	// tag.
	StackID string
	// Also lists other names that files may use for the function.
	Also []string

	targets map[string]int // indexes into Deployment.Targets, by version or alias
	events  check.Poller   // the source of asynchronous events, while it is not among the Pollers
}

// Reserve sets the reserved concurrency.
func (f *Function) Reserve(value string, place check.Place) {
	units, ok := WholeNumber(value)
	if !ok || units < 0 {
		f.refuse(KeyReserved, value, place)
		return
	}
	f.Reserved = calc.Some(units)
	f.Places.Set(KeyReserved, place)
}

// refuse records a setting that is not a number AWS accepts.
func (f *Function) refuse(key, value string, place check.Place) {
	refused := check.Refused{Field: key, Text: tree.Shown(value), Place: place}
	if !slices.Contains(f.Deployment.Refused, refused) { // a response may list a function more than once
		f.Deployment.Refused = append(f.Deployment.Refused, refused)
	}
}

// Allocate adds the provisioned concurrency of a version or an alias.
func (f *Function) Allocate(qualifier, value string, place check.Place) {
	units, ok := WholeNumber(value)
	if !ok {
		f.refuse(KeyProvisioned, value, place)
		return
	}
	f.AddAllocation(check.Allocation{Qualifier: qualifier, Units: calc.Some(units), Place: place})
}

// Observe marks the last added allocation as reported by AWS.
func (f *Function) Observe() {
	if n := len(f.Deployment.Allocations); n > 0 {
		f.Deployment.Allocations[n-1].Observed = true
	}
}

// AddAllocation adds an allocation. Its units may be absent.
func (f *Function) AddAllocation(a check.Allocation) {
	a.Qualifier = ShowHoles(a.Qualifier)
	a.Version, a.Unnamed = IsVersion(a.Qualifier), isUnnamed(a.Qualifier)
	f.Deployment.Allocations = append(f.Deployment.Allocations, a)
	f.provisionedAt(a.Place)
}

// provisionedAt records the first place that sets provisioned concurrency.
func (f *Function) provisionedAt(place check.Place) {
	if !f.Places.Of(KeyProvisioned).Known() {
		f.Places.Set(KeyProvisioned, place)
	}
}

// AddTarget adds a scalable target, or a scheduled action on one.
func (f *Function) AddTarget(t check.ScalableTarget) {
	t.Qualifier = ShowHoles(t.Qualifier)
	t.Version, t.Unnamed = IsVersion(t.Qualifier), isUnnamed(t.Qualifier)
	if !t.Scheduled && !f.HasTarget(t.Qualifier) {
		if f.targets == nil {
			f.targets = map[string]int{}
		}
		f.targets[t.Qualifier] = len(f.Deployment.Targets)
	}
	f.Deployment.Targets = append(f.Deployment.Targets, t)
	f.provisionedAt(t.Place)
}

// HasTarget reports whether the file has a scalable target for a version or alias.
func (f *Function) HasTarget(qualifier string) bool {
	_, ok := f.targets[qualifier]
	return ok
}

// Track adds target tracking to the scalable target of a version or alias. It creates the target if the
// file does not contain it.
func (f *Function) Track(qualifier string, t check.Tracking) {
	shown := ShowHoles(qualifier)
	if !f.HasTarget(shown) {
		f.AddTarget(check.ScalableTarget{Qualifier: qualifier, Place: t.Place})
	}
	target := &f.Deployment.Targets[f.targets[shown]]
	target.Tracking = append(target.Tracking, t)
}

// AddAlias adds an alias of a version. The version is empty if unknown.
func (f *Function) AddAlias(name, version string, place check.Place) {
	alias := check.Alias{Name: ShowHoles(name), Version: version, Place: place}
	f.Deployment.Aliases = append(f.Deployment.Aliases, alias)
}

// AddWeight adds a version that gets a share of an alias's traffic.
func (f *Function) AddWeight(name, version string, place check.Place) {
	f.AddAlias(name, version, place)
	f.Deployment.Aliases[len(f.Deployment.Aliases)-1].Weight = true
}

// UnsureWeights notes that the last alias added may or may not have more versions.
func (f *Function) UnsureWeights(place check.Place, what string, o *Obstacle) {
	last := &f.Deployment.Aliases[len(f.Deployment.Aliases)-1]
	last.Weights = calc.Some(check.Unknown{What: what, Why: o.Why, Remedy: o.Remedy, Place: place})
}

// AddPoller adds an event source. What it polls is given by its ARN.
func (f *Function) AddPoller(p check.Poller) {
	p.Polled = PolledName(p.Polled)
	if p.Type == source.SQSFIFO && p.WindowS.Or(0) == 0 { // it has no window, which answers write as 0
		p.WindowS = calc.Optional[float64]{}
	}
	f.Deployment.Pollers = append(f.Deployment.Pollers, p)
}

// KeepNode is Keep for a node, which may be missing.
func (f *Function) KeepNode(key string, n tree.Node) {
	if n.HasValue() {
		f.Keep(key, n.Scalar(), n.Place())
	}
}

// Keep sets a value that does not concern units: the memory, the instruction set, the ephemeral storage, or the timeout
// in seconds. It refuses a memory or storage size that AWS rejects. It ignores an instruction set that AWS would
// reject. What the function runs on must be known before its memory.
func (f *Function) Keep(key, value string, place check.Place) {
	n, ok := WholeNumber(value)
	switch key {
	case KeyMemory:
		most := int64(aws.MaxMemoryMB)
		if f.Deployment.Managed.Known() {
			most = aws.MaxManagedMemoryMB
		}
		if !ok || n < aws.MinMemoryMB || n > most {
			f.refuse(key, value, place)
			return
		}
		f.MemoryMB = calc.Some(n)
	case KeyEphemeral:
		if !ok || n < aws.FreeEphemeralMB || n > aws.MaxEphemeralMB {
			f.refuse(key, value, place)
			return
		}
		f.EphemeralMB = calc.Some(n)
	case KeyTimeout:
		if !ok {
			return
		}
		f.Deployment.TimeoutS = calc.Some(n)
	case KeyArch:
		if value != string(calc.ARM) && value != string(calc.X86) {
			return
		}
		f.Arch = calc.Arch(value)
	}
	f.Places.Set(key, place)
}

// Claim returns what a deployed function has claimed; absent if the file does not say.
func (f *Function) Claim() calc.Optional[check.Claim] {
	if f.Reserved.Known() || f.Unreserved || len(f.Deployment.Allocations)+len(f.Deployment.Targets) > 0 {
		return calc.Some(check.Claim{Reserved: f.Reserved, Provisioned: f.Deployment.Provisioned(),
			Partial: !f.Reserved.Known() && !f.Unreserved})
	}
	return calc.Optional[check.Claim]{}
}
