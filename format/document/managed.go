package document

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// InputManaged holds what is given for a function on Managed Instances. What is not given is absent.
type InputManaged struct {
	// Compute is what the function runs on.
	Compute calc.Compute `json:"compute"`
	calc.Managed
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// managedSentence says what happens to the rate of a function on Managed Instances, and why.
func managedSentence(f *calc.FunctionSpill, m calc.ManagedSpill) string {
	rate := quantity.FormatNumber(f.RPS)
	most, bounded := m.Max.Get()
	required, sized := m.Required.Get()
	if f.Headline() != calc.Fits {
		share, _ := f.HeadlineRatio()
		verb := ""
		if f.Headline() == calc.Queues {
			verb = " wait"
		}
		of := fmt.Sprintf("%s of %s req/s (%s)%s: ", quantity.FormatNumber(figure.ExcessOf(f).RPS), rate,
			quantity.FormatShare(share), verb)
		if most == 0 {
			return of + "environments_max 0 switches the function off"
		}
		return fmt.Sprintf("%s%s take %s; %s needed", of, environments(most, m),
			quantity.FormatNumber(m.CeilingRPS.Or(0))+" req/s", quantity.FormatCount(required))
	}
	switch ceiling, ok := m.CeilingRPS.Get(); {
	case ok:
		return fmt.Sprintf("%s of %s req/s (%s): %s of %s environments, %s each", rate, quantity.FormatNumber(ceiling),
			quantity.FormatShare(figure.Used(f)), quantity.FormatCount(required), quantity.FormatCount(most), requests(m))
	case sized:
		return fmt.Sprintf("%s req/s on Managed Instances: %s, without a limit", rate, environments(required, m))
	case bounded:
		return rate + " req/s on Managed Instances; the ceiling depends on the duration and the requests of an environment"
	}
	return rate + " req/s on Managed Instances, without a limit on the environments"
}

// environments counts environments with their requests: 20 environments of 4 requests.
func environments(n int64, m calc.ManagedSpill) string {
	return quantity.FormatCountOf(int(n), "environment") + " of " + requests(m)
}

func requests(m calc.ManagedSpill) string {
	return quantity.FormatCountOf(int(m.PerEnvironment.Or(0)), "request")
}
