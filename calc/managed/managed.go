// Package managed sizes and prices functions on Lambda Managed Instances: EC2 instances of the account, on which one
// environment handles several requests at a time.
//
// For such functions, AWS states neither the limit of 10 requests per second and unit nor a use of the account's
// concurrency, so the package applies neither. The sizes are those of AWS's sample calculator.
//
// All values that a caller passes must be in the ranges of their fields. Results are then finite.
package managed

import (
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Runtime is what a function is written for. The zero Runtime means that it is not known.
type Runtime string

// The runtimes for which AWS publishes how many requests a vCPU takes, and all others.
const (
	NodeJS Runtime = "nodejs"
	Java   Runtime = "java"
	Dotnet Runtime = "dotnet"
	Python Runtime = "python"
	Rust   Runtime = "rust"
	Other  Runtime = "other"
)

// Runtimes lists the runtimes.
func Runtimes() []Runtime { return []Runtime{NodeJS, Java, Dotnet, Python, Rust, Other} }

// ParseRuntime reads a runtime: nodejs, java, dotnet, python, rust or other; or an identifier of AWS, see RuntimeOf.
func ParseRuntime(text string) (Runtime, error) {
	if r := RuntimeOf(text); r != Other {
		return r, nil
	}
	return quantity.ParseWord(text, Runtimes()...)
}

// RuntimeOf returns the runtime that AWS names by an identifier such as python3.13; Other for one without a runtime of
// its own, such as provided.al2023.
func RuntimeOf(identifier string) Runtime {
	for _, r := range []Runtime{NodeJS, Java, Dotnet, Python} {
		if version, ok := strings.CutPrefix(identifier, string(r)); ok && strings.Trim(version, ".0123456789x") == "" {
			return r
		}
	}
	return Other
}

// PerVCPU returns how many requests a vCPU takes by default, and whether AWS publishes that.
func (r Runtime) PerVCPU() (requests int64, known bool) {
	switch r {
	case NodeJS:
		return aws.ManagedNodeJS, true
	case Java:
		return aws.ManagedJava, true
	case Dotnet:
		return aws.ManagedDotnet, true
	case Python:
		return aws.ManagedPython, true
	case Rust:
		return aws.ManagedRust, true
	}
	return 0, false
}

// Work describes a request, and what is set for the environment that handles it. A field is 0 or empty if it is not
// given.
type Work struct {
	// Runtime is what the function is written for.
	Runtime Runtime
	// CPUShare is the part of a vCPU that one request uses, a ratio, more than 0, up to 1.
	CPUShare float64
	// RequestMB is the memory that one request uses, MB, 1 to 32,768.
	RequestMB int64
	// MemoryPerVCPU is the ratio of memory to vCPUs, GB: 2, 4 or 8. By default it is aws.DefaultMemoryPerVCPU.
	MemoryPerVCPU int64
	// MemoryMB is the memory of an environment, MB, 2,048 to 32,768, if it is set rather than sized.
	MemoryMB int64
	// PerEnvironment is how many requests an environment handles at a time, 1 to 1,600, if it is set rather than sized.
	PerEnvironment int64
}

// An Environment is what an environment has, and takes.
type Environment struct {
	// PerVCPU is how many requests a vCPU takes by the runtime and the share of the CPU; 0 if neither is known.
	PerVCPU int64
	// MemoryMB is its memory, MB.
	MemoryMB int64
	// VCPU is its number of vCPUs.
	VCPU int64
	// PerEnvironment is how many requests it handles at a time; 0 if that is not known.
	PerEnvironment int64
}

// Environment sizes an environment.
//
//	k       = min(runtime, floor(1/c))
//	m       = max(1, min(runtime, floor(1,024 r/b)))
//	memory  = max(2,048, ceil(m b))
//	vCPUs   = ceil(memory/(1,024 r))
//	requests = k vCPUs, at most 1,600
//
// where
//
//	runtime = requests per vCPU by default, see Runtime.PerVCPU; without it, terms with it are omitted
//	c       = part of a vCPU that a request uses
//	r       = memory per vCPU, GB
//	b       = memory of a request, MB
//	m       = requests whose memory a vCPU has
//
// Memory and requests that are set replace what is sized. Without the memory of a request, an environment has
// the least.
//
// Source: aws.SourceManagedCalculator, read 2026-11.
func (w Work) Environment() Environment {
	perGB := w.MemoryPerVCPU
	if perGB == 0 {
		perGB = aws.DefaultMemoryPerVCPU
	}
	runtime, known := w.Runtime.PerVCPU()
	e := Environment{PerVCPU: runtime, MemoryMB: w.MemoryMB, PerEnvironment: w.PerEnvironment}
	if w.CPUShare > 0 {
		e.PerVCPU = quantity.FloorUnits(1 / w.CPUShare)
		if known {
			e.PerVCPU = min(runtime, e.PerVCPU)
		}
	}
	if w.MemoryMB == 0 {
		e.MemoryMB = aws.MinManagedMemoryMB
		if w.RequestMB > 0 {
			fit := max(1, perGB*aws.MBPerGB/w.RequestMB)
			if known {
				fit = min(runtime, fit)
			}
			e.MemoryMB = max(e.MemoryMB, w.RequestMB*fit)
		}
	}
	perVCPU := perGB * aws.MBPerGB
	e.VCPU = (e.MemoryMB + perVCPU - 1) / perVCPU
	if w.PerEnvironment == 0 {
		e.PerEnvironment = min(aws.MaxManagedRequests, e.PerVCPU*e.VCPU)
	}
	return e
}

// Overcommits reports whether the requests that an environment handles at a time may need more memory than it has.
func (e Environment) Overcommits(requestMB int64) bool {
	return e.PerEnvironment*requestMB > e.MemoryMB
}

// Required returns the environments that a load needs: ceil(concurrency / requests of an environment).
func (e Environment) Required(concurrency float64) int64 {
	return quantity.CeilUnits(concurrency / float64(e.PerEnvironment))
}

// GrowthS returns the least time in which a load may grow to another without throttling, seconds: it doubles in 5
// minutes at most. Both must be more than 0; a load that does not grow takes no time.
//
//	t = 300 s log2(L/L0)
//
// Source: aws.SourceManagedScaling, read 2026-11.
func GrowthS(from, to float64) float64 {
	if to <= from {
		return 0
	}
	return aws.ManagedDoublingS * (elementary.Log(to/from) / math.Ln2)
}
