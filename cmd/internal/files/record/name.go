package record

import (
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
)

// DefaultName is the name of a function that no file names.
const DefaultName = "function"

// The names that Application Auto Scaling uses for the provisioned concurrency of Lambda.
const (
	ScalableService   = "lambda"                                 // the service namespace
	ScalableDimension = "lambda:function:ProvisionedConcurrency" // the scalable dimension
	// UtilizationMetric is the metric for target tracking. The target value of another metric can be any number.
	UtilizationMetric = "ProvisionedConcurrencyUtilization"
)

// Hole replaces an unknown part of a text; see Symbol for one that has a name.
const Hole = "\uFFFD"

// MaxText limits the texts that readers assemble, bytes. It is far above what people write by hand.
const MaxText = 4096

// SplitName splits a function's name: NAME, NAME:QUALIFIER, or an ARN of either.
func SplitName(s string) (name, qualifier string) {
	if _, rest, ok := strings.Cut(s, ":function:"); ok {
		s = rest
	}
	name, qualifier, _ = strings.Cut(s, ":")
	return name, qualifier
}

// SplitResource splits the id of a scalable target: function:NAME:QUALIFIER.
func SplitResource(id string) (name, qualifier string, ok bool) {
	rest, ok := strings.CutPrefix(id, "function:")
	if !ok {
		return "", "", false
	}
	name, qualifier, ok = strings.Cut(rest, ":")
	return name, qualifier, ok && name != "" && qualifier != ""
}

// RegionOf returns a Region, or that of an ARN if the Region is empty.
func RegionOf(region, arn string) string {
	if parts := strings.SplitN(arn, ":", 5); region == "" && len(parts) == 5 {
		region = parts[3]
	}
	return region
}

// PolledName returns the name of a queue or a Kinesis stream from its ARN; empty if unknown.
func PolledName(arn string) string {
	name := strings.TrimPrefix(arn[strings.LastIndex(arn, ":")+1:], "stream/")
	if !IsWhole(name) {
		return ""
	}
	return name
}

// publishedPrefix marks a version that has no number yet.
const publishedPrefix = "new version "

// Published returns the qualifier of a version that a template or a plan will publish. The version has no number yet,
// so it is identified by the resource that publishes it.
func Published(resource string) string { return publishedPrefix + resource }

// IsVersion reports whether a qualifier is a version. AWS does not accept an alias that consists only of digits.
func IsVersion(qualifier string) bool {
	return qualifier == check.Latest || strings.HasPrefix(qualifier, publishedPrefix) || IsNumber(qualifier)
}

// IsNumber reports whether a qualifier is a published version. A version gets its number when it is published.
func IsNumber(qualifier string) bool {
	return qualifier != "" && strings.Trim(qualifier, "0123456789") == ""
}

// isUnnamed reports whether a qualifier is an alias with an unknown name. AWS accepts letters, digits, - and _. A
// placeholder for an unknown name contains a question mark, the dollar sign of a symbol, or the dot of a resource
// address.
func isUnnamed(qualifier string) bool {
	return !IsVersion(qualifier) && (qualifier == "" || strings.ContainsAny(qualifier, "?$."))
}

// ShowHoles returns a version or an alias with its symbols, and question marks for the other unknown parts of its name.
func ShowHoles(qualifier string) string {
	return strings.ReplaceAll(showSymbols(qualifier), Hole, "?")
}

// maxWhole limits whole numbers, so that sums of units fit in int64.
const maxWhole = 1_000_000_000_000

// WholeNumber parses a whole number. CloudFormation accepts quoted numbers, and JSON may contain 100.0 for 100.
func WholeNumber(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, n >= -maxWhole && n <= maxWhole
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || x != float64(int64(x)) || !(x >= -maxWhole && x <= maxWhole) {
		return 0, false
	}
	return int64(x), true
}
