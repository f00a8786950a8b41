package calc

import (
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// managedFaults checks what is set for a function on Managed Instances, or for another function although only those
// have it.
func (f *Faults) managedFaults(i int, fn *Function) {
	m := &fn.Managed
	if fn.Compute != "" {
		_, err := ParseCompute(string(fn.Compute))
		f.check(i, "compute", err)
	}
	if !fn.IsManaged() {
		if *m != (Managed{}) {
			f.note(i, m.firstKey(), "only functions on Managed Instances have it; expected compute: %s", OnManaged)
		}
		return
	}
	if fn.Reserved.Known() || fn.Provisioned > 0 {
		f.note(i, "compute", "functions on Managed Instances have neither reserved nor provisioned concurrency; "+
			"expected environments_min and environments_max")
	}
	withinIf(f, i, "memory", fn.MemoryMB, managed.Memory)
	withinIf(f, i, "per_environment", m.PerEnvironment, managed.Requests)
	withinIf(f, i, "cpu_share", m.CPUShare, managed.CPUShares)
	withinIf(f, i, "request_memory", m.RequestMB, managed.RequestMemory)
	withinIf(f, i, "environments_min", m.Min, managed.Environments)
	withinIf(f, i, "environments_max", m.Max, managed.Environments)
	withinIf(f, i, "instance_vcpu", m.InstanceVCPU, managed.VCPUs)
	withinIf(f, i, "instance_memory", m.InstanceMB, managed.InstanceMemory)
	withinIf(f, i, "instance_price", m.InstanceUSD, managed.Prices)
	withinIf(f, i, "zones", m.Zones, managed.Zones)
	withinIf(f, i, "discount", m.Discount, quantity.Shares)
	if m.Runtime != "" {
		_, err := managed.ParseRuntime(string(m.Runtime))
		f.check(i, "runtime", err)
	}
	if m.Instance != "" {
		f.check(i, "instance", managed.CheckInstance(m.Instance))
	}
	if gb, ok := m.MemoryPerVCPU.Get(); ok {
		f.check(i, "memory_per_vcpu", managed.CheckMemoryPerVCPU(gb))
	}
	if most, ok := m.Max.Get(); ok && m.Min.Known() {
		f.check(i, "environments_min", managed.CheckBounds(m.Min.Or(0), most))
	}
	if len(*f) == 0 {
		f.unfit(i, fn)
	}
}

// unfit reports an environment that does not fit on an instance.
func (f *Faults) unfit(i int, fn *Function) {
	x, sized, _ := fn.fleet("")
	if e := x.Environment; sized && x.Instance.Holds(e) == 0 {
		name, field := x.Instance.Name, "instance"
		if name == "" {
			name, field = "an instance", "instance_memory"
		}
		f.note(i, field, "an environment of %s MB and %s does not fit on %s, which has %s MB and %s for environments; "+
			"expected a larger instance, or less memory", quantity.FormatCount(e.MemoryMB), vcpus(e.VCPU), name,
			quantity.FormatCount(max(0, x.Instance.MemoryMB-aws.ManagedSystemMB)),
			vcpus(max(0, x.Instance.VCPU-aws.ManagedSystemVCPU)))
	}
}

func vcpus(n int64) string { return quantity.FormatCountOf(int(n), "vCPU") }

// firstKey returns the key of the first value that is set.
func (m *Managed) firstKey() string {
	for _, at := range []struct {
		key string
		set bool
	}{
		{"per_environment", m.PerEnvironment.Known()}, {"runtime", m.Runtime != ""}, {"cpu_share", m.CPUShare.Known()},
		{"request_memory", m.RequestMB.Known()}, {"environments_min", m.Min.Known()}, {"environments_max", m.Max.Known()},
		{"instance", m.Instance != ""}, {"instance_vcpu", m.InstanceVCPU.Known()},
		{"instance_memory", m.InstanceMB.Known()}, {"instance_price", m.InstanceUSD.Known()}, {"zones", m.Zones.Known()},
		{"discount", m.Discount.Known()},
	} {
		if at.set {
			return at.key
		}
	}
	return "memory_per_vcpu"
}
