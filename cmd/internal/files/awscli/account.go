package awscli

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readAccount reads the quota, and how much of it is claimed.
func (a *answer) readAccount() error {
	limit := a.top
	if n := a.top["AccountLimit"]; n.Exists() {
		limit = n.Fields()
	}
	const ofAll, ofRest = "ConcurrentExecutions", "UnreservedConcurrentExecutions"
	all, rest := limit[ofAll], limit[ofRest]
	var quota, unreserved int64
	var err error
	if all.HasValue() {
		if quota, err = count(ofAll, all, 1); err != nil {
			return err
		}
		a.setQuota(quota, all)
	}
	if rest.HasValue() {
		if unreserved, err = count(ofRest, rest, 0); err != nil {
			return err
		}
	}
	if !all.HasValue() && (rest.HasValue() || a.top["AccountLimit"].Exists()) {
		a.r.NoteUnknown(nil, a.node.Place(), ofAll, "the output does not include it", "use the complete output")
	}
	if !all.HasValue() || !rest.HasValue() {
		return nil
	}
	if unreserved > quota {
		return fmt.Errorf("%s: %s is %d; expected at most %d, which is %s", rest.Place(), ofRest, unreserved, quota, ofAll)
	}
	a.r.Claimed = calc.Some(quota - unreserved)
	return nil
}

func (a *answer) setQuota(units int64, n tree.Node) {
	a.r.Concurrency, a.r.ConcurrencyPlace = calc.Some(units), n.Place()
}

// count reads a required number that must be at least least.
func count(what string, n tree.Node, least int64) (int64, error) {
	units, ok := record.WholeNumber(n.Scalar())
	if !ok || units < least {
		return 0, fmt.Errorf("%s: %s is %q; expected a whole number, %d or more",
			n.Place(), what, tree.Shown(n.Written()), least)
	}
	return units, nil
}

// readQuotas finds the concurrency quota in a list of Service Quotas.
func (a *answer) readQuotas() error {
	for _, fields := range a.entries("Quotas", "") {
		if err := a.readQuota(fields); err != nil {
			return err
		}
	}
	return a.readQuota(a.top["Quota"].Fields())
}

func (a *answer) readQuota(q map[string]tree.Node) error {
	service, value := q["ServiceCode"].Scalar(), q["Value"]
	ours := q["QuotaCode"].Scalar() == aws.QuotaCode && (service == "" || service == aws.QuotaServiceCode)
	if !ours || !value.HasValue() {
		return nil
	}
	units, err := count("Value", value, 1)
	if err == nil {
		a.setQuota(units, value)
	}
	return err
}
