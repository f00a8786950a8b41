package record

import (
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// DefaultName is what a function is called that no file names.
const DefaultName = "function"

// How Application Auto Scaling calls the provisioned concurrency of Lambda.
const (
	ScalableService   = "lambda"                                 // the namespace
	ScalableDimension = "lambda:function:ProvisionedConcurrency" // what is scaled
	// UtilizationMetric is the metric of target tracking. The target of another metric may be any number.
	UtilizationMetric = "ProvisionedConcurrencyUtilization"
)

// Hole stands in a text for a part that is not known.
const Hole = "\uFFFD"

// MaxText bounds the texts that readers put together, bytes. Nobody writes a longer one by hand.
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

// QueueName returns the name of a queue in its ARN; empty where it is not known.
func QueueName(arn string) string {
	name := arn[strings.LastIndex(arn, ":")+1:]
	if strings.Contains(name, Hole) {
		return ""
	}
	return tree.Printable(name)
}

// publishedPrefix marks a version without a number.
const publishedPrefix = "new version "

// Published returns the qualifier of a version that a template or a plan will publish. It has no number yet, so the
// resource that publishes it stands in.
func Published(resource string) string { return publishedPrefix + resource }

// IsVersion reports whether a qualifier is a version. AWS does not accept aliases of digits only.
func IsVersion(qualifier string) bool {
	return qualifier == check.Latest || strings.HasPrefix(qualifier, publishedPrefix) || IsNumber(qualifier)
}

// IsNumber reports whether a qualifier is a published version: it has no number before.
func IsNumber(qualifier string) bool {
	return qualifier != "" && strings.Trim(qualifier, "0123456789") == ""
}

// isUnnamed reports whether a qualifier is an alias whose name is not known. AWS accepts letters, digits, - and _.
// What stands in for such a name has a question mark, or the dot of the address of a resource.
func isUnnamed(qualifier string) bool {
	return !IsVersion(qualifier) && (qualifier == "" || strings.ContainsAny(qualifier, "?."))
}

// showHoles returns a version or an alias as it is shown, with question marks for what is not known of its name.
func showHoles(qualifier string) string {
	return strings.ReplaceAll(tree.Printable(qualifier), Hole, "?")
}

// maxWhole keeps sums of units within int64.
const maxWhole = 1_000_000_000_000

// WholeNumber reads a whole number. CloudFormation accepts numbers in quotes, and JSON may write 100 as 100.0.
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
