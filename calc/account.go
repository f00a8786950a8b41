package calc

import (
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A Mode is how a function is invoked. The zero Mode means that no mode is given: Limits then lists both modes, and
// everything else treats the function as synchronous.
type Mode string

// The invocation modes. Pollers (SQS, Kinesis, DynamoDB streams, Kafka) invoke synchronously.
const (
	Sync  Mode = "sync"  // the caller waits; refused requests are throttled
	Async Mode = "async" // Lambda queues the event; refused events wait
)

// RateLimited reports whether requests are limited by rate as well as by concurrency.
func (m Mode) RateLimited() bool { return m != Async }

// Queues reports whether requests that are not accepted wait in a queue.
func (m Mode) Queues() bool { return m == Async }

// Word returns the mode as an adjective.
func (m Mode) Word() string {
	if m == Async {
		return "asynchronous"
	}
	return "synchronous"
}

// ParseMode reads an invocation mode: sync or async.
func ParseMode(text string) (Mode, error) { return quantity.ParseWord(text, Sync, Async) }

// An Arch is a function's instruction set. The zero Arch means X86, which is Lambda's default.
type Arch string

// The instruction sets of Lambda.
const (
	X86 Arch = "x86_64"
	ARM Arch = "arm64"
)

// ParseArch reads an instruction set: x86_64 or arm64.
func ParseArch(text string) (Arch, error) { return quantity.ParseWord(text, X86, ARM) }

// A Function is one function of an account: its load and its settings.
type Function struct {
	// Name identifies the function. It is unique within an account, see CheckName.
	Name string
	// Unnamed reports whether the function has no name, so that Name is only a stand-in. Commands then show a placeholder.
	Unnamed bool
	// Qualifier is the version or alias that provisioned concurrency belongs to; empty if it is not known. Commands then
	// show a placeholder.
	Qualifier string
	// Mode is how the function is invoked.
	Mode Mode
	// RPS is the offered rate at its peak, requests per second, 0 to 1e9. If absent, it counts as 0, and a finding says
	// so.
	RPS Optional[float64]
	// Day is the rate over a repeating day, requests per second, in 24 steps of one hour in Account.TimeZone. It is empty
	// if only the peak is known. RPS is the peak of the day, and sizes are based on it; costs are based on the whole day.
	Day series.Series
	// AverageRPS is the mean rate over the month, requests per second, 0 to RPS. Costs are based on it, and sizes on RPS.
	// It cannot be combined with Day, which has its own mean.
	AverageRPS Optional[float64]
	// DurationMS is the mean duration of an invocation, milliseconds, more than 0. Without it, only rate limits are known.
	DurationMS Optional[float64]
	// Durable reports whether a request is an execution of a durable function. DurationMS is then its active time, without
	// waits, which may exceed the longest invocation.
	Durable bool
	// RateUnknown reports whether only the concurrency of the load is known. RPS and DurationMS then describe requests of
	// one second, so that each request per second keeps one environment busy.
	RateUnknown bool
	// Reserved is the reserved concurrency, units, 0 to 1e8. Absent means that the function shares the unreserved pool; 0
	// means that it is switched off.
	Reserved Optional[int64]
	// Provisioned is the combined provisioned concurrency of all versions and aliases, units, 0 to 1e8; 0 means none.
	// It must not exceed Reserved if that is set.
	Provisioned int64
	// Peakedness measures how bursty the arrivals are: the variance of their concurrency divided by its mean, 1 to
	// 1000. Absent means 1, the Poisson arrivals of many independent callers.
	Peakedness Optional[float64]
	// OnTheMinute is the part of the requests that comes at the start of every minute. Absent means that the rate is the
	// same all the time. It affects only random arrivals: the steady state is that of the mean rate.
	OnTheMinute Optional[OnTheMinute]
	// MemoryMB is the configured memory, 128 to 10,240 MB; see Managed.
	MemoryMB Optional[int64]
	// Arch is the instruction set.
	Arch Arch
	// EphemeralMB is the ephemeral storage, 512 to 10,240 MB; absent means 512.
	EphemeralMB Optional[int64]
	// InitMS is the init time of a cold start, milliseconds, more than 0. It affects only the cold starts and their cost.
	InitMS Optional[float64]
	// Compute is what the function runs on.
	Compute Compute
	// Managed describes the function on Managed Instances; empty for other functions. MemoryMB is then the memory of an
	// environment, 2,048 to 32,768 MB, and is sized if absent.
	Managed Managed
	// Tenants is how many environments the tenants of a function with tenant isolation have, busy or idle, 0 to 1e8;
	// absent if not known.
	Tenants Optional[int64]
	// Isolated reports whether the function has tenant isolation although Tenants is absent.
	Isolated bool
	// EventSource names what invokes the function, as free text such as "API Gateway". It is used only in the text of a
	// quota request.
	EventSource string
	// TimeoutMS is the timeout of an invocation, milliseconds; absent if not given. It is used only beside Sources.
	TimeoutMS Optional[float64]
	// Sources are the event sources that invoke the function in batches. DurationMS is then that of a batch.
	Sources []source.Source
	// Regions are the Regions in which a function of Lambda@Edge handles requests, with their shares, which add up to 1.
	// RPS, Day and AverageRPS are then of all Regions together. Empty for other functions.
	Regions []RegionShare
	// region is the Region of a part of a function of Lambda@Edge, see Function.inRegion; empty for other functions.
	region string
	// managed is the whole function if this is only its description, see Account.inPools; so is polled.
	managed *Function
	polled  *polled
}

// An Account is an AWS account in one Region, with the functions of interest. Those of Lambda@Edge also run in others.
type Account struct {
	// Concurrency is the concurrency quota, units, 1 to 1e8.
	Concurrency int64
	// DefaultQuota reports whether Concurrency is the default quota, assumed because none was given.
	DefaultQuota bool
	// UnreservedFloor is the concurrency that AWS keeps unreserved, units, 0 to 1e8. Absent means the default, see
	// Floor.
	UnreservedFloor Optional[int64]
	// Region is the code of the Region, such as us-east-1; it may be empty.
	Region string
	// TimeZone is the time zone of the hours in Function.Day, such as Europe/Berlin, see CheckTimeZone; empty for UTC.
	TimeZone string
	// KeepAliveMS is how long Lambda keeps an idle on-demand environment, milliseconds, more than 0. Absent means
	// aws.DefaultKeepAliveMS.
	KeepAliveMS Optional[float64]
	// ClaimedElsewhere is the concurrency reserved or provisioned by functions that are not in Functions, units, 0 to
	// 1e8.
	ClaimedElsewhere int64
	// Quotas are the concurrency quotas in other Regions than Region, for functions of Lambda@Edge. A Region that is not
	// listed has the quota of the account.
	Quotas []RegionQuota
	// Functions are the functions to consider; there may be none.
	Functions []Function
}

// Floor returns the units that AWS keeps unreserved: UnreservedFloor if it is set, otherwise
//
//	min(100, A)
//
// where A is the account's quota. AWS documents only the 100. Accounts with a quota of 10 or 50 have floors of 10 and
// 50, as their error messages show.
//
// Source: aws.SourceConcurrency, read 2026-11. The minimum is derived.
func (a Account) Floor() int64 {
	return a.UnreservedFloor.Or(min(aws.OrdinaryFloor, a.Concurrency))
}

// KeepAliveS returns how long Lambda is assumed to keep an idle environment, seconds.
func (a Account) KeepAliveS() float64 { return a.KeepAliveMS.Or(aws.DefaultKeepAliveMS) / 1000 }

// Unreserved returns the units that functions without a reservation share:
//
//	U = max(0, A - C - sum(R) - sum(P of functions without R))
//
// where
//
//	A = quota
//	C = units claimed by functions that are not listed
//	R = a reservation
//	P = provisioned concurrency
//
// Units count from the moment they are set aside, whether they are used or not.
//
// Source: aws.SourceReserved, aws.SourceMonitoring, read 2026-11.
func (a Account) Unreserved() int64 { return max(0, a.Concurrency-a.Claimed()) }

// Accepted reports whether AWS accepts the units that are set aside: none, or few enough to leave the floor unreserved.
//
// Source: aws.SourceConcurrency, aws.SourceReserved, read 2026-11.
func (a Account) Accepted() bool {
	claimed := a.Claimed()
	return claimed <= 0 || a.Concurrency-claimed >= a.Floor()
}

// Claimed returns the units set aside: C + sum(R) + sum(P without R), see Unreserved.
func (a Account) Claimed() int64 {
	return a.ClaimedElsewhere + a.reserved() + a.provisionedUnreserved()
}

// reserved returns the sum of all reservations.
func (a Account) reserved() (total int64) {
	for i := range a.Functions {
		total += a.Functions[i].Reserved.Or(0)
	}
	return total
}

// provisionedUnreserved returns the combined provisioned concurrency of all functions without a reservation. With a
// reservation, provisioned concurrency is part of it.
func (a Account) provisionedUnreserved() (total int64) {
	for i := range a.Functions {
		if !a.Functions[i].Reserved.Known() {
			total += a.Functions[i].Provisioned
		}
	}
	return total
}

// mode returns Mode, or its default.
func (f *Function) mode() Mode {
	if f.Mode == "" {
		return Sync
	}
	return f.Mode
}

// arch returns Arch, or its default.
func (f *Function) arch() Arch {
	if f.Arch == "" {
		return X86
	}
	return f.Arch
}

// Off reports whether a reservation of 0 switches the function off, so that its events are dropped and do not wait.
func (f *Function) Off() bool { return f.Reserved.Known() && f.Reserved.Or(0) == 0 }

// seconds returns the mean duration in seconds, and whether it is known.
func (f *Function) seconds() (float64, bool) {
	return f.DurationMS.Or(0) / 1000, f.DurationMS.Known()
}
