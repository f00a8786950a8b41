package calc

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// managedRules lists the rules about functions on Managed Instances.
func managedRules() []rule.Rule {
	return []rule.Rule{managedMemory, managedUnknown, managedAssumptions}
}

var managedAssumptions = rule.Rule{
	Word: "managed-assumptions", Level: rule.Info, Aside: true,
	Name: "assumptions about Managed Instances",
	Text: "a function runs on Managed Instances, about which AWS does not state everything",
	Why: fmt.Sprintf("AWS states neither the limit of %d requests per second and unit, nor a use of the account's "+
		"concurrency, for such functions, so neither is applied. It prints the default number of requests per vCPU and "+
		"once, with the same numbers, per environment: per vCPU is assumed. How requests are routed is not published, so "+
		"there are no figures for random arrivals; a load that more than doubles in %s may be throttled.",
		aws.RatePerUnit, quantity.FormatDuration(1000*aws.ManagedDoublingS)),
	Source: aws.SourceManagedScaling,
}

var managedMemory = rule.Rule{
	Word: "managed-memory", Level: rule.Warning,
	Name: "too little memory on Managed Instances",
	Text: "the requests that an environment on Managed Instances handles at a time need more memory than it has, " +
		"if each uses what it is said to use",
	Why: "The environment runs out of memory when it is busy. Lower per_environment, or give it more memory " +
		"(memory, memory_per_vcpu). AWS's own sample calculator does not check this.",
	Source: aws.SourceManagedCalculator,
}

var managedUnknown = rule.Rule{
	Word: "managed-unknown", Level: rule.Warning,
	Name:   "size on Managed Instances unknown",
	Text:   "an input is missing without which it is not known what a function on Managed Instances needs",
	Why:    "The function counts as one that fits, and its environments and instances are missing.",
	Source: aws.SourceManaged,
}

// managed reports what is assumed about functions on Managed Instances, and what is wrong with or unknown of their
// environments.
func (c *findings) managed(a Account) {
	isManaged := func(f Function) bool { return f.managed != nil }
	if !slices.ContainsFunc(a.Functions, isManaged) {
		return
	}
	for i := range a.Functions {
		f := a.Functions[i].managed
		if f == nil {
			continue
		}
		e := f.work().Environment()
		if e.PerEnvironment == 0 {
			c.function(managedUnknown, f, "it is not known how many requests an environment handles at a time; "+
				"give per_environment, runtime or cpu_share")
		} else if mb, ok := f.Managed.RequestMB.Get(); ok && e.Overcommits(mb) {
			c.function(managedMemory, f, "%s requests of %s MB need %s MB, and an environment has %s MB",
				quantity.FormatCount(e.PerEnvironment), quantity.FormatCount(mb), quantity.FormatCount(e.PerEnvironment*mb),
				quantity.FormatCount(e.MemoryMB))
		}
	}
	c.account(managedAssumptions, "on Managed Instances, AWS states neither a limit of requests per second nor a "+
		"use of the account's concurrency: neither is applied; requests are per vCPU, and no random arrivals are modelled")
}

// unratedManaged reports what is unknown of the load of functions on Managed Instances.
func (c *findings) unratedManaged(a Account) {
	for i := range a.Functions {
		switch f := a.Functions[i].managed; {
		case f == nil:
		case !f.RPS.Known():
			c.function(noRate, f, "no rate given: counted as 0 requests/s")
		case f.RateUnknown:
			c.function(rateUnknown, f, "only the concurrency is known: read each req/s as one request that is handled at a "+
				"time; --duration adds the rate and the cost of requests")
		case !f.DurationMS.Known():
			c.function(managedUnknown, f, "no duration given: it is not known how many requests are handled at a time")
		}
	}
}
