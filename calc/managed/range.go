package managed

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// The ranges of the inputs.
var (
	// Requests are requests of an environment at a time.
	Requests = quantity.Range{Least: 1, Most: aws.MaxManagedRequests,
		Legal: fmt.Sprintf("1 to %d requests", aws.MaxManagedRequests)}
	// Environments are the least and the most environments of a function.
	Environments = quantity.Range{Least: 0, Most: aws.MaxEnvironments,
		Legal: fmt.Sprintf("0 to %d environments", aws.MaxEnvironments)}
	// CPUShares are ratios.
	CPUShares = quantity.Range{Least: 0.0001, Most: 1, Legal: "0.01% to 100% of a vCPU, such as 25%"}
	// RequestMemory is in MB of 1,048,576 bytes.
	RequestMemory = quantity.Range{Least: 1, Most: aws.MaxManagedMemoryMB,
		Legal: fmt.Sprintf("1 to %d MB, such as 512MB", aws.MaxManagedMemoryMB)}
	// Memory is the memory of an environment, in MB of 1,048,576 bytes.
	Memory = quantity.Range{Least: aws.MinManagedMemoryMB, Most: aws.MaxManagedMemoryMB,
		Legal: fmt.Sprintf("%d to %d MB on Managed Instances, such as 4GB",
			aws.MinManagedMemoryMB, aws.MaxManagedMemoryMB)}
	// VCPUs are those of an instance.
	VCPUs = quantity.Range{Least: 1, Most: 1024, Legal: "1 to 1024 vCPUs"}
	// InstanceMemory is in MB of 1,048,576 bytes.
	InstanceMemory = quantity.Range{Least: 1, Most: 32 << 20, Legal: "1 MB to 32768GB, such as 8GB"}
	// Prices are in US dollars per hour.
	Prices = quantity.Range{Least: 0, Most: 1e6, Legal: "0 to 1000000 US dollars an hour, such as 0.145"}
	// Zones are Availability Zones.
	Zones = quantity.Range{Least: 1, Most: 100, Legal: "1 to 100 zones"}
)

// ParsePrice reads the price of an instance in US dollars an hour: a decimal number.
func ParsePrice(text string) (float64, error) { return quantity.ParseDecimal(text, "", Prices) }

// CheckInstance returns nil for a text in the form of an instance type: lower-case letters, digits and hyphens, with a
// dot. It needs no list of types, so new ones work. It returns a *quantity.ValueError for any other text.
func CheckInstance(name string) error {
	family, size, ok := strings.Cut(name, ".")
	strange := func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') }
	if ok && family != "" && size != "" && len(name) <= 32 && strings.IndexFunc(family+size, strange) < 0 {
		return nil
	}
	return &quantity.ValueError{Text: name, Problem: "is not an instance type", Legal: "one such as c7g.xlarge"}
}

// CheckMemoryPerVCPU returns nil for a ratio of memory to vCPUs that AWS has, GB, and otherwise a *quantity.ValueError.
func CheckMemoryPerVCPU(gb int64) error {
	if gb == 2 || gb == 4 || gb == 8 {
		return nil
	}
	return &quantity.ValueError{Text: fmt.Sprint(gb), Problem: "is not a ratio of memory to vCPUs",
		Legal: "2, 4 or 8 GB per vCPU"}
}

// CheckBounds returns nil if the least environments are no more than the most, and otherwise an error.
func CheckBounds(least, most int64) error {
	if least <= most {
		return nil
	}
	return &quantity.ValueError{Text: fmt.Sprint(least), Problem: "is more than the most environments",
		Legal: fmt.Sprintf("at most %d", most)}
}
