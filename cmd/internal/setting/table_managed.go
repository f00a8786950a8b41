package setting

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// computes are the values of compute.
var computes = []string{string(calc.OnLambda), string(calc.OnManaged)}

// environmentSettings describe the environments of a function on Managed Instances.
var environmentSettings = []Setting{
	{
		Flag: ComputeKey, Key: ComputeKey, Group: Function, Part: Loads | Ceilings,
		Value: "KIND", Values: computes, Echo: "compute",
		Usage:  "what it runs on: lambda or managed-instances (default lambda)",
		Reader: into[calc.Compute]{calc.ParseCompute, func(t Target, c calc.Compute) { t.Function.Compute = c }},
	},
	{
		Flag: "per-environment", Key: record.KeyPerEnvironment, Group: Function, Part: Loads | Ceilings,
		Value: "N", Echo: "per_environment",
		Usage:  "managed-instances: requests that an environment handles at a time",
		Reader: managedCount{&managed.Requests, func(m *calc.Managed) *optionalCount { return &m.PerEnvironment }},
	},
	{
		Flag: record.KeyRuntime, Key: record.KeyRuntime, Group: Function, Part: Loads | Ceilings,
		Value: "NAME", Complete: runtimes, Echo: "runtime",
		Usage: "managed-instances: the runtime, for the requests of a vCPU",
		Reader: into[managed.Runtime]{managed.ParseRuntime, func(t Target, r managed.Runtime) {
			t.Function.Managed.Runtime = r
		}},
	},
	{
		Flag: "cpu-share", Key: "cpu_share", Group: Function, Part: Loads | Ceilings,
		Value: "SHARE", Echo: "cpu_share_ratio",
		Usage: "managed-instances: part of a vCPU that one request uses: 25%",
		Reader: optional[float64]{quantity.ParsePercent, func(t Target) *optionalNumber {
			return &t.Function.Managed.CPUShare
		}},
	},
	{
		Flag: "request-memory", Key: "request_memory", Group: Function, Part: Loads | Ceilings,
		Value: "SIZE", Echo: "request_memory_mb",
		Usage:  "managed-instances: memory that one request uses: 512MB",
		Reader: managedSize{&managed.RequestMemory, func(m *calc.Managed) *optionalCount { return &m.RequestMB }},
	},
	{
		Flag: "environments-min", Key: record.KeyMinEnvironments, Group: Function, Part: Loads | Ceilings,
		Value: "N", Echo: "environments_min",
		UsageOf: func(Part) string {
			return fmt.Sprintf("managed-instances: least environments (default %d)", aws.DefaultMinEnvironments)
		},
		Reader: managedCount{&managed.Environments, func(m *calc.Managed) *optionalCount { return &m.Min }},
	},
	{
		Flag: "environments-max", Key: record.KeyMaxEnvironments, Group: Function, Part: Loads | Ceilings,
		Value: "N", Echo: "environments_max",
		Usage:  "managed-instances: most environments (default no limit)",
		Reader: managedCount{&managed.Environments, func(m *calc.Managed) *optionalCount { return &m.Max }},
	},
}

// instanceSettings describe the instances. Those whose type is known need only its name; what others are like and cost
// is in a profile, or given by --set.
var instanceSettings = []Setting{
	{
		Flag: "instance", Key: "instance", Group: Function, Part: Loads | Ceilings,
		Value: "TYPE", Echo: "instance",
		Usage:  "managed-instances: the type of instance: c7g.xlarge",
		Reader: into[string]{parseInstance, func(t Target, name string) { t.Function.Managed.Instance = name }},
		Complete: func(Part) (names []string) {
			for _, x := range managed.Instances() {
				names = append(names, x.Name)
			}
			return names
		},
	},
	{
		Key: "instance_vcpu", Group: Function,
		Echo:   "instance_vcpu",
		Usage:  "managed-instances: vCPUs of an instance, if its type is not known",
		Reader: managedCount{&managed.VCPUs, func(m *calc.Managed) *optionalCount { return &m.InstanceVCPU }},
	},
	{
		Key: "instance_memory", Group: Function,
		Echo:   "instance_memory_mb",
		Usage:  "managed-instances: memory of an instance, likewise: 8GB",
		Reader: managedSize{&managed.InstanceMemory, func(m *calc.Managed) *optionalCount { return &m.InstanceMB }},
	},
	{
		Key: "instance_price", Group: Function,
		Echo:  "instance_usd_hour",
		Usage: "managed-instances: price of an instance, US dollars an hour: 0.145",
		Reader: optional[float64]{managed.ParsePrice, func(t Target) *optionalNumber {
			return &t.Function.Managed.InstanceUSD
		}},
	},
	{
		Key: "zones", Group: Function,
		Echo: "zones",
		UsageOf: func(Part) string {
			return fmt.Sprintf("managed-instances: Availability Zones, each with an instance (default %d)", aws.DefaultZones)
		},
		Reader: managedCount{&managed.Zones, func(m *calc.Managed) *optionalCount { return &m.Zones }},
	},
	{
		Key: "discount", Group: Function,
		Echo:  "discount_ratio",
		Usage: "managed-instances: discount on the price of an instance: 32%",
		Reader: optional[float64]{quantity.ParsePercent, func(t Target) *optionalNumber {
			return &t.Function.Managed.Discount
		}},
	},
	{
		Key: record.KeyMemoryPerVCPU, Group: Function,
		Values: []string{"2", "4", "8"}, Echo: "memory_per_vcpu_gb",
		UsageOf: func(Part) string {
			return fmt.Sprintf("managed-instances: GB of memory for each vCPU (default %d)", aws.DefaultMemoryPerVCPU)
		},
		Reader: optional[int64]{parseMemoryPerVCPU, func(t Target) *optionalCount {
			return &t.Function.Managed.MemoryPerVCPU
		}},
	},
}

// runtimes lists the names of the runtimes.
func runtimes(Part) (names []string) {
	for _, r := range managed.Runtimes() {
		names = append(names, string(r))
	}
	return names
}

// A managedCount reads a whole number of a function on Managed Instances.
type managedCount struct {
	legal *quantity.Range
	of    func(m *calc.Managed) *optionalCount
}

// Read reads the value, and sets it.
func (c managedCount) Read(t Target, v Value) fault.List {
	parse := func(text string) (int64, error) {
		n, err := quantity.ParseCount(text)
		if err != nil {
			return 0, err
		}
		return n, c.legal.Check(float64(n))
	}
	return optional[int64]{parse, func(t Target) *optionalCount { return c.of(&t.Function.Managed) }}.Read(t, v)
}

// A managedSize reads a size in memory of a function on Managed Instances.
type managedSize managedCount

// Read reads the value, and sets it.
func (c managedSize) Read(t Target, v Value) fault.List {
	return optional[int64]{sizeIn(*c.legal), func(t Target) *optionalCount { return c.of(&t.Function.Managed) }}.Read(t, v)
}

// sizeIn returns a function that parses a size in a range.
func sizeIn(legal quantity.Range) func(text string) (int64, error) {
	return func(text string) (int64, error) { return quantity.ParseSize(text, legal) }
}

func parseInstance(text string) (string, error) { return text, managed.CheckInstance(text) }

func parseMemoryPerVCPU(text string) (int64, error) {
	gb, err := quantity.ParseCount(text)
	if err != nil {
		return 0, err
	}
	return gb, managed.CheckMemoryPerVCPU(gb)
}

// readMemory reads the memory of a function. On Managed Instances, which must be known before, it has another range.
func readMemory(t Target, v Value) fault.List {
	parse := quantity.ParseMemory
	if t.Function.IsManaged() {
		parse = sizeIn(managed.Memory)
	}
	return optional[int64]{parse, func(t Target) *optionalCount { return &t.Function.MemoryMB }}.Read(t, v)
}
