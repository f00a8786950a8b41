package check

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// The rules of this file that only a check has.
const (
	overReserved  rule.ID = "LC002"
	belowOne      rule.ID = "LC018"
	noReservation rule.ID = "LC023"
)

// settingRules lists the rules of this file that only a check has.
func settingRules() []rule.Rule {
	return []rule.Rule{
		{Number: overReserved, Level: rule.Error,
			Name:   "more provisioned than reserved",
			Text:   "the provisioned concurrency of all versions and aliases together is more than the function's reservation",
			Why:    "Provisioned concurrency is part of the reservation, so AWS rejects it. Reserve more, or provision less.",
			AWS:    aws.OverReservedMessage,
			Source: aws.SourceProvisioned},
		{Number: belowOne, Level: rule.Error,
			Name:   "provisioned below 1",
			Text:   "provisioned concurrency is 0, negative, or not a whole number",
			Why:    "AWS accepts 1 or more. To provision nothing, remove the setting.",
			AWS:    fmt.Sprintf(aws.BelowOneMessage, "0"),
			Source: aws.SourceProvisioned},
		{Number: noReservation, Level: rule.Error,
			Name:   "invalid reservation",
			Text:   "reserved concurrency is negative, or not a whole number",
			Why:    "AWS accepts whole numbers of 0 or more. Correct it, or remove the setting.",
			Source: aws.SourceReserved},
	}
}

// settings checks the settings of one function.
func (c *checker) settings(f *Function) {
	reserved, isReserved := f.Reserved.Get()
	units, reservation := quantity.FormatCount(f.Provisioned), quantity.FormatCount(reserved)
	switch {
	case isReserved && f.Provisioned > reserved:
		c.add(overReserved, report{function: f, place: f.place("provisioned", "reserved"), aws: aws.OverReservedMessage,
			message: fmt.Sprintf("provisions %s units%s, more than its reservation of %s", units, allocated(f), reservation),
			remedy: fmt.Sprintf("provision %s, or reserve at least %s%s",
				atMost(reserved), units, c.quotaRemedy(f.Provisioned-reserved))})
	case isReserved && f.Provisioned == reserved && reserved > 0:
		c.add(rule.NoOnDemandRoom.Number, report{function: f, place: f.place("provisioned", "reserved"),
			message: fmt.Sprintf("provisions all %s units of its reservation: "+
				"nothing is left for on-demand requests, and $LATEST is throttled", reservation),
			remedy: "reserve more than you provision" + c.quotaRemedy(1) + ", or provision less"})
	}
	if isReserved && reserved == 0 {
		c.add(rule.SwitchedOff.Number, report{function: f, place: f.place("reserved"),
			message: "a reserved concurrency of 0 switches the function off: every request is throttled, every event dropped",
			remedy: "remove the setting, or accept the finding with a reason " +
				"(lambdacap explain " + string(rule.SwitchedOff.Number) + ")"})
	}
	if !f.RunsManaged() {
		c.tenants(f)
	}
	d := f.Deployment
	switch {
	case d == nil && f.RunsManaged():
		c.managed(f)
		return
	case d == nil:
		c.pollers(f)
		return
	case f.RunsManaged(): // the other rules do not apply
		c.managed(f)
		c.noSuchType(f, d)
		c.misdirected(f, d)
		c.exclusions(f, d)
		c.pollers(f)
		return
	}
	for _, r := range d.Refused {
		switch r.Field {
		case "reserved":
			c.add(noReservation, report{function: f, place: r.Place,
				message: fmt.Sprintf("reserved concurrency is %q; expected a whole number of 0 or more", r.Text),
				remedy:  "set a whole number, or remove the setting"})
		case "provisioned":
			c.belowOne(f, r.Text, r.Place)
		}
	}
	c.unaliased(f, d)
	c.noSuchType(f, d)
	c.misdirected(f, d)
	c.allocations(f, d)
	c.targets(f, d)
	c.repeated(f, d)
	c.exclusions(f, d)
	c.pollers(f)
}

// repeated reports a version or alias that is set twice. Only one setting is possible, and the later one counts.
func (c *checker) repeated(f *Function, d *Deployment) {
	last := make(map[string]Allocation, len(d.Allocations))
	for _, a := range d.Allocations {
		before, twice := last[a.Qualifier]
		if last[a.Qualifier] = a; twice && a.Units != before.Units {
			c.add(filesDiffer, report{function: f, place: a.Place, remedy: "remove one of them",
				message: fmt.Sprintf("provisioned concurrency of %s is set twice: %s here and %s in %s",
					a.Qualifier, unitsOf(a), unitsOf(before), before.Place)})
		}
	}
}

func unitsOf(a Allocation) string {
	if n, ok := a.Units.Get(); ok {
		return quantity.FormatCount(n)
	}
	return "unknown"
}

// allocated lists the terms of a sum of provisioned concurrency.
func allocated(f *Function) string {
	d := f.Deployment
	if d == nil || len(d.Allocations)+len(d.Targets) < 2 {
		return ""
	}
	var parts []string
	for _, a := range d.Provided() {
		name := a.Qualifier
		if a.Version {
			name = versionName(a.Qualifier)
		}
		parts = append(parts, strings.TrimSpace(name+" "+unitsOf(a)))
	}
	if len(parts) < 2 || len(parts) > shownParts {
		return ""
	}
	return " (" + strings.Join(parts, " + ") + ")"
}

// atMost formats an upper bound for a setting that must not be 0.
func atMost(units int64) string {
	if units < 1 {
		return "nothing"
	}
	return "at most " + quantity.FormatCount(units)
}

// shownParts is the maximum number of terms of a sum in a message.
const shownParts = 6

func (c *checker) belowOne(f *Function, value string, place Place) {
	c.add(belowOne, report{function: f, place: place, aws: fmt.Sprintf(aws.BelowOneMessage, value),
		message: fmt.Sprintf("provisioned concurrency is %q; expected a whole number of 1 or more", value),
		remedy:  "set 1 or more, or remove the setting to provision nothing"})
}
