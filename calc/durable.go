package calc

import (
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// specialRules lists the rules about functions that share the account's pools and have rules of their own.
func specialRules() []rule.Rule { return append(tenantRules(), durableStretches, edgeAssumptions) }

var durableStretches = rule.Rule{
	Word: "durable-stretches", Level: rule.Info,
	Name: "durable function",
	Text: "the duration of a function is the active time of a durable execution",
	Why: "A wait suspends an execution, so neither units nor cost are counted for it. Requests are executions. After " +
		"each wait Lambda invokes the function again; how often is not known, so rate limits and the cost of requests " +
		"count one invocation for each execution. The cost of durable operations and of what they store is left out.",
	Source: aws.SourceDurable,
}

// durable reports that the requests of functions are durable executions.
func (c *findings) durable(a Account) {
	for i := range a.Functions {
		f := &a.Functions[i]
		if f.managed != nil {
			f = f.managed
		}
		if f.Durable {
			c.function(durableStretches, f, "requests are durable executions: waits take no units and cost nothing; "+
				"each stretch between waits is an invocation of its own, whose number is not modelled")
		}
	}
}

// durationKey is the key of the duration of a function in a profile.
func (f *Function) durationKey() string {
	if f.Durable {
		return "active"
	}
	return "duration"
}
