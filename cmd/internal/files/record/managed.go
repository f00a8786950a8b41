package record

import (
	"strconv"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// KeepManagedNode is KeepManaged for a node, which may be missing.
func (f *Function) KeepManagedNode(key string, n tree.Node) {
	if n.HasValue() {
		f.KeepManaged(key, n.Scalar(), n.Place())
	}
}

// KeepManaged sets a value that matters on Managed Instances. It ignores a value that AWS would reject.
func (f *Function) KeepManaged(key, value string, place check.Place) {
	m := &f.Managed
	switch key {
	case KeyRuntime:
		f.Deployment.Runtime = value
		f.Places.Set(key, place)
	case KeyPerEnvironment:
		f.keepWhole(key, &m.PerEnvironment, managed.Requests, value, place)
	case KeyMinEnvironments:
		f.keepWhole(key, &m.Min, managed.Environments, value, place)
	case KeyMaxEnvironments:
		f.keepWhole(key, &m.Max, managed.Environments, value, place)
	case KeyMemoryPerVCPU:
		if gb, err := strconv.ParseFloat(value, 64); err == nil && managed.CheckMemoryPerVCPU(int64(gb)) == nil {
			m.MemoryPerVCPU = calc.Some(int64(gb))
			f.Places.Set(key, place)
		}
	}
}

// keepWhole sets a whole number in a range.
func (f *Function) keepWhole(key string, at *calc.Optional[int64], legal quantity.Range, value string,
	place check.Place) {
	if n, ok := WholeNumber(value); ok && legal.Contains(float64(n)) {
		*at = calc.Some(n)
		f.Places.Set(key, place)
	}
}

// MergeManaged fills gaps in what is set for Managed Instances.
func MergeManaged(into *calc.Managed, from calc.Managed) {
	into.PerEnvironment = into.PerEnvironment.Else(from.PerEnvironment)
	into.Min, into.Max = into.Min.Else(from.Min), into.Max.Else(from.Max)
	into.MemoryPerVCPU = into.MemoryPerVCPU.Else(from.MemoryPerVCPU)
}
