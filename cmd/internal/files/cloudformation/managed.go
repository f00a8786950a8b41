package cloudformation

import (
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// managed reads what matters on Managed Instances: the runtime, and the requests and bounds of the environments. In SAM
// the capacity provider is described at once, in CloudFormation one level deeper.
func (t *template) managed(f *record.Function, s *resource) {
	keep := func(key string, v value) {
		if v.state == scalar {
			f.KeepManaged(key, v.text, v.node.Place())
		}
	}
	keep(record.KeyRuntime, t.resolve(s.property("Runtime")))
	const provider, inner = "CapacityProviderConfig", "LambdaManagedInstancesCapacityProviderConfig"
	of := func(name string) value {
		if v := t.part(s, provider, inner); v.state == structure {
			return t.resolve(v.node.Get(name))
		}
		return t.part(s, provider, name)
	}
	keep(record.KeyPerEnvironment, of("PerExecutionEnvironmentMaxConcurrency"))
	keep(record.KeyMemoryPerVCPU, of("ExecutionEnvironmentMemoryGiBPerVCpu"))
	keep(record.KeyMinEnvironments, t.part(s, "FunctionScalingConfig", "MinExecutionEnvironments"))
	keep(record.KeyMaxEnvironments, t.part(s, "FunctionScalingConfig", "MaxExecutionEnvironments"))
}
