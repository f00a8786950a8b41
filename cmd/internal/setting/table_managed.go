package setting

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// computes are the values of compute.
var computes = []string{string(calc.OnLambda), string(calc.OnManaged)}

// managedSettings describe a function on Managed Instances.
func managedSettings() []Setting { return slices.Concat(environmentSettings(), instanceSettings()) }

// environmentSettings describe the environments of a function on Managed Instances.
func environmentSettings() []Setting {
	const parts = Loads | Ceilings
	return []Setting{
		{
			Flag: ComputeKey, Key: ComputeKey, Group: Function, Part: parts,
			Value: "KIND", Values: computes, Echo: "compute",
			Usage: "what it runs on: lambda or managed-instances (default lambda)",
			Read:  into(calc.ParseCompute, func(t Target, c calc.Compute) { t.Function.Compute = c }),
		},
		{
			Flag: "per-environment", Key: record.KeyPerEnvironment, Group: Function, Part: parts,
			Value: "N", Echo: "per_environment",
			Usage: "managed-instances: requests that an environment handles at a time",
			Read:  count(inRange(managed.Requests), func(m *calc.Managed) *optionalCount { return &m.PerEnvironment }),
		},
		{
			Flag: record.KeyRuntime, Key: record.KeyRuntime, Group: Function, Part: parts,
			Value: "NAME", Values: words(managed.Runtimes()), Echo: "runtime",
			Usage: "managed-instances: the runtime, for the requests of a vCPU",
			Read:  into(managed.ParseRuntime, func(t Target, r managed.Runtime) { t.Function.Managed.Runtime = r }),
		},
		{
			Flag: "cpu-share", Key: "cpu_share", Group: Function, Part: parts,
			Value: "SHARE", Echo: "cpu_share_ratio",
			Usage: "managed-instances: part of a vCPU that one request uses: 25%",
			Read:  optional(quantity.ParsePercent, func(t Target) *optionalNumber { return &t.Function.Managed.CPUShare }),
		},
		{
			Flag: "request-memory", Key: "request_memory", Group: Function, Part: parts,
			Value: "SIZE", Echo: "request_memory_mb",
			Usage: "managed-instances: memory that one request uses: 512MB",
			Read:  count(sizeIn(managed.RequestMemory), func(m *calc.Managed) *optionalCount { return &m.RequestMB }),
		},
		{
			Flag: "environments-min", Key: record.KeyMinEnvironments, Group: Function, Part: parts,
			Value: "N", Echo: "environments_min",
			Usage: fmt.Sprintf("managed-instances: least environments (default %d)", aws.DefaultMinEnvironments),
			Read:  count(inRange(managed.Environments), func(m *calc.Managed) *optionalCount { return &m.Min }),
		},
		{
			Flag: "environments-max", Key: record.KeyMaxEnvironments, Group: Function, Part: parts,
			Value: "N", Echo: "environments_max",
			Usage: "managed-instances: most environments (default no limit)",
			Read:  count(inRange(managed.Environments), func(m *calc.Managed) *optionalCount { return &m.Max }),
		},
	}
}

// instanceSettings describe the instances. Those whose type is known need only its name; what others are like and cost
// is in a profile, or given by --set.
func instanceSettings() []Setting {
	const parts = Loads | Ceilings
	return []Setting{
		{
			Flag: "instance", Key: "instance", Group: Function, Part: parts,
			Value: "TYPE", Echo: "instance",
			Usage: "managed-instances: the type of instance: c7g.xlarge",
			Read:  into(parseInstance, func(t Target, name string) { t.Function.Managed.Instance = name }),
			Complete: func(Part) (names []string) {
				for _, x := range managed.Instances() {
					names = append(names, x.Name)
				}
				return names
			},
		},
		{
			Key: "instance_vcpu", Group: Function,
			Echo:  "instance_vcpu",
			Usage: "managed-instances: vCPUs of an instance, if its type is not known",
			Read:  count(inRange(managed.VCPUs), func(m *calc.Managed) *optionalCount { return &m.InstanceVCPU }),
		},
		{
			Key: "instance_memory", Group: Function,
			Echo:  "instance_memory_mb",
			Usage: "managed-instances: memory of an instance, likewise: 8GB",
			Read:  count(sizeIn(managed.InstanceMemory), func(m *calc.Managed) *optionalCount { return &m.InstanceMB }),
		},
		{
			Key: "instance_price", Group: Function,
			Echo:  "instance_usd_hour",
			Usage: "managed-instances: price of an instance, US dollars an hour: 0.145",
			Read:  optional(managed.ParsePrice, func(t Target) *optionalNumber { return &t.Function.Managed.InstanceUSD }),
		},
		{
			Key: "zones", Group: Function,
			Echo:  "zones",
			Usage: fmt.Sprintf("managed-instances: Availability Zones, each with an instance (default %d)", aws.DefaultZones),
			Read:  count(inRange(managed.Zones), func(m *calc.Managed) *optionalCount { return &m.Zones }),
		},
		{
			Key: "discount", Group: Function,
			Echo:  "discount_ratio",
			Usage: "managed-instances: discount on the price of an instance: 32%",
			Read:  optional(quantity.ParsePercent, func(t Target) *optionalNumber { return &t.Function.Managed.Discount }),
		},
		{
			Key: record.KeyMemoryPerVCPU, Group: Function,
			Values: []string{"2", "4", "8"}, Echo: "memory_per_vcpu_gb",
			Usage: fmt.Sprintf("managed-instances: GB of memory for each vCPU (default %d)", aws.DefaultMemoryPerVCPU),
			Read:  count(parseMemoryPerVCPU, func(m *calc.Managed) *optionalCount { return &m.MemoryPerVCPU }),
		},
	}
}

// words returns the texts of words.
func words[T ~string](list []T) (texts []string) {
	for _, word := range list {
		texts = append(texts, string(word))
	}
	return texts
}

// count returns a function that reads a count of a function on Managed Instances.
func count(parse func(string) (int64, error), of func(m *calc.Managed) *optionalCount) func(Target, Value) fault.List {
	return optional(parse, func(t Target) *optionalCount { return of(&t.Function.Managed) })
}

// inRange returns a function that parses a whole number in a range.
func inRange(legal quantity.Range) func(text string) (int64, error) {
	return func(text string) (int64, error) {
		n, err := quantity.ParseCount(text)
		if err != nil {
			return 0, err
		}
		return n, legal.Check(float64(n))
	}
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
	return optional(parse, func(t Target) *optionalCount { return &t.Function.MemoryMB })(t, v)
}
