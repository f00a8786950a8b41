package calc

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Mode is how a function is invoked.
type Mode string

// The invocation modes. Pollers (SQS, Kinesis, DynamoDB streams, Kafka) invoke
// synchronously.
const (
	Sync  Mode = "sync"  // the caller waits; the excess is throttled
	Async Mode = "async" // Lambda queues the event; the excess waits
)

// An Arch is the instruction set of a function.
type Arch string

// The instruction sets of Lambda.
const (
	X86 Arch = "x86_64"
	ARM Arch = "arm64"
)

// A Function is one function of an account: its load and its settings.
type Function struct {
	// Name identifies the function; unique in an account, 1 to 170 printable
	// characters.
	Name string
	// Mode is how the function is invoked. Empty means that nobody said: then
	// Limits shows both modes, and Spill and Plan take it as Sync.
	Mode Mode
	// RPS is the offered rate at its peak, requests per second, 0 to 1e9.
	// Absent counts as 0, with a finding.
	RPS Optional[float64]
	// HourlyRPS is the rate in each of the 24 hours of a day, UTC, requests per
	// second, 0 to 1e9; nil where it is not given. RPS is then its peak, for
	// which everything is sized; costs are those of the day.
	HourlyRPS []float64
	// AverageRPS is the mean rate, requests per second, 0 to 1e9. It only
	// serves the text of a quota request.
	AverageRPS Optional[float64]
	// DurationMS is the mean duration of an invocation, milliseconds, more
	// than 0. Without it only rate limits are known.
	DurationMS Optional[float64]
	// Reserved is the reserved concurrency, units, 0 to 1e8. Absent means that
	// the function shares the unreserved pool, 0 that it is switched off.
	Reserved Optional[int64]
	// Provisioned is the provisioned concurrency of all versions and aliases
	// together, units, 0 to 1e8; 0 means none. At most Reserved, where that is
	// set.
	Provisioned int64
	// Peakedness says how bursty the requests arrive: the variance of their
	// concurrency over its mean, 1 to 1000. Absent is 1, the Poisson arrivals
	// of many independent callers.
	Peakedness Optional[float64]
	// MemoryMB is the configured memory, 128 to 10240 MB.
	MemoryMB Optional[int64]
	// Arch is the instruction set; empty is x86_64, Lambda's own default.
	Arch Arch
	// EphemeralMB is the ephemeral storage, 512 to 10240 MB; absent is 512.
	EphemeralMB Optional[int64]
	// InitMS is the init time of a cold start, milliseconds, more than 0. It
	// only serves the cost.
	InitMS Optional[float64]
	// EventSource names what invokes the function, in free words, such as
	// "API Gateway". It only serves the text of a quota request.
	EventSource string
	// Origins tells where the values stand that come from a file.
	Origins Origins
	// Deployment is what files say of how the function is deployed; nil where
	// there is none that does.
	Deployment *Deployment
}

// An Account is an AWS account in one Region with the functions that matter.
type Account struct {
	// Concurrency is the concurrency quota, units, 1 to 1e8.
	Concurrency int64
	// UnreservedFloor is the concurrency AWS keeps unreserved, units, 0 to
	// 1e8. Absent means the default, see Floor.
	UnreservedFloor Optional[int64]
	// Region is the Region's code, such as us-east-1; it may be empty.
	Region string
	// KeepAliveMS is how long Lambda keeps an idle on-demand environment,
	// milliseconds, more than 0. Absent means DefaultKeepAliveMS.
	KeepAliveMS Optional[float64]
	// ClaimedElsewhere is what functions that are not listed have reserved or
	// provisioned, units, 0 to 1e8.
	ClaimedElsewhere int64
	// Functions are the functions to look at; it may be empty.
	Functions []Function
	// Unknown are the values of files that cannot be resolved.
	Unknown []Unknown
	// Conflicts are the settings of which files differ.
	Conflicts []Conflict
	// Origins tells where the values stand that come from a file.
	Origins Origins
}

// Floor returns the units that AWS keeps unreserved: UnreservedFloor where it
// is set, else
//
//	min(100, A)
//
// where A is the account's quota. AWS prints only the 100; that accounts with
// a quota of 10 or 50 report floors of 10 and 50 is known from error messages.
//
// Source: SourceConcurrency, read 2026-11; the minimum is derived.
func (a Account) Floor() int64 {
	return a.UnreservedFloor.Or(min(OrdinaryFloor, a.Concurrency))
}

// reserved returns the reservations of all functions together.
func (a Account) reserved() (total int64) {
	for i := range a.Functions {
		total += a.Functions[i].Reserved.Or(0)
	}
	return total
}

// provisionedUnreserved returns the provisioned concurrency of the functions
// without a reservation together. Inside a reservation it is part of it.
func (a Account) provisionedUnreserved() (total int64) {
	for i := range a.Functions {
		if !a.Functions[i].Reserved.Known() {
			total += a.Functions[i].Provisioned
		}
	}
	return total
}

// claimed returns the units set aside: C, and the sums of R and of P without R.
func (a Account) claimed() int64 {
	return a.ClaimedElsewhere + a.reserved() + a.provisionedUnreserved()
}

// Unreserved returns the units that functions without a reservation share:
//
//	U = A - C - sum(R) - sum(P of functions without R)
//
// where A is the quota, C what functions that are not listed have claimed, R a
// reservation and P provisioned concurrency. Units
// set aside count when configured, used or not. U is not negative for a valid
// account.
//
// Source: SourceReserved, SourceMonitoring, read 2026-11.
func (a Account) Unreserved() int64 {
	return a.Concurrency - a.claimed()
}

// A Field names an input of an account, by its key in a profile.
type Field string

// The inputs that a Fault can name.
const (
	FieldConcurrency     Field = "concurrency"
	FieldUnreservedFloor Field = "unreserved_floor"
	FieldRegion          Field = "region"
	FieldKeepAlive       Field = "keep_alive"
	FieldName            Field = "name"
	FieldMode            Field = "mode"
	FieldRPS             Field = "rps"
	FieldSchedule        Field = "schedule"
	FieldAverageRPS      Field = "average_rps"
	FieldDuration        Field = "duration"
	FieldReserved        Field = "reserved"
	FieldProvisioned     Field = "provisioned"
	FieldPeakedness      Field = "peakedness"
	FieldMemory          Field = "memory"
	FieldArch            Field = "arch"
	FieldEventSource     Field = "event_source"
	FieldEphemeral       Field = "ephemeral_storage"
	FieldInit            Field = "init"
	FieldHours           Field = "hours"
	FieldEnabledHours    Field = "enabled_hours"
	FieldFreeTier        Field = "free_tier"
	FieldSavingsPlan     Field = "savings_plan"
	FieldHeadroom        Field = "headroom"
	FieldTargetSpillover Field = "target_spillover"
	FieldTargetThrottle  Field = "target_throttle"
	FieldMaxDurationAt   Field = "max_duration_at"
	FieldOptimize        Field = "optimize"
	FieldSpillPenalty    Field = "spill_penalty"
	FieldSegments        Field = "segments"
	FieldMinSegment      Field = "min_segment"
	FieldWrap            Field = "wrap"
	FieldSweep           Field = "sweep"
	FieldDuringDeploy    Field = "during_deploy"
	FieldConnections     Field = "connections_per_env"
	FieldMaxConnections  Field = "max_connections"
)

// AccountFault is the Function of a Fault that concerns the account.
const AccountFault = -1

// A Fault is one thing that is wrong with an account.
type Fault struct {
	Function int    // index in Account.Functions, or AccountFault
	Field    Field  // the input at fault
	Message  string // the value, what is wrong with it, and what is legal
}

// Faults is everything that is wrong with an account. errors.Is finds
// ErrInvalid in it.
type Faults []Fault

// Error gives the faults, one a line.
func (f Faults) Error() string {
	var b strings.Builder
	for i, fault := range f {
		if i > 0 {
			b.WriteByte('\n')
		}
		if fault.Function != AccountFault {
			fmt.Fprintf(&b, "functions[%d].", fault.Function)
		}
		fmt.Fprintf(&b, "%s: %s", fault.Field, fault.Message)
	}
	return b.String()
}

// note adds a fault.
func (f *Faults) note(function int, field Field, format string, args ...any) {
	*f = append(*f, Fault{function, field, fmt.Sprintf(format, args...)})
}

// Unwrap returns ErrInvalid.
func (f Faults) Unwrap() error { return ErrInvalid }

// Validate returns nil, or Faults with every fault of the account: values out
// of their range, names that are missing or used twice, provisioned
// concurrency above the reservation around it, more units set aside than the
// account has. Limits, Spill and Plan call it themselves.
func (a Account) Validate() error {
	var faults Faults
	note := faults.note
	count := func(i int, field Field, n, least int64, legal string) {
		if n < least || n > maxUnits {
			note(i, field, "%q is out of range; legal: %s", strconv.FormatInt(n, 10), legal)
		}
	}
	rate := func(i int, field Field, o Optional[float64]) {
		if rps, ok := o.Get(); ok && !(rps >= 0 && rps <= maxRate) {
			note(i, field, "%q is out of range; legal: %s", strconv.FormatFloat(rps, 'g', -1, 64), legalRate)
		}
	}

	count(AccountFault, FieldConcurrency, a.Concurrency, 1, legalAccount)
	if n, ok := a.UnreservedFloor.Get(); ok {
		count(AccountFault, FieldUnreservedFloor, n, 0, legalUnits)
	}
	count(AccountFault, FieldConcurrency, a.ClaimedElsewhere, 0, legalUnits)
	if ms, ok := a.KeepAliveMS.Get(); ok {
		if problem := durationProblem(ms); problem != "" {
			note(AccountFault, FieldKeepAlive, "%q ms %s; legal: %s", strconv.FormatFloat(ms, 'g', -1, 64), problem, legalDuration)
		}
	}
	if a.Region != "" && !validRegion(a.Region) {
		note(AccountFault, FieldRegion, "%s is not a Region; legal: %s", quote(a.Region), legalRegion)
	}

	load := 0.0
	seen := make(map[string]bool, len(a.Functions))
	for i := range a.Functions {
		f := &a.Functions[i]
		switch {
		case !validName(f.Name):
			note(i, FieldName, "%s is not a function name; legal: %s", quote(f.Name), legalName)
		case seen[f.Name]:
			note(i, FieldName, "%s names two functions; legal: a name of its own for each", quote(f.Name))
		}
		seen[f.Name] = true
		if f.Mode != "" && f.Mode != Sync && f.Mode != Async {
			note(i, FieldMode, "%s is not known; legal: %s", quote(string(f.Mode)), legalMode)
		}
		if f.Arch != "" && f.Arch != X86 && f.Arch != ARM {
			note(i, FieldArch, "%s is not known; legal: %s", quote(string(f.Arch)), legalArch)
		}
		rate(i, FieldRPS, f.RPS)
		rate(i, FieldAverageRPS, f.AverageRPS)
		if problem := f.dayProblem(); problem != "" {
			note(i, FieldSchedule, "%s; legal: %s", problem, legalDay)
		}
		if average, ok := f.AverageRPS.Get(); ok && f.RPS.Known() && average > f.RPS.Or(0) {
			note(i, FieldAverageRPS, "the average of %s requests/s is above the peak of %s; legal: at most the rate",
				FormatNumber(average), FormatNumber(f.RPS.Or(0)))
		}
		if ms, ok := f.DurationMS.Get(); ok {
			if problem := durationProblem(ms); problem != "" {
				note(i, FieldDuration, "%q ms %s; legal: %s", strconv.FormatFloat(ms, 'g', -1, 64), problem, legalDuration)
			}
			load += f.RPS.Or(0) * ms / 1000
		}
		if z, ok := f.Peakedness.Get(); ok && !(z >= 1 && z <= maxPeakedness) {
			note(i, FieldPeakedness, "%q is out of range; legal: %s", strconv.FormatFloat(z, 'g', -1, 64), legalPeakedness)
		}
		if mb, ok := f.MemoryMB.Get(); ok && (mb < MinMemoryMB || mb > MaxMemoryMB) {
			note(i, FieldMemory, "%q is out of range; legal: %s", strconv.FormatInt(mb, 10), legalMemory)
		}
		if mb, ok := f.EphemeralMB.Get(); ok && (mb < FreeEphemeralMB || mb > MaxEphemeralMB) {
			note(i, FieldEphemeral, "%q is out of range; legal: %s", strconv.FormatInt(mb, 10), legalEphemeral)
		}
		if ms, ok := f.InitMS.Get(); ok {
			if problem := durationProblem(ms); problem != "" {
				note(i, FieldInit, "%q ms %s; legal: %s", strconv.FormatFloat(ms, 'g', -1, 64), problem, legalDuration)
			}
		}
		if f.EventSource != "" && !printable(f.EventSource) {
			note(i, FieldEventSource, "%s has characters that cannot be printed; legal: printable ones", quote(f.EventSource))
		}
		count(i, FieldProvisioned, f.Provisioned, 0, legalUnits)
		if r, ok := f.Reserved.Get(); ok {
			count(i, FieldReserved, r, 0, legalUnits)
			if f.Provisioned > r {
				note(i, FieldProvisioned, "%d is more than the reserved concurrency of %d; legal: at most the reservation, or no reservation",
					f.Provisioned, r)
			}
		}
	}
	if len(faults) > 0 {
		return faults // sums of illegal values would only confuse
	}

	if claimed := a.claimed(); a.Concurrency < claimed {
		elsewhere := ""
		if a.ClaimedElsewhere > 0 {
			elsewhere = fmt.Sprintf(", %d by functions that are not listed", a.ClaimedElsewhere)
		}
		note(AccountFault, FieldConcurrency,
			"%d is less than the %d units set aside (%d reserved, %d provisioned without a reservation%s); legal: at least their sum",
			a.Concurrency, claimed, a.reserved(), a.provisionedUnreserved(), elsewhere)
	}
	if !(load <= maxLoad) {
		note(AccountFault, FieldConcurrency, "rate x duration of all functions comes to %g environments; legal: at most %g", load, maxLoad)
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// dayProblem says what is wrong with the hourly rates.
func (f *Function) dayProblem() string {
	if len(f.HourlyRPS) == 0 {
		return ""
	}
	if len(f.HourlyRPS) != HoursPerDay {
		return fmt.Sprintf("%d hourly rates are no day", len(f.HourlyRPS))
	}
	for hour, rps := range f.HourlyRPS {
		if !(rps >= 0 && rps <= maxRate) {
			return fmt.Sprintf("%g at %d h is out of range", rps, hour)
		}
		if rps > f.RPS.Or(0) {
			return fmt.Sprintf("%s requests/s at %d h are above the peak of %s", FormatNumber(rps), hour, FormatNumber(f.RPS.Or(0)))
		}
	}
	return ""
}

func validName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 170 && printable(name)
}

func printable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// validRegion accepts what Region codes look like: lower-case words joined by
// hyphens, the last a number. It knows no list, so that a new Region works.
func validRegion(region string) bool {
	words := strings.Split(region, "-")
	if len(words) < 3 || len(region) > 32 {
		return false
	}
	last := len(words) - 1
	for _, w := range words[:last] {
		if w == "" || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return words[last] != "" && strings.Trim(words[last], "0123456789") == ""
}

// AccountResult is what every result says of the account as a whole.
type AccountResult struct {
	// Concurrency is the quota, units.
	Concurrency int64 `json:"concurrency"`
	// UnreservedFloor is what AWS keeps unreserved, units.
	UnreservedFloor int64 `json:"unreserved_floor"`
	// ReservedTotal is the sum of the reservations, units.
	ReservedTotal int64 `json:"reserved_total"`
	// ProvisionedUnreservedTotal is the provisioned concurrency of functions
	// without a reservation, units.
	ProvisionedUnreservedTotal int64 `json:"provisioned_unreserved_total"`
	// ClaimedElsewhere is what functions that are not listed have reserved or
	// provisioned, units; known from get-account-settings.
	ClaimedElsewhere int64 `json:"claimed_elsewhere"`
	// Unreserved is what functions without a reservation share, units.
	Unreserved int64 `json:"unreserved"`
	// Reservable is how much more could be reserved or provisioned, units:
	// max(0, Unreserved - UnreservedFloor).
	Reservable int64 `json:"reservable"`
	// RateCeilingRPS is 10 x Concurrency, requests per second.
	RateCeilingRPS int64 `json:"rate_ceiling_rps"`
	// OfferedSyncRPS is the offered rate of all synchronous functions,
	// requests per second.
	OfferedSyncRPS float64 `json:"offered_sync_rps"`
	// RequiredConcurrency is the smallest quota that carries the load with the
	// settings as they are, units; absent where no function has a rate.
	// Durations that are not known take no part in it.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
}

// Result computes what every result says of the account. Of an account that is
// not valid it shows the sums as they are, Unreserved below 0 among them.
func (a Account) Result() AccountResult {
	r := AccountResult{
		Concurrency:                a.Concurrency,
		UnreservedFloor:            a.Floor(),
		ReservedTotal:              a.reserved(),
		ProvisionedUnreservedTotal: a.provisionedUnreserved(),
		ClaimedElsewhere:           a.ClaimedElsewhere,
		Unreserved:                 a.Unreserved(),
		RateCeilingRPS:             RatePerUnit * a.Concurrency,
	}
	r.Reservable = max(0, r.Unreserved-r.UnreservedFloor)
	rated := false
	for i := range a.Functions {
		f := &a.Functions[i]
		rated = rated || f.RPS.Known()
		if f.mode() == Sync {
			r.OfferedSyncRPS += f.RPS.Or(0)
		}
	}
	if rated {
		r.RequiredConcurrency = Some(a.required())
	}
	return r
}

// required returns the units the account needs with its settings as they are:
//
//	C + sum(R) + sum(P without R) + max(F if anything is set aside, need of U)
//
// where C is what functions that are not listed have claimed, F is the unreserved floor and the need of U follows from the rates
// that provisioned concurrency leaves over. Derived from SourceConcurrency.
func (a Account) required() int64 { return a.requiredWith(0, 0) }

// requiredWith is the same with a headroom, a ratio, on the need of U, which is
// at least a number of units.
func (a Account) requiredWith(headroom float64, least int64) int64 {
	aside := a.claimed()
	return aside + a.sharedUnits(aside, withHeadroom(max(a.unreservedNeed().units(0), least), headroom))
}

// unreservedNeed is the need of U.
func (a Account) unreservedNeed() sharedNeed {
	var need sharedNeed
	for i := range a.Functions {
		f := &a.Functions[i]
		if !f.Reserved.Known() {
			need.add(f, f.RPS.Or(0)-f.provisionedRPS())
		}
	}
	return need
}

// sharedUnits returns the unreserved units an account must have when the
// functions that share them need the given number: AWS insists on the floor as
// soon as anything is set aside.
func (a Account) sharedUnits(aside, need int64) int64 {
	if aside > 0 {
		return max(a.Floor(), need)
	}
	return need
}

// sharedNeed adds up what functions need of the unreserved pool:
//
//	max(ceil(sum(e d)), ceil(sum(e of sync)/10))
//
// where e is the excess over provisioned concurrency, requests per second.
// Derived from SourceConcurrency.
type sharedNeed struct {
	load    float64 // environments
	syncRPS float64 // requests per second
}

func (n *sharedNeed) add(f *Function, excess float64) {
	if f.mode() == Sync {
		n.syncRPS += excess
	}
	if d, ok := f.seconds(); ok {
		n.load += excess * d
	}
}

// units returns the need with a headroom, a ratio.
func (n sharedNeed) units(headroom float64) int64 {
	return withHeadroom(max(CeilUnits(n.load), CeilUnits(n.syncRPS/RatePerUnit)), headroom)
}

// withHeadroom returns ceil(n (1 + h)).
func withHeadroom(n int64, headroom float64) int64 {
	return CeilUnits(float64(n) * (1 + headroom))
}

// mode is Mode with its default.
func (f *Function) mode() Mode {
	if f.Mode == "" {
		return Sync
	}
	return f.Mode
}

// seconds returns the mean duration in seconds and whether it is known.
func (f *Function) seconds() (float64, bool) {
	return f.DurationMS.Or(0) / 1000, f.DurationMS.Known()
}

// tolerance is the relative error that the model forgives: the same in
// CeilUnits and in deciding whether a part of a rate is nothing.
const tolerance = 1e-9

// CeilUnits returns the smallest whole number of units that is at least x,
// forgiving a relative error of 1e-9:
//
//	floor(x)      where x - floor(x) <= 1e-9 x
//	floor(x) + 1  else
//
// x is a number of units, 0 or more. Binary fractions make 200 x 1.1 come out
// as 220.00000000000003, which needs 220 units and not 221. For a negative x
// or NaN it returns 0, for x beyond the range of int64 the largest int64.
func CeilUnits(x float64) int64 {
	switch whole := math.Floor(x); {
	case !(x > 0):
		return 0
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x-whole <= tolerance*x:
		return int64(whole)
	default:
		return int64(whole) + 1
	}
}
